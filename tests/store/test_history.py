"""T18, T19: the short form of `make soak ARGS=history`, and whether its checker can see."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.databases import KINDS
from tests.makers import keys_batch
from tests.soak.history import Operation, check, notes, roots_of, tell
from tests.soak.place import Place
from tests.soak.writers import together
from tests.store.ledgers import shards


@pytest.mark.parametrize("kind", KINDS)
def test_t19_one_order_explains_every_answer(kind: str, tmp_path: Path) -> None:
    place = Place.found(kind, tmp_path)
    told = tell(place, 4, 60)
    assert {one.kind for one in told} == {"append", "head", "entry", "served", "publish"}
    assert check(told, notes(place)) == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("writers", "each"), [(1, 8), (2, 8), (4, 6), (16, 2)])
def test_t19_writers_lose_and_double_nothing(
    kind: str, writers: int, each: int, tmp_path: Path
) -> None:
    found = together(Place.found(kind, tmp_path), writers, most=each)
    assert (found.promised, found.entries) == (writers * each, writers * each + 1)


ENTRIES = [keys_batch().note, shards([0]).note, shards([1]).note]
ROOTS = roots_of(ENTRIES)
RIGHT = [
    Operation("append", 0, 10, at=1, number=0),
    Operation("publish", 11, 30, at=2, text=ROOTS[2]),
    Operation("append", 20, 25, at=2, number=1),
    Operation("served", 31, 32, at=2, text=ROOTS[2]),
    Operation("head", 33, 34, at=3, text=ROOTS[3]),
]


def test_a_right_history_has_no_contradictions() -> None:
    assert check(RIGHT, ENTRIES) == []


@pytest.mark.parametrize(
    ("at", "changes", "complaint"),
    [
        (0, {"at": 2}, "two appends were given one index"),
        (2, {"number": 9}, "batch 9 was acknowledged as 2 and is not there"),
        (2, {"at": 7}, "batch 1 was acknowledged as 7 and is not there"),
        (1, {"text": ROOTS[1]}, "publish 2 was"),
        (1, {"at": 1, "text": ROOTS[1]}, "publish says 1 entries after 2 were there"),
        (3, {"at": 1, "text": ROOTS[1]}, "served says 1 entries after 2 were there"),
        (4, {"at": 2, "text": ROOTS[2]}, "head says 2 entries after 3 were there"),
        (4, {"at": 9}, "head 9 was"),
    ],
)
def test_a_wrong_one_has(at: int, changes: dict[str, object], complaint: str) -> None:
    told = list(RIGHT)
    told[at] = replace(told[at], **changes)  # type: ignore[arg-type]
    assert any(one.startswith(complaint) for one in check(told, ENTRIES)), check(told, ENTRIES)


def test_an_entry_that_is_there_twice_is_seen() -> None:
    assert "an entry is in the log twice" in check([], [*ENTRIES, ENTRIES[1]])
