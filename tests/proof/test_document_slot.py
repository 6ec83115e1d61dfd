"""Every byte of a document is under its digest or inside its evidence."""

import re
from hashlib import sha256
from pathlib import Path

import pytest

from ledger.errors import MalformedError
from ledger.proof.document_slot import is_document, split_evidence, with_evidence
from ledger.proof.html_slot import SLOT_END, SLOT_START

HTML = b"<!doctype html>\n<html><body>\n<p>Yes</p>\n" + SLOT_START + SLOT_END
JSON = b'{"@context":{"@vocab":"urn:tdl:"},"answer":"Yes"}\n'
EVIDENCE = b'{"entries":[1,2],"type":"tdl/evidence/v1"}\n'

DOCUMENTS = pytest.mark.parametrize("document", [HTML, JSON], ids=["html", "json-ld"])


@DOCUMENTS
def test_evidence_goes_in_and_comes_out(document: bytes) -> None:
    carried = with_evidence(document, EVIDENCE)
    split = split_evidence(carried)
    assert split.document == document
    assert split.evidence == EVIDENCE
    assert split.digest == sha256(document).digest()
    assert is_document(carried)


@DOCUMENTS
def test_a_document_without_evidence_is_itself(document: bytes) -> None:
    split = split_evidence(document)
    assert (split.document, split.evidence) == (document, None)


@DOCUMENTS
def test_evidence_can_be_replaced(document: bytes) -> None:
    twice = with_evidence(with_evidence(document, b'{"old":true}\n'), EVIDENCE)
    assert twice == with_evidence(document, EVIDENCE)


@DOCUMENTS
def test_every_changed_byte_is_refused_or_seen(document: bytes) -> None:
    carried = with_evidence(document, EVIDENCE)
    honest = split_evidence(carried)
    for at in range(len(carried)):
        for change in range(1, 256):
            mutated = bytearray(carried)
            mutated[at] ^= change
            try:
                split = split_evidence(bytes(mutated))
            except MalformedError:
                continue
            seen = split.digest != honest.digest or split.evidence != honest.evidence
            assert seen, (at, change)


@DOCUMENTS
def test_every_lost_or_added_byte_is_refused_or_seen(document: bytes) -> None:
    carried = with_evidence(document, EVIDENCE)
    honest = split_evidence(carried)
    for at in range(len(carried) + 1):
        shorter = carried[:at] + carried[at + 1 :]
        for changed in (shorter, *(carried[:at] + x + carried[at:] for x in (b" ", b"A", b"\n"))):
            if changed == carried:
                continue
            try:
                split = split_evidence(changed)
            except MalformedError:
                continue
            assert (split.digest, split.evidence) != (honest.digest, honest.evidence)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<!doctype html>\n",
        b'{"@context":',
        b'{"answer":"Yes"}\n',
        b"<!DOCTYPE html>\n" + HTML[16:],
        HTML[:-1],
        HTML + b"\n",
        HTML.replace(b"<p>", SLOT_START + b"<p>"),
        HTML.replace(SLOT_START, SLOT_START + b" "),
        HTML.replace(SLOT_START, SLOT_START + b"QQ"),
        HTML.replace(SLOT_START, SLOT_START + b"QR=="),
        HTML.replace(SLOT_START, SLOT_START + b"QQ==\n"),
        HTML.replace(SLOT_START, SLOT_START + b"\xff\xff\xff\xff"),
        HTML.replace(SLOT_START, b'<script id="tdl-evidence" type="text/plain">'),
        JSON[:-1],
        JSON + b"\n",
        JSON.replace(b":", b": ", 1),
        JSON.replace(b"}\n", b',"evidence":"text"}\n'),
        JSON.replace(b"}\n", b',"evidence":1.5}\n'),
        JSON.replace(b"}\n", b',"answer":"No"}\n'),
        JSON.replace(b"Yes", b"\xff"),
    ],
)
def test_any_other_form_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        split_evidence(data)


@pytest.mark.parametrize(
    ("document", "evidence"),
    [
        (HTML, b""),
        (JSON, b""),
        (JSON, EVIDENCE[:-1]),
        (JSON, b"[]\n"),
        (JSON, b'{ "a":1}\n'),
        (b"text", EVIDENCE),
    ],
)
def test_evidence_that_has_no_place_is_refused(document: bytes, evidence: bytes) -> None:
    with pytest.raises(MalformedError):
        with_evidence(document, evidence)


def test_other_files_are_no_documents() -> None:
    assert not is_document(EVIDENCE)
    assert not is_document(b"%PDF-1.7")


def test_the_page_about_documents_gives_the_digests_of_its_examples() -> None:
    page = (Path(__file__).parents[2] / "docs/formats/document.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```(?:html|json)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    blocks = [block for block in blocks if is_document(block.encode())]
    bare_html, html, bare_json, json = (split_evidence(block.encode()) for block in blocks)
    for bare, carried in ((bare_html, html), (bare_json, json)):
        assert bare.evidence is None
        assert carried.evidence == b'{"type":"tdl/evidence/v1"}\n'
        assert bare.digest == carried.digest
        assert f"\nsha256:{bare.digest.hex()}\n" in page
