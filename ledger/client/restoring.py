"""`ledger restore`: from a backup to a ledger that was audited, and what it lacks.

    1  the manifest, and the digest of every file
    2  a copy of the database in a scratch folder, brought to the schema of this version; what its
       log erases and is still in it is erased there
    3  the audit of that copy, against the manifest and the published checkpoint
    4  the database at its place; into PostgreSQL it is streamed, and audited again there
    5  tiles, derived from the rows; documents, receipts; the checkpoint after all of them
    6  trust file and profile, where there are none; the configuration last of all

Nothing is written over. What is there already and newer by nature (what is published, the trust
file, the profile) stays, and is reported as kept.
"""

import json
import shutil
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ledger.checkpoint.trust import Trust
from ledger.client.home import (
    CHECKPOINTS,
    DEFAULT_URL,
    Home,
    absolute_url,
    find_home,
    write_config,
)
from ledger.client.manifest import Manifest, check_files, read_manifest
from ledger.errors import InputError, LedgerError, StorageError, VerificationError
from ledger.log.audit import audit
from ledger.log.audit_saved import Kept
from ledger.log.findings import Report
from ledger.log.folder import CHECKPOINT, FolderSink
from ledger.log.tile_files import write_tiles
from ledger.signing.keys import VerifierKey
from ledger.store.copies import check_vacant, copy_in, scratch, upgrade_file
from ledger.store.engine import open_engine, sqlite_path
from ledger.store.private import PrivateReader
from ledger.store.sqlite import leave_wal
from ledger.store.store import Store

COPY = "ledger.db"
PUBLIC = "public"
RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A ledger that was restored."""

    home: Home
    manifest: Manifest
    report: Report
    """The audit of the database where it is now."""
    kept: tuple[str, ...]
    """Files that were there and stayed as they were."""


def restore(source: Path, to: Path, *, url: str | None = None) -> Restored:
    """Restore a backup into a folder.

    Args:
        source: The backup's folder.
        to: Where `ledger.d` is or will be.
        url: The database; default: what `ledger.d/config.toml` there says, or `ledger.db`.

    Raises:
        InputError: The source is no backup, or something is in the way.
        VerificationError: The backup was changed, or does not pass the audit. Nothing was written.
        StorageError: A database or a disk failed.
    """
    manifest = read_manifest(source)
    check_files(source, manifest)
    home, is_new = _home(source, to, url, manifest)
    check_vacant(home.url)
    with scratch(_existing(to), "restoring") as place:
        staged = place / COPY
        shutil.copyfile(source / COPY, staged)
        staged.chmod(0o600)
        upgrade_file(staged)
        _erase_again(staged)
        keys = log_keys(home.trust if home.trust.is_file() else source / home.trust.name)
        saved = _saved(source, manifest)
        report = _audited(str(staged), saved, keys, "the backup")
        copy_in(staged, home.url)
    if sqlite_path(home.url) is None:
        report = _audited(home.url, saved, keys, "the restored database")
    kept = _put_files(source, manifest, home, is_new=is_new, url=url)
    return Restored(home=home, manifest=manifest, report=report, kept=kept)


def _erase_again(staged: Path) -> None:
    """Destroy what the log in a copy erases: it may have been made between saying and doing so."""
    with Store.open(str(staged)) as store:
        store.finish_erasures(at=time.time_ns() // 1_000_000)
    leave_wal(staged)


def log_keys(trust: Path) -> list[VerifierKey]:
    """Return the keys of the logs that a trust file names; none if it cannot be read."""
    try:
        return [log.key for log in Trust.parse(trust.read_bytes()).logs]
    except (OSError, LedgerError):
        return []


def _home(source: Path, to: Path, url: str | None, manifest: Manifest) -> tuple[Home, bool]:
    """Return the ledger folder to restore into, and whether it is a new one."""
    if (to / "ledger.d" / "config.toml").is_file():
        home = find_home(to)
        if home.origin != manifest.origin:
            raise InputError(
                f"{home.config} is of the log {home.origin}, and the backup of {manifest.origin}",
                hint="--to another folder",
            )
        if url is not None and absolute_url(url, home.folder) != home.url:
            raise InputError(
                f"{home.config} names another database than --url",
                hint=f"leave out --url, or edit {home.config}",
            )
        return home, False
    if url is not None and not url.isprintable():
        raise InputError(f"{url!r} is no database URL", hint=f"--url {DEFAULT_URL}")
    # Keys may be there before the ledger is: they come from elsewhere.
    folder = to.absolute()
    database = absolute_url(url or DEFAULT_URL, folder)
    checkpoints = absolute_url(_checkpoints(source) or CHECKPOINTS, folder)
    return Home(folder, database, manifest.origin, checkpoints), True


def _checkpoints(source: Path) -> str | None:
    """Return where the backup's configuration has the checkpoint store, if it says so."""
    import tomllib

    config = source / "config.toml"
    try:
        found = tomllib.loads(config.read_text(encoding="utf-8")).get("checkpoints")
    except (OSError, ValueError):
        return None
    return str(found) if found is not None else None


def _existing(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder} cannot hold a ledger: {error.strerror}") from error
    return folder


def _saved(source: Path, manifest: Manifest) -> list[Kept]:
    """Return what the copy must agree with: the manifest, and what was published then."""
    saved = [
        Kept(
            table="saved",
            place="manifest.json",
            origin=manifest.origin,
            size=manifest.size,
            root=manifest.root,
        )
    ]
    checkpoint = source / PUBLIC / CHECKPOINT
    if checkpoint.is_file():
        saved.append(Kept.from_bytes(checkpoint.read_bytes(), "public/checkpoint"))
    return saved


def _audited(url: str, saved: Sequence[Kept], keys: Sequence[VerifierKey], what: str) -> Report:
    with closing(open_engine(url)) as engine:
        report = audit(PrivateReader(engine), keys=keys, saved=saved)
    if not report.is_sound:
        first = next(one for one in report.findings if not one.is_loss)
        raise VerificationError(
            f"{what} does not pass the audit, {report.total} findings; the first: {first}",
            hint="ledger fsck on the ledger; for restoring, another backup",
        )
    return report


def _put_files(
    source: Path, manifest: Manifest, home: Home, *, is_new: bool, url: str | None
) -> tuple[str, ...]:
    """Put everything but the database in its place; return what was there and stays."""
    kept = []
    try:
        home.public.mkdir(parents=True, exist_ok=True)
        if (home.public / CHECKPOINT).is_file():
            kept.append("public")
        else:
            _put_public(source, manifest, home)
        for path in (home.trust, home.profile):
            if path.exists():
                kept.append(path.name)
            elif (source / path.name).is_file():
                shutil.copyfile(source / path.name, path)
        _put_restricted(source, home)
    except OSError as error:
        raise StorageError(f"{error.filename} cannot be written: {error.strerror}") from error
    if is_new:
        write_config(home, url)
        elsewhere = _checkpoints(source)
        if elsewhere is not None:
            with home.config.open("a", encoding="utf-8") as file:
                file.write(f"checkpoints = {json.dumps(elsewhere)}\n")
    else:
        kept.append(home.config.name)
    return tuple(kept)


def _put_restricted(source: Path, home: Home) -> None:
    """Put documents that are not for everybody in their place; their names are their digests."""
    if (source / RESTRICTED).is_dir():
        home.restricted.mkdir(mode=0o700, exist_ok=True)
        shutil.copytree(source / RESTRICTED, home.restricted, dirs_exist_ok=True)


def _put_public(source: Path, manifest: Manifest, home: Home) -> None:
    sink = FolderSink(home.public)
    published = source / PUBLIC
    if (published / CHECKPOINT).is_file():
        checkpoint = Kept.from_bytes((published / CHECKPOINT).read_bytes(), CHECKPOINT)
        with closing(open_engine(home.url)) as engine:
            write_tiles(PrivateReader(engine), sink, checkpoint.size, manifest.partial_tiles)
        for path in sorted(published.rglob("*")):
            name = path.relative_to(published).as_posix()
            if path.is_file() and name != CHECKPOINT:
                sink.write(name, path.read_bytes())
        # Never before its tiles: whoever sees it will ask for them.
        sink.swap_checkpoint(None, (published / CHECKPOINT).read_bytes())
