"""Changing a key file for its successor, so that a crash at any point loses neither.

    producer.key                 signs
    producer.key.next            made, perhaps not logged yet
    producer.key.old-<id>        replaced; of a log's keys, it signs along until it is revoked
    producer.key.revoked-<id>    revoked: kept, and used for nothing

The order: the new key is on the disk before the log speaks of it; the log speaks of it before the
files change places. So whatever the log says, the key that it wants is here: `settle` looks for a
rotation that was logged and not finished, whenever a key is about to be used.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from ledger.errors import InputError
from ledger.keys.files import flush_folder, public_key
from ledger.record.keyring import RegisteredKey


def next_path(path: Path) -> Path:
    """Return where a key's successor waits."""
    return path.with_name(f"{path.name}.next")


def settle(path: Path, keys: Iterable[RegisteredKey]) -> RegisteredKey | None:
    """Finish a rotation of the key file `path` that the log knows of, if there is one.

    Args:
        path: The key file.
        keys: The log's key ring, as far as it goes.

    Returns:
        What the ring says of the new key, which is at `path` now; None if nothing was to be done.
    """
    waiting = next_path(path)
    if not waiting.exists():
        return None
    new = public_key(waiting)
    known = {one.key: one for one in keys}
    if new not in known:
        return None
    take_over(path)
    return known[new]


def take_over(path: Path) -> Path:
    """Let the waiting key take the place of the one at `path`, and return where that is kept.

    There is a key at `path` at every moment: the old one gets its second name before the new one
    gets the first.
    """
    kept = _named(path, "old")
    try:
        os.link(path, kept)
    except FileExistsError as error:
        if not path.samefile(kept):
            raise InputError(f"{kept} exists, and a key is never overwritten") from error
    os.replace(next_path(path), path)
    flush_folder(path.parent)
    return kept


def put_aside(path: Path) -> Path:
    """Rename the file of a revoked key, so that nothing uses it, and return where it is kept."""
    base = path.with_name(path.name.partition(".old-")[0])
    kept = base.with_name(f"{base.name}.revoked-{public_key(path).id.hex()}")
    os.replace(path, kept)
    flush_folder(path.parent)
    return kept


def _named(path: Path, word: str) -> Path:
    return path.with_name(f"{path.name}.{word}-{public_key(path).id.hex()}")
