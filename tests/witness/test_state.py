"""What a witness remembers: on the disk before it answers, for ever, and for all who share it."""

import multiprocessing
import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.errors import InputError, NotFoundError, StorageError
from ledger.log.witnesses import size_of
from ledger.witness.state import Seen, WitnessState
from tests.makers import LOG, ORIGIN, STRANGER, TIME
from tests.witness.making import FORKED, LEAVES, Made, request, witness

SEEN = Seen(ORIGIN, 7, LEAVES[0], TIME, b"note")


def test_logs_come_and_go(tmp_path: Path) -> None:
    state = witness(tmp_path).state
    assert [state.add_log(key) for key in (LOG.key, STRANGER.key)] == [False, True]
    assert state.logs() == [LOG.key, STRANGER.key]
    assert state.keys(ORIGIN) == [LOG.key]
    assert [state.remove_log(STRANGER.key) for _ in range(2)] == [True, False]
    assert state.keys(STRANGER.key.name) == []


def test_a_commit_is_on_the_disk(tmp_path: Path) -> None:
    state = witness(tmp_path).state
    with state.deciding() as turn:
        turn.cosign(SEEN)
    other = sqlite3.connect(tmp_path / "witness.db")
    assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert other.execute("SELECT size FROM cosigned").fetchone() == (7,)
    other.close()
    # The setting belongs to a connection, so it is asked of the one that writes.
    with state._engine.writing() as db:
        assert db.row("PRAGMA synchronous") == (2,)


def test_a_decision_that_fails_leaves_nothing(tmp_path: Path) -> None:
    state = witness(tmp_path).state

    def fail() -> None:
        with state.deciding() as turn:
            turn.cosign(SEEN)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert state.seen() == []


@pytest.mark.parametrize(
    "later",
    [
        replace(SEEN, size=6),
        replace(SEEN, root=LEAVES[1]),
        replace(SEEN, size=0, root=LEAVES[2]),
    ],
    ids=["smaller", "another root", "none"],
)
def test_the_file_itself_refuses_to_go_back(tmp_path: Path, later: Seen) -> None:
    """Whatever the code above it does."""
    state = witness(tmp_path).state
    with state.deciding() as turn:
        turn.cosign(SEEN)
    with pytest.raises(StorageError, match="never goes back"), state.deciding() as turn:
        turn.cosign(later)
    with pytest.raises(StorageError, match="never forgets"), state._engine.writing() as db:
        db.run("DELETE FROM cosigned")
    assert state.seen() == [SEEN]


def test_what_is_no_state(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no witness state"):
        WitnessState.open(tmp_path / "none.db")
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as raw:
        raw.execute("CREATE TABLE entry (x)")
    raw.close()
    for create in (True, False):
        with pytest.raises(InputError, match="is no witness state"):
            WitnessState.open(other, create=create)
    text = tmp_path / "text.db"
    text.write_text("hello " * 1000)
    with pytest.raises(StorageError, match="damaged"):
        WitnessState.open(text)


def test_a_state_of_the_future(tmp_path: Path) -> None:
    witness(tmp_path).state.close()
    with sqlite3.connect(tmp_path / "witness.db") as raw:
        raw.execute("UPDATE witness_state SET version = 2")
    raw.close()
    with pytest.raises(StorageError, match=r"has version \[2\], this needs 1"):
        WitnessState.open(tmp_path / "witness.db")


def climb(made: Made, start: threading.Barrier | None, leaves: Sequence[bytes]) -> list[int]:
    """Get as many sizes cosigned as there are, going on from wherever the witness is."""
    if start is not None:
        start.wait()
    done, old = [], 0
    while old < 60:
        answer = made.service.add_checkpoint(request(old, old + 1, leaves=leaves))
        if answer.status == 200:
            done.append(old + 1)
            old += 1
        elif (size := size_of(answer)) is not None:
            old = size
        else:
            # Somebody else's history won, and ours does not continue it.
            assert answer.status == 422
            return done
    return done


def test_t03_two_histories_at_once_and_only_one_is_cosigned(tmp_path: Path) -> None:
    """Eight threads, two forks of one log: after the fork no size of one and of the other."""
    made = witness(tmp_path)
    start = threading.Barrier(8, timeout=60)
    results: list[list[int]] = [[] for _ in range(8)]

    def run(number: int) -> None:
        results[number] = climb(made, start, FORKED if number % 2 else LEAVES)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    one, two = ({size for done in results[at::2] for size in done if size > 5} for at in (0, 1))
    assert not (one and two)
    assert one | two == set(range(6, 61))
    sizes = [size for done in results for size in done]
    assert len(sizes) == len(set(sizes)), "a size is cosigned for the first time once"


def climb_alone(path: str, number: int, results: "multiprocessing.Queue[list[int]]") -> None:
    made = Made(WitnessState.open(Path(path)))
    results.put(climb(made, None, FORKED if number % 2 else LEAVES))


def test_t03_two_processes_on_one_file(tmp_path: Path) -> None:
    witness(tmp_path).state.close()
    spawn = multiprocessing.get_context("spawn")
    results: multiprocessing.Queue[list[int]] = spawn.Queue()
    path = str(tmp_path / "witness.db")
    processes = [spawn.Process(target=climb_alone, args=(path, at, results)) for at in range(2)]
    for process in processes:
        process.start()
    found = [results.get(timeout=120) for _ in processes]
    for process in processes:
        process.join()
    beyond = [{size for size in done if size > 5} for done in found]
    assert not all(beyond)
    assert set().union(*beyond) == set(range(6, 61))
