"""The checks of the document as a whole, and of its head."""

import re

from ledger.errors import LedgerError
from ledger.summary import remedies
from ledger.summary.criteria.check import (
    Check,
    CheckSection,
    Judge,
    Judgement,
    met,
    missed,
    of_all,
    partly,
    skipped,
)
from ledger.summary.criteria.kinds import consistent, hosted, spelt, tells, true_if_inputs_are
from ledger.summary.criteria.reading import Reading
from ledger.summary.criteria.style import plain_everywhere, readable
from ledger.summary.document_json import from_json, to_json
from ledger.summary.eu.form import SECTIONS
from ledger.summary.eu.template import all_fields
from ledger.summary.profile import is_link

PUBLISH = "ledger summary RELEASE"


def whole(reading: Reading, field_id: str) -> Judgement:
    """Every field of the form is in the document and holds more than a link."""
    wanted = [field.id for field in all_fields(SECTIONS)]
    there = [one for one in wanted if one in reading.fields and reading.fields[one].values]
    return of_all(len(there), len(wanted), "fields of the form are in the document", "")


def as_the_form(reading: Reading, field_id: str) -> Judgement:
    """Ids and labels are the form's, in its order."""
    wanted = [(field.id, field.label) for field in all_fields(SECTIONS)]
    found = [(field.id, field.label) for field in reading.document.fields()]
    if found == wanted:
        return met(f"{len(wanted)} fields in official order and wording")
    return missed("order or wording of the fields is not the form's")


def provenance(reading: Reading, field_id: str) -> Judgement:
    """Who issued it, when, and from which log at which size."""
    document = reading.document
    facts = {
        "provider": document.provider,
        "date": document.last_update,
        "log": document.origin and document.size,
    }
    lacking = [name for name, said in facts.items() if not said]
    remedy = remedies.set_profile("provider.name") if "provider" in lacking else ""
    what = f"issuer, date and source are stated; lacking: {', '.join(lacking) or 'none'}"
    return missed(what, remedy) if lacking else met(what)


def integrity(reading: Reading, field_id: str) -> Judgement:
    """The document names the log entry it rests on, and is no draft."""
    if reading.document.standing.startswith("Draft"):
        return missed("a draft carries no proof", PUBLISH)
    if not reading.document.release_record:
        return partly("no release record is named", "ledger release create NAME --dataset DATASET")
    return met("logged, with its proof inside each file")


def interoperable(reading: Reading, field_id: str) -> Judgement:
    """The filled form travels in each file in one machine-readable spelling."""
    try:
        same = from_json(to_json(reading.document)) == reading.document
    except LedgerError as error:
        return missed(f"the filled form cannot be written as JSON: {error}")
    return met("the filled form is JSON inside every format") if same else missed("JSON differs")


def same_language(reading: Reading, field_id: str) -> Judgement:
    """The language of the document is that of the provider's other documentation."""
    theirs = reading.filing.profile.text("publication.language")
    how = remedies.set_profile("publication.language")
    if not theirs:
        return missed("nothing says in which language the provider publishes", how)
    if theirs.split("-")[0] == reading.document.language.split("-")[0]:
        return met(f"both are in “{theirs}”")
    return missed(f"this is “{reading.document.language}”, the provider's is “{theirs}”", how)


def changes(reading: Reading, field_id: str) -> Judgement:
    """What changed since the version before is said in the head."""
    identity = reading.filing.identity
    if not identity.previous:
        return skipped("this is the first version")
    said = reading.words("0.a")
    there = [one for one in identity.changes if one in said]
    if not there:
        return missed("nothing says what changed since the version before", PUBLISH)
    return of_all(len(there), len(identity.changes), "changes are told", PUBLISH)


def _published(path: str, what: str) -> Judge:
    """Return the judge of a link that the head must hold."""

    def judge(reading: Reading, field_id: str) -> Judgement:
        link = reading.filing.profile.text(path)
        if link and link in (*reading.links("0.a"), reading.document.link):
            return met(f"links to {what}")
        return missed(f"no link to {what}", remedies.set_profile(path))

    return judge


def all_versions(reading: Reading, field_id: str) -> Judgement:
    """The head links to all versions: one page of them, or each."""
    previous = reading.filing.identity.previous
    if previous and all(one.link and one.link in reading.links("0.a") for one in previous):
        return met("links to each earlier version")
    return _published("publication.versions_link", "the page with all versions")(reading, field_id)


def links_survive(reading: Reading, field_id: str) -> Judgement:
    """Each link is a whole web address, so it holds wherever the file goes."""
    every = [item.link for one in reading.fields for item in reading.items(one) if item.link]
    if not every:
        return skipped("the document holds no links")
    return of_all(sum(map(is_link, every)), len(every), "links are whole web addresses", "")


def earlier(reading: Reading, field_id: str) -> Judgement:
    """Each earlier version is linked."""
    previous = reading.filing.identity.previous
    if not previous:
        return skipped("there is no earlier version")
    links = reading.links("0.a")
    good = sum(bool(one.link) and one.link in links for one in previous)
    how = remedies.set_profile("publication.site")
    return of_all(good, len(previous), "earlier versions are linked", how)


def numbered(reading: Reading, field_id: str) -> Judgement:
    """Each version that is named has a number of its own."""
    numbers = [one.version for one in reading.filing.identity.previous]
    if not numbers:
        return skipped("there is no earlier version")
    if len({*numbers, reading.document.version}) == len(numbers) + 1:
        return met("each version has its own number")
    return missed("two versions have one number")


def orderable(reading: Reading, field_id: str) -> Judgement:
    """Version numbers are whole numbers that count up."""
    numbers = [one.version for one in reading.filing.identity.previous]
    named = re.search(r"\bVersion (\d+)\b", reading.words("0.a"))
    if named and int(named[1]) == reading.document.version > max(numbers, default=0):
        return met("whole numbers that count up")
    return missed("versions are not numbers that count up")


def opens(reading: Reading, field_id: str) -> Judgement:
    """Whether earlier versions open is seen only where they are published."""
    if not reading.filing.identity.previous:
        return skipped("there is no earlier version")
    return Judgement("depends on host", "seen only by opening the earlier versions")


# fmt: off
CHECKS = CheckSection("S1", "Document", (
    Check("D1", "document", "Accessibility", 3, "renderer",
          "everything asked for sits in one document", whole),
    Check("D2", "document", "Accessibility", 1, "hosting", "easy to find",
          hosted("link to it from pages about the model, under its proper title")),
    Check("D3", "document", "Accessibility", 1, "hosting", "document can be opened by anyone",
          hosted("publish it without login, form or fee")),
    Check("D4", "document", "Comprehension", 3, "renderer", "a reader can understand it",
          plain_everywhere),
    Check("D5", "document", "Clarity", 1, "renderer", "follows the template's structure",
          as_the_form),
    Check("D6", "document", "Comprehension", 3, "renderer", "readable", readable),
    Check("D7", "document", "Clarity", 1, "ledger",
          "clear provenance: who issued it, when, from what", provenance),
    Check("D8", "document", "Correctness", 2, "ledger", "integrity is assured", integrity),
    Check("D9", "document", "Clarity", 1, "renderer",
          "structured, well-defined, interoperable format", interoperable),
    Check("D10", "document", "Accessibility", 1, "renderer", "can be shared and exported",
          interoperable),
    Check("D11", "document", "Consistency", 1, "profile",
          "same language as the provider's other documentation", same_language),
    Check("D12", "document", "Accessibility", 3, "hosting", "published next to the model",
          hosted("publish it with the model on every channel")),
    Check("D13", "document", "Consistency", 3, "ledger",
          "agrees with other documents on the same model version",
          lambda reading, _: consistent(reading, "")),
    Check("D14", "document", "Consistency", 3, "ledger", "agrees with its own earlier versions",
          changes),
    Check("D15", "document", "Comprehension", 2, "ledger",
          "shows what changed since the previous version", changes),
    Check("D16", "document", "Clarity", 1, "ledger",
          "states whether it is current or superseded",
          lambda reading, _: tells(r"latest version|superseded", "which it is")(reading, "0.a")),
    Check("D17", "document", "Comprehension", 1, "profile",
          "says where updates will be announced",
          _published("publication.updates_link", "where updates are announced")),
    Check("D18", "document", "Correctness", 1, "profile", "links to the authoritative copy",
          _published("publication.summary_link", "the authoritative copy")),
    Check("D19", "document", "Clarity", 1, "ledger", "links to all versions", all_versions),
    Check("D20", "document", "Clarity", 3, "hosting",
          "an update appears in the same place as the original",
          hosted("keep one address for the newest version: ledger publish DIR")),
    Check("D21", "document", "Clarity", 3, "hosting", "published in time",
          hosted("no later than the model is placed on the Union market")),
    Check("D22", "document", "Accessibility", 1, "renderer", "links survive export",
          links_survive),
    Check("D23", "0.a", "Completeness", 3, "ledger", "has a version",
          tells(r"\bVersion \d+", "which version it is")),
    Check("D24", "0.a", "Accessibility", 3, "ledger",
          "links to earlier versions where there are any", earlier),
    Check("D25", "0.a", "Consistency", 1, "ledger", "each linked version has its own number",
          numbered),
    Check("D26", "0.a", "Correctness", 1, "renderer",
          "version numbers have a consistent, orderable format", orderable),
    Check("D27", "0.a", "Comprehension", 3, "hosting", "linked earlier versions can be opened",
          opens),
    Check("D28", "0.b", "Completeness", 1, "ledger", "has a last-update date",
          spelt(r"\d.*", "a date")),
    Check("D29", "0.b", "Correctness", 1, "truth", "that date is accurate", true_if_inputs_are),
    Check("D30", "0.b", "Correctness", 1, "renderer", "that date has the right format",
          spelt(r"\d\d/\d\d/\d\d", "DD/MM/YY")),
))
