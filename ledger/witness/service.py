r"""The decisions of a witness (c2sp.org/tlog-witness), without any HTTP.

    old <size>                             what the log believes to be our last size
    <base64 hash> ...                      consistency from there, 0 to 63 lines
    (empty line)
    <signed checkpoint>

    200  cosigned: one signature line for each of our keys, on the disk before it is answered
    400  malformed, or `old` is larger than the checkpoint
    403  no known key of this log signed it, or a known key's signature fails
    404  the log is unknown
    409  our last size is another: that size, as text/x.tlog.size
    422  the proof does not hold; the same size has another root; size 0 has entries
    500  the decision could not be stored, so there is none

The rules are checked in the order 400, 404, 403, 400, 409, 422. Two checkpoints are never cosigned
unless the later one extends the earlier one: that is all that a witness is for.
"""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.cosignature import Now, verifier_of
from ledger.errors import (
    CannotTellError,
    LedgerError,
    MalformedError,
    StorageError,
    VerificationError,
)
from ledger.log.web import Answer
from ledger.log.witnesses import SIZE_TYPE
from ledger.signing.base64 import decode_base64
from ledger.signing.keys import Signer, VerifierKey
from ledger.signing.note import Note, check_note, signature_by
from ledger.tree.hashing import Hash
from ledger.tree.proofs import check_consistency
from ledger.witness.state import Decision, Seen, WitnessState

MAX_BODY = 262_144
"""Bytes of a request: 63 hashes, and a checkpoint with some sixty ML-DSA-44 lines."""
MAX_PROOF = 63
TEXT = "text/plain"
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")
_EMPTY = re.compile(r"[^\n]+\n0\n")


@dataclass(frozen=True, slots=True)
class Request:
    """A parsed `add-checkpoint` request."""

    old: int
    proof: tuple[Hash, ...]
    note: Note
    tree: Checkpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was decided, for the operator's log."""

    status: int
    origin: str
    """Empty if the request could not be read."""
    old: int
    size: int
    reason: str
    time: int
    """POSIX seconds by the clock of this machine."""


class _RefusedError(Exception):
    """A request is refused, with this status and these words."""

    def __init__(self, status: int, reason: str, *, size: int | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.size = size

    def answer(self) -> Answer:
        """Return what the log is told."""
        if self.size is not None:
            return Answer(self.status, SIZE_TYPE, f"{self.size}\n".encode(), {})
        return Answer(self.status, TEXT, f"{self}\n".encode(), {})


class HeldClock:
    """A clock that stands still during a decision, and never runs backwards."""

    def __init__(self, source: Now) -> None:
        self._source = source
        self._time = 1

    def __call__(self) -> int:
        """Return the time of the decision, in POSIX seconds; never 0, which means none."""
        return self._time

    def advance(self, last: int) -> int:
        """Begin a decision that comes after `last`, and return its time."""
        self._time = max(self._time, self._source(), last)
        return self._time


def system_time() -> int:
    """Return the POSIX seconds of this machine."""
    return int(time.time())


class WitnessService:
    """A witness: its memory and its keys.

    Args:
        state: What it has seen.
        signers: Makes the cosigners, which shall ask the clock that they are given.
        now: The machine's clock.
        report: Told each outcome, from the thread that decided.
    """

    def __init__(
        self,
        state: WitnessState,
        signers: Callable[[Now], Sequence[Signer]],
        *,
        now: Now = system_time,
        report: Callable[[Outcome], None] | None = None,
    ) -> None:
        self._state = state
        self._now = now
        self._clock = HeldClock(now)
        self._signers = tuple(signers(self._clock))
        self._report = report

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        """The keys that it cosigns with."""
        return tuple(signer.key for signer in self._signers)

    def add_checkpoint(self, body: bytes) -> Answer:
        """Decide about the body of an `add-checkpoint` request; never raises a `LedgerError`."""
        request = None
        try:
            request = parse_request(body)
            lines = self._decide(request)
            answer, reason = Answer(200, TEXT, lines, {}), "cosigned"
        except _RefusedError as refusal:
            answer, reason = refusal.answer(), str(refusal)
        except StorageError as error:
            answer, reason = Answer(500, TEXT, b"the witness cannot store\n", {}), str(error)
        self._tell(answer.status, request, reason)
        return answer

    def checkpoint(self, log: str) -> Answer:
        """Return the newest cosigned checkpoint of the log with this id (hex SHA-256)."""
        try:
            seen = self._state.shown(log)
        except StorageError:
            return Answer(500, TEXT, b"the witness cannot read its state\n", {})
        if seen is None:
            return Answer(404, TEXT, b"nothing was cosigned for this log\n", {})
        return Answer(200, TEXT, seen.checkpoint, {})

    def _decide(self, request: Request) -> bytes:
        origin = request.tree.origin
        keys = self._state.keys(origin)
        if not keys:
            raise _RefusedError(404, f"the log {origin} is not known here")
        signed = _signed_by(request.note, keys)
        if request.old > request.tree.size:
            raise _RefusedError(400, f"old {request.old} is larger than the checkpoint")
        with self._state.deciding() as turn:
            last = turn.last(origin)
            refusal = _find_refusal(request, last)
            if last is not None and _contradicts(request.tree, last):
                # Kept whatever `old` was: two signed trees of one size prove what the log did.
                turn.contradict(_seen(request, self._now(), request.note))
            if refusal is None:
                return self._cosign(request, turn, signed)
        raise refusal

    def _cosign(self, request: Request, turn: Decision, signed: Sequence[VerifierKey]) -> bytes:
        """Sign, and put it into the transaction: it is shown only once that has ended well."""
        now = self._clock.advance(turn.last_time())
        text = request.note.text
        ours = [signature_by(signer, text) for signer in self._signers]
        # Of the lines that came, those that were checked: what we show holds no one else's words.
        theirs = [line for line in request.note.signatures if any(map(line.is_by, signed))]
        turn.cosign(_seen(request, now, Note(text, (*theirs, *ours))))
        return "".join(f"{line}\n" for line in ours).encode()

    def _tell(self, status: int, request: Request | None, reason: str) -> None:
        if self._report is not None:
            self._report(
                Outcome(
                    status=status,
                    origin=request.tree.origin if request else "",
                    old=request.old if request else 0,
                    size=request.tree.size if request else 0,
                    reason=reason,
                    time=self._now(),
                )
            )


def parse_request(body: bytes) -> Request:
    """Return the request that `body` is.

    Raises:
        _RefusedError: With 400, 413; or 422 for a checkpoint of size 0 with the root of entries.
    """
    if len(body) > MAX_BODY:
        raise _RefusedError(413, f"a request has at most {MAX_BODY} bytes")
    head, border, rest = body.partition(b"\n\n")
    try:
        if not border:
            raise MalformedError("expected: old <size>, a proof, an empty line, a checkpoint")
        old, *proof = head.decode("ascii").split("\n")
        size = _OLD.fullmatch(old)
        if size is None:
            raise MalformedError("expected: old <size>")
        if len(proof) > MAX_PROOF:
            raise MalformedError(f"a proof has at most {MAX_PROOF} hashes")
        hashes = tuple(Hash(decode_base64(line, "a hash of the proof")) for line in proof)
        note = Note.from_bytes(rest)
        return Request(int(size[1]), hashes, note, _tree(note.text))
    except (MalformedError, UnicodeDecodeError) as error:
        raise _RefusedError(400, f"the request is malformed: {error}") from error


def _tree(text: str) -> Checkpoint:
    try:
        return Checkpoint.from_text(text)
    except MalformedError as error:
        if _EMPTY.match(text):
            raise _RefusedError(422, f"the checkpoint contradicts itself: {error}") from error
        raise


def _signed_by(note: Note, keys: Sequence[VerifierKey]) -> tuple[VerifierKey, ...]:
    try:
        return check_note(note, [verifier_of(key) for key in keys])
    except (CannotTellError, VerificationError) as error:
        raise _RefusedError(403, str(error)) from error


def _contradicts(tree: Checkpoint, last: Seen) -> bool:
    return tree.size == last.size and tree.root != last.root


def _find_refusal(request: Request, last: Seen | None) -> _RefusedError | None:
    """Return why the checkpoint is not shown to continue what was cosigned last."""
    old, tree, known = request.old, request.tree, last.size if last else 0
    if old != known:
        return _RefusedError(409, f"the last size is {known}, not {old}", size=known)
    if last is not None and _contradicts(tree, last):
        return _RefusedError(422, f"size {known} had another root when it was cosigned")
    if old in (0, tree.size):
        what = f"there is nothing to prove from {old} to {tree.size}"
        return _RefusedError(422, what) if request.proof else None
    if last is None:
        raise AssertionError("old is the size of what was cosigned, or 0")
    try:
        check_consistency(
            old=old, new=tree.size, old_root=last.root, new_root=tree.root, proof=request.proof
        )
    except LedgerError as error:
        return _RefusedError(422, f"the proof does not hold: {error}")
    return None


def _seen(request: Request, now: int, note: Note) -> Seen:
    tree = request.tree
    return Seen(tree.origin, tree.size, tree.root, now, note.to_bytes())
