"""`ledger upgrade`: a ledger of an older version, brought to this one."""

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.cosignature import verifier_of
from ledger.client.checking import log_keys
from ledger.client.home import Home
from ledger.errors import InputError, NotFoundError
from ledger.log.folder import CHECKPOINT, FolderSink
from ledger.log.standing import check_extends, check_reaches
from ledger.log.upgrade import Upgraded, upgrade
from ledger.signing.note import Note, check_note
from ledger.store.checkpoints import CheckpointStore, Signed
from ledger.store.reader import Reader
from ledger.tree.hashing import EMPTY_ROOT

_FIRST_WITH_CHECKPOINTS = "0002"
"""Ledgers of older schemas have no checkpoint store yet."""


def upgrade_ledger(home: Home, *, new_checkpoints: bool = False) -> Upgraded:
    """Bring a ledger's database to this version, and give it a checkpoint store if it is to have.

    Args:
        home: The ledger's folder.
        new_checkpoints: Make the checkpoint store anew: it was lost.

    Raises:
        NotFoundError: There is no database.
        InputError: A checkpoint store shall be made anew, and there is one.
        StorageError: Somebody else uses the database, it is damaged, of a later version, or behind
            what it published. It is as it was.
        VerificationError: The published checkpoint is not of this log. Nothing was changed.
    """
    is_missing = _lacks_checkpoints(home)
    if new_checkpoints and not is_missing:
        raise InputError(
            "there is a checkpoint store, and nothing is written over: it keeps this log from "
            "forking",
            hint="ledger publish",
        )

    def make_checkpoints(reader: Reader, found: str) -> None:
        if is_missing and (new_checkpoints or found < _FIRST_WITH_CHECKPOINTS):
            _make_checkpoints(home, reader)

    return upgrade(home.url, make_checkpoints)


def _lacks_checkpoints(home: Home) -> bool:
    try:
        CheckpointStore.open(home.checkpoints).close()
    except NotFoundError:
        return True
    return False


def _make_checkpoints(home: Home, reader: Reader) -> None:
    """Begin a checkpoint store with what is published, which is what was signed last.

    If more was signed and never served, a witness may have seen it; the log asks when it opens.
    """
    served = _served(home)
    head = reader.head()
    check_reaches(head, served.size, "published")
    check_extends(reader, served.size, served.root, "published")
    with CheckpointStore.open(home.checkpoints, create=True) as checkpoints:
        checkpoints.swap(head.origin, None, Signed(served.size, served.root))


def _served(home: Home) -> Checkpoint:
    data = FolderSink(home.public).read(CHECKPOINT)
    if data is None:
        return Checkpoint(origin=home.origin, size=0, root=EMPTY_ROOT)
    note = Note.from_bytes(data)
    check_note(note, [verifier_of(key) for key in log_keys(home)])
    return Checkpoint.from_text(note.text)
