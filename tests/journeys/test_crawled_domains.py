"""From crawled files to the domain list of the summary (field 2.3.h), and what stays open."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from ledger import Ledger
from ledger.capture import DomainColumn
from ledger.cli.main import main
from ledger.client.site import write_site
from ledger.client.versions import versions
from ledger.errors import StorageError
from ledger.log.audit import audit
from ledger.store.store import Store
from ledger.summary.document import Document, Domains
from tests.fakes import Fault, FlakyEngine

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


@pytest.mark.parametrize("kept", [False, True], ids=["write lost", "only answer lost"])
def test_a_crash_at_any_write_leaves_no_record_without_its_tally(
    tmp_path: Path, kept: bool
) -> None:
    crawl = write_crawl(tmp_path / "crawl")

    def run(folder: Path, fault: Fault) -> None:
        with Ledger.create(folder, origin="lab.example/crawl") as ledger:
            flaky = Ledger(ledger.home, Store(FlakyEngine(ledger.store.engine, fault)))
            try:
                flaky.add(crawl, set=SETTINGS, domains=DomainColumn("url"))
            except StorageError:
                assert audit(ledger.store).is_clean
                ledger.add(crawl, set=SETTINGS, domains=DomainColumn("url"))
            assert audit(ledger.store).is_clean
            assert ledger.store.stats().sealed == 2
            for stored in ledger.find(dataset="crawl"):
                domains = stored.record.fields["domains"]
                assert isinstance(domains, dict)
                assert ledger.store.tallies.tally(str(domains["digest"])).count == domains["count"]

    whole = Fault()
    run(tmp_path / "whole", whole)
    assert whole.count > 6, "the faults reach the tallies and the records"
    for at in range(whole.count):
        run(tmp_path / f"at-{at}", Fault(at=at, kept=kept))


def test_the_same_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = ["link,body", *(f"http://{name}/,{'x' * size}" for name, size in COMPANIES.items())]
    (tmp_path / "pages.csv").write_text("\n".join(rows), encoding="utf-8")
    settings = [word for one in SETTINGS for word in ("--set", one)]
    columns = ["--domain-column", "link", "--text-column", "body"]
    assert main(["init"]) == 0
    assert main(["add", "pages.csv", *settings, *columns]) == 0
    assert main(["release", "create", "m-1", "--dataset", "crawl"]) == 0
    assert main(["summary", "m-1", "--to", "html,jsonld"]) == 0
    assert main(["fsck"]) == 0
    page = (tmp_path / "m-1-summary-v1.html").read_text(encoding="utf-8")
    assert [
        name for name in ("first.example", "second.co.uk", "third.example") if name in page
    ] == [
        "first.example",
        "second.co.uk",
    ]
    capsys.readouterr()
    misspelt = ["add", "pages.csv", *settings, "--domain-column", "url", "--json"]
    assert main(misspelt) == 2
    (failed,) = json.loads(capsys.readouterr().out)["failed"]
    assert failed["reason"] == "no column 'url'; the columns are link, body"


# Eleven domains, of which 10 % rounded up are two.
COMPANIES = {
    "www.third.example": 7,
    "a.second.co.uk": 5,
    "b.second.co.uk": 5,
    "first.example:8080": 30,
    **{f"small-{number}.example": 1 for number in range(8)},
}


@pytest.mark.parametrize(("sizes", "name"), [("ranges", "domains.txt"), ("figures", "domains.csv")])
def test_all_domains_are_a_file_that_the_document_names_by_digest(
    tmp_path: Path, sizes: str, name: str
) -> None:
    with Ledger.create(tmp_path / "ledger", origin="lab.example/crawl") as ledger:
        ledger.add(write_crawl(tmp_path / "crawl"), set=SETTINGS, domains=DomainColumn("url"))
        ledger.release("m-1", datasets=["crawl"])
        ledger.home.profile.write_text(
            f"show:\n  domains: all\n  sizes: {sizes}\n", encoding="utf-8"
        )
        summary = ledger.summary("m-1", to=["html"], folder=tmp_path)
        (path,) = summary.attachments
        (stated,) = versions(ledger.store, "m-1", "eu")[0].attachments
        write_site(ledger, tmp_path / "site")
    data = path.read_bytes()
    digest = sha256(data).hexdigest()
    assert path.name == f"m-1-summary-v1-{name}"
    assert stated["name"] == name
    assert stated["digest"] == f"sha256:{digest}"
    assert digest in summary.files[0].read_text(encoding="utf-8")
    lines = data.decode().splitlines()
    largest = sorted(SITES, key=lambda site: (-SITES[site], site))
    names = [line.split(",")[1] for line in lines[1:]] if sizes == "figures" else lines
    assert names == largest
    assert (tmp_path / "site/m-1/eu/v1" / name).read_bytes() == data
    assert (sizes == "figures") == ("4000" in data.decode())
