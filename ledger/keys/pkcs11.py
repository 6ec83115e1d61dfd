"""Keys on a token (PKCS#11): the private half never leaves it, and signs where it is.

A key file names the token's key by its URI (RFC 7512) and holds no secret:

    PKCS11+KEY <vkey> pkcs11:token=ledger;object=producer?module-path=/usr/lib/libsofthsm2.so

Of the URI's attributes these are read: `token`, `serial`, `object`, `id`, and `module-path`, which
is taken from `$LEDGER_PKCS11_MODULE` if the URI has none. The PIN comes from `$LEDGER_PIN`, or from
whoever sits at the terminal; one in the URI is refused, as the file would hold a secret then.

Ed25519 only (CKM_EDDSA, PKCS#11 3.0). Tried with SoftHSM 2.6.
"""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote, unquote_to_bytes

from ledger.errors import InputError, NotFoundError, StorageError
from ledger.keys.forms import Form, KeyLine, Secret
from ledger.keys.passphrase import ask
from ledger.signing.ed25519 import verify_ed25519
from ledger.signing.keys import KeyType, VerifierKey

if TYPE_CHECKING:
    import pkcs11
    from pkcs11.types import SignMixin

PIN_VARIABLE = "LEDGER_PIN"
MODULE_VARIABLE = "LEDGER_PKCS11_MODULE"
_EXAMPLE = "pkcs11:token=ledger;object=producer?module-path=/usr/lib/softhsm/libsofthsm2.so"
_READ = ("token", "serial", "object", "id", "type", "module-path")


@dataclass(frozen=True, slots=True)
class TokenKey:
    """Where a key is: which module reads the token, which token, and which key on it."""

    module: str
    token: str | None
    serial: bytes | None
    label: str | None
    id: bytes | None

    @classmethod
    def parse(cls, uri: str) -> "TokenKey":
        """Return what a URI of RFC 7512 names.

        Raises:
            InputError: It is none, names no key, or names things that are not read here.
        """
        path, _, query = uri.removeprefix("pkcs11:").partition("?")
        pairs = [pair for pair in [*path.split(";"), *query.split("&")] if pair]
        found = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
        wrong = sorted(found.keys() - set(_READ)) + [pair for pair in pairs if "=" not in pair]
        if not uri.startswith("pkcs11:") or wrong or len(found) != len(pairs):
            # Not quoted: people put their PIN there.
            named = ", ".join(one.partition("=")[0] for one in wrong) or "not of this form"
            raise InputError(f"the token's URI cannot be used: {named}", hint=f"such as {_EXAMPLE}")
        module = unquote(found.get("module-path", "")) or os.environ.get(MODULE_VARIABLE)
        if not module:
            raise InputError(
                "the token's URI names no module",
                hint=f"add ?module-path=… to it, or set {MODULE_VARIABLE}",
            )
        if not {"object", "id"} & found.keys():
            raise InputError("the token's URI names no object", hint=f"such as {_EXAMPLE}")
        return cls(
            module=module,
            token=unquote(found["token"]) if "token" in found else None,
            serial=unquote_to_bytes(found["serial"]) if "serial" in found else None,
            label=unquote(found["object"]) if "object" in found else None,
            id=unquote_to_bytes(found["id"]) if "id" in found else None,
        )


class TokenSigner:
    """Signs notes with an Ed25519 key on a token, one at a time."""

    def __init__(self, key: VerifierKey, private: "SignMixin", turn: threading.Lock) -> None:
        self._key = key
        self._private = private
        self._turn = turn

    @property
    def key(self) -> VerifierKey:
        """The name, type and public key."""
        return self._key

    def sign(self, text: str) -> bytes:
        """Return the 64-byte signature over the UTF-8 bytes of `text`."""
        return self.sign_bytes(text.encode())

    def sign_bytes(self, message: bytes) -> bytes:
        """Return the 64-byte signature over `message`.

        Raises:
            StorageError: The token failed, or is gone.
            VerificationError: What it gave is no signature of this key.
        """
        from pkcs11 import Mechanism

        with self._turn, _told(f"the key {self._key.label}"):
            signature = bytes(self._private.sign(message, mechanism=Mechanism.EDDSA))
        # Another program may have changed what the token holds under this name.
        verify_ed25519(public=self._key.public, message=message, signature=signature)
        return signature


def token_signer(line: KeyLine) -> TokenSigner:
    """Return the signer of the key that a key file names on a token.

    Raises:
        NotFoundError: The token or its key is not there.
        InputError: The PIN is wrong, the key is another, or PKCS#11 is not installed.
        StorageError: The token failed.
    """
    _check_installed()
    from pkcs11 import ObjectClass

    where = TokenKey.parse(line.held.reveal().decode())
    login = _open(where)
    with login.turn, _told(f"the key {line.key.label}"):
        private = login.session.get_key(
            object_class=ObjectClass.PRIVATE_KEY, label=where.label, id=where.id
        )
    signer = TokenSigner(line.key, cast("SignMixin", private), login.turn)
    signer.sign_bytes(b"tdl/probe/v1\n")
    return signer


def token_line(name: str, uri: str) -> KeyLine:
    """Return the key file's line for a key that is on a token already.

    Args:
        name: The name that the key shall have.
        uri: The key's URI; its public half is on the token too, under the same label and id.

    Raises:
        NotFoundError: The token or its key is not there.
        InputError: The URI cannot be used, or the key is not Ed25519.
        StorageError: The token failed.
    """
    _check_installed()
    from pkcs11 import Attribute, ObjectClass

    where = TokenKey.parse(uri)
    login = _open(where)
    with login.turn, _told("the key"):
        public = login.session.get_key(
            object_class=ObjectClass.PUBLIC_KEY, label=where.label, id=where.id
        )
        point = bytes(public[Attribute.EC_POINT])
    # DER: an octet string of the 32 bytes; some tokens give the bytes alone.
    key = VerifierKey(name, KeyType.ED25519, point.removeprefix(b"\x04\x20"))
    return KeyLine(Form.PKCS11, key, Secret(uri.encode()))


@dataclass(frozen=True, slots=True)
class _Login:
    """A session on a token, and whose turn it is to use it."""

    session: "pkcs11.Session"
    turn: threading.Lock


@cache
def _login(module: str, token: str | None, serial: bytes | None) -> _Login:
    """Open a token, once a process: a second login would be refused (PKCS#11, 5.6)."""
    _check_installed()
    import pkcs11

    what = f"the token {token or ''}".strip()
    try:
        library = pkcs11.lib(module)
    except (RuntimeError, OSError) as error:
        raise InputError(f"{what}: the module {module} cannot be loaded") from error
    with _told(what):
        found = library.get_token(token_label=token, token_serial=serial)
        return _Login(found.open(user_pin=_ask_pin(what)), threading.Lock())


def _open(where: TokenKey) -> _Login:
    return _login(where.module, where.token, where.serial)


def _ask_pin(what: str) -> str:
    given = os.environ.get(PIN_VARIABLE)
    if given:
        return given
    if not sys.stdin.isatty():
        raise InputError(
            f"{what} wants a PIN",
            hint=f"set {PIN_VARIABLE}, or run it in a terminal, which asks",
        )
    return ask(f"PIN of {what}: ")


def _check_installed() -> None:
    try:
        import pkcs11  # noqa: F401
    except ImportError as error:
        raise InputError(
            "a key on a token needs the extra pkcs11",
            hint="pip install 'training-data-ledger[pkcs11]'",
        ) from error


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Turn what the token's module says into words, with what mends it."""
    from pkcs11 import exceptions as said

    try:
        yield
    except (said.NoSuchKey, said.NoSuchToken, said.TokenNotPresent) as error:
        raise NotFoundError(f"{what} is not on the token, or the token is not there") from error
    except (said.PinIncorrect, said.PinInvalid, said.PinLenRange) as error:
        raise InputError(f"{what}: the PIN is wrong", hint=f"set {PIN_VARIABLE}") from error
    except said.PinLocked as error:
        raise InputError(f"{what}: the PIN is locked; its security officer unlocks it") from error
    except (said.MultipleTokensReturned, said.MultipleObjectsReturned) as error:
        raise InputError(f"{what}: the URI fits several", hint="add id=… or serial=…") from error
    except said.PKCS11Error as error:
        raise StorageError(f"{what}: the token says {type(error).__name__}") from error
