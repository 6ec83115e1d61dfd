"""docs/audit.md runs: a lab, an authority and a reader, each in a folder of its own."""

from pathlib import Path

import pytest

from tests.journeys.cheating.data import write_data
from tests.pages import run_page

PAGE = Path(__file__).parents[2] / "docs" / "audit.md"


def test_the_page_of_audits_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEDGER_TRUST", raising=False)
    folder = tmp_path / "work"
    for name in ("lab", "authority", "reader"):
        (folder / name).mkdir(parents=True)
    write_data(folder / "lab" / "data", only=("books", "crawl"))
    assert run_page(PAGE, folder) == 10


def test_the_page_says_what_an_audit_cannot_show() -> None:
    assert "data that was used and never recorded" in PAGE.read_text(encoding="utf-8")
