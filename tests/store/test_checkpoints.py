"""T19, T20: the checkpoint store lets one of two servers sign, and forgets nothing."""

import threading
from pathlib import Path

import pytest

from ledger.errors import ConflictError, InputError, NotFoundError, StorageError, VerificationError
from ledger.store.checkpoints import CheckpointStore, Signed
from ledger.store.engine import sqlite_path
from ledger.store.store import Store
from ledger.tree.hashing import EMPTY_ROOT, leaf_hash
from tests.databases import tamper
from tests.makers import ORIGIN

EMPTY = Signed(0, EMPTY_ROOT)
THREE = Signed(3, leaf_hash(b"three"))
FIVE = Signed(5, leaf_hash(b"five"))


@pytest.fixture
def checkpoints(url: str) -> CheckpointStore:
    return CheckpointStore.open(url, create=True)


def test_what_was_swapped_in_is_what_was_signed_last(checkpoints: CheckpointStore) -> None:
    with checkpoints:
        assert checkpoints.last(ORIGIN) is None
        checkpoints.swap(ORIGIN, None, EMPTY)
        checkpoints.swap(ORIGIN, EMPTY, THREE)
        checkpoints.swap(ORIGIN, THREE, THREE)
        assert checkpoints.last(ORIGIN) == THREE
        assert checkpoints.last("other.example/log") is None


def test_it_is_there_when_it_is_opened_again(checkpoints: CheckpointStore, url: str) -> None:
    checkpoints.swap(ORIGIN, None, THREE)
    checkpoints.close()
    for create in (False, True):
        with CheckpointStore.open(url, create=create) as again:
            assert again.last(ORIGIN) == THREE


@pytest.mark.parametrize("old", [None, EMPTY, Signed(3, FIVE.root)])
def test_t19_who_was_not_first_cannot_sign(
    checkpoints: CheckpointStore, old: Signed | None
) -> None:
    with checkpoints:
        checkpoints.swap(ORIGIN, None, THREE)
        with pytest.raises(ConflictError) as caught:
            checkpoints.swap(ORIGIN, old, FIVE)
        assert caught.value.found == 3
        assert checkpoints.last(ORIGIN) == THREE


def test_t19_nobody_can_sign_what_was_never_there(checkpoints: CheckpointStore) -> None:
    with checkpoints, pytest.raises(ConflictError):
        checkpoints.swap(ORIGIN, THREE, FIVE)


@pytest.mark.parametrize("new", [Signed(4, THREE.root), Signed(5, THREE.root)])
def test_t20_a_smaller_or_another_tree_is_never_signed(
    checkpoints: CheckpointStore, new: Signed
) -> None:
    with checkpoints:
        checkpoints.swap(ORIGIN, None, FIVE)
        with pytest.raises(VerificationError, match="that would be a fork"):
            checkpoints.swap(ORIGIN, FIVE, new)
        assert checkpoints.last(ORIGIN) == FIVE


def test_t19_of_many_at_once_one_signs(checkpoints: CheckpointStore, url: str) -> None:
    checkpoints.swap(ORIGIN, None, EMPTY)
    checkpoints.close()
    won: list[int] = []

    def sign(number: int) -> None:
        with CheckpointStore.open(url, busy_seconds=60) as mine:
            try:
                mine.swap(ORIGIN, EMPTY, Signed(number, leaf_hash(b"%d" % number)))
            except ConflictError:
                return
            won.append(number)

    threads = [threading.Thread(target=sign, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with CheckpointStore.open(url) as again:
        last = again.last(ORIGIN)
    assert last is not None
    assert won == [last.size]


def test_the_ledgers_own_database_is_refused(store: Store, url: str) -> None:
    for create in (False, True):
        with pytest.raises(InputError, match="the ledger's own database"):
            CheckpointStore.open(url, create=create)


def test_a_missing_one_is_not_made_by_opening_it(url: str, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no checkpoint store") as caught:
        CheckpointStore.open(url)
    assert caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_one_of_another_version_is_refused(checkpoints: CheckpointStore, url: str) -> None:
    checkpoints.close()
    tamper(url, "UPDATE checkpoint_store SET version = 2")
    with pytest.raises(StorageError, match=r"has version \[2\]"):
        CheckpointStore.open(url)


def test_a_new_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "checkpoints.db"
    CheckpointStore.open(str(path), create=True).close()
    assert sqlite_path(str(path)) == str(path)
    assert path.stat().st_mode & 0o077 == 0
