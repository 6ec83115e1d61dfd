r"""The client half of c2sp.org/tlog-witness: ask every witness of a trust file, all at once.

    POST <url>/add-checkpoint       old <size>
                                    <base64 hash> ...     consistency from that size, 0 to 63 lines
                                    (empty line)
                                    <the signed checkpoint>

    200    signature lines                  kept if they are this witness's and hold
    409    <size>, text/x.tlog.size         asked again, from that size
    else   no cosignature now; the reason goes to `failures`

A witness is never believed: its line is checked before it is kept, and a size that it claims can
only make us stop, never sign. Several lines of a trust file may share a URL: a witness that
cosigns with two keys is asked once.
"""

import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from time import monotonic
from typing import TypeVar

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.cosignature import split_timed, verifier_of
from ledger.checkpoint.trust import Trust, Witness
from ledger.errors import LedgerError, MalformedError, StorageError, VerificationError
from ledger.log.web import Answer, ask
from ledger.signing.base64 import encode_base64
from ledger.signing.note import MAX_SIGNATURES, Note, NoteSignature, check_note
from ledger.tree.hashing import Hash

SIZE_TYPE = "text/x.tlog.size"
MAX_ANSWER = 500_000
"""Bytes: a hundred ML-DSA-44 lines are 330 kB."""
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n?")
_T = TypeVar("_T")
_ATTEMPTS = 4
_AT_ONCE = 32

Prove = Callable[[int], Sequence[Hash]]
"""Gives the consistency proof from a smaller size to the checkpoint that is to be cosigned."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the witnesses said to a checkpoint."""

    lines: tuple[NoteSignature, ...]
    """Checked cosignatures, in the order of the trust file."""
    failures: tuple[str, ...]
    """Who did not cosign, and why."""
    ahead: tuple[tuple[str, int], ...]
    """Witnesses that saw a larger tree of this log, and its size: the log has lost entries."""


@dataclass(frozen=True, slots=True)
class _Reply:
    """What one address gave: lines, or a reason, or a size beyond ours."""

    lines: tuple[NoteSignature, ...] = ()
    failures: tuple[str, ...] = ()
    ahead: int | None = None


class Witnesses:
    """The witnesses of a trust file that say where they take checkpoints.

    Args:
        trust: Whose `witness` lines they are.
        seconds: What one witness may take, all its attempts together.
    """

    def __init__(self, trust: Trust, *, seconds: float = 10) -> None:
        self._seconds = seconds
        self._places: dict[str, list[Witness]] = {}
        for witness in trust.witnesses:
            if witness.url is not None:
                self._places.setdefault(witness.url.rstrip("/"), []).append(witness)
        self._mute = tuple(one.name for one in trust.witnesses if one.url is None)
        self._sizes: dict[tuple[str, str], int] = {}
        self._proving = threading.Lock()

    def cosign(self, note: Note, prove: Prove) -> Asked:
        """Ask all witnesses to cosign a checkpoint, and return what they answered.

        Args:
            note: The checkpoint, signed by the log.
            prove: Called from other threads, but by one at a time. What it raises, this raises.

        Raises:
            MalformedError: The note's text is no checkpoint.
        """
        tree = Checkpoint.from_text(note.text)
        replies = self._all(lambda url: self._cosign(url, note, tree, prove))
        ours = [line for reply in replies.values() for line in reply.lines]
        keys = [one.key for group in self._places.values() for one in group]
        return Asked(
            lines=tuple(line for key in keys for line in ours if line.is_by(key)),
            failures=tuple(
                [text for reply in replies.values() for text in reply.failures]
                + [f"{name}: the trust file gives no URL for it" for name in self._mute]
            ),
            ahead=tuple(
                (self._name(url), reply.ahead)
                for url, reply in replies.items()
                if reply.ahead is not None
            ),
        )

    def seen(self, origin: str, note: Note | None) -> dict[str, int]:
        """Return the size that each witness last saw of a log, by name; of those that answer.

        Args:
            origin: The log's.
            note: A checkpoint that is published already. It is offered to a witness that shows
                none of its own: its refusal tells the size. A witness that knew nothing takes it.
        """
        sizes = self._all(lambda url: self._seen(url, origin, note))
        return {self._name(url): size for url, size in sizes.items() if size is not None}

    def _name(self, url: str) -> str:
        return self._places[url][0].name

    def _all(self, work: Callable[[str], _T]) -> dict[str, _T]:
        """Do `work` for every address at the same time."""
        if not self._places:
            return {}
        with ThreadPoolExecutor(min(_AT_ONCE, len(self._places))) as pool:
            return dict(zip(self._places, pool.map(work, self._places), strict=True))

    def _cosign(self, url: str, note: Note, tree: Checkpoint, prove: Prove) -> _Reply:
        """Ask one witness, from the size that it has or says to have."""
        end = monotonic() + self._seconds
        old = self._sizes.get((url, tree.origin), 0)
        if old > tree.size:
            # What is remembered may be old, or another's. Only what it says now may stop the log.
            old = 0
        for _ in range(_ATTEMPTS):
            if old > tree.size:
                return _Reply(ahead=old)
            with self._proving:
                proof = prove(old) if 0 < old < tree.size else ()
            try:
                answer = self._ask(url, request_of(old, proof, note), end)
                if answer.status != 409:
                    lines = self._lines(url, answer, note)
                    self._sizes[url, tree.origin] = tree.size
                    return lines
                old = self._moved(url, tree.origin, old, answer)
            except LedgerError as error:
                return _Reply(failures=(f"{self._name(url)}: {error}",))
        return _Reply(failures=(f"{self._name(url)}: it named another size {_ATTEMPTS} times",))

    def _moved(self, url: str, origin: str, old: int, answer: Answer) -> int:
        """Return the size from which a witness wants to be asked."""
        size = size_of(answer)
        if size is None or size == old:
            raise StorageError(f"{url} answered 409{_said(answer)}")
        self._sizes[url, origin] = size
        return size

    def _ask(self, url: str, body: bytes, end: float) -> Answer:
        left = end - monotonic()
        if left <= 0:
            raise StorageError(f"{url} did not answer within {self._seconds:g} seconds")
        return ask("POST", f"{url}/add-checkpoint", body=body, seconds=left, limit=MAX_ANSWER)

    def _lines(self, url: str, answer: Answer, note: Note) -> _Reply:
        """Return those lines of an answer that are cosignatures of this address's keys."""
        if answer.status != 200:
            raise StorageError(f"{url} answered {answer.status}{_said(answer)}")
        lines, failures = [], []
        given = parse_lines(answer.body)
        for witness in self._places[url]:
            try:
                lines.append(_line_by(witness, given, note))
            except LedgerError as error:
                failures.append(f"{witness.name}: {error}")
        return _Reply(tuple(lines), tuple(failures))

    def _seen(self, url: str, origin: str, note: Note | None) -> int | None:
        try:
            size = self._shown(url, origin)
            if size is None and note is not None:
                size = self._refused(url, note)
        except LedgerError:
            return None
        if size is not None:
            self._sizes[url, origin] = size
        return size

    def _shown(self, url: str, origin: str) -> int | None:
        """Return the size of the checkpoint that a witness shows on its monitoring path."""
        answer = ask("GET", f"{url}/{monitoring_path(origin)}", seconds=self._seconds)
        if answer.status != 200:
            return None
        try:
            note = Note.from_bytes(answer.body)
            tree = Checkpoint.from_text(note.text)
            check_note(note, [verifier_of(witness.key) for witness in self._places[url]])
        except LedgerError:
            return None
        return tree.size if tree.origin == origin else None

    def _refused(self, url: str, note: Note) -> int | None:
        """Return the size that a witness names when it is asked as if it knew nothing."""
        answer = self._ask(url, request_of(0, (), note), monotonic() + self._seconds)
        if answer.status == 200:
            return Checkpoint.from_text(note.text).size
        return size_of(answer)


def request_of(old: int, proof: Sequence[Hash], note: Note) -> bytes:
    """Return the body of an `add-checkpoint` request."""
    lines = (f"old {old}", *map(encode_base64, proof), "", "")
    return "\n".join(lines).encode() + note.to_bytes()


def monitoring_path(origin: str) -> str:
    """Return where below its monitoring prefix a witness shows its checkpoint of a log."""
    return f"{sha256(origin.encode()).hexdigest()}/checkpoint"


def size_of(answer: Answer) -> int | None:
    """Return the size in a 409 answer; None if it is not one that says a size."""
    found = _SIZE.fullmatch(answer.body)
    if answer.status != 409 or answer.media_type != SIZE_TYPE or found is None:
        return None
    return int(found[1])


def parse_lines(body: bytes) -> tuple[NoteSignature, ...]:
    """Return the signature lines that a witness answered.

    Raises:
        MalformedError: The answer is none.
    """
    try:
        lines = body.decode().removesuffix("\n").split("\n")
    except UnicodeDecodeError as error:
        raise MalformedError("the answer is not UTF-8 text") from error
    if len(lines) > MAX_SIGNATURES:
        raise MalformedError(f"the answer has more than {MAX_SIGNATURES} lines")
    return tuple(map(NoteSignature.parse, lines))


def _line_by(witness: Witness, given: Sequence[NoteSignature], note: Note) -> NoteSignature:
    """Return the cosignature of `witness` among lines that it may have mixed with others."""
    lines = [line for line in given if line.is_by(witness.key)]
    if len(lines) != 1:
        raise VerificationError(f"the answer has {len(lines)} cosignatures of {witness.key.name}")
    verifier_of(witness.key).verify(note.text, lines[0].signature)
    if split_timed(lines[0].signature)[0] == 0:
        raise VerificationError("the cosignature says no time")
    return lines[0]


def _said(answer: Answer) -> str:
    """Return a witness's own words about a refusal, shortened, for an error message."""
    words = " ".join(answer.body[:300].decode(errors="replace").split())
    return f": {words[:200]}" if words else ""
