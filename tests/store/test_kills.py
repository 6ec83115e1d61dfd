"""T18: the short form of `make soak ARGS=kills`."""

from pathlib import Path

import pytest

from tests.databases import KINDS
from tests.soak.kills import LONGEST, kill
from tests.soak.place import Place
from tests.soak.writer import batches, write
from tests.store.ledgers import shards


@pytest.mark.parametrize("kind", KINDS)
def test_t18_twenty_kills_lose_nothing(kind: str, tmp_path: Path) -> None:
    place = Place.found(kind, tmp_path)
    judge = kill(place, 20, seed=1, longest=LONGEST[kind])
    assert judge.edge.size > 1
    assert judge.promised > 0


def test_t18_who_comes_after_tries_again_what_was_not_acknowledged(tmp_path: Path) -> None:
    place = Place.found("sqlite", tmp_path)
    write(place, 0, most=2)
    with place.opened() as log:
        log.append([shards([2])])  # as if it was killed before the answer
    place.journal(0).write_text(place.journal(0).read_text() + "try 2\n")
    assert next(batches(place, 0)) == 2
    write(place, 0, most=2)
    with place.opened() as log:
        assert log.store.head().size == 5
    assert place.journal(0).read_text().splitlines()[-1] == "kept 3 4"


def test_t18_a_broken_promise_is_noticed(tmp_path: Path) -> None:
    place = Place.found("sqlite", tmp_path)
    write(place, 0, most=2)
    place.journal(1).write_text("try 10000000\nkept 10000000 2\n")
    with pytest.raises(AssertionError, match="acknowledged as 2 and is at None"):
        kill(place, 1, seed=1, longest=0.1)
