"""Domains of rows: which name a URL has, and what each name is given."""

import gzip
import io
import json
from collections.abc import Mapping
from pathlib import Path

import publicsuffixlist
import pytest

from ledger.capture import Captured, DomainColumn, Failed, Metadata, Options, capture, survey
from ledger.capture.files import CHUNK, Unreadable
from ledger.capture.hosts import host_of, suffixes
from ledger.content.digest import Digest
from ledger.content.domains import NO_DOMAIN, Tally
from ledger.errors import MalformedError
from ledger.record.record import Record
from tests.capture.reading import URL, read, shares
from tests.formats import domain_vectors


def lines(*rows: object) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


@pytest.mark.parametrize(
    ("value", "domain"),
    [
        ("https://user:word@www.Example.co.uk:8080/page?q#f", "example.co.uk"),
        ("http://example.com", "example.com"),
        ("HTTP://EXAMPLE.COM.:80/", "example.com"),
        ("//cdn.example.org?x", "example.org"),
        ("news.example.org", "example.org"),
        ("example.org:443/path", "example.org"),
        (" example.org\n", "example.org"),
        ("https://www.straße.de/", "xn--strae-oqa.de"),
        ("http://foo.bücher。example/", "xn--bcher-kva.example"),
        ("www.食狮.公司.cn.", "xn--85x722f.xn--55qx5d.cn"),
        ("alice.github.io", "alice.github.io"),
        ("github.io", "github.io"),
        ("https://s3.amazonaws.com/bucket/x", "s3.amazonaws.com"),
        ("a.b.ck", "a.b.ck"),
        ("www.ck", "www.ck"),
        ("http://a:b@c.example.com/@d.example.net", "example.com"),
        *(
            (value, "")
            for value in (
                "", " ", None, 7, ["example.com"], "com", "localhost", "http://192.0.2.7/x",
                "192.0.2.7", "http://1.2.3.4.:80/", "http://[2001:db8::1]/x", "2001:db8::1",
                "mailto:a@example.com", "a@example.com", "dns:example.com", "http://a..example.com",
                "http://ex ample.com/", "https:/example.com", "\ud800.example", "x" * 64 + ".com",
                "http:///example.com", "//", "http://example.com:8x/", "-\u200b",
            )
        ),
    ],
)  # fmt: skip
def test_the_domain_of_a_url_or_host(value: object, domain: str) -> None:
    assert suffixes().domain(value) == domain


def test_a_host_is_written_in_one_way() -> None:
    assert host_of("HTTP://WWW.Example.COM./") == "www.example.com"


def test_the_list_is_named_by_its_files_digest() -> None:
    import hashlib

    data = Path(publicsuffixlist.PSLFILE).read_bytes()
    assert suffixes().digest == f"sha256:{hashlib.sha256(data).hexdigest()}"
    tally = read("a.jsonl", lines({"url": "a.example"})).tally
    assert tally is not None
    assert tally.suffix_lists == (suffixes().digest,)


def test_rows_count_with_the_bytes_of_their_text() -> None:
    data = lines(
        {"url": "https://a.example/1", "text": "four"},
        {"url": "https://www.a.example/2", "text": "\u00e9"},
        {"url": "https://b.example/", "text": ""},
        {"url": "https://192.0.2.7/", "text": "address"},
    )
    found = read("a.jsonl", data)
    assert shares(found) == {"a.example": (6, 2), "b.example": (0, 1), NO_DOMAIN: (7, 1)}
    assert found.notes == ()
    assert found.measures["documents"] == 4


def test_rows_without_a_text_count_with_their_own_bytes() -> None:
    data = b'{"url": "a.example"}\r\n\n{"url":"b.example", "text": 7}'
    found = read("a.jsonl", data)
    assert shares(found) == {"a.example": (20, 1), "b.example": (30, 1)}
    (note,) = found.notes
    assert note == "no row has a text 'text': domains are tallied by the bytes of the rows"


def test_another_text_column_may_be_named() -> None:
    options = Options(domains=DomainColumn("source", "body"))
    data = lines({"source": "a.example", "body": "123", "text": "long text"})
    assert shares(read("a.jsonl", data, options)) == {"a.example": (3, 1)}


@pytest.mark.parametrize("chunk", [1, 7, CHUNK])
def test_broken_rows_count_under_none_with_a_note(chunk: int) -> None:
    broken = [b"{", b"[1]", b'"a.example"', b"\xff\xfe", b"[" * 5000, b"9" * 5000]
    half = b'{"url": "\\ud800.example", "text": "\\ud800"}'
    good = b'{"url": "a.example", "text": "12"}'
    found = read("a.jsonl", b"\n".join([good, *broken, half]), chunk=chunk)
    size = sum(map(len, broken)) + 3
    assert shares(found) == {"a.example": (2, 1), NO_DOMAIN: (size, 7)}
    assert found.notes == ("6 of 8 rows cannot be read: they are tallied under (none)",)


def test_only_broken_rows_are_a_tally_too() -> None:
    found = read("a.jsonl", b"{\n{\n")
    assert shares(found) == {NO_DOMAIN: (2, 2)}
    assert found.tally is not None
    assert found.tally.count == 0


@pytest.mark.parametrize("name", ["empty.jsonl", "empty.csv"])
def test_an_empty_file_has_an_empty_tally(name: str) -> None:
    assert shares(read(name, b"")) == {}


@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_a_column_that_no_row_has_is_an_error_of_that_file(name: str) -> None:
    with pytest.raises(Unreadable, match="no row has 'url'") as caught:
        read(name, lines({"uri": "a.example"}, {"link": "b.example"}))
    assert caught.value.hint == "name the columns with --domain-column and --text-column"


@pytest.mark.parametrize("chunk", [1, 7, CHUNK])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_records_may_go_over_lines(chunk: int, end: str) -> None:
    rows = [
        "\ufeffid,url,text",
        '1,https://a.example/,"two\nlines"',
        '2,https://b.example/,"say ""\u00e9"""',
        "",
        "3",
        "4,b.example,x,surplus",
    ]
    found = read("a.csv", end.join(rows).encode(), chunk=chunk)
    assert shares(found) == {"a.example": (9, 1), "b.example": (9, 2), NO_DOMAIN: (1, 1)}
    assert found.notes == ("1 of 4 rows cannot be read: they are tallied under (none)",)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_csv_rows_without_a_text_count_as_they_stand(end: bytes) -> None:
    data = end.join(
        [b"url\tid", b"a.example\t1", b'"b.example"\t"x' + end + b'y"', b"", b"\xff\t2"]
    )
    found = read("a.tsv", data + end)
    size = len(b'"b.example"\t"x') + len(end) + 2
    assert shares(found) == {"a.example": (11, 1), "b.example": (size, 1), NO_DOMAIN: (3, 1)}


def test_many_csv_rows_are_read_in_pieces() -> None:
    rows = [f"{number},d{number % 7}.example,text {number}\n" for number in range(5000)]
    found = read("a.csv", ("id,url,text\n" + "".join(rows)).encode())
    assert sum(documents for _, documents in shares(found).values()) == 5000
    assert len(shares(found)) == 7


def test_a_csv_without_the_column_is_an_error_of_that_file() -> None:
    with pytest.raises(Unreadable, match="no column 'url'; the columns are id, link"):
        read("a.csv", b"id,link\n1,a.example\n")


def test_what_is_compressed_is_tallied_by_what_is_inside() -> None:
    data = lines({"url": "a.example", "text": "four"})
    assert shares(read("a.jsonl.gz", gzip.compress(data))) == {"a.example": (4, 1)}
    cut = read("a.jsonl.gz", gzip.compress(data)[:-9])
    assert cut.tally is None
    assert "rows not read: the compressed data is cut off" in cut.notes


@pytest.mark.parametrize(
    ("name", "data"), [("a.txt", b"text"), ("a.json", b'{"url": "a.example"}'), ("a.bin", b"\0")]
)
def test_what_has_no_rows_has_no_tally_and_a_note(name: str, data: bytes) -> None:
    found = read(name, data)
    assert found.tally is None
    assert found.notes == ("rows not read: the file has no rows",)


def parquet(columns: Mapping[str, object]) -> bytes:
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def test_parquet_is_tallied_by_its_two_columns() -> None:
    urls = ["https://a.example/", None, "b.example"] * 400
    texts = ["\u00e9", "none", None] * 400
    found = read("a.parquet", parquet({"id": [*range(1200)], "url": urls, "text": texts}))
    assert shares(found) == {"a.example": (800, 400), "b.example": (0, 400), NO_DOMAIN: (1600, 400)}


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        ({"url": ["a.example"]}, "no column 'text'; the columns are url"),
        ({"text": ["a"]}, "no column 'url'; the columns are text"),
        ({"url": ["a.example"], "text": [7]}, "column 'text' holds int64, expected texts"),
    ],
)
def test_parquet_needs_both_columns(columns: Mapping[str, object], problem: str) -> None:
    with pytest.raises(Unreadable, match=problem):
        read("a.parquet", parquet(columns))


def test_a_parquet_file_that_cannot_be_read_is_an_error_of_that_file() -> None:
    with pytest.raises(Unreadable, match="the Parquet file cannot be read"):
        read("a.parquet", b"PAR1" + bytes(100) + b"PAR1")


def captured(folder: Path, *settings: str, options: Options = URL) -> list[Captured]:
    said = ["dataset.name=d", "source.category=crawled", *settings]
    results = list(capture(survey([str(folder)]), Metadata.load(settings=said), options=options))
    assert not [one for one in results if isinstance(one, Failed)], results
    return [one for one in results if isinstance(one, Captured)]


def test_the_record_names_the_tally(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines({"url": "a.example"}, {"url": ""}))
    (tmp_path / "b.txt").write_bytes(b"text")
    rows, text = captured(tmp_path)
    assert rows.tally is not None
    assert rows.fields["domains"] == {"digest": rows.tally.digest, "count": 1}
    assert rows.fields["basis"]["domains"] == "observed"  # type: ignore[index,call-overload]
    assert text.tally is None
    assert "domains" not in text.fields
    assert "domains" not in text.fields["basis"]  # type: ignore[operator]
    for one in (rows, text):
        Record.parse("shard", {**one.fields, "claimed_at": "2026-11-24T00:00:00Z"})


def test_a_file_that_declares_its_sha256_is_tallied_too(tmp_path: Path) -> None:
    import hashlib

    data = lines({"url": "a.example"})
    (tmp_path / "a.jsonl").write_bytes(data)
    (one,) = captured(tmp_path, f"content.sha256={hashlib.sha256(data).hexdigest()}")
    assert one.fields["content"]["digest"] == str(Digest.of(data))  # type: ignore[index,call-overload]
    assert isinstance(one.tally, Tally)


def test_nobody_declares_domains() -> None:
    with pytest.raises(MalformedError, match="with --domain-column NAME"):
        Metadata.load(settings=["domains.count=7"])


def test_the_worked_vector_is_what_capture_makes() -> None:
    vector = domain_vectors.domains()
    tally = read("rows.jsonl", str(vector["rows"]).encode()).tally
    assert tally is not None
    assert Tally((domain_vectors.LIST,), tally.shares).to_bytes().decode() == vector["tally"]
