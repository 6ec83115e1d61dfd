"""Items about rights and people: (5), (7) and (8)."""

import re

from ledger.summary import remedies
from ledger.summary.answer import Answer, advice, asked, on_profile, on_records
from ledger.summary.document import Choice, Choices, Gap, Labelled, Row, Support, Value
from ledger.summary.facts import Facts, Group
from ledger.summary.filing import Filing
from ledger.summary.form import joined, only, rested
from ledger.summary.regimes.ab2013.confirmed import confirmed
from ledger.summary.wording import counted, listed, number

PROTECTIONS = {
    "copyright": "some protected by copyright",
    "trademark": "some protected by trademark",
    "patent": "some protected by patent",
    "public_domain_only": "entirely public domain",
}
"""Keys under `confirm`, and the boxes that they tick."""

PUBLIC_DOMAIN = frozenset({"CC0-1.0", "CC-PDDC", "CC-PDM-1.0", "PDDL-1.0", "Unlicense"})
SILENT = re.compile(r"NONE|NOASSERTION|.*LicenseRef-.*")
"""Licence expressions that do not tell whether there is copyright."""


def ip_status(filing: Filing) -> Answer:
    """(5): each box is ticked by records or the developer; what nobody answered is no empty box."""
    protected = Facts(tuple(group for group in filing.facts.groups if _is_protected(group)))
    answers = {key: filing.profile.answer(f"confirm.{key}") for key in PROTECTIONS}
    answered = dict(answers)
    if protected.records:
        # A licence of copyright is one of something protected, whatever the profile says of it.
        answered["copyright"], answered["public_domain_only"] = True, False
    elif answers["public_domain_only"]:
        answered |= {key: False for key in answered if answered[key] is None}
    options = [
        Choice(label, answered[key] is True)
        for key, label in PROTECTIONS.items()
        if answered[key] is not None
    ]
    boxes: tuple[Value, ...] = (Choices(tuple(options)),) if options else ()
    supports = tuple(_supports(answers, protected))
    known = Answer(boxes, supports, tuple(_contradictions(answers, protected)))
    open_ = [key for key in PROTECTIONS if answered[key] is None]
    if not open_ or _is_settled(answered, open_):
        return known
    remedy = remedies.set_profile(listed(f"confirm.{key}" for key in open_))
    words = listed(PROTECTIONS[key] for key in open_)
    return joined([known, asked(f"nothing is said on: {words}", remedy)])


def _is_settled(answered: dict[str, bool | None], open_: list[str]) -> bool:
    """Answer whether only "entirely public domain" is open, and a protection excludes it."""
    return open_ == ["public_domain_only"] and True in answered.values()


def _supports(answers: dict[str, bool | None], protected: Facts) -> list[Support]:
    said = [on_profile(f"confirm.{key}") for key, answer in answers.items() if answer is not None]
    return [*([on_records(protected, "rights")] if protected.records else []), *said]


def _contradictions(answers: dict[str, bool | None], protected: Facts) -> list[Gap]:
    gaps = []
    held = f"{counted(protected.records, 'record')} under copyright licences or notices"
    for key, denied in (("copyright", False), ("public_domain_only", True)):
        if protected.records and answers[key] is denied:
            word = "yes" if denied else "no"
            what = f"the profile says {word} to “{PROTECTIONS[key]}”, but there are {held}"
            remedy = remedies.set_profile(f"confirm.{key}: {'no' if denied else 'yes'}")
            gaps.append(Gap("", "contradiction", what, remedy))
    claimed = [key for key in PROTECTIONS if key != "public_domain_only" and answers[key]]
    if answers["public_domain_only"] and claimed and not gaps:
        words = listed(PROTECTIONS[key] for key in claimed)
        what = f"the profile says “entirely public domain” and “{words}”"
        remedy = remedies.set_profile("confirm.public_domain_only: no")
        gaps.append(Gap("", "contradiction", what, remedy))
    return gaps


def _is_protected(group: Group) -> bool:
    """Answer whether these records state a copyright notice, or a licence that presupposes one."""
    if group.at("rights.copyright"):
        return True
    stated = group.at("rights.licence_concluded") or group.at("rights.licence") or ""
    if not stated or SILENT.fullmatch(stated):
        return False
    parts = stated.replace("(", "").replace(")", "").split(" AND ")
    return any(not PUBLIC_DOMAIN & set(re.split(" (?:OR|WITH) ", part)) for part in parts)


def personal_information(filing: Filing) -> Answer:
    """(7): on the developer's word; beside it what records say was done about it."""
    path = "confirm.personal_information"
    answer = confirmed(filing, path, "datasets include personal information")
    users = filing.facts.category("user_data_model", "user_data_other_service")
    parts = [answer, _treated(filing.facts)]
    if filing.profile.answer(path) is False and users.records:
        what = f"{counted(users.records, 'record')} of user data without personal information: how?"
        remedy = remedies.correct_record("processing.personal_data", "TEXT", ())
        parts.append(only(advice("", what, remedy)))
    return joined(parts)


def _treated(facts: Facts) -> Answer:
    """Return what records say was done about personal data."""
    steps = facts.statements("processing.personal_data")
    if not steps:
        return Answer(())
    whole = number(facts.records)
    rows = tuple(Row(f"In {number(n)} of {whole} records", text) for text, n in steps.items())
    return rested(on_records(facts, "processing.personal_data"), Labelled(rows))


def aggregate_consumer_information(filing: Filing) -> Answer:
    """(8): only the developer knows."""
    path = "confirm.aggregate_consumer_information"
    return confirmed(filing, path, "datasets include aggregate consumer information")
