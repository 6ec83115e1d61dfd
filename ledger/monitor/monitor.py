"""A monitor: looks at a log again and again, and remembers what it was shown.

One look, in this order; a step that finds the log to be another one ends it:

    1  what other places were shown        asked first, so that an honest log is never behind them
    2  the checkpoint                      signed by the configured log, cosigned by the quorum
    3  its tree against the one kept       same, larger and consistent, or a proof of misbehaviour
    4  the entries that are new            batches for this log, signed by keys valid at their index
    5  what the witnesses' clocks say      never backwards, and not older than `max_age`
    6  what other places were shown        one tree with ours, or a proof of misbehaviour

What it keeps moves forward only: a checkpoint that is not consistent with it is never kept. The
log's own clock is not asked for anything.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from unicodedata import normalize

from ledger.checkpoint.trust import VerifiedCheckpoint
from ledger.errors import (
    CannotTellError,
    LedgerError,
    MalformedError,
    NotFoundError,
    StorageError,
    VerificationError,
)
from ledger.monitor.claims import Claims
from ledger.monitor.divergence import find_divergence
from ledger.monitor.entries import Reading
from ledger.monitor.events import Event, Level
from ledger.monitor.look import Look
from ledger.monitor.remote import RemoteLog, RemoteTree, Signed
from ledger.monitor.state import MAX_ALARMS, StateFile
from ledger.monitor.views import Place, View, compare_view, find_view
from ledger.monitor.words import age_text, fork_event, time_text
from ledger.proof.misbehaviour import FREEZE, ROLLBACK, Divergence
from ledger.record.keyring import KeyRing
from ledger.tree.tiles import TILE_WIDTH, TileHashReader, tile_of

MAX_GROWTH = 2**26
"""Entries that a log may have more than at the last look: 2 GiB of leaf hashes."""
_SKEW = 3_600
"""Seconds that a witness's clock may be ahead of ours."""


class Monitor:
    """Watches one log.

    Args:
        log: The log, under the trust that was configured.
        file: What is remembered.
        claims: Where proofs of misbehaviour go.
        now: The time, in POSIX seconds: for ages, and to say when something was noted.
        max_age: The most seconds since the quorum saw the checkpoint; None: any.
        others: What shows this log too: mirrors, witnesses, files that were given out.

    Raises:
        InputError: The state is none, or of another log.
        StorageError: The state cannot be read.
    """

    def __init__(
        self,
        log: RemoteLog,
        file: StateFile,
        claims: Claims,
        *,
        now: Callable[[], int],
        max_age: int | None = None,
        others: Sequence[Place] = (),
    ) -> None:
        self._log = log
        self._file = file
        self._claims = claims
        self._now = now
        self._max_age = max_age
        self._others = others
        self._state = file.load(log.origin)

    def look(self) -> Look:
        """Look once; what the network or a disk did is told as `failure`.

        Raises:
            InputError: The state is none any more.
        """
        # As after a restart: what a look that failed half-way had learned is learned again.
        self._state = self._file.load(self._log.origin)
        found = Look(self._log.origin, self._now(), earlier_alarms=tuple(self._state.alarms))
        views = [find_view(other, self._log, found.events) for other in self._others]
        try:
            for event in self._steps(found, [view for view in views if view is not None]):
                found.add(event)
                if self._note_alarm(event):
                    self._file.save(self._state)
        except StorageError as error:
            found.failure = error
        except LedgerError as error:
            found.add(_told(error))
        found.checked = self._state.checked
        kept = self._state.kept()
        found.tree = kept.tree if kept else None
        return found

    def _steps(self, found: Look, views: Sequence[View]) -> Iterator[Event]:
        data = self._log.checkpoint()
        try:
            verified = self._log.check(data)
        except LedgerError as error:
            yield _told(error)
            yield from self._suspect(data)
            return
        found.seen_at = verified.seen_at
        seen = Signed(data, verified.checkpoint)
        tree = self._log.tree(seen.tree)
        is_first = self._state.checkpoint is None
        ended = yield from self._move(seen, tree)
        if ended:
            return
        reading = Reading(self._log, tree, self._state, is_first=is_first)
        for events in reading.run():
            # What is lasting is kept together with the progress that would never come back to it.
            for event in events:
                self._note_alarm(event)
            self._file.save(self._state)
            yield from events
        yield from self._own_key(verified, reading.ring)
        yield from self._clocks(verified)
        yield from self._freshness(seen, verified)
        for view in views:
            yield from compare_view(view, seen, tree, self._claims)
        self._file.save(self._state)

    def _suspect(self, data: bytes) -> Iterator[Event]:
        """Look whether a refused checkpoint proves a fork all the same: the log did sign it."""
        kept = self._state.kept()
        if kept is None:
            return
        try:
            signed = self._log.signed(data)
            event = self._compare(kept, signed, self._log.tree(signed.tree))
        except LedgerError:
            return  # It was reported already, and proves no more.
        if event is not None:
            yield event

    def _move(self, seen: Signed, tree: RemoteTree) -> Generator[Event, None, bool]:
        """Keep the checkpoint if it extends the one kept; return whether it does not."""
        kept = self._state.kept()
        event = self._compare(kept, seen, tree) if kept else None
        if event is not None:
            yield event
            return True
        size = kept.tree.size if kept else 0
        if seen.tree.size - size > MAX_GROWTH:
            # Whoever holds the log's key can sign a huge tree of one entry repeated.
            yield Event(
                Level.UNCLEAR,
                "too-large",
                f"the log shows size {seen.tree.size}, {seen.tree.size - size:,} entries more than "
                f"were seen; a look reads at most {MAX_GROWTH:,}",
            )
            return True
        if seen.tree.size > size:
            first = size // TILE_WIDTH
            self._file.add_leaves(first * TILE_WIDTH, _leaf_tiles(tree, first))
        self._state.checkpoint = seen.data
        self._file.save(self._state)
        return False

    def _compare(self, kept: Signed, seen: Signed, tree: RemoteTree) -> Event | None:
        """Return what is wrong with what is served, seen from what was kept."""
        if seen.tree.size >= kept.tree.size:
            reader = TileHashReader(seen.tree.size, tree)
            split = find_divergence(kept.tree, seen.tree, reader)
            return None if split is None else self._fork(kept, seen, split)
        split = find_divergence(seen.tree, kept.tree, self._file)
        if split is not None:
            return self._fork(seen, kept, split)
        file = self._claims.write(ROLLBACK, kept.data, seen.data)
        return Event(
            Level.ALARM,
            "rollback",
            f"the log shows size {seen.tree.size}, and showed {kept.tree.size} before",
            hint="look again in an hour, then ask the operator; keep both signed checkpoints",
            file=file,
        )

    def _fork(self, first: Signed, second: Signed, split: Divergence) -> Event:
        file = self._claims.write_fork(first.data, second.data, split)
        return fork_event(first.tree, second.tree, file, "the log itself")

    def _own_key(self, verified: VerifiedCheckpoint, ring: KeyRing) -> Iterator[Event]:
        known = ring.find(verified.log)
        if known is not None and known.revoked is not None:
            yield Event(
                Level.WARNING,
                "log-key",
                f"the checkpoint is signed by the key {known.key.id.hex()}, {known.story()}",
                hint="get the log's new trust file from whom you trust",
            )

    def _clocks(self, verified: VerifiedCheckpoint) -> Iterator[Event]:
        now = self._now()
        for one in verified.cosigned:
            before = self._state.times.get(one.name, 0)
            if 0 < one.time < before:
                yield Event(
                    Level.WARNING,
                    "clock-back",
                    f"the witness {one.name} says {time_text(one.time)}, and said "
                    f"{time_text(before)} of an earlier checkpoint",
                )
            if one.time > now + _SKEW:
                yield Event(
                    Level.WARNING,
                    "clock-ahead",
                    f"the witness {one.name} says {time_text(one.time)}, and here it is "
                    f"{time_text(now)}",
                    hint="one of the two clocks is wrong: look at this one first",
                )
            self._state.times[one.name] = max(one.time, before)

    def _freshness(self, seen: Signed, verified: VerifiedCheckpoint) -> Iterator[Event]:
        if verified.quorum is None:
            yield Event(
                Level.NOTE,
                "unwitnessed",
                "the trust file asks for no witnesses: nobody but the log says that others are "
                "shown the same, and nobody says when",
            )
            return
        if self._max_age is None:
            return
        now, at = self._now(), verified.seen_at
        if at is not None and now - at <= self._max_age:
            return
        said = "no witness says when it saw it" if at is None else f"{age_text(now - at)} ago"
        file = self._claims.write(FREEZE, seen.data)
        yield Event(
            Level.WARNING,
            "frozen",
            f"the quorum saw size {seen.tree.size} {said}, and at most "
            f"{age_text(self._max_age)} were allowed",
            hint="ask the operator, and a witness with --compare",
            file=file,
        )

    def _note_alarm(self, event: Event) -> bool:
        """Remember what is true for ever; return whether that is new."""
        known, text = self._state.alarms, normalize("NFC", event.text)
        is_new = event.is_lasting and text not in known and len(known) < MAX_ALARMS
        if is_new:
            known.append(text)
        return is_new


def _leaf_tiles(tree: RemoteTree, first: int) -> Iterator[bytes]:
    """Yield the leaf hashes of a tree from tile number `first` on."""
    size = tree.checkpoint.size
    for number in range(first, -(-size // TILE_WIDTH)):
        yield from tree.read_tiles([tile_of(0, number, size)])


def _told(error: LedgerError) -> Event:
    """Return the event for what is served and cannot be what it claims to be."""
    match error:
        case CannotTellError() | NotFoundError():
            return Event(Level.UNCLEAR, "unclear", str(error), error.hint)
        case MalformedError() | VerificationError():
            return Event(Level.ALARM, "false-answer", str(error), error.hint)
    raise error
