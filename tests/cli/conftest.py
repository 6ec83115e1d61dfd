"""The prepared ledger is made once; a test that changes it gets a copy."""

import shutil
from pathlib import Path

import pytest

from tests.cli.prepared import Shell, prepare


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the prepared ledger; not to be changed."""
    folder = tmp_path_factory.mktemp("prepared")
    prepare(folder)
    return folder


@pytest.fixture
def empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    """A shell in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LEDGER_TRUST", raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    return Shell(tmp_path, capsys)


@pytest.fixture
def shell(prepared: Path, empty: Shell) -> Shell:
    """A shell in a copy of the prepared ledger."""
    shutil.copytree(prepared, empty.folder, dirs_exist_ok=True)
    return empty
