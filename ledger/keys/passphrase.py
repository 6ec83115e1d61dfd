"""Seeds behind a passphrase: scrypt makes a key of it, AES-256-GCM closes the seed with that.

    1 byte    log2 of scrypt's n           17: 128 MB and about half a second a try
    1 byte    r                            8
    1 byte    p                            1
    16 bytes  salt, random, new each time
    48 bytes  AES-256-GCM of the 32-byte seed, nonce zero, with its tag

The nonce may be zero because no key is used twice: each closing has its own salt. The additional
data are `ENCRYPTED+KEY <vkey> ` and the 19 bytes in front, so a closed seed fits its own line only.
"""

import os
import secrets
import sys
import unicodedata

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from ledger.errors import InputError
from ledger.keys.forms import SEED_SIZE, Form, KeyLine, Secret
from ledger.signing.keys import VerifierKey

VARIABLE = "LEDGER_PASSPHRASE"
NEW_VARIABLE = "LEDGER_NEW_PASSPHRASE"
PARAMETERS = (17, 8, 1)
_WEAKEST, _COSTLIEST = 10, 20
"""What log2 of n may be when a file is read: less protects nothing, more would fill the memory."""
_SALT_SIZE = 16
_HEAD = 3 + _SALT_SIZE
_CLOSED_SIZE = _HEAD + SEED_SIZE + 16
_NONCE = bytes(12)


def close_line(line: KeyLine, passphrase: str, parameters: tuple[int, int, int]) -> KeyLine:
    """Return a line that holds its seed, closed with `passphrase`."""
    head = bytes(parameters) + secrets.token_bytes(_SALT_SIZE)
    cipher = AESGCM(_derive(passphrase, head))
    closed = head + cipher.encrypt(_NONCE, line.held.reveal(), _context(line.key, head))
    return KeyLine(Form.ENCRYPTED, line.key, Secret(closed))


def open_line(line: KeyLine, passphrase: str) -> KeyLine:
    """Return a closed line with its seed.

    Raises:
        InputError: The passphrase is not the right one, or the line was damaged.
    """
    closed = line.held.reveal()
    head = closed[:_HEAD]
    if len(closed) != _CLOSED_SIZE or not _is_bearable(*head[:3]):
        raise InputError(f"the closed key of {line.key.name} is damaged, or of a later version")
    try:
        seed = AESGCM(_derive(passphrase, head)).decrypt(
            _NONCE, closed[_HEAD:], _context(line.key, head)
        )
    except InvalidTag:
        seed = b""
    if not seed:
        raise InputError(
            f"this is not the passphrase of the key {line.key.name}+{line.key.id.hex()}",
            hint=f"set {VARIABLE}, or run it in a terminal, which asks",
        )
    return KeyLine(Form.PRIVATE, line.key, Secret(seed))


def ask_passphrase(what: str) -> str:
    """Return the passphrase from the environment, or from whoever sits at the terminal.

    Raises:
        InputError: Neither has one.
    """
    given = os.environ.get(VARIABLE)
    if given:
        return given
    if not sys.stdin.isatty():
        raise InputError(
            f"{what} is closed with a passphrase",
            hint=f"set {VARIABLE}, or run it in a terminal, which asks",
        )
    return ask(f"Passphrase of {what}: ")


def ask(prompt: str) -> str:
    """Return what is typed at the terminal, which does not show it.

    Raises:
        InputError: Nothing was.
    """
    from getpass import getpass

    try:
        return getpass(prompt)
    except EOFError as error:
        raise InputError("nothing was typed") from error


def choose_passphrase(what: str) -> str:
    """Return a new passphrase from `$LEDGER_NEW_PASSPHRASE`, or as it is typed twice.

    Raises:
        InputError: There is none, or it was typed differently.
    """
    given = os.environ.get(NEW_VARIABLE)
    if given:
        return given
    if not sys.stdin.isatty():
        raise InputError(
            f"{what} needs a new passphrase",
            hint=f"set {NEW_VARIABLE}, or run it in a terminal, which asks",
        )
    chosen = ask(f"New passphrase of {what}: ")
    if not chosen:
        raise InputError("an empty passphrase closes nothing", hint="--remove, to have none")
    if ask("The same again: ") != chosen:
        raise InputError("the two are not the same; nothing was changed")
    return chosen


def _derive(passphrase: str, head: bytes) -> bytes:
    power, r, p = head[:3]
    scrypt = Scrypt(salt=head[3:_HEAD], length=32, n=1 << power, r=r, p=p)
    return scrypt.derive(unicodedata.normalize("NFC", passphrase).encode())


def _is_bearable(power: int, r: int, p: int) -> bool:
    return _WEAKEST <= power <= _COSTLIEST and 1 <= r <= 16 and 1 <= p <= 16


def _context(key: VerifierKey, head: bytes) -> bytes:
    return f"ENCRYPTED+KEY {key} ".encode() + head
