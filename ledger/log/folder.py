"""A folder as the place of publication: a web server or a bucket sync serves it as it is."""

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

from ledger.errors import ConflictError, DiskFullError, StorageError, VerificationError

CHECKPOINT = "checkpoint"


class FolderSink:
    """Keeps published files below a folder (see `ledger.log.ports.TileSink`).

    A file is written under another name, flushed to the disk, and renamed: a reader finds all of
    it or none, also after a power cut.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._flushed: set[Path] = set()
        """Folders whose own names are on the disk for sure."""

    def read(self, path: str) -> bytes | None:
        """Return the file at `path`, or None if there is none."""
        try:
            return (self.folder / path).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageError(f"{self.folder / path} cannot be read: {error}") from error

    def write(self, path: str, data: bytes) -> None:
        """Keep `data` at `path`; what is there already must be the same."""
        self.write_all({path: data})

    def write_all(self, files: Mapping[str, bytes]) -> None:
        """Keep files that belong together, for a fraction of the waiting for the disk."""
        new: dict[Path, bytes] = {}
        for path, data in files.items():
            target, found = self.folder / path, self.read(path)
            if found is None:
                new[target] = data
            elif found != data:
                raise VerificationError(
                    f"{target} holds other bytes than the log has for it, and published tiles "
                    "never change",
                    hint="ledger fsck",
                )
            else:
                # Perhaps it is here since a moment ago, when making its name durable failed.
                with _translated(target):
                    _flush(target.parent)
        replace_files(new)
        for path in files:
            self._flush_above(self.folder / path)

    def swap_checkpoint(self, old: bytes | None, new: bytes) -> None:
        """Replace the checkpoint, if it still is `old`."""
        with self._locked(self.folder):
            found = self.read(CHECKPOINT)
            if found != old:
                raise ConflictError(expected=_size(old), found=_size(found))
            replace_file(self.folder / CHECKPOINT, new)

    def _flush_above(self, target: Path) -> None:
        """Make the names of the folders above a file durable, once for each.

        Whoever made a folder may have failed before that, in this process or in one that is gone.
        """
        above = target.parent
        with _translated(target):
            while above != self.folder and above not in self._flushed:
                _flush(above.parent)
                self._flushed.add(above)
                above = above.parent

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until no other process publishes into this folder."""
        # Another lock than that of the swap, which is taken within.
        with self._locked(self.folder / "tile"):
            yield

    @contextmanager
    def _locked(self, folder: Path) -> Iterator[None]:
        """Exclude others who lock the same folder, in this process and in others.

        Where the system has no `flock` (Windows), what remains is the comparison of the swap.
        """
        try:
            import fcntl
        except ImportError:
            yield
            return
        with _translated(folder):
            os.makedirs(folder, exist_ok=True)
            handle = os.open(folder, os.O_RDONLY)
        try:
            with _translated(folder):
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def replace_file(target: Path, data: bytes) -> None:
    """Make `target` hold `data`, whole or not at all, durably before returning.

    Raises:
        StorageError: It could not be written.
    """
    replace_files({target: data})


def replace_files(files: Mapping[Path, bytes]) -> None:
    """Do so for several files, each of which is whole or not there at all.

    In turns: all are written, then flushed, then renamed, then the folders are flushed. What one
    flush makes durable the next finds done: for five files that is a third of the time.

    Raises:
        StorageError: One could not be written; the others may be there or not.
    """
    drafts: list[tuple[IO[bytes], Path, Path]] = []
    folders: dict[Path, None] = {}
    with ExitStack() as stack:
        for target, data in files.items():
            with _translated(target):
                folders.update(dict.fromkeys((*_make_folders(target.parent), target.parent)))
                # Readers of the folder know such names as unfinished; the audit skips them.
                name = target.with_name(f".{target.name}.{os.urandom(4).hex()}.new")
                handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
                stack.callback(_remove, name)
                file: IO[bytes] = stack.enter_context(os.fdopen(handle, "wb"))
                file.write(data)
                file.flush()
                drafts.append((file, name, target))
        for draft, _, target in drafts:
            with _translated(target):
                os.fsync(draft.fileno())
        for _, name, target in drafts:
            with _translated(target):
                os.replace(name, target)
    # A rename itself is only durable once the folder is.
    for folder in folders:
        with _translated(folder):
            _flush(folder)


def _remove(draft: Path) -> None:
    """Remove a draft, if it was not renamed; what cannot be removed stays, and means nothing."""
    with suppress(OSError):
        draft.unlink(missing_ok=True)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Turn the system's errors into ours."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFullError(
                f"{path} cannot be written: the disk is full",
                hint="free some space and run it again; reading still works",
            ) from error
        raise StorageError(f"{path} cannot be written: {error}") from error


def _make_folders(folder: Path) -> list[Path]:
    """Make a folder with its parents; return the folders whose listings changed."""
    changed = []
    missing = folder
    while not missing.is_dir():
        missing = missing.parent
        changed.append(missing)
    os.makedirs(folder, exist_ok=True)
    return changed


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _size(checkpoint: bytes | None) -> int:
    """Return the size that a checkpoint states, for an error message."""
    lines = (checkpoint or b"").split(b"\n")
    return int(lines[1]) if len(lines) > 2 and lines[1].isdigit() else 0
