"""Where a log must stand, by those who remember what it signed.

    checkpoint store     what may have been signed last
    the sink             what is served
    witnesses            what they have seen

A database behind any of them was restored from an older copy, or is a copy that another server went
on without: signing anything from it would be the fork that the log exists to rule out. So nothing
is appended to it and nothing is signed, and the message names the entries that are missing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.cosignature import verifier_of
from ledger.errors import BehindError, VerificationError
from ledger.log.folder import CHECKPOINT
from ledger.log.ports import Checkpoints, TileSink, Witnesses
from ledger.signing.keys import Signer
from ledger.signing.note import Note, check_note
from ledger.store.checkpoints import Signed
from ledger.store.reader import Reader
from ledger.store.rows import Head
from ledger.tree.growth import RightEdge
from ledger.tree.hashing import EMPTY_ROOT, Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What was signed, what is served, and a head that is not behind either."""

    signed: Signed | None
    """What may have been signed last, as the checkpoint store has it."""
    found: bytes | None
    """The bytes of the served checkpoint; None if there is none."""
    served: Checkpoint
    """What they say; the empty log if there is none."""
    edge: RightEdge
    """The right edge of the log at the size that is served."""
    head: Head

    @property
    def is_served(self) -> bool:
        """Whether all entries are under the served checkpoint."""
        return self.found is not None and self.served.size == self.head.size


def find_standing(
    reader: Reader, sink: TileSink, checkpoints: Checkpoints, signers: Sequence[Signer]
) -> Standing:
    """Return where the log stands.

    Raises:
        BehindError: The database lacks entries that were signed.
        VerificationError: It has other entries than were signed, or the served checkpoint is none
            of ours.
    """
    # The head last: whoever signed a size had it in the database before. Read first, it could be
    # older than what another publisher has signed since, and a good database would be refused.
    found = sink.read(CHECKPOINT)
    origin = reader.head().origin
    signed = checkpoints.last(origin)
    head = reader.head()
    served = _read_served(found, head, signers)
    # The longer of the two first: the message is to name all entries that are missing.
    if signed is not None and signed.size > served.size:
        check_reaches(head, signed.size, "signed")
    check_reaches(head, served.size, "published")
    check_extends(reader, served.size, served.root, "published")
    if signed is not None:
        check_extends(reader, signed.size, signed.root, "signed")
    edge = reader.edge(served.size)
    return Standing(signed=signed, found=found, served=served, edge=edge, head=head)


def check_witnesses(reader: Reader, witnesses: Witnesses, note: Note | None) -> None:
    """Check that the database is not behind what a witness saw.

    Raises:
        BehindError: It is.
    """
    seen = witnesses.seen(reader.head().origin, note)
    check_seen(reader.head(), seen.items())


def check_seen(head: Head, seen: Iterable[tuple[str, int]]) -> None:
    """Check that a head is not behind what witnesses saw.

    One witness is enough to stop the log: it would be a poor warning that a second had to repeat.
    A witness that lies about it does so in the open, and is taken off the trust file.

    Raises:
        BehindError: It is.
    """
    # The furthest of them: it names all that is missing.
    for size, name in sorted(((size, name) for name, size in seen), reverse=True):
        check_reaches(head, size, f"cosigned by the witness {name}")


def check_reaches(head: Head, size: int, how: str) -> None:
    """Check that a log has `size` entries.

    Raises:
        BehindError: Some are missing; the message names them.
    """
    if size > head.size:
        missing = f"entries {head.size} to {size - 1} are"
        if size == head.size + 1:
            missing = f"entry {head.size} is"
        raise BehindError(
            f"{missing} {how} and not in the database: it was restored from an older copy, or "
            "another server went on without it",
            hint=f"restore a backup with at least {size} entries; do not append to this one",
        )


def check_extends(reader: Reader, size: int, root: Hash, how: str) -> None:
    """Check that the first `size` entries, which are there, have this root.

    Raises:
        VerificationError: They are others: a fork.
    """
    if reader.edge(size).root() != root:
        raise VerificationError(
            f"the database disagrees about the first {size} entries with what was {how}: it is a "
            "fork of this log, and nothing is signed from it",
            hint="ledger fsck",
        )


def _read_served(found: bytes | None, head: Head, signers: Sequence[Signer]) -> Checkpoint:
    if found is None:
        return Checkpoint(origin=head.origin, size=0, root=EMPTY_ROOT)
    note = Note.from_bytes(found)
    check_note(note, [verifier_of(one.key) for one in signers])
    served = Checkpoint.from_text(note.text)
    if served.origin != head.origin:
        raise VerificationError(
            f"the published checkpoint is of {served.origin}, not {head.origin}"
        )
    return served
