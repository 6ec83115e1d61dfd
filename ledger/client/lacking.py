"""What a database lacks, by those who remember: checkpoint store, published folder, witnesses.

The log asks the same before it starts (`ledger.log.standing`), and refuses; after a restore one
wants to be told everything at once, before starting it.
"""

from dataclasses import dataclass
from pathlib import Path

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.client.home import Home
from ledger.client.own_log import read_trust
from ledger.errors import LedgerError, NotFoundError
from ledger.log.folder import CHECKPOINT
from ledger.signing.note import Note
from ledger.store.checkpoints import CheckpointStore, Signed


@dataclass(frozen=True, slots=True)
class Lack:
    """Entries that somebody saw, and that the database has not: `lo <= index < hi`."""

    lo: int
    hi: int
    how: str
    """Who saw them, as `signed`, `published`, `seen by the witness NAME`."""

    def __str__(self) -> str:
        if self.hi == self.lo + 1:
            return f"entry {self.lo} was {self.how} and is missing"
        return f"entries {self.lo} to {self.hi - 1} were {self.how} and are missing"


def find_lacks(home: Home, size: int) -> list[Lack]:
    """Return what a database of `size` entries lacks; nothing if nobody remembers more.

    Raises:
        LedgerError: The checkpoint store cannot be read.
    """
    known = [("signed", _signed(home)), ("published", _published(home.public))]
    known += [(f"seen by the witness {name}", seen) for name, seen in _witnessed(home)]
    return [Lack(size, found, how) for how, found in known if found > size]


def has_checkpoint_store(home: Home) -> bool:
    """Say whether the ledger has the memory of what it signed."""
    try:
        CheckpointStore.open(home.checkpoints).close()
    except NotFoundError:
        return False
    return True


def new_checkpoint_store(home: Home) -> int:
    """Make a checkpoint store in the place of one that is lost; return the size it begins at.

    It begins at the published checkpoint, which is the most that this machine can know. Whoever
    calls this says that no other server signs for this log any more: that is what the lost store
    would have told.
    """
    checkpoint = _checkpoint(home.public)
    with CheckpointStore.open(home.checkpoints, create=True) as store:
        if checkpoint is None:
            return 0
        if store.last(home.origin) is None:
            store.swap(home.origin, None, Signed(checkpoint.size, checkpoint.root))
    return checkpoint.size


def _signed(home: Home) -> int:
    try:
        store = CheckpointStore.open(home.checkpoints)
    except NotFoundError:
        return 0
    with store:
        last = store.last(home.origin)
    return last.size if last else 0


def _checkpoint(public: Path) -> Checkpoint | None:
    try:
        return Checkpoint.from_text(Note.from_bytes((public / CHECKPOINT).read_bytes()).text)
    except (OSError, LedgerError):
        return None  # fsck says what is wrong with it


def _published(public: Path) -> int:
    checkpoint = _checkpoint(public)
    return checkpoint.size if checkpoint else 0


def _witnessed(home: Home) -> list[tuple[str, int]]:
    """Return what each witness last saw, of those that have an address and answer."""
    trust = read_trust(home)
    if trust is None or not any(one.url for one in trust.witnesses):
        return []
    from ledger.log.witnesses import Witnesses

    return sorted(Witnesses(trust).seen(home.origin, None).items())
