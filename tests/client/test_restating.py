"""Recording a file again restates it; two summaries at once get two versions."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ledger.client.client import Ledger
from ledger.errors import InputError

BOOKS = ("dataset.name=books", "source.category=public_dataset")


def test_the_remedy_of_a_gap_does_not_double_the_sizes(ledger: Ledger) -> None:
    ledger.add("data/books", set=BOOKS)
    ledger.release("m", datasets=["books"])
    before = ledger.draft("m")
    assert any("source.period.end" in gap.remedy for gap in before.gaps)
    report = ledger.add("data/books", set=(*BOOKS, "source.period.end=2026-10"))
    assert report.recorded == before.records
    ledger.release("m", datasets=["books"])
    after = ledger.draft("m")
    assert after.records == before.records
    assert after.field("1.3.b").values == before.field("1.3.b").values
    assert not any("source.period.end" in gap.remedy for gap in after.gaps)


def test_two_summaries_at_once_get_two_versions(ledger: Ledger, tmp_path: Path) -> None:
    ledger.add("data/books", set=BOOKS)
    ledger.release("m", datasets=["books"])

    def publish(number: int) -> int:
        with Ledger.open(ledger.home.folder) as own:
            return own.summary("m", folder=tmp_path / str(number)).document.version

    with ThreadPoolExecutor(4) as pool:
        versions = list(pool.map(publish, range(4)))
    assert sorted(versions) == [1, 2, 3, 4]


def test_a_manifest_that_matches_nothing_is_told_before_what_it_would_have_given(
    ledger: Ledger, tmp_path: Path
) -> None:
    manifest = tmp_path / "manifest.yaml"
    manifest.write_text("rules:\n  - pattern: '*.parquet'\n    dataset.name: books\n", "utf-8")
    with pytest.raises(InputError, match="matches none of the"):
        ledger.add("data/books", manifest=manifest)
