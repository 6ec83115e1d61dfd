"""The one line that a key file holds, in three forms (docs/formats/keyring.md, "Key files").

    PRIVATE+KEY+<name>+<8 hex digits of the key id>+<base64 of type byte and 32-byte seed>
    ENCRYPTED+KEY <vkey> <base64 of scrypt's parameters, salt, and the seed under AES-256-GCM>
    PKCS11+KEY <vkey> <pkcs11: URI of RFC 7512>

The first is that of Go's note tools. The others name their public key, so that a key can be listed
without its passphrase or token. No error and no repr here quotes what a file holds: it would end up
in somebody's log.
"""

import binascii
from dataclasses import dataclass
from enum import Enum

from ledger.checkpoint.cosignature import Ed25519Cosigner, MLDSA44Cosigner, Now
from ledger.errors import MalformedError
from ledger.signing.base64 import encode_base64
from ledger.signing.keys import Ed25519Signer, KeyType, Signer, VerifierKey

SEED_SIZE = 32
_PRIVATE = "PRIVATE+KEY+"


class Form(Enum):
    """Where the private half is: in the line, behind a passphrase, on a token."""

    PRIVATE = "in the file"
    ENCRYPTED = "behind a passphrase"
    PKCS11 = "on a token"


_MARKS = {Form.ENCRYPTED: "ENCRYPTED+KEY", Form.PKCS11: "PKCS11+KEY"}


class Secret:
    """Bytes that no repr, message or traceback shows."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = value

    def __repr__(self) -> str:
        return "<secret>"

    def reveal(self) -> bytes:
        """Return the bytes."""
        return self._value


@dataclass(frozen=True, slots=True)
class KeyLine:
    """What a key file says: the public key, and its private half in some form.

    `held` is the 32-byte seed, the closed seed, or the URI in UTF-8.
    """

    form: Form
    key: VerifierKey
    held: Secret

    def to_text(self) -> str:
        """Return the line, with its line feed."""
        if self.form is Form.PRIVATE:
            encoded = encode_base64(bytes([self.key.type]) + self.held.reveal())
            return f"{_PRIVATE}{self.key.name}+{self.key.id.hex()}+{encoded}\n"
        held = self.held.reveal()
        shown = held.decode() if self.form is Form.PKCS11 else encode_base64(held)
        return f"{_MARKS[self.form]} {self.key} {shown}\n"


def signer_of(key: VerifierKey, seed: Secret, now: Now) -> Signer:
    """Return what signs with `key`, whose private half is `seed`.

    Args:
        key: Name, type and public key; the latter is not compared here.
        seed: 32 bytes, of RFC 8032 or FIPS 204.
        now: The clock of a cosigner; plain note keys have no time.
    """
    return _signer(key.name, key.type, seed, now)


def new_line(name: str, key_type: KeyType, seed: Secret) -> KeyLine:
    """Return the line of the key that `seed` makes, in the form that holds it as it is."""
    return KeyLine(Form.PRIVATE, _signer(name, key_type, seed, no_time).key, seed)


def no_time() -> int:
    """Say nothing about time: what a log gives that cosigns its own checkpoint."""
    return 0


def _signer(name: str, key_type: KeyType, seed: Secret, now: Now) -> Signer:
    match key_type:
        case KeyType.ED25519:
            return Ed25519Signer(name, seed.reveal())
        case KeyType.COSIGNATURE_ED25519:
            return Ed25519Cosigner(name, seed.reveal(), now)
        case KeyType.COSIGNATURE_ML_DSA_44:
            return MLDSA44Cosigner(name, seed.reveal(), now)


def find_line(content: Secret) -> KeyLine | None:
    """Return what the bytes of a key file say; None if they are no key file.

    It returns and does not raise: an exception would carry what the file holds from frame to frame.
    """
    try:
        text = content.reveal().decode("ascii")
    except UnicodeDecodeError:
        text = _decoded(content)
    line = _find(text)
    return line if line is not None and line.to_text() == text else None


def _decoded(content: Secret) -> str:
    return content.reveal().decode(errors="replace")


def _find(text: str) -> KeyLine | None:
    if text.startswith(_PRIVATE):
        name, _, rest = text.removeprefix(_PRIVATE).removesuffix("\n").partition("+")
        data = _from_base64(rest.partition("+")[2])
        return _private(name, data) if data is not None else None
    mark, _, rest = text.removesuffix("\n").partition(" ")
    vkey, _, shown = rest.partition(" ")
    try:
        key = VerifierKey.parse(vkey)  # public: its errors may say what they like
    except MalformedError:
        return None
    if mark == _MARKS[Form.PKCS11] and shown.startswith("pkcs11:"):
        return KeyLine(Form.PKCS11, key, Secret(shown.encode()))
    closed = _from_base64(shown)
    if mark == _MARKS[Form.ENCRYPTED] and closed is not None:
        return KeyLine(Form.ENCRYPTED, key, Secret(closed))
    return None


def _private(name: str, data: bytes) -> KeyLine | None:
    if len(data) != 1 + SEED_SIZE or data[0] not in list(KeyType):
        return None
    try:
        return new_line(name, KeyType(data[0]), Secret(data[1:]))
    except MalformedError:  # the name is none
        return None


def _from_base64(text: str) -> bytes | None:
    """Decode without the words of `decode_base64`, which quotes what it refuses."""
    try:
        return binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
