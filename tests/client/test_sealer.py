"""Sealing on two cores: the same records in the same order, whatever becomes of the worker."""

import os
import signal
from collections.abc import Iterator
from itertools import islice

import pytest

from ledger.client.sealer import CHUNK, MANY, Refused, Sealer
from ledger.client.worker import Worker
from ledger.record.batch import SealedRecord
from ledger.record.record import Record
from ledger.record.schema import Fields
from tests.makers import CLAIMED_AT, shard

NUMBER = 12 * CHUNK + 5

needs_a_worker = pytest.mark.skipif(
    (os.cpu_count() or 1) < 2, reason="one core: there is never a worker"
)
each_way = pytest.mark.parametrize(
    "expected", [0, pytest.param(MANY, marks=needs_a_worker)], ids=["here", "with a worker"]
)


def captured(number: int, *, wrong: frozenset[int] = frozenset()) -> Iterator[Fields]:
    """Yield fields as capture does: equal descriptions are the same objects; two kinds of them."""
    two = [shard(dataset={"name": name}) for name in ("books", "web")]
    for place in range(number):
        fields = {name: value for name, value in two[place % 2].items() if name != "claimed_at"}
        size = -1 if place in wrong else place
        fields["content"] = {**shard_content(place), "size": size}
        fields["measures"] = {"bytes": place}
        yield fields


def shard_content(place: int) -> Fields:
    content = shard(place)["content"]
    assert isinstance(content, dict)
    return content


def expected_records(number: int) -> list[Record]:
    return [
        Record.parse("shard", {**fields, "claimed_at": CLAIMED_AT}) for fields in captured(number)
    ]


def check(sealed: list[SealedRecord | Refused], records: list[Record]) -> None:
    """Check that these are the records, and that each leaf follows from record and secret."""
    assert [one.record for one in sealed if isinstance(one, SealedRecord)] == records
    for one in sealed:
        assert isinstance(one, SealedRecord)
        assert one == SealedRecord.of(one.record, one.secret)
    assert len({one.secret for one in sealed if isinstance(one, SealedRecord)}) == len(sealed)


@each_way
def test_records_come_in_order_and_are_those_that_parsing_gives(expected: int) -> None:
    with Sealer(CLAIMED_AT, expected) as sealer:
        assert (sealer.worker is not None) == bool(expected)
        check(list(sealer.seal(captured(NUMBER))), expected_records(NUMBER))


@each_way
def test_what_is_no_record_is_refused_at_its_place(expected: int) -> None:
    wrong = frozenset({0, 1, CHUNK, NUMBER - 1})
    with Sealer(CLAIMED_AT, expected) as sealer:
        sealed = list(sealer.seal(captured(NUMBER, wrong=wrong)))
    assert {place for place, one in enumerate(sealed) if isinstance(one, Refused)} == wrong
    first = sealed[0]
    assert isinstance(first, Refused)
    assert "content.size: -1" in first.reason


@needs_a_worker
def test_a_worker_that_dies_is_not_missed() -> None:
    with Sealer(CLAIMED_AT, MANY) as sealer:
        sealed = sealer.seal(captured(NUMBER))
        some = list(islice(sealed, 10))
        assert sealer.worker is not None
        os.kill(sealer.worker.pid, signal.SIGKILL)
        check([*some, *sealed], expected_records(NUMBER))


@needs_a_worker
def test_a_chunk_too_large_for_the_pipe_is_sealed_here() -> None:
    shards = list(captured(NUMBER))
    for fields in shards:
        content = fields["content"]
        assert isinstance(content, dict)
        content["name"] = f"{content['name']}{'x' * 20_000}"
    with Sealer(CLAIMED_AT, MANY) as sealer:
        sealed = list(sealer.seal(shards))
    assert len(sealed) == NUMBER
    assert all(isinstance(one, SealedRecord) for one in sealed)


@needs_a_worker
def test_no_worker_outlives_its_sealer() -> None:
    with pytest.raises(_Interrupted) as interrupted:
        _interrupted()
    with pytest.raises(ProcessLookupError):
        os.kill(interrupted.value.pid, 0)


class _Interrupted(BaseException):
    def __init__(self, pid: int) -> None:
        self.pid = pid


def _interrupted() -> None:
    with Sealer(CLAIMED_AT, MANY) as sealer:
        assert sealer.worker is not None
        for _ in sealer.seal(captured(NUMBER)):
            raise _Interrupted(sealer.worker.pid)


@needs_a_worker
def test_a_worker_takes_only_as_much_as_it_can_hold() -> None:
    worker = Worker.start()
    assert worker is not None
    taken = 0
    while worker.take([]):
        taken += 1
    assert taken == 8
    assert [worker.answer() for _ in range(taken)] == [[]] * taken
    assert worker.take([])
    worker.stop()
