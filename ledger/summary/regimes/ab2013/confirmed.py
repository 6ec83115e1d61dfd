"""Questions that are answered Yes, No or not at all: No only on the developer's word."""

from dataclasses import replace

from ledger.summary import remedies
from ledger.summary.answer import Answer, asked, on_profile, on_records
from ledger.summary.document import Gap, YesNo
from ledger.summary.facts import Facts
from ledger.summary.filing import Filing
from ledger.summary.wording import counted


def confirmed(
    filing: Filing, path: str, question: str, part: Facts | None = None, what: str = ""
) -> Answer:
    """Return the answer that records (`part`) and the profile's confirmation at a path give.

    Records of the kind in question mean Yes; that there are none means nothing (design, decision
    10). A profile that denies what records say is a contradiction.
    """
    said = filing.profile.answer(path)
    if part is not None and part.records:
        gaps: tuple[Gap, ...] = ()
        if said is False:
            held = f"{counted(part.records, 'record')} {what}"
            message = f"the profile says no, but the training set holds {held}"
            remedy = remedies.set_profile(f"{path}: yes")
            gaps = (Gap("", "contradiction", message, remedy),)
        return Answer((YesNo(True),), (on_records(part, "source.category"),), gaps)
    if said is None:
        return asked(f"nothing says whether {question}", remedies.set_profile(path))
    supports = [on_profile(path)]
    if part is not None:
        supports.append(replace(on_records(filing.facts, "source.category"), none=True))
    return Answer((YesNo(said),), tuple(supports))
