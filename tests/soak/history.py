"""Clients that write down what they asked, when, and what they were told; and who checks it.

As Jepsen does it: the log is right if some one order of all operations explains every answer, and
that order agrees with the clock wherever one operation ended before another began. For a log that
only grows there is one order of appends, the indices, so the check is simple enough to be exact.
"""

import multiprocessing
import tempfile
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from random import Random
from time import monotonic_ns
from typing import Literal

from ledger.log.log import Log
from ledger.tree.growth import RightEdge, grow
from ledger.tree.hashing import EMPTY_ROOT, leaf_hash
from tests.databases import KINDS, remove
from tests.soak.figure import Figure
from tests.soak.place import Journal, Place, lines, publish
from tests.soak.writer import SLOT
from tests.store.ledgers import shards

OPERATIONS = 100_000
CLIENTS = 8
SHARES = {"append": 10, "head": 35, "entry": 44, "served": 10, "publish": 1}
"""Of a hundred operations, so many are of a kind."""

Kind = Literal["append", "head", "entry", "served", "publish"]

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.soak.history", "psycopg"])


@dataclass(frozen=True)
class Operation:
    """What a client asked and was told.

    append: `at` is the index that batch number `number` got. entry: `text` is the leaf hash of the
    entry `at`. The others: `at` is a size of the log, and `text` the root.
    """

    kind: Kind
    invoked: int
    """Nanoseconds of the machine's monotonic clock, which all clients share."""
    answered: int
    at: int
    number: int = 0
    text: str = ""


def run(scale: float) -> list[Figure]:
    """Return one figure for each kind of database."""
    figures = []
    for kind in KINDS:
        with tempfile.TemporaryDirectory() as name:
            place = Place.found(kind, Path(name))
            told = tell(place, CLIENTS, max(50, round(OPERATIONS * scale / CLIENTS)))
            complaints = check(told, notes(place))
            remove(place.url)
        appends = sum(one.kind == "append" for one in told)
        figures.append(
            Figure(
                what=f"history of {CLIENTS} clients, {kind}",
                goal="100,000 operations, every answer explained by one order",
                found=f"{len(told):,} operations, {appends:,} of them appends: "
                f"{len(complaints)} contradictions",
                ok=not complaints,
            )
        )
    return figures


def tell(place: Place, clients: int, each: int) -> list[Operation]:
    """Let clients do so many operations each, at once; return all of them."""
    running = [_PROCESSES.Process(target=work, args=(place, n, each)) for n in range(clients)]
    for one in running:
        one.start()
    for one in running:
        one.join()
        assert one.exitcode == 0, f"a client ended with {one.exitcode}"
    return [_parsed(words) for slot in range(clients) for words in lines(place.journal(slot))]


def _parsed(words: Sequence[str]) -> Operation:
    kind, invoked, answered, at, number, *text = words
    assert kind in SHARES
    return Operation(
        kind,  # type: ignore[arg-type]
        *(int(invoked), int(answered), int(at), int(number)),
        text=text[0] if text else "",
    )


def work(place: Place, slot: int, count: int) -> None:
    """Do operations, chosen at random, as one client."""
    random = Random(slot)
    journal = Journal(place.journal(slot))
    kinds = random.choices(list(SHARES), weights=list(SHARES.values()), k=count)
    with place.opened(busy_seconds=60) as log:
        for number, kind in enumerate(kinds, start=slot * SLOT):
            invoked = monotonic_ns()
            answer = _ask(log, place, kind, number, random)
            if answer is not None:
                journal.note(kind, invoked, monotonic_ns(), *answer)
    journal.close()


def _ask(
    log: Log, place: Place, kind: str, number: int, random: Random
) -> tuple[int, int, str] | None:
    """Do one operation; return `at`, `number` and `text` of what was told."""
    if kind == "append":
        (index,) = log.append([shards([number])])
        return index, number, ""
    if kind == "head":
        head = log.store.head()
        return head.size, 0, head.root.hex()
    if kind == "entry":
        at = random.randrange(log.store.head().size)
        return at, 0, leaf_hash(log.store.entry(at).note).hex()
    tree = place.served() if kind == "served" else publish(log)
    return (tree.size, 0, tree.root.hex()) if tree else None


def notes(place: Place) -> list[bytes]:
    """Return all entries, as they are in the end."""
    with place.opened() as log:
        return [entry.note for entry in log.store.entries(0, log.store.head().size)]


def check(told: Sequence[Operation], entries: Sequence[bytes]) -> list[str]:
    """Return every contradiction between what clients were told and what the log holds."""
    leaves = [leaf_hash(note).hex() for note in entries]
    appends = [one for one in told if one.kind == "append"]
    return [
        *_check_appends(appends, leaves),
        *_check_contents(told, leaves, roots_of(entries)),
        *_check_order(told),
    ]


def roots_of(entries: Sequence[bytes]) -> list[str]:
    edge, roots = RightEdge.empty(), [EMPTY_ROOT.hex()]
    for note in entries:
        edge = grow(edge, [leaf_hash(note)]).edge
        roots.append(edge.root().hex())
    return roots


def _check_appends(appends: Sequence[Operation], leaves: Sequence[str]) -> Iterable[str]:
    """What was acknowledged is there, once, where it was said to be."""
    if len({one.at for one in appends}) != len(appends):
        yield "two appends were given one index"
    if len(set(leaves)) != len(leaves):
        yield "an entry is in the log twice"
    for one in appends:
        if leaves[one.at : one.at + 1] != [leaf_hash(shards([one.number]).note).hex()]:
            yield f"batch {one.number} was acknowledged as {one.at} and is not there"


def _check_contents(
    told: Sequence[Operation], leaves: Sequence[str], roots: Sequence[str]
) -> Iterable[str]:
    """Whatever was read, at whatever time, is what the log holds in the end."""
    for one in told:
        if one.kind == "append":
            continue
        known = leaves if one.kind == "entry" else roots
        if one.at >= len(known) or known[one.at] != one.text:
            yield f"{one.kind} {one.at} was {one.text[:16]}… and is not"


def _check_order(told: Sequence[Operation]) -> Iterable[str]:
    """Whoever asks after another was answered is told no less.

    `served` may lag behind the log, but not behind what was served or published before.
    """
    grown = [(one, one.at + 1) for one in told if one.kind in ("append", "entry")]
    grown += [(one, one.at) for one in told if one.kind in ("head", "publish")]
    yield from _later_is_no_less(grown, [one for one in grown if one[0].kind in _CURRENT])
    shown = [(one, one.at) for one in told if one.kind in ("served", "publish")]
    yield from _later_is_no_less(shown, shown)


_CURRENT = ("append", "head", "publish")

_Seen = tuple[Operation, int]


def _later_is_no_less(before: Sequence[_Seen], after: Sequence[_Seen]) -> Iterable[str]:
    known = sorted((one.answered, size) for one, size in before)
    times = [time for time, _ in known]
    most = list(accumulate((size for _, size in known), max, initial=0))
    for one, size in after:
        least = most[bisect_left(times, one.invoked)]
        if size < least:
            yield f"{one.kind} says {size} entries after {least} were there"
