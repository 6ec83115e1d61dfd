"""Signing keys as files: one line each (ledger.keys.forms), mode 0600, never in the database.

Whoever else could read a key file could sign as us, and whoever else could write to its folder
could put another key in its place. Both are refused.
"""

import os
import secrets
import stat
from pathlib import Path

from ledger.checkpoint.cosignature import Now
from ledger.errors import InputError, NotFoundError
from ledger.keys.forms import (
    SEED_SIZE,
    Form,
    KeyLine,
    Secret,
    find_line,
    new_line,
    no_time,
    signer_of,
)
from ledger.signing.keys import KeyType, Signer, VerifierKey, check_name

MODE = 0o600
_LIMIT = 16_384
"""An ML-DSA-44 vkey has 1.8 kB; a file with more than this is no key file."""


def new_key(
    path: Path, name: str, *, type: KeyType = KeyType.ED25519, passphrase: str | None = None
) -> Signer:
    """Make a new key called `name`, write it to `path`, and return its signer.

    The file is there, whole and durable, when this returns; after a crash, whole or not at all.

    Args:
        path: Where it goes; its folder exists.
        name: The key's name: of a log's own keys, the origin.
        type: Ed25519 for batches and checkpoints; 0x06 for a log's ML-DSA-44 key, whose signer says
            time 0; the cosignature types for a witness, which then loads it with its clock.
        passphrase: What the seed is closed with; None leaves it as it is.

    Raises:
        InputError: There is a file already, and a key is never overwritten; or none can be made.
    """
    check_name(name)  # before there is a secret that an error could carry
    line = new_line(name, type, Secret(secrets.token_bytes(SEED_SIZE)))
    write_line(path, _closed(line, passphrase))
    return signer_of(line.key, line.held, no_time)


def load_key(path: Path, passphrase: str | None = None, *, now: Now = no_time) -> Signer:
    """Return the signer of the key in `path`.

    Args:
        path: The key file.
        passphrase: What opens it, where it is closed; None takes `$LEDGER_PASSPHRASE`, or asks
            whoever sits at the terminal.
        now: The clock of a witness's key, in POSIX seconds.

    Raises:
        NotFoundError: There is no such file.
        InputError: Somebody else could read or replace it, it holds no key, or stays closed.
    """
    line = _opened(read_line(path), path, passphrase)
    if line.form is Form.PKCS11:
        from ledger.keys.pkcs11 import token_signer

        return token_signer(line)
    signer = signer_of(line.key, line.held, now)
    if signer.key != line.key:
        raise InputError(f"the key file {path} names another key than it holds")
    return signer


def public_key(path: Path) -> VerifierKey:
    """Return the public half of the key in `path`, which needs no passphrase and no token.

    Raises:
        NotFoundError: There is no such file.
        InputError: Somebody else could read or replace it, or it holds no key.
    """
    return read_line(path).key


def close_key(path: Path, new: str | None, *, passphrase: str | None = None) -> VerifierKey:
    """Close a key file with a new passphrase, or open it for good, in one step; return its key.

    Args:
        path: The key file.
        new: The passphrase from now on; None: none.
        passphrase: What opens it now, where it is closed; None asks.

    Raises:
        NotFoundError: There is no such file.
        InputError: It cannot be used, stays closed, or holds no seed. Nothing was changed.
    """
    line = _opened(read_line(path), path, passphrase)
    if line.form is not Form.PRIVATE:
        raise InputError(f"the key of {path} is on a token, which has a PIN of its own")
    write_line(path, _closed(line, new), replace=True)
    return line.key


def log_signers(folder: Path, passphrase: str | None = None) -> list[Signer]:
    """Return the signers of a log's checkpoints: all `log*.key` in its folder of keys.

    Plain Ed25519 first, as c2sp.org/tlog-checkpoint wants one; ML-DSA-44 beside it. While a log
    key is being rotated, the old one (`log.key.old-<id>`) signs along, until it is revoked.

    Raises:
        NotFoundError: There is no `log.key`.
        InputError: A file cannot be used; see `load_key`.
    """
    first = folder / "log.key"
    paths = [first, *sorted({*folder.glob("log*.key"), *folder.glob("log*.key.old-*")} - {first})]
    signers = [load_key(path, passphrase) for path in paths]
    return sorted(signers, key=lambda signer: signer.key.type)


def read_line(path: Path) -> KeyLine:
    """Return what a key file says; see `public_key` for the errors."""
    content = _read(path)
    _check_folder(path)
    line = find_line(content)
    if line is None:
        raise InputError(f"the key file {path} holds no key of this project")
    return line


def write_line(path: Path, line: KeyLine, *, replace: bool = False) -> None:
    """Write a key file: durable and whole when this returns, and never half.

    Raises:
        InputError: There is a file already, unless it may be replaced; or none can be made.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        if replace or not path.exists():
            _check_folder(path)
            _write(draft, line)
            # A link, unlike a rename, never takes the place of a file that came meanwhile.
            os.replace(draft, path) if replace else os.link(draft, path)
            flush_folder(path.parent)
            return
    except FileExistsError:
        pass
    except OSError as error:
        raise InputError(f"the key file {path} cannot be made: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)
    raise InputError(f"{path} exists, and a key is never overwritten")


def flush_folder(folder: Path) -> None:
    """Make durable which files a folder holds."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(path: Path, line: KeyLine) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(line.to_text())
        file.flush()
        os.fsync(file.fileno())


def _opened(line: KeyLine, path: Path, passphrase: str | None) -> KeyLine:
    """Return a line with its seed, where it was closed."""
    if line.form is not Form.ENCRYPTED:
        return line
    from ledger.keys.passphrase import ask_passphrase, open_line

    return open_line(line, passphrase or ask_passphrase(f"the key file {path}"))


def _closed(line: KeyLine, passphrase: str | None) -> KeyLine:
    if passphrase is None:
        return line
    from ledger.keys.passphrase import PARAMETERS, close_line

    return close_line(line, passphrase, PARAMETERS)


def _read(path: Path) -> Secret:
    try:
        with path.open("rb") as file:
            # Of the open file, not of its name: between two looks another could stand there.
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            content = Secret(file.read(_LIMIT))
    except FileNotFoundError as error:
        raise NotFoundError(f"there is no key file {path}", hint="ledger keys list") from error
    except OSError as error:
        raise InputError(f"the key file {path} cannot be read: {error.strerror}") from error
    if mode & 0o077:
        raise InputError(
            f"the key file {path} has mode {mode:04o}: others could read it",
            hint=f"chmod 600 {path}",
        )
    return content


def _check_folder(path: Path) -> None:
    """Refuse a folder in which others could put another key in this one's place.

    Under the sticky bit (as on /tmp, and where Kubernetes mounts secrets) they could not.
    """
    mode = stat.S_IMODE(path.parent.stat().st_mode)
    if mode & 0o022 and not mode & stat.S_ISVTX:
        raise InputError(
            f"the folder {path.parent} has mode {mode:04o}: others could replace its keys",
            hint=f"chmod go-w {path.parent}",
        )
