"""The main road, on SQLite and on PostgreSQL: files, records, release, summary, verdict, audit."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from ledger.client.client import Ledger
from ledger.client.home import shown_url
from tests.cli.prepared import Shell, make_data

MANIFEST = """\
fields:
  source.category: public_dataset
  source.link: https://data.example/
  languages: en
rules:
- {pattern: "books/*", dataset.name: books, rights.licence: CC0-1.0}
- {pattern: "web/*", dataset.name: web}
"""


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LEDGER_TRUST", raising=False)
    return Shell(tmp_path, capsys)


def test_a_stranger_verifies_what_a_lab_recorded(
    shell: Shell, url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    make_data(shell.folder / "data")
    (shell.folder / "manifest.yaml").write_text(MANIFEST)

    # The lab makes a ledger and records its data, twice; the second time nothing is new.
    made = shell("init", "--url", url, "--origin", "lab.example/journey", "--json").json
    assert made["records"] == shown_url(url)
    added = shell("add", "data", "--manifest", "manifest.yaml", "--sha256", "--json").json
    assert (added["recorded"], added["failed"]) == (5, [])
    again = shell("add", "data", "--manifest", "manifest.yaml", "--sha256", "--json").json
    assert (again["recorded"], again["same"]) == (0, 5)

    # A pipeline step derives a shard, and says from what.
    with Ledger.open() as ledger:
        said = ["dataset.name=clean", "source.category=public_dataset"]
        with ledger.activity("clean", set=said) as activity:
            activity.input("data/books")
            Path("clean.txt").write_text("clean\n")
            activity.output("clean.txt")
        lineage: Any = ledger.show(activity.ids[0]).record.value("lineage")
        assert [one["record"] for one in lineage["inputs"]] == ["1.0", "1.1", "1.2"]

    # It freezes a release and publishes the summary.
    datasets = [part for name in ("books", "web", "clean") for part in ("--dataset", name)]
    release = shell("release", "create", "m-1", *datasets, "--json").json
    assert release["training"]["count"] == 6
    gaps = shell("check", "m-1", "--json", "--strict")
    assert (gaps.code, len(gaps.json["gaps"]) > 5) == (4, True)
    summary = shell("summary", "m-1", "--json").json
    assert [Path(path).suffix for path in summary["files"]] == [".html", ".jsonld"]

    _check_as_a_stranger(shell, summary["files"], tmp_path_factory.mktemp("stranger"))

    # A rightsholder is shown that one file was used, and not what else is known of it.
    assert shell("prove", "1.1", "--field", "content", "--out", "used.json").code == 0
    ran = shell("verify", "used.json", "data/books/b-1.txt", "--json")
    assert ran.code == 0
    assert [one["verdict"] for one in ran.json["files"]] == ["verified", "verified"]
    assert b"CC0" not in Path("used.json").read_bytes()

    # Everything derives again from the rows, and a second release only grows.
    assert shell("fsck", "--json").json["clean"] is True
    assert shell("release", "create", "m-1", "--dataset", "books").code == 2
    newer = shell("release", "create", "m-1", *datasets, "--market-date", "2026-12-01", "--json")
    assert newer.code == 0
    second = shell("summary", "m-1", "--json").json
    assert second["version"] == 2
    shown = shell("show", second["id"], "--json").json
    assert shown["fields"]["supersedes"] == summary["id"]


def _check_as_a_stranger(shell: Shell, files: list[str], elsewhere: Path) -> None:
    """A stranger has the documents and the trust file, and nothing else."""
    for path in (*files, "ledger.d/trust.policy"):
        shutil.copy(path, elsewhere)
    trust = ("--trust", str(elsewhere / "trust.policy"))
    for path in files:
        ran = shell("verify", str(elsewhere / path), *trust, "--json")
        assert ran.code == 0
        (verdict,) = ran.json["files"]
        assert [step["number"] for step in verdict["steps"]] == [1, 2, 3, 4, 5, 6, 7]
