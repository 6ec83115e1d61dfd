"""Files behind an fsspec URL: `s3://`, `gs://`, `hf://`, `memory://` and whatever is installed.

A URL names a file, a folder (everything below it) or a pattern with `*`. Bytes are streamed in
chunks and never mapped. What tells a changed file here is the size that the listing gave, and the
ETag, checksum or time where the storage has one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, BinaryIO

from ledger.capture.directories import SIDECAR, Found, Scope, Skipped, Survey, written_name
from ledger.capture.files import Facts, Options, Running, Source, Unreadable, read_source
from ledger.capture.results import Failed
from ledger.errors import InputError, StorageError

_BLOCK = 4 << 20
_VERSION_KEYS = ("ETag", "etag", "md5Hash", "checksum", "LastModified", "mtime", "created")


def survey_url(url: str, found: Survey) -> None:
    """Add every file under `url` to the survey, sorted by name.

    Raises:
        InputError: The protocol is unknown or not installed, or there are no files.
        StorageError: The storage did not answer.
    """
    system, root = _connect(url)
    protocol = url.partition("://")[0]
    with _storage_errors(url):
        if not any(char in root for char in "*?[") and system.isfile(root):
            paths, base = {root: system.info(root)}, root.rpartition("/")[0]
        else:
            paths, base = _listing(system, root)
    if not paths:
        raise InputError(f"{url} holds no files", hint="look at the URL; folders need no final /")
    names = {path: path.removeprefix(base).lstrip("/") for path in paths}
    scopes = _scopes(system, protocol, names)
    for path in sorted(paths, key=lambda path: names[path].encode(errors="surrogateescape")):
        name, info = names[path], paths[path]
        shown = f"{protocol}://{path.lstrip('/') if protocol != 'file' else path}"
        if name.rpartition("/")[2] == SIDECAR:
            found.skipped.append(Skipped(shown, "metadata, read as such"))
        elif not isinstance(info.get("size"), int):
            found.items.append(Failed(shown, "the storage does not say how large it is"))
        else:
            scope = _nearest(scopes, name)
            size = info["size"]
            found.items.append(Found(path, written_name(name), size, 0, 0, scope, protocol))


def read_remote(found: Found, options: Options, running: Running) -> Facts:
    """Stream a file and check that it is the same afterwards.

    Raises:
        Unreadable: The storage fails, or the file changed meanwhile.
    """
    system, _ = _connect(f"{found.protocol}://")
    try:
        before = system.info(found.path)
        with system.open(found.path, "rb", block_size=_BLOCK, cache_type="readahead") as file:
            source = Source(
                found.name,
                found.size,
                read=file.read,
                read_at=partial(_read_at, system, found.path),
                open=partial(system.open, found.path, "rb"),
            )
            facts = read_source(source, options, running)
        _check_unchanged(before, system.info(found.path))
    except (OSError, ValueError) as error:
        raise Unreadable(str(error) or type(error).__name__) from error
    return facts


def open_remote(found: Found) -> BinaryIO:
    """Return a file behind a URL, open for reading in order."""
    system, _ = _connect(f"{found.protocol}://")
    file: BinaryIO = system.open(found.path, "rb", block_size=_BLOCK, cache_type="readahead")
    return file


def _connect(url: str) -> tuple[Any, str]:
    """Return the file system of a URL and the path in it."""
    import fsspec

    protocol = url.partition("://")[0]
    try:
        system, root = fsspec.core.url_to_fs(url)
    except ImportError as error:
        raise InputError(
            f"{url} needs a driver for {protocol}:// that is not installed", hint=str(error)
        ) from error
    except ValueError as error:
        raise InputError(
            f"{url}: nothing here reads {protocol}://: {error}",
            hint="pip install the package that adds it to fsspec, or give a path",
        ) from error
    return system, root


def _listing(system: Any, root: str) -> tuple[dict[str, Any], str]:
    if any(char in root for char in "*?["):
        found = system.glob(root, detail=True)
        base = root[: min(root.find(char) for char in "*?[" if char in root)].rpartition("/")[0]
    else:
        found, base = system.find(root, detail=True), root.rstrip("/")
    return {path: info for path, info in found.items() if info.get("type") == "file"}, base


def _scopes(system: Any, protocol: str, names: dict[str, str]) -> dict[str, Scope]:
    """Return the scope of each folder that has a sidecar, by its prefix, outermost first."""
    scopes: dict[str, Scope] = {}
    sidecars = {name: path for path, name in names.items() if name.rpartition("/")[2] == SIDECAR}
    for name in sorted(sidecars, key=lambda name: name.count("/")):
        prefix = name.removesuffix(SIDECAR)
        path = sidecars[name]
        read = partial(system.cat_file, path)
        parent = _nearest(scopes, prefix.rstrip("/"))
        scopes[prefix] = Scope(f"{protocol}://{path}", written_name(prefix), parent, read)
    return scopes


def _nearest(scopes: dict[str, Scope], name: str) -> Scope | None:
    while scopes:
        name, slash, _ = name.rpartition("/")
        scope = scopes.get(name + slash)
        if scope is not None or not slash:
            return scope
    return None


def _read_at(system: Any, path: str, offset: int, size: int) -> bytes:
    data: bytes = system.cat_file(path, offset, offset + size)
    return data


def _check_unchanged(before: dict[str, object], after: dict[str, object]) -> None:
    for key in ("size", *_VERSION_KEYS):
        if before.get(key) != after.get(key):
            raise Unreadable(
                f"changed while it was read: {key} was {before.get(key)}, now {after.get(key)}"
            )


@contextmanager
def _storage_errors(url: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise InputError(f"{url} does not exist") from error
    except OSError as error:
        raise StorageError(f"{url} cannot be listed: {error}") from error
