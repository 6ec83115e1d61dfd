"""The log of a home, open for writing: its keys, its checkpoint store, its witnesses."""

from pathlib import Path

from ledger.checkpoint.trust import Trust
from ledger.client.home import Home
from ledger.client.key_files import producer_file
from ledger.errors import ForbiddenError, InputError, MalformedError, StorageError
from ledger.keys.files import load_key, log_signers
from ledger.keys.rotation import next_path, settle
from ledger.log.folder import FolderSink
from ledger.log.log import Log
from ledger.log.ports import SystemClock
from ledger.log.ring import read_ring
from ledger.signing.keys import Signer
from ledger.store.checkpoints import CheckpointStore
from ledger.store.reader import Reader
from ledger.store.store import Store


def open_log(home: Home, store: Store) -> Log:
    """Return the log over `store`; closing it closes both.

    With a trust file that asks for a quorum, nothing is served that the quorum has not cosigned.

    Raises:
        InputError: A key file or the trust file cannot be used.
        NotFoundError: The checkpoint store is not where it should be.
        StorageError: The database is behind what was signed, served or witnessed.
        VerificationError: It is a fork of that.
    """
    for waiting in home.keys.glob("log*.key.next"):
        finish_rotation(waiting.with_name(waiting.name.removesuffix(".next")), store)
    signers = log_signers(home.keys)
    trust = read_trust(home)
    witnesses = None
    if trust is not None and trust.witnesses:
        from ledger.log.witnesses import Witnesses

        witnesses = Witnesses(trust)
    checkpoints = CheckpointStore.open(home.checkpoints)
    try:
        log = Log(
            *(store, signers, FolderSink(home.public)),
            checkpoints=checkpoints,
            witnesses=witnesses,
            trust=trust,
        )
        finish_erasures(store)
    except BaseException:
        checkpoints.close()
        raise
    return log


def finish_erasures(store: Store) -> None:
    """Destroy what logged corrections erase: somebody who was erasing may have been cut off.

    A role that may only append leaves it to the next who may: otherwise one erasure, sent over the
    network, would stop every server. `ledger fsck` says that it is due.

    Raises:
        StorageError: Values that are to be destroyed could not be.
    """
    try:
        store.finish_erasures(at=SystemClock().milliseconds())
    except ForbiddenError:
        return
    except StorageError:
        # Rewriting the files may wait for a quieter moment, and stays due; the values may not.
        if store.erasures_due():
            raise


def open_producer(home: Home, store: Store, key: str | Path | None = None) -> Signer:
    """Return the key that signs batches: a name or file, `$LEDGER_KEY`, or `producer`.

    Raises:
        NotFoundError: There is no such file.
        InputError: It cannot be used.
    """
    path = key if isinstance(key, Path) else producer_file(home, key)
    finish_rotation(path, store)
    return load_key(path)


def finish_rotation(path: Path, store: Reader) -> None:
    """Let a key's successor take its place, if the log knows of it and somebody was cut off."""
    if next_path(path).exists():
        settle(path, read_ring(store).keys)


def read_trust(home: Home) -> Trust | None:
    """Return the trust that the ledger's own trust file states; None if it has none.

    Raises:
        InputError: The file cannot be read, or is no trust file.
    """
    try:
        return Trust.parse(home.trust.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(f"the trust file {home.trust} cannot be read: {error.strerror}") from error
    except MalformedError as error:
        raise InputError(f"{home.trust}: {error}", hint=f"edit {home.trust}") from error
