"""`ledger publish DIR`: a site that any host can serve."""

import json
import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from ledger.checkpoint.trust import Trust
from ledger.client.client import Ledger
from ledger.client.site import write_site
from ledger.client.versions import versions
from ledger.errors import InputError
from ledger.proof.document import verify_document

ATOM = {"a": "http://www.w3.org/2005/Atom"}
SITE = "https://lab.example/ai"


@pytest.fixture
def published(ledger: Ledger, tmp_path: Path) -> Ledger:
    """Two versions of one release, whose name needs care, and one of another."""
    for release in ("<m> 1/x", "m-2"):
        path = tmp_path / "data" / release.strip("</> ") / "a.txt"
        path.parent.mkdir(parents=True)
        path.write_text(release, encoding="utf-8")
        ledger.add(path, set=[f"dataset.name={release}", "source.category=other"])
        ledger.release(release, datasets=[release])
        ledger.summary(release, folder=tmp_path)
    ledger.summary("<m> 1/x", to=["html"], folder=tmp_path)
    return ledger


def test_every_version_has_its_place_and_the_latest_another(
    published: Ledger, tmp_path: Path
) -> None:
    report = write_site(published, tmp_path / "site", link=SITE)
    assert (report.summaries, report.versions, report.missing) == (2, 3, ())
    root = tmp_path / "site"
    assert (root / "m--1-x/eu/v1/summary.jsonld").is_file()
    latest = (root / "m--1-x/eu/summary.html").read_bytes()
    assert latest == (root / "m--1-x/eu/v2/summary.html").read_bytes()
    trust = Trust.parse((root / "trust.policy").read_bytes())
    assert verify_document(latest, trust).record.kind == "summary"
    index = json.loads((root / "index.json").read_text())
    assert [(one["release"], one["version"], one["latest"]) for one in index["summaries"]] == [
        ("<m> 1/x", 2, True),
        ("<m> 1/x", 1, False),
        ("m-2", 1, True),
    ]
    for one in index["summaries"]:
        for file in one["files"]:
            assert (root / file["path"]).stat().st_size == file["bytes"]


def test_every_link_of_every_page_leads_to_a_file(published: Ledger, tmp_path: Path) -> None:
    root = tmp_path / "site"
    write_site(published, root, link=SITE)
    pages = sorted(root.rglob("index.html"))
    assert len(pages) == 6
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "<m> 1/x" not in text
        for target in map(unescape, re.findall(r'href="([^"]*)"', text)):
            own = target.startswith(SITE)
            folder = root if own else page.parent
            found = folder / unquote(target.removeprefix(SITE).lstrip("/"))
            assert (found / "index.html" if found.is_dir() else found).is_file(), target


def test_the_feed_has_an_entry_for_each_version_and_absolute_addresses(
    published: Ledger, tmp_path: Path
) -> None:
    write_site(published, tmp_path, link=SITE)
    feed = ElementTree.parse(tmp_path / "feed.xml").getroot()
    base = feed.get("{http://www.w3.org/XML/1998/namespace}base")
    assert base == f"{SITE}/"
    entries = feed.findall("a:entry", ATOM)
    ids = [entry.findtext("a:id", namespaces=ATOM) for entry in entries]
    assert len(set(ids)) == 3
    hrefs = [entry.find("a:link[@rel='alternate']", ATOM) for entry in entries]
    assert all(link is not None and link.get("href", "").endswith("/") for link in hrefs)


def test_writing_it_again_writes_nothing(published: Ledger, tmp_path: Path) -> None:
    assert write_site(published, tmp_path / "s").written > 10
    assert write_site(published, tmp_path / "s").written == 0
    (tmp_path / "s" / "index.html").write_text("gone wrong")
    (tmp_path / "s" / "own.html").write_text("somebody's own page")
    assert write_site(published, tmp_path / "s").written == 1
    assert (tmp_path / "s" / "own.html").read_text() == "somebody's own page"


def test_a_file_that_is_lost_is_told_on_the_page_and_in_the_report(
    published: Ledger, tmp_path: Path
) -> None:
    (only,) = versions(published.store, "m-2", "eu")
    for one in only.renditions:
        if one["name"] == "summary.html":
            (published.home.public / "documents" / f"{one['digest'][7:]}.html").unlink()
    report = write_site(published, tmp_path / "site")
    assert report.missing == ("summary.html",)
    page = (tmp_path / "site/m-2/eu/index.html").read_text()
    assert "summary.html was logged and is not kept here" in page


def test_a_withdrawn_release_is_told_beside_its_summary(published: Ledger, tmp_path: Path) -> None:
    (only,) = versions(published.store, "m-2", "eu")
    published.withdraw([only.release_record], reason="It was never placed on the market.")
    write_site(published, tmp_path / "site")
    page = (tmp_path / "site/m-2/eu/v1/index.html").read_text()
    assert "Withdrawn." in page
    assert "It was never placed on the market." in page


def test_an_address_that_is_none_is_refused(published: Ledger, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no address"):
        write_site(published, tmp_path / "site", link="lab.example")
