"""What the pages show is run, in order, and prints what they say."""

from pathlib import Path

import pytest

from tests.cli.prepared import make_data, prepare
from tests.pages import matches, run_page

DOCS = Path(__file__).parents[1] / "docs"


@pytest.fixture(autouse=True)
def _no_trust_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEDGER_TRUST", raising=False)


def test_the_quickstart_runs(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    assert run_page(DOCS / "quickstart.md", folder) >= 6


def test_the_page_of_the_command_line_runs(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    prepare(folder)
    assert run_page(DOCS / "cli.md", folder) >= 12


def test_the_page_of_what_is_filled_in_runs(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    prepare(folder)
    assert run_page(DOCS / "profile.md", folder) == 1


def test_the_page_of_disclosures_runs(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    prepare(folder)
    assert run_page(DOCS / "disclosure.md", folder) == 1


def test_the_page_of_crawl_lists_runs(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    prepare(folder)
    assert run_page(DOCS / "crawl-list.md", folder) == 2


def test_the_page_of_backups_runs(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    prepare(folder)
    assert run_page(DOCS / "backup.md", folder) >= 5


def test_the_page_of_keys_runs(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    prepare(folder)
    assert run_page(DOCS / "keys.md", folder) >= 7


def test_the_page_of_criteria_runs(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    prepare(folder)
    assert run_page(DOCS / "regulations/criteria.md", folder) == 2


@pytest.mark.parametrize(
    ("name", "count"), [("ab2013", 1), ("model-documentation", 1), ("own-questions", 6)]
)
def test_the_pages_of_other_regimes_run(name: str, count: int, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    prepare(folder)
    assert run_page(DOCS / f"regulations/{name}.md", folder) == count


def test_the_page_of_summaries_runs(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    assert run_page(DOCS / "summaries.md", folder) >= 6


def test_the_page_of_corrections_runs(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    prepare(folder)
    assert run_page(DOCS / "corrections.md", folder) >= 8


def test_the_page_of_the_sdk_runs(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    make_data(folder / "data")
    assert run_page(DOCS / "sdk.md", folder) >= 6


def test_the_page_of_operators_runs(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    assert run_page(DOCS / "operate.md", folder) >= 4


def test_the_page_of_the_sdk_names_every_method() -> None:
    from ledger import Activity, Ledger

    text = (DOCS / "sdk.md").read_text(encoding="utf-8")
    for owner in (Ledger, Activity):
        names = [name for name in vars(owner) if not name.startswith("_")]
        assert [name for name in names if f".{name}" not in text] == [], owner


def test_the_page_of_the_sdk_names_every_public_name() -> None:
    import ledger

    text = (DOCS / "sdk.md").read_text(encoding="utf-8")
    assert [name for name in ledger.__all__ if f"`{name}" not in text] == []


def test_the_readme_shows_what_the_demo_prints(tmp_path: Path) -> None:
    from tests.cli.prepared import spawn

    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    shown = readme.split("```text\n")[1].split("```")[0]
    process = spawn("demo", folder=tmp_path, env={"COLUMNS": "80", "LC_ALL": "C.UTF-8"})
    out, err = process.communicate()
    assert process.returncode == 0
    assert matches(shown, (err + out).decode())


def test_a_wrong_output_is_noticed() -> None:
    assert matches("one … three\n…\nend\n", "one two three\na\nb\nend\n")
    assert matches("…\n", "")
    assert not matches("one\n", "one\ntwo\n")
    assert not matches("one\ntwo\n", "one\n")
