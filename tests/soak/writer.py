"""A process that appends and publishes until it is killed, and writes down what it was promised.

    try N          about to append batch number N
    kept N I       it was acknowledged as entry I
    signed S R     a checkpoint of S entries with root R was published

Whoever starts in a slot first tries again what the one before it may or may not have appended: the
bytes are the same, so the log must hold them once.
"""

from collections.abc import Iterator

from ledger.log.log import Log
from ledger.store.engine import BUSY_SECONDS
from tests.soak.place import Journal, Place, lines, publish
from tests.store.ledgers import shards

SLOT = 10_000_000
"""How many numbers a slot has to itself."""


def batches(place: Place, slot: int) -> Iterator[int]:
    """Yield the numbers that a slot has still to append, without end."""
    written = lines(place.journal(slot))
    tried = [int(words[1]) for words in written if words[0] == "try"]
    kept = {int(words[1]) for words in written if words[0] == "kept"}
    number = slot * SLOT
    if tried:
        number = tried[-1] + 1
        if tried[-1] not in kept:
            yield tried[-1]
    while True:
        yield number
        number += 1


def write(
    place: Place,
    slot: int,
    *,
    most: int | None = None,
    every: int = 5,
    busy_seconds: float = BUSY_SECONDS,
) -> None:
    """Append without end, or `most` batches; publish after `every` so many."""
    journal = Journal(place.journal(slot))
    with place.opened(busy_seconds=busy_seconds) as log:
        for done, number in enumerate(batches(place, slot), start=1):
            append(log, journal, number)
            if done % every == 0 and (signed := publish(log)) is not None:
                journal.note("signed", signed.size, signed.root.hex())
            if done == most:
                break
    journal.close()


def append(log: Log, journal: Journal, number: int) -> None:
    """Append one batch, and write down that it was promised to be there."""
    journal.note("try", number)
    (index,) = log.append([shards([number])])
    journal.note("kept", number, index)
