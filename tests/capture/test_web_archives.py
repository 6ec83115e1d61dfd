"""Rows of WARC files and CDX indexes, and the languages and months that rows of any kind name."""

import gzip
import json
from datetime import date

import pytest

from ledger.capture import DomainColumn, Options
from ledger.capture.files import CHUNK, Unreadable
from ledger.capture.languages import language_tags
from ledger.capture.rows import month_of
from tests.capture.reading import read, shares

WARC = Options(domains=DomainColumn("WARC-Target-URI", date="WARC-Date"))


def record(kind: str, url: str, block: bytes, **more: str) -> bytes:
    fields = {
        "WARC-Type": kind,
        "WARC-Target-URI": url,
        "WARC-Date": "2026-03-01T10:00:00Z",
        "Content-Length": str(len(block)),
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return b"WARC/1.0\r\n" + head.encode() + b"\r\n" + block + b"\r\n\r\n"


PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>hello</p>"
CRAWL = [
    record("warcinfo", "", b"software: examplebot\r\n"),
    record("request", "https://a.example.com/", b"GET / HTTP/1.1\r\n\r\n"),
    record(
        "response",
        "https://a.example.com/",
        PAGE,
        Content_Type="application/http; msgtype=response",
    ),
    record(
        "conversion",
        "<https://www.b.example.org/x>",
        b"Guten Tag, WARC/1.0\r\n\r\n",
        WARC_Identified_Content_Language="deu,eng",
        WARC_Date="2026-05-31T23:59:59Z",
    ),
    record("metadata", "https://a.example.com/", b"x: y\r\n"),
]


@pytest.mark.parametrize("chunk", [1, 7, 100, CHUNK])
@pytest.mark.parametrize("packed", [False, True])
def test_a_warc_file_is_tallied_by_its_documents(chunk: int, packed: bool) -> None:
    # Each record is a gzip member of its own, as crawlers write them.
    data = b"".join(gzip.compress(one) if packed else one for one in CRAWL)
    facts = read("part.warc.gz" if packed else "part.warc", data, WARC, chunk)
    assert shares(facts) == {"example.com": (12, 1), "example.org": (23, 1)}
    assert facts.measures["documents"] == 2
    assert facts.period == ("2026-03", "2026-05")
    assert facts.notes == ()


def test_extracted_text_names_its_languages() -> None:
    wanted = DomainColumn("WARC-Target-URI", language="WARC-Identified-Content-Language")
    facts = read("part.warc.wet", b"".join(CRAWL), Options(domains=wanted))
    assert facts.languages == ("de", "en")
    assert facts.notes == ("1 of 2 rows name no language",)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"".join(CRAWL)[:-30], "cut off"),
        (CRAWL[2] + b"not a record at all, but text", "no header"),
        (CRAWL[2].replace(b"Content-Length: 56", b"Content-Length: 5x"), "how long it is"),
        (CRAWL[2].replace(b"Content-Length: 56", b"Content-Size: 57"), "how long it is"),
    ],
)
def test_a_damaged_warc_file_is_recorded_and_not_tallied(data: bytes, reason: str) -> None:
    assert len(PAGE) == 56
    facts = read("part.warc", data, WARC)
    assert facts.tally is None
    assert any(reason in note for note in facts.notes)
    assert "documents" not in facts.measures


def test_a_cdxj_index_counts_by_the_length_that_it_states() -> None:
    lines = [
        '!meta {"version": 1}',
        "com,example)/ 20260301100000 "
        + json.dumps({"url": "https://example.com/", "length": "900", "languages": "eng"}),
        "org,example)/a 20260502 " + json.dumps({"url": "http://example.org/a", "length": 100}),
        "org,example)/b 2026 {broken",
    ]
    wanted = DomainColumn("url", language="languages", date="timestamp")
    facts = read("index.cdxj", "\n".join(lines).encode(), Options(domains=wanted))
    assert shares(facts) == {"(none)": (0, 1), "example.com": (900, 1), "example.org": (100, 1)}
    assert facts.period == ("2026-03", "2026-05")
    assert facts.languages == ("en",)


def test_an_older_cdx_index_names_its_columns_by_letters() -> None:
    text = " CDX N b a m s k r M S V g\ncom,example)/ 20260301100000 http://example.com/ text/html "
    text += "200 DIGEST - - 1234 55 part.warc.gz\n"
    facts = read("index.cdx", text.encode(), Options(domains=DomainColumn("a", date="b")))
    assert shares(facts) == {"example.com": (1234, 1)}
    assert facts.period == ("2026-03", "2026-03")


def test_a_column_that_no_line_has_is_refused() -> None:
    line = 'com,example)/ 20260301100000 {"url": "https://example.com/"}\n'
    with pytest.raises(Unreadable, match="no line has 'uri'") as caught:
        read("index.cdxj", line.encode(), Options(domains=DomainColumn("uri")))
    assert caught.value.hint == "--domain-column url for CDXJ, a for the older kind of CDX"


@pytest.mark.parametrize(
    ("value", "month"),
    [
        ("2024-03-01T12:00:00Z", "2024-03"),
        ("2024-03", "2024-03"),
        ("20240301120000", "2024-03"),
        ("20240301", "2024-03"),
        (date(2024, 3, 1), "2024-03"),
        ("2024", ""),
        ("01/03/2024", ""),
        ("2024-13-01", ""),
        ("", ""),
        (None, ""),
        (1709290800, ""),
    ],
)
def test_the_month_of_a_date(value: object, month: str) -> None:
    assert month_of(value) == month


@pytest.mark.parametrize(
    ("value", "tags"),
    [
        ("eng", ("en",)),
        ("EN", ("en",)),
        ("deu,eng", ("de", "en")),
        ("zho_Hans", ("zh-Hans",)),
        ("pt-br", ("pt-BR",)),
        (["fra", "fr"], ("fr",)),
        ("gsw", ("gsw",)),
        ("und", ()),
        ("not a tag!", ()),
        (None, ()),
        (7, ()),
    ],
)
def test_language_tags_as_data_writes_them(value: object, tags: tuple[str, ...]) -> None:
    assert language_tags(value) == tags


def test_rows_of_json_lines_and_csv_name_languages_and_months_without_domains() -> None:
    wanted = Options(domains=DomainColumn(language="lang", date="day"))
    rows = [{"lang": "fra", "day": "2025-12-31"}, {"lang": "de", "day": "2026-02-01"}]
    data = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    for name, content in (
        ("part.jsonl", data),
        ("part.csv", b"lang,day,text\nfra,2025-12-31,x\nde,2026-02-01,y\n"),
    ):
        facts = read(name, content, wanted)
        assert (facts.tally, facts.languages) == (None, ("de", "fr"))
        assert facts.period == ("2025-12", "2026-02")
