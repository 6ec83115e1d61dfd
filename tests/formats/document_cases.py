"""Documents that carry their evidence, tiny ones written by hand, and what must become of each."""

from base64 import b64decode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from ledger.checkpoint.trust import Trust
from ledger.errors import CannotTellError, MalformedError
from ledger.proof.document_slot import is_document, with_evidence
from ledger.proof.evidence import EntryEvidence
from ledger.proof.html_slot import SLOT_END, SLOT_START
from ledger.proof.verify import StepFailedError, StepUnclearError
from ledger.record.canonical import JSON
from ledger.summary.verify import verify_summary
from tests.formats import cases
from tests.formats.cases import TRUSTS, flip_line
from tests.formats.examples import (
    CLAIMED_AT,
    PUBLISHER,
    ExampleLog,
    closed,
    keys_log,
    sealed,
    some,
    whole,
)
from tests.formats.form_cases import example_parts, form_cases

START, END = SLOT_START.decode(), SLOT_END.decode()
HTML = (
    '<!doctype html>\n<html lang="en"><head><title>Summary</title></head><body>\n'
    f"<p>2.3.a Yes</p>\n{START}{END}"
)
JSONLD = '{"@context":{"@vocab":"urn:tdl:"},"answer":"Yes"}\n'
ODD_HTML = f"<!doctype html>\n<ul><li>no head, and a slot within a line: {START}{END}"
"""What a browser would mend and a verifier does not look at."""


class Case(NamedTuple):
    """One file: its name, what is the matter with it, the verdict, the step, and its text."""

    name: str
    what: str
    verdict: str
    step: int
    document: str
    trust: str = "witnessed"


def content(case: Mapping[str, Any]) -> bytes:
    """Return the file of a case."""
    return b64decode(case["base64"]) if "base64" in case else str(case["document"]).encode()


def verdict(data: bytes, trust: str) -> tuple[str, int]:
    """Return our verdict, and the step it fell in (0 is the reading of the file)."""
    if not is_document(data):
        try:
            return cases.verdict(data.decode(), trust)[:2]
        except UnicodeDecodeError:
            return "malformed", 0
    try:
        found = verify_summary(data, Trust.parse(trust.encode()))
    except MalformedError:
        return "malformed", 0
    except StepFailedError as failed:
        return "not verified", failed.number
    except StepUnclearError as unclear:
        return "cannot tell", unclear.number
    except CannotTellError:
        return "cannot tell", 0
    return "verified", len(found.verified.steps)


def document_vector() -> dict[str, object]:
    """Return the whole of vectors/document.json."""
    forms = {"html": HTML, "jsonld": JSONLD, "odd_html": ODD_HTML}
    return {
        "trust": {name: TRUSTS[name] for name in ("witnessed", "other log")},
        "without_evidence": forms,
        "digests": {name: digest(text) for name, text in forms.items()},
        "cases": [
            case._asdict()
            for case in (*good_cases(), *other_evidence(), *broken_html(), *broken_jsonld())
        ]
        + form_cases(),
        "filled": example_parts(),
    }


def digest(text: str) -> str:
    """Return the digest that a summary record holds of a document without evidence."""
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def summary_record(*names: str) -> dict[str, JSON]:
    """Return the fields of a summary that names the documents of these texts."""
    renditions: list[JSON] = [
        {"digest": digest(text), "media_type": "text/html", "name": f"summary-{number}"}
        for number, text in enumerate(names)
    ]
    return {
        "basis": dict.fromkeys(("release_record", "renditions", "summary"), "declared"),
        "claimed_at": CLAIMED_AT,
        "release_record": "2.0",
        "renditions": renditions,
        "summary": {
            "language": "en",
            "last_update": "2026-09-01",
            "provider": "Example Lab",
            "release": "Example-1",
            "size": 3,
            "template": "eu",
            "template_number": "1",
            "version": 1,
        },
    }


def summary_log() -> ExampleLog:
    """Return a log of keys and one batch of two summaries; the first names no document of ours."""
    log = keys_log()
    log.append(
        PUBLISHER,
        [
            sealed("summary", summary_record("an older version"), 0x40),
            sealed("summary", summary_record(HTML, JSONLD, ODD_HTML), 0x41),
        ],
    )
    return log


def carrying(text: str, *entries: EntryEvidence) -> str:
    """Return the document with evidence of these entries in its slot."""
    evidence = summary_log().evidence(entries).to_bytes()
    return with_evidence(text.encode(), evidence).decode()


def good_cases() -> Iterator[Case]:
    """Yield what must be accepted."""
    log = summary_log()
    keys, (old, new) = log.entry(0), log.batches[1].records
    both = log.entry(1)
    one = log.entry(1, {1: whole(new)})
    field = log.entry(1, {0: closed(old), 1: some(new, "renditions")})
    for name, what, text, entry in (
        ("html", "HTML", HTML, one),
        ("jsonld", "JSON-LD; the record says text/html, which is not compared", JSONLD, one),
        ("two-summaries", "of two summaries the second names it", HTML, both),
        ("renditions-alone", "the summary shows `renditions` and no other field", HTML, field),
        ("odd-html", "no element but the slot is looked at", ODD_HTML, one),
    ):
        yield Case(name, what, "verified", 5, carrying(text, keys, entry))
    alone = log.evidence([keys, one]).to_bytes().decode()
    yield Case("evidence-alone", "begins like neither form: read as evidence", "verified", 4, alone)


def other_evidence() -> Iterator[Case]:
    """Yield documents in their form, whose evidence does not prove them."""
    log = summary_log()
    keys, (old, new) = log.entry(0), log.batches[1].records
    yield Case("html-without-evidence", "the slot is empty", "cannot tell", 0, HTML)
    yield Case("jsonld-without-evidence", "no member `evidence`", "cannot tell", 0, JSONLD)
    for name, what, entries in (
        ("no-summary", "the evidence has no entry of summaries", [keys]),
        ("summary-closed", "the summary is closed", [keys, log.entry(1, {1: closed(new)})]),
        (
            "renditions-hidden",
            "the summary shows another field",
            [keys, log.entry(1, {1: some(new, "summary")})],
        ),
    ):
        yield Case(name, what, "cannot tell", 5, carrying(HTML, *entries))
    older = carrying(HTML, keys, log.entry(1, {0: whole(old), 1: closed(new)}))
    yield Case("other-summary", "the summary names another document", "not verified", 5, older)
    good = carrying(JSONLD, keys, log.entry(1))
    no_keys = carrying(HTML, log.entry(1))
    yield Case("no-keys", "the key entry is left out", "cannot tell", 4, no_keys)
    evidence = log.evidence([keys, log.entry(1)])
    note = flip_line(evidence.checkpoint.decode(), 5)
    broken = good.replace(_in_json(evidence.checkpoint.decode()), _in_json(note))
    yield Case("cosignature", "a bit of the cosignature", "not verified", 1, broken)
    yield Case("other-log", "trust knows another log", "cannot tell", 1, good, "other log")


def _in_json(text: str) -> str:
    return text.replace("\n", "\\n")


def broken_html() -> Iterator[Case]:
    """Yield HTML in which something was changed after the fact."""
    log = summary_log()
    good = carrying(HTML, log.entry(0), log.entry(1, {1: whole(log.batches[1].records[1])}))
    slot = good[good.index(START) + len(START) : good.index(END)]
    yield from _changed(
        ("html-answer", "an answer", good.replace("a Yes<", "a No<")),
        ("html-space", "a space before the slot", good.replace(START, f" {START}")),
    )
    in_lines = f"{slot[:76]}\n{slot[76:]}"
    commented = good.replace("<p>", f"<!-- {START} --><p>")
    yield from _misspelt(
        (
            "html-other-tag",
            "a second script, in other letters",
            good.replace("<p>", f"{START.upper()}</script><p>"),
        ),
        ("html-upper-case", "<!DOCTYPE", good.replace("<!doctype", "<!DOCTYPE")),
        ("html-crlf", "CR LF for LF", good.replace("\n", "\r\n")),
        ("html-mark", "a byte order mark", f"\ufeff{good}"),
        ("html-no-slot", "the slot has another id", good.replace('id="tdl-', 'id="')),
        ("html-two-slots", "the opening tag is in a comment too", commented),
        ("html-more", "a line feed after the end", f"{good}\n"),
        ("html-less", "the last line feed is missing", good[:-1]),
        ("html-lines", "base64 in lines", good.replace(slot, in_lines)),
        ("html-spare-base64", "base64 goes on after its end", good.replace(slot, f"{slot}AA==")),
        ("html-not-evidence", "the slot holds `{}`", good.replace(slot, "e30K")),
    )


def broken_jsonld() -> Iterator[Case]:
    """Yield JSON-LD in which something was changed after the fact."""
    log = summary_log()
    good = carrying(JSONLD, log.entry(0), log.entry(1, {1: whole(log.batches[1].records[1])}))
    bare = JSONLD[:-2]
    yield from _changed(
        ("jsonld-answer", "an answer", good.replace('"Yes"', '"No"')),
        ("jsonld-member", "one more member", f'{good[:-2]},"x":1}}\n'),
    )
    twice = good.replace('"evidence":', '"evidence":{},"evidence":')
    yield from _misspelt(
        ("jsonld-context-later", "a member before @context", '{"$a":1,' + good[1:]),
        ("jsonld-space", "a space", good.replace(':"Yes"', ': "Yes"')),
        ("jsonld-less", "the last line feed is missing", good[:-1]),
        ("jsonld-order", "a member out of its order", f'{good[:-2]},"a":1}}\n'),
        ("jsonld-text", "the evidence is a string", f'{bare},"evidence":"e30K"}}\n'),
        ("jsonld-empty", "the evidence has no members", f'{bare},"evidence":{{}}}}\n'),
        ("jsonld-twice", "the evidence stands twice", twice),
    )


def _changed(*changes: tuple[str, str, str]) -> Iterator[Case]:
    for name, what, text in changes:
        yield Case(name, what, "not verified", 5, text)


def _misspelt(*changes: tuple[str, str, str]) -> Iterator[Case]:
    for name, what, text in changes:
        yield Case(name, what, "malformed", 0, text)
