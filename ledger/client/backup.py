"""`ledger backup`: a folder with a whole ledger but its private keys, proved by restoring it.

    ledger.db            the database, as a SQLite file whatever it was copied from
    config.toml          as it is, without a database password
    trust.policy         whose checkpoints are believed
    provider.yaml        the provider profile
    keys.txt             the public keys: the log's, and every key event in the log
    public/checkpoint    the checkpoint that was published when the copy began
    public/…             what else is published: documents, receipts
    restricted/…         documents that are not for everybody
    manifest.json        the digest of each file; size and root of the log

Tiles are not in it: they follow from the rows, and restoring derives them. Private keys are not:
a backup travels, keys do not. The checkpoint store is not: restored with the database it would
forget what was signed since, and that is what it is for (docs/decisions/0023).

The order is what makes it safe. The published checkpoint is read first and the database copied
after it, so the copy reaches it. All is written under another name, restored from there into a
scratch folder and audited there; only then it gets its name.
"""

import os
import re
import shutil
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from ledger.client.home import DATABASE, Home
from ledger.client.manifest import MANIFEST, FileDigest, Manifest, find_backups, read_manifest
from ledger.client.restoring import COPY, PUBLIC, RESTRICTED, Restored, restore
from ledger.errors import InputError, StorageError, VerificationError
from ledger.keys.files import public_key
from ledger.log.folder import CHECKPOINT
from ledger.store.copies import copy_out, flush_folder, scratch
from ledger.store.engine import open_engine, sqlite_path
from ledger.store.private import PrivateReader
from ledger.store.store import SCHEMA, Store

_PARTIAL = re.compile(r".*\.p/[0-9]{1,3}")
_PASSWORD = re.compile(r"(://[^\s:/@\"']*):[^\s@\"']*@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A finished backup."""

    path: Path
    manifest: Manifest
    removed: tuple[Path, ...]
    """Older ones that rotation took away, after this one was verified."""


def make_backup(
    home: Home, store: Store, folder: Path, *, keep: int | None = None, now: datetime | None = None
) -> Backup:
    """Back up a ledger, also while others write to it, and prove it by restoring.

    Args:
        home: The ledger's folder.
        store: Its database.
        folder: The backup's own folder, which must not exist; with `keep`, the one that holds
            all of them, where this one is named by time and size.
        keep: How many to keep. The oldest are removed once the new one is verified.
        now: The time; default: of the machine.

    Raises:
        InputError: There is something at `folder` already.
        NotFoundError: The folder above is not there.
        VerificationError: What was copied does not verify: the ledger itself is damaged.
        StorageError: The database or a disk failed. No half of a backup is left in any case.
    """
    made_at = (now or datetime.now(UTC)).astimezone(UTC)
    parent = folder.absolute() if keep is not None else folder.absolute().parent
    if keep is not None:
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    else:
        _check_free(folder)
    with scratch(parent, "backup") as draft:
        manifest = _fill(home, store, draft, made_at)
        # By the very code that will have to work on a bad day.
        with scratch(parent, "restored") as place:
            restored = restore(draft, place, url=DATABASE)
        _check_same(manifest, restored)
        manifest = replace(manifest, losses=restored.report.losses)
        (draft / MANIFEST).write_bytes(manifest.to_bytes())
        path = folder.absolute()
        if keep is not None:
            path = parent / f"{made_at:%Y-%m-%dT%H%M%SZ}-{manifest.size}"
            _check_free(path)
        _flush_all(draft)
        draft.rename(path)
        flush_folder(parent)
    removed = _rotate(parent, manifest, path, keep) if keep is not None else ()
    return Backup(path=path, manifest=manifest, removed=removed)


def _check_free(path: Path) -> None:
    if os.path.lexists(path):
        raise InputError(
            f"there is something at {path}, and nothing is written over",
            hint=f"ledger backup {path}-2, or ledger backup {path.parent} --keep 7",
        )


def _fill(home: Home, store: Store, draft: Path, made_at: datetime) -> Manifest:
    """Write everything but the proof that it can be restored."""
    try:
        # Both before the database: what is published is in it already.
        _copy_public(home, draft)
        partial_tiles = _partial_tiles(home)
        copy_out(store.engine, draft / COPY)
        _copy_settings(home, draft)
        with closing(PrivateReader(open_engine(str(draft / COPY)))) as copy:
            head = copy.head()
            (draft / "keys.txt").write_text(_public_keys(home, copy), encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{error.filename} cannot be copied: {error.strerror}") from error
    paths = sorted(path for path in draft.rglob("*") if path.is_file())
    manifest = Manifest(
        origin=head.origin,
        size=head.size,
        root=head.root,
        records=head.records,
        schema=SCHEMA,
        database="sqlite" if sqlite_path(store.engine.url) is not None else "postgresql",
        made_at=f"{made_at:%Y-%m-%dT%H:%M:%SZ}",
        partial_tiles=partial_tiles,
        files={path.relative_to(draft).as_posix(): FileDigest.of(path) for path in paths},
    )
    (draft / MANIFEST).write_bytes(manifest.to_bytes())
    return manifest


def _copy_public(home: Home, draft: Path) -> None:
    """Copy what is published but the tiles, which follow from the rows.

    The checkpoint first: what else is published only grows, so nothing of it is missing then.
    """
    public = draft / PUBLIC
    public.mkdir()
    if (home.public / CHECKPOINT).is_file():
        shutil.copyfile(home.public / CHECKPOINT, public / CHECKPOINT)
    for path in sorted(home.public.rglob("*")) if home.public.is_dir() else []:
        name = path.relative_to(home.public)
        # Names that begin with a dot are half-written: whoever writes them has not finished.
        if path.is_file() and name.parts[0] not in ("tile", CHECKPOINT) and path.name[0] != ".":
            (public / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, public / name)


def _copy_settings(home: Home, draft: Path) -> None:
    for path in (home.trust, home.profile):
        if path.is_file():
            shutil.copyfile(path, draft / path.name)
    if home.restricted.is_dir():
        shutil.copytree(home.restricted, draft / RESTRICTED, ignore=shutil.ignore_patterns(".*"))
    config = home.config.read_text(encoding="utf-8")
    (draft / home.config.name).write_text(_PASSWORD.sub(r"\1@", config), encoding="utf-8")


def _public_keys(home: Home, copy: PrivateReader) -> str:
    """Return the list of keys: enough to know which key files a restored ledger needs."""
    lines = [
        "# The public keys of this log. The private ones are in no backup: keep them apart.",
        "# log: signs checkpoints. Then every key event, with the id of its record.",
    ]
    lines += [f"log {public_key(path)}" for path in sorted(home.keys.glob("log*.key"))]
    for stored in copy.open_records("key"):
        event = stored.record.fields["key"]
        assert isinstance(event, dict)  # the schema of the kind says so
        lines.append(f"{stored.id} {event['action']} {event['role']} {event['vkey']}")
    return "".join(f"{line}\n" for line in lines)


def _partial_tiles(home: Home) -> tuple[str, ...]:
    """Return the partial tiles that readers of older checkpoints may still ask for."""
    found = (path.relative_to(home.public).as_posix() for path in home.public.glob("tile/**/*.p/*"))
    return tuple(sorted(path for path in found if _PARTIAL.fullmatch(path)))


def _check_same(manifest: Manifest, restored: Restored) -> None:
    """Check that what came back is what was copied.

    Raises:
        VerificationError: It is not.
    """
    found = (restored.report.size, restored.report.root, restored.report.records)
    if found != (manifest.size, manifest.root, manifest.records):
        raise VerificationError(
            f"restoring gave {found[0]} entries with root {found[1].hex()[:16]}…, and the ledger "
            f"has {manifest.size} with {manifest.root.hex()[:16]}…",
            hint="ledger fsck",
        )


def _flush_all(folder: Path) -> None:
    for parent, _, names in os.walk(folder):
        for name in names:
            handle = os.open(Path(parent, name), os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        flush_folder(Path(parent))


def _rotate(folder: Path, manifest: Manifest, newest: Path, keep: int) -> tuple[Path, ...]:
    """Remove the oldest backups of this log but for `keep`; the newest never.

    Nor one that holds what the newest has lost: it may be the last to hold it.
    """
    found = [path for path in find_backups(folder, manifest.origin) if path != newest]
    old = [
        path
        for path in found[: max(0, len(found) + 1 - keep)]
        if read_manifest(path).losses >= manifest.losses
    ]
    for path in old:
        # Renamed first: what is half removed must not look like a backup.
        leaving = path.with_name(f".removed-{path.name}")
        path.rename(leaving)
        flush_folder(folder)
        shutil.rmtree(leaving)
    return tuple(old)
