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
from ledger.store.checkpoints import CheckpointStore


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


def _signed(home: Home) -> int:
    try:
        store = CheckpointStore.open(home.checkpoints)
    except NotFoundError:
        return 0
    with store:
        last = store.last(home.origin)
    return last.size if last else 0


def _published(public: Path) -> int:
    try:
        note = Note.from_bytes((public / CHECKPOINT).read_bytes())
        return Checkpoint.from_text(note.text).size
    except (OSError, LedgerError):
        return 0  # fsck says what is wrong with it


def _witnessed(home: Home) -> list[tuple[str, int]]:
    """Return what each witness last saw, of those that have an address and answer."""
    trust = read_trust(home)
    if trust is None or not any(one.url for one in trust.witnesses):
        return []
    from ledger.log.witnesses import Witnesses

    return sorted(Witnesses(trust).seen(home.origin, None).items())
