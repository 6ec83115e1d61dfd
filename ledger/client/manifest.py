"""The manifest of a backup: what is in the folder, and what the log was.

    {"database":"sqlite","files":{"ledger.db":{"sha256":…,"size":…},…},"format":"tdl/backup/v1",
     "losses":0,"made_at":…,"origin":…,"partial_tiles":[…],"records":…,"root":…,"schema":…,"size":…}

Canonical JSON and a line feed. Written last but for the folder's own name: a folder without it, or
with a file that does not match it, is no backup.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Self

from ledger.errors import InputError, MalformedError, VerificationError
from ledger.record.canonical import JSON, decode_object, encode
from ledger.tree.hashing import Hash

FORMAT = "tdl/backup/v1"
MANIFEST = "manifest.json"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class FileDigest:
    """A file's size in bytes and its SHA-256."""

    size: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> Self:
        """Return those of a file."""
        hashed, size = sha256(), 0
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                hashed.update(chunk)
                size += len(chunk)
        return cls(size, hashed.hexdigest())


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds."""

    origin: str
    size: int
    """Entries in the log."""
    root: Hash
    records: int
    schema: str
    """The migration that the database was at."""
    database: str
    """What it was copied from: `sqlite` or `postgresql`. The copy is a SQLite file either way."""
    made_at: str
    """RFC 3339, by the clock of the machine that made it."""
    losses: int = 0
    """How many records or sets the log had lost by then (`Report.losses`)."""
    partial_tiles: tuple[str, ...] = ()
    """The partial tiles and bundles that were published: derived again, like the full ones."""
    files: Mapping[str, FileDigest] = field(default_factory=dict)
    """Every file but the manifest, by its path in the folder."""

    def to_bytes(self) -> bytes:
        """Return the manifest in its one byte form."""
        files: dict[str, JSON] = {
            path: {"sha256": one.sha256, "size": one.size} for path, one in self.files.items()
        }
        members: dict[str, JSON] = {
            "database": self.database,
            "files": files,
            "format": FORMAT,
            "losses": self.losses,
            "made_at": self.made_at,
            "origin": self.origin,
            "partial_tiles": list(self.partial_tiles),
            "records": self.records,
            "root": self.root.hex(),
            "schema": self.schema,
            "size": self.size,
        }
        return encode(members) + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the manifest whose `to_bytes` is exactly `data`.

        Raises:
            MalformedError: It is none.
        """
        value = decode_object(data.removesuffix(b"\n"), "the manifest")
        try:
            files = value["files"]
            tiles = value["partial_tiles"]
            if not isinstance(files, dict) or not isinstance(tiles, list):
                raise MalformedError("the manifest's files are an object, its partial_tiles a list")
            found = cls(
                origin=str(value["origin"]),
                size=_number(value["size"]),
                root=Hash(bytes.fromhex(str(value["root"]))),
                records=_number(value["records"]),
                losses=_number(value["losses"]),
                schema=str(value["schema"]),
                database=str(value["database"]),
                made_at=str(value["made_at"]),
                partial_tiles=tuple(map(str, tiles)),
                files={path: _digest(one) for path, one in files.items()},
            )
        except (KeyError, ValueError) as error:
            raise MalformedError(f"the manifest is none of {FORMAT}: {error}") from error
        if found.to_bytes() != data:
            raise MalformedError(f"the manifest is none of {FORMAT}, or was edited")
        return found


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a backup.

    Raises:
        InputError: There is none: the folder is no backup, or was never finished.
        MalformedError: It is damaged.
    """
    try:
        data = (folder / MANIFEST).read_bytes()
    except OSError as error:
        backups = find_backups(folder)
        hint = f"ledger restore {backups[-1]}" if backups else "ledger backup FOLDER"
        raise InputError(
            f"{folder} is no backup, or one that was never finished: it has no {MANIFEST}",
            hint=hint,
        ) from error
    return Manifest.from_bytes(data)


def check_files(folder: Path, manifest: Manifest) -> None:
    """Check that every file of a backup is there and as it was written.

    Raises:
        VerificationError: One is missing or was changed.
    """
    for path, expected in manifest.files.items():
        place = folder / path
        if not place.is_file() or ".." in Path(path).parts or Path(path).is_absolute():
            raise VerificationError(f"{place} is missing: this is no whole backup")
        found = FileDigest.of(place)
        if found != expected:
            raise VerificationError(
                f"{place} was changed after the backup was made: {found.size} bytes with SHA-256 "
                f"{found.sha256[:16]}…, expected {expected.size} with {expected.sha256[:16]}…",
                hint="use another backup",
            )


def find_backups(folder: Path, origin: str | None = None) -> list[Path]:
    """Return the finished backups in a folder, of one log if `origin` says so, oldest first.

    By size, then by name, which begins with the time: sizes only grow, clocks may be set back.
    """
    found = []
    for path in folder.glob(f"*/{MANIFEST}"):
        try:
            manifest = Manifest.from_bytes(path.read_bytes())
        except (OSError, MalformedError):
            continue
        if not path.parent.name.startswith(".") and origin in (None, manifest.origin):
            found.append((manifest.size, path.parent.name, path.parent))
    return [path for _, _, path in sorted(found)]


def _number(value: JSON) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise MalformedError("size, records and losses are numbers")
    return value


def _digest(value: JSON) -> FileDigest:
    if not isinstance(value, dict):
        raise MalformedError("a file has a size and a SHA-256")
    return FileDigest(_number(value["size"]), str(value["sha256"]))
