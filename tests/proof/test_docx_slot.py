"""The one spelling of a DOCX: whatever is changed is refused, or seen by digest or evidence."""

import io
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from struct import pack_into
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo
from zlib import crc32

import pytest

from ledger.errors import MalformedError
from ledger.proof import docx_slot
from ledger.proof.document_slot import is_document, split_evidence, with_evidence
from ledger.proof.docx_slot import EVIDENCE, FORM, TYPES, write
from tests.proof import small_docx

DOCUMENT = "word/document.xml"
PARTS = {
    "_rels/.rels": b"<Relationships/>",
    DOCUMENT: b"<document>2.3.a Yes</document>",
    FORM: b'{"2.3.a":true}',
    TYPES: b"<Types/>",
    EVIDENCE: b"",
}
PROOF = b'{"type":"tdl/evidence/v1"}\n'
BARE = write(PARTS)
CARRIED = with_evidence(BARE, PROOF)


def seen(data: bytes) -> bool:
    """Answer whether a verifier sees that this is not `CARRIED`."""
    try:
        split = split_evidence(data)
    except MalformedError:
        return True
    return (split.document, split.evidence) != (BARE, PROOF)


def zipped(
    names: list[str],
    change: Callable[[ZipInfo], None] = lambda info: None,
    comment: bytes = b"",
) -> bytes:
    """Return what `zipfile` makes of the parts, as near to the one spelling as it can."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_STORED) as archive:
        archive.comment = comment
        for name in names:
            info = ZipInfo(name)
            info.create_system = 0
            info.external_attr = 1  # 0 is taken for "not given"
            change(info)
            content = {**PARTS, EVIDENCE: PROOF}.get(name, b"<more/>")
            archive.writestr(info, content, info.compress_type)
    return out.getvalue()


def plain(data: bytes) -> bytes:
    """Return the file of `zipped` with the attributes set to 0."""
    changed = bytearray(data)
    at = data.find(b"PK\1\2")
    while at >= 0:
        pack_into("<I", changed, at + 38, 0)
        at = data.find(b"PK\1\2", at + 1)
    return bytes(changed)


ORDER = [TYPES, "_rels/.rels", FORM, DOCUMENT, EVIDENCE]


def test_another_program_that_keeps_to_the_spelling_writes_the_same_bytes() -> None:
    assert plain(zipped(ORDER)) == CARRIED


def test_any_program_reads_the_parts() -> None:
    with ZipFile(io.BytesIO(CARRIED)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ORDER
        assert {name: archive.read(name) for name in ORDER} == {**PARTS, EVIDENCE: PROOF}


def test_the_order_of_a_mapping_does_not_matter() -> None:
    assert write(dict(reversed(PARTS.items()))) == BARE
    assert docx_slot.read(BARE) == PARTS
    assert list(docx_slot.read(BARE)) == ORDER


def test_evidence_goes_in_comes_out_and_is_replaced() -> None:
    split = split_evidence(CARRIED)
    assert (split.document, split.evidence) == (BARE, PROOF)
    assert split.digest == sha256(BARE).digest()
    assert with_evidence(with_evidence(BARE, b"old"), PROOF) == CARRIED
    assert (split_evidence(BARE).document, split_evidence(BARE).evidence) == (BARE, None)


def test_the_form_is_found_with_and_without_evidence() -> None:
    assert docx_slot.form_in(BARE) == docx_slot.form_in(CARRIED) == PARTS[FORM]
    parts = {name: content for name, content in PARTS.items() if name != FORM}
    assert docx_slot.form_in(write(parts)) is None


def test_it_is_known_by_its_first_64_bytes() -> None:
    assert is_document(CARRIED[:64])
    assert not is_document(plain(zipped(ORDER, deflate))[:64])
    assert not is_document(b"PK\3\4")


def test_every_changed_byte_is_refused_or_seen() -> None:
    for at in range(len(CARRIED)):
        for change in (*(1 << bit for bit in range(8)), 0xFF):
            mutated = bytearray(CARRIED)
            mutated[at] ^= change
            assert seen(bytes(mutated)), (at, change)


def test_every_lost_or_added_byte_is_refused_or_seen() -> None:
    for at in range(len(CARRIED) + 1):
        assert at == len(CARRIED) or seen(CARRIED[:at] + CARRIED[at + 1 :])
        for more in (b"\0", b"P", b"{", b"\n"):
            assert seen(CARRIED[:at] + more + CARRIED[at:]), (at, more)
        assert at == len(CARRIED) or seen(CARRIED[:at])


def deflate(info: ZipInfo) -> None:
    """Compress a part as Word does."""
    info.compress_type = ZIP_DEFLATED


def deflate_document(info: ZipInfo) -> None:
    """Compress one part."""
    if info.filename == DOCUMENT:
        info.compress_type = ZIP_DEFLATED


def date(info: ZipInfo) -> None:
    """Date a part."""
    info.date_time = (2026, 11, 24, 12, 0, 0)


def add_extra(info: ZipInfo) -> None:
    """Add an extra field."""
    info.extra = b"\x01\x99\x02\x00ab"


def say_unix(info: ZipInfo) -> None:
    """Name another system as the one that wrote the part."""
    info.create_system = 3


def remark(info: ZipInfo) -> None:
    """Add a comment to a part."""
    info.comment = b"hidden"


@pytest.mark.parametrize(
    "change",
    [deflate, deflate_document, date, add_extra, say_unix, remark],
    ids=lambda f: f.__doc__,
)
def test_another_spelling_of_the_same_parts_is_refused(change: Callable[[ZipInfo], None]) -> None:
    data = plain(zipped(ORDER, change))
    assert ZipFile(io.BytesIO(data)).testzip() is None
    with pytest.raises(MalformedError):
        docx_slot.read(data)


def test_a_zip64_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 1)
    data = plain(zipped(ORDER))
    assert b"PK\6\6" in data
    assert b"PK\6\7" in data
    with pytest.raises(MalformedError, match="one spelling"):
        docx_slot.read(data)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([*ORDER[:4], DOCUMENT, EVIDENCE], "two parts"),
        ([*ORDER, EVIDENCE], "two parts"),
        ([*ORDER[:4], "Word/Document.xml", EVIDENCE], "but for case"),
        ([*ORDER, "word/extra.xml"], "order"),
        ([EVIDENCE, *ORDER[:4]], "order"),
        ([*ORDER[1:4], TYPES, EVIDENCE], "order"),
        ([TYPES, DOCUMENT, "_rels/.rels", FORM, EVIDENCE], "order"),
        (ORDER[:4], "no part 'tdl/evidence.json'"),
        (ORDER[1:], "no part '.Content_Types..xml'"),
        ([*ORDER[:4], "word/é.xml", EVIDENCE], "another program"),
        ([*ORDER[:4], "/word/a.xml", EVIDENCE], "no name"),
        ([*ORDER[:4], "word//a.xml", EVIDENCE], "no name"),
        ([*ORDER[:4], "word/", EVIDENCE], "no name"),
        ([*ORDER[:4], "word/a b.xml", EVIDENCE], "no name"),
        ([*ORDER[:4], "word/" + "a" * 200, EVIDENCE], "no name"),
    ],
)
def test_other_lists_of_parts_are_refused(names: list[str], message: str) -> None:
    with pytest.raises(MalformedError, match=message):
        docx_slot.read(plain(zipped(names)))


def test_a_part_that_is_added_after_logging_changes_the_digest() -> None:
    """A second body, well formed and in its place: the digest is what tells."""
    more = write({**PARTS, "word/document2.xml": b"<document>No</document>", EVIDENCE: PROOF})
    split = split_evidence(more)
    assert split.evidence == PROOF
    assert split.digest != sha256(BARE).digest()


def test_a_list_at_the_end_that_names_another_part_is_refused() -> None:
    at = CARRIED.rindex(b"word/document.xml")
    forged = CARRIED[:at] + b"word/documenu.xml" + CARRIED[at + 17 :]
    assert ZipFile(io.BytesIO(forged)).namelist()[3] == "word/documenu.xml"
    with pytest.raises(MalformedError, match="one spelling"):
        docx_slot.read(forged)


def test_a_list_at_the_end_that_points_into_the_evidence_is_refused() -> None:
    """A body in the slot: Word would read it, if the list could name it."""
    other = write({TYPES: b"", DOCUMENT: b"<document>2.3.a No </document>", EVIDENCE: b""})
    inner = other[other.index(b"PK\3\4", 4) : other.rindex(b"PK\3\4")]
    data = bytearray(with_evidence(BARE, inner))
    entry = data.rindex(b"PK\1\2", 0, data.rindex(DOCUMENT.encode()))
    pack_into("<I", data, entry + 42, data.index(inner))
    pack_into("<I", data, entry + 16, crc32(b"<document>2.3.a No </document>"))
    assert ZipFile(io.BytesIO(data)).read(DOCUMENT) == b"<document>2.3.a No </document>"
    with pytest.raises(MalformedError, match="one spelling"):
        docx_slot.read(bytes(data))


def test_a_changed_crc_is_refused() -> None:
    """Also where both lists name it."""
    right = crc32(PARTS[DOCUMENT]).to_bytes(4, "little")
    assert CARRIED.count(right) == 2
    with pytest.raises(MalformedError, match="its checksum is another"):
        docx_slot.read(CARRIED.replace(right, bytes(4)))


@pytest.mark.parametrize(
    "data",
    [
        b"stub" + CARRIED,
        CARRIED + b"\n",
        CARRIED + CARRIED,
        plain(zipped(ORDER, comment=b"x")),
        b"",
    ],
    ids=["before", "behind", "twice", "comment", "nothing"],
)
def test_nothing_stands_before_or_behind(data: bytes) -> None:
    with pytest.raises(MalformedError):
        docx_slot.read(data)


@pytest.mark.parametrize("missing", [TYPES, EVIDENCE])
def test_the_writer_wants_the_parts_that_a_reader_wants(missing: str) -> None:
    with pytest.raises(MalformedError, match="no part"):
        write({name: content for name, content in PARTS.items() if name != missing})


def test_evidence_of_no_bytes_is_refused() -> None:
    with pytest.raises(MalformedError, match="no bytes"):
        with_evidence(BARE, b"")


def test_the_page_about_documents_gives_the_bytes_of_its_example() -> None:
    page = (Path(__file__).parents[2] / "docs/formats/document.md").read_text(encoding="utf-8")
    data = write({**small_docx.PARTS, EVIDENCE: PROOF})
    assert list(docx_slot.read(data)) == list(small_docx.PARTS)
    assert f"\nsha256:{split_evidence(data).digest.hex()}\n" in page
    at = data.index(b"PK\3\4", data.index(b"</w:document>"))
    assert f"begins at byte {at:,} with" in page
    assert f"\n{data[at : at + 30].hex(' ')}\n{data[at + 30 : at + 47].hex(' ')}\n" in page
