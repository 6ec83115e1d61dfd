"""From crawled files to the domain list of the summary (field 2.3.h), and what stays open."""

import json
from pathlib import Path

import pytest

from ledger import Ledger
from ledger.capture import DomainColumn
from ledger.summary.document import Document, Domains

# 40 sites; site n has n documents of 100 bytes, so the ranking is known without the code.
SITES = {f"site-{number:02d}.example": number for number in range(1, 41)}

SETTINGS = (
    "dataset.name=crawl",
    "source.category=crawled",
    'source.crawl={"crawlers": [{"name": "ExampleBot"}]}',
    "modality=text",
)


def write_crawl(folder: Path) -> Path:
    folder.mkdir()
    for part in range(2):
        rows = [
            json.dumps({"url": f"https://www.{site}/page/{number}", "text": "x" * 100})
            for site, documents in SITES.items()
            for number in range(documents)
            if number % 2 == part
        ]
        rows.append(json.dumps({"url": "http://192.0.2.7/", "text": "no name"}))
        (folder / f"part-{part}.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def listed(document: Document) -> tuple[str, ...]:
    (value,) = (one for one in document.field("2.3.h").values if isinstance(one, Domains))
    return value.names


@pytest.mark.parametrize(("sme", "names"), [("no", 4), ("yes", 2)])
def test_the_summary_names_the_largest_domains(tmp_path: Path, sme: str, names: int) -> None:
    with Ledger.create(tmp_path / "ledger", origin="lab.example/crawl") as ledger:
        report = ledger.add(
            write_crawl(tmp_path / "crawl"), set=SETTINGS, domains=DomainColumn("url")
        )
        assert (report.recorded, report.failed) == (2, [])
        ledger.release("m-1", datasets=["crawl"])
        ledger.home.profile.write_text(f"provider:\n  sme: {sme}\n", encoding="utf-8")
        document = ledger.draft("m-1")
    largest = sorted(SITES, key=lambda site: (-SITES[site], site))
    assert listed(document) == tuple(largest[:names])
    assert not [gap for gap in document.gaps if gap.field == "2.3.h"]


def test_a_second_run_keeps_nothing_twice(tmp_path: Path) -> None:
    crawl = write_crawl(tmp_path / "crawl")
    with Ledger.create(tmp_path / "ledger", origin="lab.example/crawl") as ledger:
        for expected in (2, 0):
            report = ledger.add(crawl, set=SETTINGS, domains=DomainColumn("url"))
            assert report.recorded == expected


def test_crawled_data_without_a_tally_is_a_gap_with_its_command(tmp_path: Path) -> None:
    crawl = write_crawl(tmp_path / "crawl")
    with Ledger.create(tmp_path / "ledger", origin="lab.example/crawl") as ledger:
        ledger.add(crawl / "part-0.jsonl", set=SETTINGS)
        ledger.release("m-1", datasets=["crawl"])
        (gap,) = (gap for gap in ledger.check("m-1") if gap.field == "2.3.h")
        assert "--domain-column" in gap.remedy
        ledger.add(crawl / "part-1.jsonl", set=SETTINGS, domains=DomainColumn("url"))
        ledger.release("m-1", datasets=["crawl"])
        (gap,) = (gap for gap in ledger.check("m-1") if gap.field == "2.3.h")
        assert gap.message == "1\u00a0crawled record without a tally of domains"
