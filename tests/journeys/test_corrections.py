"""A lab corrects itself, on SQLite and on PostgreSQL: mislabelled, withdrawn, erased, and provable.

A journalist keeps the evidence that she was given at each point.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.prepared import Shell, make_data

PERSON = "jane-doe-1984"


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LEDGER_TRUST", raising=False)
    return Shell(tmp_path, capsys)


def verdict_on(shell: Shell, file: str) -> dict[str, Any]:
    (found,) = shell("verify", file, "--json").json["files"]
    found["warnings"] = [one for one in found["warnings"] if "not witnessed" not in one]
    return dict(found)


def test_a_lab_corrects_itself_and_nobody_is_fooled(
    shell: Shell, url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # A lab records books that it believes to be public, and pages that name somebody.
    make_data(shell.folder / "data")
    (shell.folder / "data/web/w-1.jsonl").write_text(f'{{"text": "{PERSON}"}}\n')
    shell("init", "--url", url, "--origin", "lab.example/corrections")
    books = ("dataset.name=books", "source.category=public_dataset", "rights.licence=CC0-1.0")
    web = ("dataset.name=web", "source.category=crawled", f"rights.agreement=with {PERSON}")
    for folder, said in (("books", books), ("web", web)):
        settings = [word for one in said for word in ("--set", one)]
        assert shell("add", f"data/{folder}", *settings, "--json").json["recorded"] > 0

    # It freezes a release, publishes its summary, and hands evidence to a journalist.
    datasets = ("--dataset", "books", "--dataset", "web")
    release = shell("release", "create", "m-1", *datasets, "--json").json
    first = shell("summary", "m-1", "--json").json
    journalist = tmp_path_factory.mktemp("journalist")
    for record_id in ("1.0", "2.1"):
        shell("prove", record_id, "--out", f"{record_id}.json")
        shutil.copy(f"{record_id}.json", journalist)
    assert verdict_on(shell, "1.0.json")["warnings"] == []

    # The books turn out to be under contract. Nothing is updated: three new records, three reasons.
    corrected = shell(
        *("correct", "--dataset", "books", "--set", "source.category=private_licensed"),
        *("--unset", "rights.licence", "--reason", "they were licensed, not public", "--json"),
    ).json
    assert [one["replacement"] for one in corrected["records"]] == ["5.0", "5.1", "5.2"]
    again = shell("correct", "1.0", "--set", "languages=en", "--reason", "it is English")
    assert (again.code, "ledger correct 5.0" in again.err) == (2, True)

    # One page must not be used any more; another must be gone.
    assert shell("withdraw", "2.0", "--reason", "robots.txt said no").code == 0
    assert shell("erase", "2.1", "--reason", "court order 7 O 12/26").code == 2
    erased = shell("erase", "2.1", "--reason", "court order 7 O 12/26", "--yes", "--json")
    assert (erased.code, erased.json["records"][0]["correction"]) == (0, "8.0")

    _check_what_stands(shell)
    _check_evidence(shell, journalist)
    _check_summary(shell, release, first)

    # The person is in no file of the ledger, and everything derives again.
    assert shell("fsck", "--json").json["clean"] is True
    ledger_files = [*Path("ledger.d").rglob("*"), *Path().glob("ledger.db*")]
    assert not [
        path for path in ledger_files if path.is_file() and PERSON.encode() in path.read_bytes()
    ]


def _check_what_stands(shell: Shell) -> None:
    """What is listed is what stands; any id of a chain tells all of it."""
    shown = shell("list", "--dataset", "books", "--json").json["records"]
    assert [one["id"] for one in shown] == ["5.0", "5.1", "5.2"]
    assert shell("list", "--dataset", "web", "--json").json["records"] == []
    everything = shell("list", "--all", "--json").json["records"]
    assert [one["id"] for one in everything if "verdict" in one] == ["1.0", "1.1", "1.2", "2.0"]
    for record_id in ("1.0", "5.0"):
        told = shell("show", record_id, "--json").json
        assert (told["history"], told["newest"]) == (["1.0", "5.0"], "5.0")
        (correction,) = told["corrections"]
        assert correction["reason"] == "they were licensed, not public"
        assert {one["path"] for one in correction["changes"]} == {"rights", "source.category"}
    gone = shell("show", "2.1")
    assert gone.code == 0
    assert "erased on" in gone.out
    assert "court order 7 O 12/26" in gone.out


def _check_evidence(shell: Shell, journalist: Path) -> None:
    """New evidence says what became of a record; old evidence is as true as it was."""
    shell("prove", "1.0", "--out", "new.json")
    found = verdict_on(shell, "new.json")
    assert found["verdict"] == "verified"
    assert found["warnings"] == [
        "record 1.0 is superseded by 5.0: they were licensed, not public (correction 6.0)"
    ]
    assert shell("verify", "new.json", "--strict").code == 4
    refused = shell("prove", "2.1")
    assert (refused.code, "--closed" in refused.err) == (2, True)
    shell("prove", "2.1", "--closed", "--out", "gone.json")
    assert verdict_on(shell, "gone.json")["warnings"] == [
        "record 2.1 was erased: court order 7 O 12/26 (correction 8.0)"
    ]
    for kept in sorted(journalist.iterdir()):
        assert verdict_on(shell, str(kept))["verdict"] == "verified"
    kept_value = json.loads((journalist / "2.1.json").read_text())
    assert PERSON in json.dumps(kept_value)  # what was given out cannot be taken back


def _check_summary(shell: Shell, release: dict[str, Any], first: dict[str, Any]) -> None:
    """The set stays frozen; the next summary says what was relabelled; the old one verifies."""
    listed = shell("check", "m-1", "--corrections", "--json").json["corrections"]
    assert [(one["id"], one["newest"]) for one in listed] == [
        ("1.0", "5.0"),
        ("1.1", "5.1"),
        ("1.2", "5.2"),
        ("2.0", "2.0"),
        ("2.1", "2.1"),
    ]
    assert listed[0]["changes"][1] == {
        "path": "source.category",
        "old": "public_dataset",
        "new": "private_licensed",
    }
    second = shell("summary", "m-1", "--to", "html", "--json").json
    page = Path(second["files"][0]).read_text().replace("\N{NO-BREAK SPACE}", " ")
    assert "something else than when the training set was frozen" in page
    assert "3 records on" in page
    shown = shell("show", "3.0", "--json").json["fields"]["training"]
    assert shown["root"] == release["training"]["root"]
    for file in (*first["files"], *second["files"]):
        assert shell("verify", file).code == 0
    # A model cannot be untrained: a later release of the same name keeps all five.
    newer = shell("release", "create", "m-1", "--dataset", "books", "--dataset", "web", "--json")
    assert newer.json["training"]["count"] == 5
    # Another model takes what stands.
    other = shell("release", "create", "m-2", "--dataset", "books", "--json")
    assert other.json["training"]["count"] == 3
