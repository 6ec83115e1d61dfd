"""What other places were shown of a log: mirrors, and the last checkpoint that a witness cosigned.

A place is asked for `<url>/checkpoint`, and if there is none, for the path where witnesses and
mirrors show it: `<url>/<hex SHA-256 of the origin>/checkpoint` (c2sp.org/tlog-witness).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from ledger.errors import LedgerError, NotFoundError
from ledger.monitor.claims import Claims
from ledger.monitor.divergence import find_divergence
from ledger.monitor.events import Event, Level
from ledger.monitor.remote import RemoteLog, RemoteTree, Signed
from ledger.monitor.words import fork_event
from ledger.proof.misbehaviour import Divergence
from ledger.tree.tiles import TileHashReader


@dataclass(frozen=True, slots=True)
class View:
    """A checkpoint that another place shows, signed by the log; and where its tiles would be."""

    log: RemoteLog
    signed: Signed


def fetch_view(other: RemoteLog, events: list[Event]) -> View | None:
    """Return what a place shows; None, with an event, if that is nothing that can be used."""
    below = RemoteLog(
        f"{other.url}/{sha256(other.origin.encode()).hexdigest()}",
        other.trust,
        origin=other.origin,
        seconds=other.seconds,
        ask=other.ask,
    )
    try:
        try:
            return View(other, other.signed(other.checkpoint()))
        except NotFoundError:
            return View(below, below.signed(below.checkpoint()))
    except LedgerError as error:
        text = f"{other.url} cannot be compared with: {error}"
        events.append(Event(Level.WARNING, "no-view", text, error.hint))
        return None


def compare_view(view: View, seen: Signed, tree: RemoteTree, claims: Claims) -> Iterator[Event]:
    """Compare what another place shows with what the log shows, whose `tree` was checked."""
    theirs, ours = view.signed.tree, seen.tree
    where = view.log.url
    try:
        if theirs.size <= ours.size:
            split = find_divergence(theirs, ours, TileHashReader(ours.size, tree))
            pair = (view.signed, seen)
        else:
            split = _find_in_larger(view, seen, tree)
            pair = (seen, view.signed)
    except LedgerError as error:
        text = f"{where} shows size {theirs.size}, the log {ours.size}, and neither serves tiles"
        yield Event(Level.WARNING, "ahead", f"{text} to compare them: {error}", error.hint)
        return
    if split is not None:
        file = claims.write_fork(pair[0].data, pair[1].data, split)
        yield fork_event(pair[0].tree, pair[1].tree, file, where)
    elif theirs.size > ours.size:
        yield Event(
            Level.WARNING,
            "behind",
            f"the log shows size {ours.size}, and {where} has seen {theirs.size} of the same tree",
            hint="look again; if it stays so, the log holds something back from us",
        )


def _find_in_larger(view: View, seen: Signed, tree: RemoteTree) -> Divergence | None:
    """Compare with a larger tree, whose tiles may be at the other place, or here after all."""
    larger = view.signed.tree
    places = (view.log, tree.log)
    for number, place in enumerate(places):
        try:
            reader = TileHashReader(larger.size, place.tree(larger))
            return find_divergence(seen.tree, larger, reader)
        except LedgerError:
            if number == len(places) - 1:
                raise
    raise AssertionError("unreachable")
