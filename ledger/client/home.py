"""Where a ledger lives: one folder, found from the current one upwards.

    ledger.db                    the records (SQLite), unless `url` names another database
    ledger.d/config.toml         url, origin, checkpoints
    ledger.d/keys/               root.key, producer.key, log.key; mode 0600
    ledger.d/public/             checkpoint and tiles: what the world may read
    ledger.d/restricted/         documents that are not for everybody (Regime.public), mode 0700
    ledger.d/documents/          digests of documents inside shards, if they are kept; mode 0700
    ledger.d/checkpoints.db      what was signed last, unless `checkpoints` names another database
    ledger.d/trust.policy        whose checkpoints we believe (c2sp.org/tlog-policy)
    ledger.d/provider.yaml       the provider profile: contacts, policies, answers only people know

`ledger.d` is to be backed up with the database, `keys` apart from it, and checkpoints.db never
restored: it is what tells an older copy of the database from the newest.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from ledger.errors import InputError, MalformedError, NotFoundError
from ledger.record.origin import check_origin
from ledger.store.engine import sqlite_path

FOLDER = "ledger.d"
DATABASE = "ledger.db"
DEFAULT_URL = f"sqlite:///{DATABASE}"
CHECKPOINTS = f"sqlite:///{FOLDER}/checkpoints.db"
VARIABLE = "LEDGER_HOME"
_CONFIG = """\
# Written by `ledger init`. Paths are relative to the folder that holds ledger.d.

# Where the records are: a SQLite file, or postgresql://user@host/database.
url = {url}

# The name of the log, for ever: it stands in every checkpoint and every batch.
origin = {origin}

# Where it is remembered what was signed last: a database of its own, which no restored backup of
# the records may overwrite. Default: {checkpoints}
# checkpoints = {checkpoints}
"""


@dataclass(frozen=True, slots=True)
class Home:
    """A ledger's folder and what its configuration says.

    `folder` is absolute. `url` and `checkpoints` are database URLs, of the records and of what was
    signed last, with an absolute path where they are files.
    """

    folder: Path
    url: str
    origin: str
    checkpoints: str

    @property
    def keys(self) -> Path:
        """The folder of key files."""
        return self.folder / FOLDER / "keys"

    @property
    def public(self) -> Path:
        """The folder of checkpoint and tiles."""
        return self.folder / FOLDER / "public"

    @property
    def restricted(self) -> Path:
        """The folder of documents that are not for everybody; there once there is one."""
        return self.folder / FOLDER / "restricted"

    @property
    def digests(self) -> Path:
        """The folder of kept digests of documents; there once there are any."""
        return self.folder / FOLDER / "documents"

    @property
    def trust(self) -> Path:
        """The trust file."""
        return self.folder / FOLDER / "trust.policy"

    @property
    def profile(self) -> Path:
        """The provider profile."""
        return self.folder / FOLDER / "provider.yaml"

    @property
    def config(self) -> Path:
        """The configuration file."""
        return self.folder / FOLDER / "config.toml"

    @property
    def own_files(self) -> list[str]:
        """The files of SQLite databases, whatever they are called: they are no training data."""
        paths = [sqlite_path(self.url), sqlite_path(self.checkpoints)]
        ends = ("", "-wal", "-shm", "-journal")
        return [path + end for path in paths if path is not None for end in ends]


def new_home(folder: Path, *, url: str | None, origin: str | None) -> Home:
    """Return where a new ledger in `folder` would be; nothing is made yet.

    Raises:
        InputError: There is a ledger already, or remains of one, or the URL is none.
        MalformedError: The origin is no origin.
    """
    folder = folder.absolute()
    origin = origin or f"{_plain(folder.name)}.ledger.internal"
    check_origin(origin)
    if url is not None and not url.isprintable():
        raise InputError(f"{url!r} is no database URL", hint=f"--url sqlite:///{DATABASE}")
    home = Home(
        folder,
        absolute_url(url or DEFAULT_URL, folder),
        origin,
        absolute_url(CHECKPOINTS, folder),
    )
    if home.config.exists():
        raise InputError(f"there is a ledger in {folder} already", hint="ledger list")
    if home.keys.is_dir() and any(home.keys.iterdir()):
        # Keys are the one thing that cannot be made again: better no new ledger than lost keys.
        raise InputError(
            f"{home.keys} holds keys of a ledger whose config.toml is missing",
            hint=f"restore {home.config}, or move {FOLDER} away",
        )
    return home


def make_folders(home: Home) -> None:
    """Make the folders of a new ledger.

    Raises:
        InputError: The folder cannot hold them.
    """
    try:
        home.public.mkdir(parents=True, exist_ok=True)
        home.keys.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        reason = f"{error.filename}: {error.strerror}"
        raise InputError(f"{home.folder} cannot hold a ledger: {reason}") from error


def write_config(home: Home, url: str | None) -> None:
    """Write the configuration: last of all, since its presence says that there is a ledger."""
    text = _CONFIG.format(
        url=_quoted(url or DEFAULT_URL),
        origin=_quoted(home.origin),
        checkpoints=_quoted(CHECKPOINTS),
    )
    draft = home.config.with_suffix(".tmp")
    draft.write_text(text, encoding="utf-8")
    # A database URL may hold a password.
    draft.chmod(0o600)
    draft.replace(home.config)


def find_home(start: Path | None = None) -> Home:
    """Return the ledger of `start`, of `$LEDGER_HOME`, or of the nearest folder upwards.

    Raises:
        NotFoundError: There is none; with the command that makes one.
        InputError: Its configuration cannot be read.
    """
    if start is None and os.environ.get(VARIABLE):
        start = Path(os.environ[VARIABLE])
    if start is not None:
        candidates = [start.absolute()]
    else:
        here = Path.cwd()
        candidates = [here, *here.parents]
    for folder in candidates:
        if (folder / FOLDER / "config.toml").is_file():
            return _read(folder)
    where = f"in {start}" if start is not None else "here or in a folder above"
    raise NotFoundError(f"there is no ledger {where}", hint="ledger init")


def _read(folder: Path) -> Home:
    import tomllib

    path = folder / FOLDER / "config.toml"
    try:
        config = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}", hint=f"edit {path}") from error
    url, origin = config.get("url"), config.get("origin")
    checkpoints = config.get("checkpoints", CHECKPOINTS)
    unknown = sorted(config.keys() - {"url", "origin", "checkpoints"})
    if (
        not isinstance(url, str)
        or not isinstance(origin, str)
        or not isinstance(checkpoints, str)
        or unknown
    ):
        found = ", ".join(sorted(config)) or "nothing"
        raise InputError(
            f"{path} must set url and origin, and may set checkpoints, as strings; it sets {found}"
        )
    try:
        check_origin(origin)
    except MalformedError as error:
        raise InputError(f"{path}: origin: {error}", hint=f"edit {path}") from error
    return Home(folder, absolute_url(url, folder), origin, absolute_url(checkpoints, folder))


def shown_url(url: str) -> str:
    """Return a database URL for people: a path alone for SQLite, never a password."""
    scheme, mark, rest = url.partition("://")
    if scheme == "sqlite":
        return rest.removeprefix("/")
    account, at, place = rest.rpartition("@")
    user = account.partition(":")[0]
    return f"{scheme}{mark}{user}{at}{place}"


def absolute_url(url: str, folder: Path) -> str:
    """Return `url` with a relative SQLite path made absolute under `folder`.

    A path alone means a SQLite file.
    """
    if "://" not in url:
        url = f"sqlite:///{url}"
    prefix = "sqlite:///"
    if url.startswith(prefix) and not url.startswith(f"{prefix}/"):
        return f"{prefix}{folder / url.removeprefix(prefix)}"
    return url


def _plain(name: str) -> str:
    kept = "".join(char if char.isascii() and char.isalnum() else "-" for char in name.lower())
    return kept.strip("-") or "training-data"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
