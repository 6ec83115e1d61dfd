"""A document is believed if a logged summary names its digest, and what is missing is said."""

from hashlib import sha256

import pytest

from ledger.errors import CannotTellError, MalformedError
from ledger.proof.document import verify_document
from ledger.proof.document_slot import with_evidence
from ledger.proof.evidence import MAX_SIZE
from ledger.proof.html_slot import HTML_START, SLOT_END, SLOT_START
from ledger.proof.verify import StepFailedError, StepUnclearError
from ledger.record.canonical import JSON
from tests.makers import (
    CLAIMED_AT,
    PUBLISHER,
    TRUST,
    MemoryLog,
    Show,
    batch,
    closed,
    keys_batch,
    only,
    whole,
)

HTML = HTML_START + b"<html><body>\n<p>Yes</p>\n" + SLOT_START + SLOT_END
OTHER = HTML.replace(b"Yes", b"No")


def summary(document: bytes) -> dict[str, JSON]:
    """Return the fields of the summary record that names one HTML document."""
    digest = f"sha256:{sha256(document).hexdigest()}"
    return {
        "summary": {
            "provider": "Example Lab",
            "release": "Example-1",
            "version": 1,
            "template": "eu",
            "template_number": "1",
            "language": "en",
            "last_update": "2026-09-01",
            "size": 1,
        },
        "release_record": "1.0",
        "renditions": [{"digest": digest, "media_type": "text/html", "name": "summary.html"}],
        "basis": dict.fromkeys(("summary", "release_record", "renditions"), "declared"),
        "claimed_at": CLAIMED_AT,
    }


def carrying(document: bytes, logged: list[bytes], show: Show | None = whole) -> bytes:
    """Return the document with evidence of the summaries of `logged`, shown by `show` or not."""
    log = MemoryLog()
    log.append(keys_batch(), batch(PUBLISHER, "summary", [summary(one) for one in logged]))
    shown = [log.entry(1, dict.fromkeys(range(len(logged)), show))] if show else []
    return with_evidence(document, log.evidence(log.entry(0), *shown).to_bytes())


@pytest.mark.parametrize("show", [whole, only("renditions"), only("renditions", "summary")])
def test_a_document_that_a_summary_names(show: Show) -> None:
    found = verify_document(carrying(HTML, [HTML], show), TRUST)
    assert (str(found.record.id), found.media_type) == ("1.0", "text/html")
    assert [step.name for step in found.verified.steps][4:] == ["Document"]


def test_any_of_several_summaries_will_do() -> None:
    found = verify_document(carrying(HTML, [OTHER, HTML]), TRUST)
    assert str(found.record.id) == "1.1"


def test_a_document_that_no_summary_names() -> None:
    with pytest.raises(StepFailedError, match=r"step 5, Document: .* record 1\.0 names another"):
        verify_document(carrying(HTML, [OTHER]), TRUST)


@pytest.mark.parametrize("show", [None, closed, only("summary")])
def test_evidence_that_does_not_show_what_the_summary_names(show: Show | None) -> None:
    """Somebody left it out on the way: the document may be the right one or not."""
    with pytest.raises(StepUnclearError, match=r"step 5, Document: .* no summary's renditions"):
        verify_document(carrying(HTML, [HTML], show), TRUST)


def test_a_document_without_evidence() -> None:
    with pytest.raises(CannotTellError, match="carries no evidence"):
        verify_document(HTML, TRUST)


def test_a_document_too_large_to_read() -> None:
    large = HTML.replace(b"Yes", b"Y" * MAX_SIZE)
    with pytest.raises(MalformedError, match="at most 67108864 bytes"):
        verify_document(large, TRUST)
