"""T25: a ledger's folder as an older version left it, and `ledger upgrade`."""

import shutil
from pathlib import Path

import pytest

from ledger.client.client import Ledger
from ledger.client.home import Home, find_home
from ledger.client.upgrading import upgrade_ledger
from ledger.errors import BehindError, InputError, NotFoundError, StorageError
from ledger.store.checkpoints import CheckpointStore, Signed
from tests.cli.prepared import make_data
from tests.store.test_upgrade import downgrade

META = ("dataset.name=x", "source.category=other")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A ledger with three entries published, in the tables of 0001 and without checkpoint store."""
    make_data(tmp_path / "data")
    with Ledger.create(tmp_path, origin="lab.example/old") as ledger:
        ledger.add(tmp_path / "data" / "books", set=META)
        ledger.add(tmp_path / "data" / "web", set=META)
    home = find_home(tmp_path)
    downgrade(home.url)
    forget(home)
    return home


def forget(home: Home) -> None:
    """Lose the checkpoint store."""
    for path in home.config.parent.glob("checkpoints.db*"):
        path.unlink()


def signed(home: Home) -> Signed | None:
    with CheckpointStore.open(home.checkpoints) as checkpoints:
        return checkpoints.last(home.origin)


def test_t25_an_old_ledger_goes_on_after_its_upgrade(home: Home) -> None:
    with pytest.raises(StorageError, match="schema 0001") as caught:
        Ledger.open(home.folder)
    assert caught.value.hint == "ledger upgrade"
    done = upgrade_ledger(home)
    assert (done.found, done.head.size) == ("0001", 3)
    assert signed(home) == Signed(3, done.head.root)
    with Ledger.open(home.folder) as ledger:
        assert ledger.add(home.folder / "data", set=("dataset.name=y", META[1])).recorded
    assert Path(home.config.parent / "checkpoints.db").stat().st_mode & 0o077 == 0


def test_t20_a_checkpoint_store_begins_with_what_is_published_or_not_at_all(home: Home) -> None:
    database = home.folder / "ledger.db"
    shutil.copy(database, home.folder / "kept.db")
    upgrade_ledger(home)
    with Ledger.open(home.folder) as ledger:
        ledger.add(home.folder / "data", set=("dataset.name=y", META[1]))
    forget(home)
    for path in home.folder.glob("ledger.db*"):
        path.unlink()
    shutil.copy(home.folder / "kept.db", database)
    with pytest.raises(BehindError, match="entry 3 is published"):
        upgrade_ledger(home)
    with pytest.raises(NotFoundError, match="no checkpoint store"):
        signed(home)
    with pytest.raises(StorageError, match="schema 0001"):
        Ledger.open(home.folder)


def test_a_lost_checkpoint_store_is_made_again_when_asked_for(home: Home) -> None:
    root = upgrade_ledger(home).head.root
    with pytest.raises(InputError, match="there is a checkpoint store"):
        upgrade_ledger(home, new_checkpoints=True)
    forget(home)
    assert upgrade_ledger(home).steps == ()
    with pytest.raises(NotFoundError, match="no checkpoint store") as caught:
        signed(home)
    assert "ledger upgrade --new-checkpoints" in str(caught.value.hint)
    upgrade_ledger(home, new_checkpoints=True)
    assert signed(home) == Signed(3, root)
