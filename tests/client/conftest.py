from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.client.client import Ledger
from tests.cli.prepared import make_data


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """A new ledger in the current folder, with data in data/books and data/web."""
    monkeypatch.chdir(tmp_path)
    make_data(tmp_path / "data")
    with Ledger.create(tmp_path, origin="lab.example/sdk") as made:
        yield made
