"""What a document is, for each form of file; and that the tree fits what is counted."""

import csv
import gzip
import io
import json
import tarfile
from collections.abc import Callable

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from ledger.capture import DocumentTree, Options
from ledger.capture.cutters import CsvCutter, LineCutter
from ledger.capture.documents import Sink
from ledger.capture.files import Facts
from ledger.capture.lines import Csv, JsonLines
from ledger.tree.documents import document_digest, documents_root
from tests.capture.reading import read

ROWS = Options(documents=DocumentTree())
TEXTS = Options(documents=DocumentTree("text"))


class Taken:
    """A Sink that keeps documents."""

    def __init__(self) -> None:
        self.documents: list[bytes] = []
        self._parts = b""

    def whole(self, documents: list[bytes]) -> None:
        self.documents += documents

    def part(self, data: bytes) -> None:
        self._parts += data

    def end(self) -> None:
        self.documents.append(self._parts)
        self._parts = b""

    def drop(self) -> None:
        self._parts = b""


def root_of(documents: list[bytes]) -> str:
    digests = b"".join(map(document_digest, documents))
    return documents_root(lambda: (digests,)).hex()


def check(facts: Facts, documents: list[bytes], unit: str, column: str = "") -> None:
    assert facts.notes == ()
    assert facts.documents is not None
    assert facts.documents.count == len(documents)
    assert facts.documents.root == root_of(documents)
    assert (facts.documents.unit, facts.documents.column) == (unit, column)


def cut(make: Callable[[Sink], CsvCutter | LineCutter], data: bytes, chunk: int) -> list[bytes]:
    taken = Taken()
    cutter = make(taken)
    for at in range(0, len(data), chunk):
        cutter.feed(data[at : at + chunk])
    cutter.finish()
    return taken.documents


LINES = b'{"a": 1}\n\n  \t\n{"a": 2}\r\n\r\n{"a":3} \r\r\nlast\r'
LINE_DOCUMENTS = [b'{"a": 1}', b'{"a": 2}', b'{"a":3} \r', b"last"]


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 1 << 20])
def test_a_line_goes_without_its_line_end_and_blank_lines_are_none(chunk: int) -> None:
    check(read("a.jsonl", LINES, ROWS, chunk), LINE_DOCUMENTS, "line")


@given(data=st.text(" \t\r\n\fab", max_size=40).map(str.encode), chunk=st.integers(1, 9))
def test_as_many_lines_are_cut_as_are_counted(data: bytes, chunk: int) -> None:
    counter = JsonLines()
    counter.feed(data)
    documents = cut(LineCutter, data, chunk)
    assert len(documents) == counter.finish().measures["documents"]
    assert documents == cut(LineCutter, data, 1 << 20)


CSV = b'id,text\r\n1,"a ""quoted"" one"\r\n\r\n2,"two\nlines"\n3,"not"closed,x\r4,plain'
CSV_DOCUMENTS = [b'1,"a ""quoted"" one"', b'2,"two\nlines"', b'3,"not"closed,x', b"4,plain"]


@pytest.mark.parametrize("chunk", [1, 2, 5, 1 << 20])
def test_a_record_of_csv_goes_as_it_stands_and_the_header_is_none(chunk: int) -> None:
    check(read("a.csv", CSV, ROWS, chunk), CSV_DOCUMENTS, "record")


def test_tsv_is_told_by_tabs() -> None:
    check(read("a.tsv", b'a\tb\n1,"\t"x\ty"\n', ROWS), [b'1,"\t"x\ty"'], "record")


@given(data=st.text('",\r\na ', max_size=40).map(str.encode), chunk=st.integers(1, 9))
def test_as_many_records_are_cut_as_are_counted(data: bytes, chunk: int) -> None:
    counter = Csv()
    counter.feed(data)
    documents = cut(lambda sink: CsvCutter(sink, b","), data, chunk)
    assert len(documents) == counter.finish().measures["documents"]
    assert documents == cut(lambda sink: CsvCutter(sink, b","), data, 1 << 20)


@given(
    rows=st.lists(
        st.lists(st.text('",\r\na ', max_size=6), min_size=2, max_size=3).filter(any), max_size=5
    )
)
def test_a_record_that_is_cut_out_reads_as_it_did_inside(rows: list[list[str]]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerows([["one", "two"], *rows])
    documents = cut(lambda sink: CsvCutter(sink, b","), file.getvalue().encode(), 5)
    read_back = [
        row for one in documents for row in csv.reader(io.StringIO(one.decode(), newline=""))
    ]
    assert read_back == rows


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.json"])
def test_a_text_is_one_document_with_its_last_line_end(name: str) -> None:
    check(read(name, b"some\ntext\r\n", ROWS), [b"some\ntext\r\n"], "file")
    check(read(name, b"", ROWS), [], "file")


def test_json_lines_are_lines_under_any_name_and_compression() -> None:
    lines = b'{"a": 1}\n{"a": 2}\n'
    documents = lines.split()
    check(read("a.json", lines, ROWS), lines.splitlines(), "line")
    check(read("a.json.gz", gzip.compress(lines), ROWS), lines.splitlines(), "line")
    check(read("a.jsonl.zst", zstandard.compress(lines), ROWS), lines.splitlines(), "line")
    assert documents


def test_a_damaged_compression_leaves_no_tree_and_says_why() -> None:
    facts = read("a.jsonl.gz", gzip.compress(LINES)[:-9], ROWS)
    assert facts.documents is None
    assert "no tree of documents: the compressed data is cut off" in facts.notes


def archive(form: int) -> tuple[bytes, list[bytes]]:
    members = [
        ("a.txt", b"one"),
        ("a.json", b"{}"),
        ("deep/" * 30 + "b.txt", bytes(2000)),
        ("empty.txt", b""),
    ]
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=form) as tar:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE):
            info = tarfile.TarInfo(f"of-kind-{kind.decode()}")
            info.type, info.linkname = kind, "a.txt"
            tar.addfile(info)
    return file.getvalue(), [content for _, content in members]


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("chunk", [100, 1 << 20])
def test_a_member_of_a_tar_is_a_document_and_a_link_is_none(form: int, chunk: int) -> None:
    data, documents = archive(form)
    facts = read("a.tar", data, ROWS, chunk)
    check(facts, documents, "member")
    # Samples are counted by name: two members share one.
    assert facts.measures["documents"] == 3
    check(read("a.tar.gz", gzip.compress(data), ROWS, chunk), documents, "member")


def test_of_a_sparse_member_the_bytes_that_the_archive_holds_count() -> None:
    header = bytearray(tarfile.TarInfo("holes.txt").tobuf(tarfile.GNU_FORMAT)[:512])
    header[156:157] = b"S"
    header[124:136] = b"%011o\0" % 3  # stored
    header[483:495] = b"%011o\0" % 4096  # as a file
    data = bytes(header) + b"abc".ljust(512, b"\0") + bytes(1024)
    check(read("a.tar", data, ROWS), [b"abc"], "member")


def test_a_tar_that_is_cut_off_has_no_tree() -> None:
    data, _ = archive(tarfile.GNU_FORMAT)
    facts = read("a.tar", data[:514], ROWS)
    assert facts.documents is None
    assert any("cut off" in note for note in facts.notes)


def test_texts_of_a_column() -> None:
    rows = [{"text": "An article."}, {"text": None}, {"other": 1}, {"text": "\ud83dé"}]
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    documents = [b"An article.", b"", b"", "\ud83dé".encode("utf-8", "surrogatepass")]
    for chunk in (1, 1 << 20):
        check(read("a.jsonl", data, TEXTS, chunk), documents, "line", "text")
    table = b'\xef\xbb\xbftext,id\n"say ""x""\nand",1\n\xff,2\n"",3\n'
    for chunk in (1, 1 << 20):
        found = read("a.csv", table, TEXTS, chunk)
        check(found, [b'say "x"\nand', b"\xff", b""], "record", "text")
    check(read("a.txt", b"text", TEXTS), [b"text"], "file")


@pytest.mark.parametrize(
    ("name", "data", "note"),
    [
        ("a.jsonl", b'{"text": "a"}\nnot json\n', "row 2 is not JSON"),
        ("a.jsonl", b'{"text": "a"}\n[1]\n', "row 2 is no object"),
        ("a.jsonl", b'{"text": "a"}\n{"text": 5}\n', "row 2 has no text as 'text'"),
        ("a.jsonl", b'{"body": "a"}\n', "no row has a text 'text'"),
        ("a.csv", b"body,id\nx,1\n", "no column 'text'; the columns are body, id"),
        ("a.parquet", b"PAR1 nothing PAR1", "the Parquet file cannot be read"),
    ],
)
def test_what_cannot_be_cut_gets_no_tree_and_a_note(name: str, data: bytes, note: str) -> None:
    facts = read(name, data, TEXTS)
    assert facts.documents is None
    assert any(one.startswith("no tree of documents: ") and note in one for one in facts.notes)


def test_other_files_have_no_tree_and_no_note() -> None:
    facts = read("a.png", b"\x89PNG\r\n\x1a\n", ROWS)
    assert facts.documents is None
    assert facts.notes == ()
