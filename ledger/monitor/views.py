"""What others were shown of a log: a mirror, a witness, whoever gave us a file.

A place is asked for `<url>/checkpoint`, and if there is none, for the path where witnesses and
mirrors show it: `<url>/<hex SHA-256 of the origin>/checkpoint` (c2sp.org/tlog-witness). A file is
evidence, a document, a tlog-proof or a checkpoint: each holds what its maker was shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

from ledger.errors import CannotTellError, LedgerError, NotFoundError
from ledger.monitor.claims import Claims
from ledger.monitor.divergence import find_divergence
from ledger.monitor.events import Event, Level
from ledger.monitor.remote import RemoteLog, RemoteTree, Signed
from ledger.monitor.words import fork_event
from ledger.proof.document_slot import is_document, split_evidence
from ledger.proof.evidence import Evidence
from ledger.proof.misbehaviour import Divergence
from ledger.proof.tlog_proof import HEADER, TlogProof
from ledger.tree.tiles import TileHashReader


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A file that somebody was given, by its name."""

    name: str
    data: bytes


Place: TypeAlias = RemoteLog | HeldFile


@dataclass(frozen=True, slots=True)
class View:
    """A checkpoint that others were shown, signed by the log; and where its tiles would be."""

    where: str
    log: RemoteLog
    signed: Signed


def find_view(place: Place, log: RemoteLog, events: list[Event]) -> View | None:
    """Return what a place shows of `log`; None, with an event, if that is nothing of use."""
    try:
        if isinstance(place, HeldFile):
            return View(place.name, log, log.signed(held_checkpoint(place.data)))
        return _fetch_view(place)
    except LedgerError as error:
        where = place.name if isinstance(place, HeldFile) else place.url
        text = f"{where} cannot be compared with: {error}"
        events.append(Event(Level.WARNING, "no-view", text, error.hint))
        return None


def held_checkpoint(data: bytes) -> bytes:
    """Return the signed checkpoint inside evidence, a document or a tlog-proof; else `data`.

    Raises:
        MalformedError: It is none of these, though it begins like one.
        CannotTellError: It is a document without evidence.
    """
    if is_document(data):
        evidence = split_evidence(data).evidence
        if evidence is None:
            raise CannotTellError("the document carries no evidence")
        data = evidence
    if data.startswith(b"{"):
        return Evidence.from_bytes(data).checkpoint
    if data.startswith(HEADER.encode()):
        return TlogProof.from_bytes(data).checkpoint.to_bytes()
    return data


def _fetch_view(other: RemoteLog) -> View:
    below = RemoteLog(
        f"{other.url}/{sha256(other.origin.encode()).hexdigest()}",
        other.trust,
        origin=other.origin,
        seconds=other.seconds,
        ask=other.ask,
    )
    try:
        return View(other.url, other, other.signed(other.checkpoint()))
    except NotFoundError:
        return View(other.url, below, below.signed(below.checkpoint()))


def compare_view(view: View, seen: Signed, tree: RemoteTree, claims: Claims) -> Iterator[Event]:
    """Compare what others were shown with what the log shows, whose `tree` was checked."""
    theirs, ours = view.signed.tree, seen.tree
    where = view.where
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
