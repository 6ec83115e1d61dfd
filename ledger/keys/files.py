"""Signing keys as files, in the form Go's note tools use.

    PRIVATE+KEY+<name>+<8 hex digits of the key id>+<base64 of type byte and 32-byte seed>

One line, mode 0600, never in the database. Whoever else could read a key file could sign as us, so
a file that group or others can read is refused.
"""

import os
import secrets
import stat
from pathlib import Path

from ledger.errors import InputError, MalformedError, NotFoundError
from ledger.signing.base64 import decode_base64, encode_base64
from ledger.signing.keys import Ed25519Signer, KeyType

_PREFIX = "PRIVATE+KEY+"
MODE = 0o600


def new_key(path: Path, name: str) -> Ed25519Signer:
    """Make a new Ed25519 key called `name`, write it to `path`, and return its signer.

    Raises:
        InputError: There is a file already, and a key is never overwritten; or none can be made.
    """
    signer_seed = secrets.token_bytes(32)
    signer = Ed25519Signer(name, signer_seed)
    encoded = encode_base64(bytes([KeyType.ED25519]) + signer_seed)
    line = f"{_PREFIX}{name}+{signer.key.id.hex()}+{encoded}\n"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
    except FileExistsError as error:
        raise InputError(f"{path} exists, and a key is never overwritten") from error
    except OSError as error:
        raise InputError(f"the key file {path} cannot be made: {error.strerror}") from error
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
    return signer


def load_key(path: Path) -> Ed25519Signer:
    """Return the signer of the key in `path`.

    Raises:
        NotFoundError: There is no such file.
        InputError: Somebody else could read it, or it holds no key.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        line = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise NotFoundError(f"there is no key file {path}", hint="ledger keys list") from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the key file {path} cannot be read: {error}") from error
    if mode & 0o077:
        raise InputError(
            f"the key file {path} has mode {mode:04o}: others could read it",
            hint=f"chmod 600 {path}",
        )
    try:
        return _parse(line)
    except MalformedError as error:
        # The line itself stays out of the message: it would end up in somebody's log.
        raise InputError(f"the key file {path} holds no Ed25519 key of this project") from error


def _parse(line: str) -> Ed25519Signer:
    name, _, rest = line.removeprefix(_PREFIX).removesuffix("\n").partition("+")
    id_hex, _, encoded = rest.partition("+")
    data = decode_base64(encoded, "the key")
    if not line.startswith(_PREFIX) or data[:1] != bytes([KeyType.ED25519]):
        raise MalformedError("not an Ed25519 key file")
    signer = Ed25519Signer(name, data[1:])
    if signer.key.id.hex() != id_hex:
        raise MalformedError("the key id is not that of the key")
    return signer
