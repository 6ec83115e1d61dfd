"""Publishing: first what a checkpoint speaks about, then the checkpoint.

    1  look where the log stands, and stop if the database is behind what was signed or served
    2  hash the new entries again from their bytes, and derive the root a second way
    3  write entry bundles,
    4  and tiles
    5  swap the checkpoint store: from here on this tree counts as signed
    6  sign
    7  ask the witnesses
    8  if the quorum is met, or none is asked for, sign the root for receipts, and swap the served
       checkpoint

A crash anywhere leaves the old checkpoint and some files nobody refers to yet. Publishing again
finds them equal and goes on; that is all the recovery there is. Between 5 and 6 it leaves a tree
that counts as signed and is not: signing it then is no fork, since nothing else can have been.

Publishing when nothing is new asks the witnesses again, whose cosignatures then say that the log
was still the same later. That is the log's heartbeat.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import islice

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.trust import Cosigned, Trust, VerifiedCheckpoint
from ledger.errors import CannotTellError, ConflictError
from ledger.log.cosigning import clock_warnings, cosigned, find_quorum
from ledger.log.deriving import files_between, rederive
from ledger.log.kept import keep_checkpoint
from ledger.log.ports import Asked, Checkpoints, Clock, TileSink, Witnesses
from ledger.log.receipts import has_receipt_signatures, publish_receipt_signature
from ledger.log.standing import Standing, check_seen, check_witnesses, find_standing
from ledger.signing.keys import Signer
from ledger.signing.note import Note, NoteSignature, sign_note
from ledger.store.checkpoints import Signed
from ledger.store.reader import Reader

_ATTEMPTS = 10
_TOGETHER = 64
"""Files written in one go: some megabytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What is served after an attempt to publish."""

    checkpoint: bytes
    """The served checkpoint, a signed note; empty if none was ever served."""
    size: int
    """The number of entries that it covers."""
    latest: int
    """The number of entries that the attempt was about."""
    failures: tuple[str, ...] = ()
    """A sentence for each witness that did not cosign, and for a quorum that was not met."""
    warnings: tuple[str, ...] = ()
    """What else the operator should see to, such as a clock that is wrong."""
    quorum: str | None = None
    """What the trust file asks for before a checkpoint is served; None if it asks for nothing."""
    cosigned: tuple[Cosigned, ...] = ()
    """Who cosigned the served checkpoint, as far as the trust file names them."""

    @property
    def is_current(self) -> bool:
        """Whether every entry is served. If not, the quorum was not met."""
        return bool(self.checkpoint) and self.size >= self.latest

    def covering(self, index: int) -> bytes:
        """Return the checkpoint, for what is to be proved of entry `index`.

        Raises:
            CannotTellError: It does not cover the entry.
        """
        if index < self.size:
            return self.checkpoint
        raise CannotTellError(
            f"entry {index} is recorded, and no checkpoint that covers it is served yet: "
            f"{'; '.join(self.failures) or 'nothing was published'}",
            hint="ledger publish, which asks the witnesses again",
        )


class Publisher:
    """Publishes one log, a call at a time. Several may work on one database.

    Args:
        reader: The log's rows.
        signers: The log's keys.
        sink: Where tiles and the served checkpoint go.
        checkpoints: Remembers what was signed.
        witnesses: Who is asked to cosign; None asks nobody.
        trust: Whose cosignatures are needed before a checkpoint is served; None needs none.
        clock: Is compared with the witnesses' clocks.
    """

    def __init__(
        self,
        reader: Reader,
        signers: Sequence[Signer],
        sink: TileSink,
        checkpoints: Checkpoints,
        *,
        witnesses: Witnesses | None,
        trust: Trust | None,
        clock: Clock,
    ) -> None:
        self._reader = reader
        self._signers = tuple(signers)
        self._sink = sink
        self._checkpoints = checkpoints
        self._witnesses = witnesses
        self._trust = trust
        self._clock = clock
        self._pending: Note | None = None
        """Signed, and cosigned by fewer than the quorum: what came is kept for the next time."""

    def check_standing(self) -> None:
        """Check that the database reaches everything that was signed, served or witnessed.

        Raises:
            StorageError: It lacks entries; or something cannot be read.
            VerificationError: It is a fork of what was signed or served.
        """
        self._pending = None
        standing = self._standing()
        if self._witnesses is not None:
            note = None if standing.found is None else Note.from_bytes(standing.found)
            check_witnesses(self._reader, self._witnesses, note)

    def publish(self, enough: int | None = None) -> Published:
        """Publish the log as it is now.

        Args:
            enough: A size that is enough: if so many entries are served already, by whomever,
                nothing is done. Default: publish, and ask the witnesses even if nothing is new.

        Raises:
            StorageError: The database, the sink or the checkpoint store failed, or the entries no
                longer hash to the root, or the database is behind.
            VerificationError: What was signed or served contradicts the log.
        """
        for _ in range(_ATTEMPTS - 1):
            try:
                return self._in_turn(enough)
            except ConflictError:
                # Somebody else published at the same moment. Whatever it was, it is looked at anew.
                continue
        return self._in_turn(enough)

    def _in_turn(self, enough: int | None) -> Published:
        # Two servers on one machine would do the same work twice, and one of them in vain. While
        # witnesses are asked, nobody waits for somebody else's witnesses.
        with self._sink.turn() if self._witnesses is None else nullcontext():
            return self._attempt(enough)

    def _attempt(self, enough: int | None) -> Published:
        standing = self._standing()
        if enough is not None and standing.found is not None and standing.served.size >= enough:
            return self._as_served(standing)
        if standing.is_served and self._witnesses is None and self._is_ours(standing):
            return self._as_served(standing)
        note = self._sign(standing)
        asked = self._ask(note, standing)
        return self._serve(note, asked, standing)

    def _as_served(self, standing: Standing) -> Published:
        told = _Told(self._trust)
        return told.published(standing.found or b"", standing.served.size, standing.head.size)

    def _standing(self) -> Standing:
        return find_standing(self._reader, self._sink, self._checkpoints, self._signers)

    def _is_ours(self, standing: Standing) -> bool:
        """Say whether the served checkpoint is signed with all keys, and remembered as signed."""
        note = Note.from_bytes(standing.found or b"")
        if standing.signed is None or standing.signed.size < standing.head.size:
            return False
        if not has_receipt_signatures(self._sink, self._signers, standing.head.size):
            return False
        keys = [one.key for one in self._signers]
        return all(any(line.is_by(key) for line in note.signatures) for key in keys)

    def _sign(self, standing: Standing) -> Note:
        """Write the files of the newest tree and sign it: steps 2 to 6."""
        head = standing.head
        if not standing.is_served:
            tiles = rederive(self._reader, standing.edge, head)
            files = files_between(self._reader, standing.served.size, head.size, tiles)
            while some := dict(islice(files, _TOGETHER)):
                self._sink.write_all(some)
        signed = Signed(head.size, head.root)
        if standing.signed != signed:
            # Two servers on two copies of a database meet here: one of them is refused.
            self._checkpoints.swap(head.origin, standing.signed, signed)
        checkpoint = Checkpoint(origin=head.origin, size=head.size, root=head.root)
        return sign_note(checkpoint.to_text(), self._signers)

    def _ask(self, note: Note, standing: Standing) -> Asked | None:
        size = standing.head.size
        if self._witnesses is None or size == 0:
            return None
        asked = self._witnesses.cosign(
            note, lambda old: self._reader.prove_consistency(old, size) if old else []
        )
        if asked.ahead:
            # The head as it is now: another publisher may have gone ahead of us, and of nobody.
            check_seen(self._reader.head(), asked.ahead)
            raise ConflictError(expected=size, found=max(seen for _, seen in asked.ahead))
        return asked

    def _serve(self, note: Note, asked: Asked | None, standing: Standing) -> Published:
        """Serve the note if the quorum is met: step 8."""
        told = _Told(self._trust, list(asked.failures) if asked else [])
        size = standing.head.size
        if self._trust is not None:
            fresh = asked.lines if asked else ()
            note, wrong = cosigned(note, self._trust, fresh, self._lines_on(note.text, standing))
            told.failures += wrong
            told.warnings += clock_warnings(fresh, self._trust, self._clock.milliseconds() // 1000)
            told.quorum = find_quorum(note, self._trust)
            if isinstance(told.quorum, str) and self._trust.quorum is not None:
                # Fail closed: what the world sees stays what the witnesses saw.
                self._pending = note
                told.failures.append(told.quorum)
                if standing.found is not None:
                    told.quorum = find_quorum(Note.from_bytes(standing.found), self._trust)
                return told.published(standing.found or b"", standing.served.size, size)
            if isinstance(told.quorum, str):
                told.warnings.append(f"the trust file does not believe this log: {told.quorum}")
        # Not before the quorum is met: a receipt must not speak of what the witnesses never saw.
        publish_receipt_signature(self._sink, self._signers, Checkpoint.from_text(note.text))
        new = note.to_bytes()
        if new != standing.found:
            self._sink.swap_checkpoint(standing.found, new)
        if isinstance(told.quorum, VerifiedCheckpoint) and told.quorum.seen_at is not None:
            keep_checkpoint(self._sink, new, told.quorum.seen_at)
        self._pending = None
        return told.published(new, size, size)

    def _lines_on(self, text: str, standing: Standing) -> list[NoteSignature]:
        """Return the cosignatures that this very checkpoint has already."""
        served = None if standing.found is None else Note.from_bytes(standing.found)
        notes = [one for one in (self._pending, served) if one is not None and one.text == text]
        return [line for one in notes for line in one.signatures]


@dataclass(slots=True)
class _Told:
    """What is to be told of an attempt, as it comes together."""

    trust: Trust | None
    failures: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    quorum: VerifiedCheckpoint | str | None = None

    def published(self, checkpoint: bytes, size: int, latest: int) -> Published:
        """Return it, about the checkpoint that is served now."""
        return Published(
            checkpoint=checkpoint,
            size=size,
            latest=latest,
            failures=tuple(self.failures),
            warnings=tuple(self.warnings),
            quorum=self.trust.quorum if self.trust is not None else None,
            cosigned=self.quorum.cosigned if isinstance(self.quorum, VerifiedCheckpoint) else (),
        )
