"""Making a ledger: everything, or nothing at all.

The order is: folders, keys, trust, profile, database, first entry, first checkpoint, and the
configuration last, since its presence is what says that there is a ledger. Whatever fails on the
way, what was made is taken away again, and only that.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ledger.client.home import Home, make_folders, write_config
from ledger.client.sealing import batches, timestamp
from ledger.errors import CannotTellError
from ledger.keys.files import new_key
from ledger.log.folder import FolderSink
from ledger.log.log import Log
from ledger.record.record import Record
from ledger.signing.keys import KeyType, Signer
from ledger.store.checkpoints import CheckpointStore
from ledger.store.store import Store
from ledger.summary.profile_template import PROFILE_TEMPLATE

_KEYS = ("root.key", "producer.key", "log.key", "log-mldsa.key")
_TRUST = """\
# Whose checkpoints we believe (c2sp.org/tlog-policy). Give this file to whoever checks your
# documents, by a way they trust. No witness stands in it yet, so `quorum none`: the log alone says
# that it showed everybody the same tree. The log signs with two keys, Ed25519 and ML-DSA-44, which
# quantum computers will not break; either is enough for who knows only one.
{logs}
quorum none
"""


def found(home: Home, url: str | None) -> Store:
    """Make the ledger that `home` describes, and return its open store.

    Args:
        home: Where it goes, and its origin; from `new_home`.
        url: The database as the configuration shall name it; None for the default.

    Raises:
        InputError: The folder cannot hold a ledger, or the database holds one.
        StorageError: The database cannot be made.
    """
    with _undone_on_error(home):
        make_folders(home)
        root = new_key(home.keys / "root.key", f"{home.origin}/root")
        producer = new_key(home.keys / "producer.key", f"{home.origin}/producer")
        signers = _log_keys(home)
        logs = "\n".join(f"log {signer.key}" for signer in signers)
        home.trust.write_text(_TRUST.format(logs=logs), encoding="utf-8")
        if not home.profile.exists():
            home.profile.write_text(PROFILE_TEMPLATE, encoding="utf-8")
        store = Store.create(home.url, origin=home.origin)
        try:
            with CheckpointStore.open(home.checkpoints, create=True) as checkpoints:
                log = Log(store, signers, FolderSink(home.public), checkpoints=checkpoints)
                keys = [_key_record(root, "root"), _key_record(producer, "producer")]
                keys += [_key_record(signer, "log") for signer in signers]
                log.append(list(batches(keys, origin=home.origin, signer=root)))
                log.publish()
            write_config(home, url)
        except BaseException:
            store.close()
            raise
    return store


def _log_keys(home: Home) -> list[Signer]:
    """Make the keys that sign checkpoints; only the first where OpenSSL knows no ML-DSA-44."""
    signers = [new_key(home.keys / "log.key", home.origin)]
    with suppress(CannotTellError):
        path = home.keys / "log-mldsa.key"
        signers.append(new_key(path, home.origin, type=KeyType.COSIGNATURE_ML_DSA_44))
    return signers


@contextmanager
def _undone_on_error(home: Home) -> Iterator[None]:
    """Take away on an error what was not there before: half a ledger would look like a whole one.

    Tables in a PostgreSQL database stay: that is not ours to empty.
    """
    database = map(Path, home.own_files)
    keys = [home.keys / name for name in _KEYS]
    files = [*keys, home.keys, home.public, home.trust, home.profile, *database]
    made = [*files, home.config.parent]
    new = [one for one in [*made, home.folder, *home.folder.parents] if not one.exists()]
    try:
        yield
    except BaseException:
        for one in new:
            _remove(one, whole=one == home.public)
        raise


def _remove(path: Path, *, whole: bool) -> None:
    """Remove a file or an empty folder, or a whole one; what cannot be removed stays."""
    if whole:
        shutil.rmtree(path, ignore_errors=True)
        return
    try:
        path.rmdir() if path.is_dir() else path.unlink()
    except OSError:
        return


def _key_record(signer: Signer, role: str) -> Record:
    return Record.parse(
        "key",
        {
            "key": {"action": "add", "vkey": str(signer.key), "role": role},
            "basis": {"key": "observed"},
            "claimed_at": timestamp(),
        },
    )
