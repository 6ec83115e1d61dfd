"""What an answer rests on, as the quiet lines beside it."""

from ledger.render.pdf.texts import Tree
from ledger.summary.document import Field, Support
from ledger.summary.wording import counted, number


def rests_on(field: Field) -> list[Tree]:
    """Return the lines: who keeps the fact, and how it is known on how many records."""
    return [
        {"owner": owner, "how": how} for owner, how in dict.fromkeys(map(_line, field.rests_on))
    ]


def _line(support: Support) -> tuple[str, str]:
    if support.owner == "rule":
        return "form", ""
    return support.owner, _how(support)


def _how(support: Support) -> str:
    if support.none:
        return f"none in {counted(support.count, 'record')}"
    known: list[str] = [basis.name for basis in support.basis]
    if len(known) > 1:
        shares = " · ".join(f"{basis.name} {number(basis.count)}" for basis in support.basis)
        return f"{shares} records"
    if support.owner == "ledger":
        noun = "domain" if support.what == "domains" else "record"
        known.append(counted(support.count, noun))
    return " · ".join(known)
