"""What is checked of provider, representative and models (sections 1.1 and 1.2)."""

import re

from ledger.summary import remedies
from ledger.summary.criteria import expected
from ledger.summary.criteria.check import Judge, Judgement, met, missed, of_all, partly
from ledger.summary.criteria.kinds import (
    each,
    has_detail,
    has_link,
)
from ledger.summary.criteria.reading import Reading

LEGAL_FORM = re.compile(
    r"\b(?:SAS|SARL|SA|SE|GmbH|AG|UG|KG|BV|B\.V|NV|N\.V|Inc|LLC|Ltd|Limited|PLC|Corp|Corporation"
    r"|Oy|AB|ApS|A/S|S\.p\.A|SpA|S\.r\.l|Srl|sp\. z o\.o|s\.r\.o|d\.o\.o|SIA|UAB|e\.V|Foundation"
    r"|University|Institute|ETH|Kft|Zrt|EOOD|PBC)\b"
)
EMAIL = re.compile(r"\b([\w.+-]+)@[\w-]+(?:\.[\w-]+)+")
GENERAL = frozenset(
    ("info", "contact", "hello", "office", "mail", "admin", "support", "general", "team", "press")
)

LINK = "add link: to each model"


def named(path: str) -> Judge:
    """Return the judge of a party's name."""

    def judge(reading: Reading, field_id: str) -> Judgement:
        name = reading.filing.profile.text(path)
        if name and name in reading.words(field_id):
            return met(f"named: {name}")
        return missed("not named", remedies.set_profile(path))

    return judge


def one_entity(path: str, register: str) -> Judge:
    """Return the judge of whether a name identifies one party: legal form or register number."""

    def judge(reading: Reading, field_id: str) -> Judgement:
        name, number = (reading.filing.profile.text(one) for one in (path, register))
        if number and number.split("\n")[0] in reading.words(field_id):
            return met("a register number stands beside the name")
        if LEGAL_FORM.search(name):
            return met("the name has its legal form")
        what = "neither a legal form nor a register number stands with the name"
        return partly(what, remedies.set_profile(register if register else path))

    return judge


def contact(path: str) -> Judge:
    """Return the judge of whether a contact is given at all."""

    def judge(reading: Reading, field_id: str) -> Judgement:
        if reading.filing.profile.text(path):
            return met("a contact is given")
        return missed("no contact is given", remedies.set_profile(path))

    return judge


def dedicated(path: str) -> Judge:
    """Return the judge of whether a contact is more than the general mailbox."""

    def judge(reading: Reading, field_id: str) -> Judgement:
        boxes_ = EMAIL.findall(reading.filing.profile.text(path))
        how = remedies.set_profile(path)
        if not reading.filing.profile.text(path):
            return missed("no contact is given", how)
        if not boxes_:
            return partly("no address that answers questions about this summary", how)
        if all(one.lower() in GENERAL for one in boxes_):
            return missed(f"“{boxes_[0]}@” is the general mailbox", how)
        return met("a mailbox of its own")

    return judge


def unique_models(reading: Reading, field_id: str) -> Judgement:
    """No two models share a name, and each has a version, a link or a digest with it."""
    items = reading.items(field_id)
    if len({item.name for item in items}) != len(items):
        return missed("two models have one name", "ledger release create NAME --model MODEL")
    tells_apart = has_detail("digest|identifier|revision")
    good = sum(
        has_link(item) or tells_apart(item) or bool(re.search(r"\d", item.name)) for item in items
    )
    what = "models have a version in their name, or a link or a digest beside it"
    return of_all(good, len(items), what, remedies.edit_release(reading.filing.name, LINK))


def documented(reading: Reading, field_id: str) -> Judgement:
    """Each model is linked to its documentation."""
    how = remedies.edit_release(reading.filing.name, LINK)
    return each(has_link, "have a link to their documentation", how)(reading, field_id)


def one_set(reading: Reading, field_id: str) -> Judgement:
    """One frozen training set stands for all models covered."""
    if reading.filing.facts.records:
        return met("one frozen training set for all of them")
    return missed("the training set is empty", "ledger release create NAME --dataset DATASET")


def whose_base(reading: Reading, field_id: str) -> Judgement:
    """It is clear which covered model came from which base."""
    covered = [str(model["name"]) for model in reading.filing.models]
    if len(covered) == 1:
        return met("one model is covered")
    good = [
        any(name in row.text for name in covered for row in item.details)
        for item in reading.items(field_id)
    ]
    what = "base models name the model made from them"
    how = remedies.edit_release(reading.filing.name, "add of: to each model in based_on:")
    return of_all(sum(good), len(good), what, how)


def dated(reading: Reading, field_id: str) -> Judgement:
    """Each model has its date."""
    there = {row.label for row in reading.rows(field_id) if re.search(r"\d{4}", row.text)}
    wanted = list(expected.models(reading))
    good = sum(name in there for name in wanted)
    how = remedies.set_release(reading.filing.name, "--market-date YYYY-MM-DD")
    return of_all(good, len(wanted), "models have a date of placement", how)
