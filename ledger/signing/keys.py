"""Keys with names, as signed notes use them (c2sp.org/signed-note).

    vkey     <name>+<8 hex digits of the key id>+<base64 of type byte and public key>
    key id   first 4 bytes of SHA-256(name || 0x0A || type byte || public key)

A key type is one byte of the key id, not a branch in ten places: 0x01 signs a note's text, 0x04
and 0x06 cosign checkpoints (ledger.checkpoint.cosignature).
"""

import re
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Protocol, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.errors import MalformedError
from ledger.signing.base64 import decode_base64, encode_base64
from ledger.signing.ed25519 import check_point, verify_ed25519

_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]+")
MAX_NAME_SIZE = 255
"""Names are at most this many UTF-8 bytes: ML-DSA cosignatures carry the length in one byte."""


class KeyType(IntEnum):
    """The signature types of c2sp.org/signed-note that this project reads."""

    ED25519 = 0x01
    COSIGNATURE_ED25519 = 0x04
    COSIGNATURE_ML_DSA_44 = 0x06


_PUBLIC_SIZES = {
    KeyType.ED25519: 32,
    KeyType.COSIGNATURE_ED25519: 32,
    KeyType.COSIGNATURE_ML_DSA_44: 1312,
}


def check_name(name: str) -> None:
    """Check a key name: not empty, no Unicode space, no `+`, no control character.

    Raises:
        MalformedError: It is not such a name, or longer than 255 bytes.
    """
    # `split` knows the same spaces as `isspace`, and does not ask each character in Python.
    if not _NAME.fullmatch(name) or name.split() != [name]:
        raise MalformedError(f"{name[:80]!r} is not a key name: no spaces, no '+', not empty")
    try:
        size = len(name.encode())
    except UnicodeEncodeError as error:
        raise MalformedError("a key name is UTF-8 text") from error
    if size > MAX_NAME_SIZE:
        raise MalformedError(f"a key name has at most {MAX_NAME_SIZE} bytes, not {size}")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name: what a vkey line says.

    A key of any known type can be held; whether it verifies notes or cosigns checkpoints is for
    the module that owns the type.
    """

    name: str
    type: KeyType
    public: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.public) != _PUBLIC_SIZES[self.type]:
            raise MalformedError(
                f"a public key of type {self.type:#04x} has {_PUBLIC_SIZES[self.type]} bytes, "
                f"not {len(self.public)}"
            )
        if self.type != KeyType.COSIGNATURE_ML_DSA_44:
            check_point(self.public, "the public key")

    @property
    def id(self) -> bytes:
        """The 4-byte key id."""
        content = self.name.encode() + b"\n" + bytes([self.type]) + self.public
        return sha256(content).digest()[:4]

    @property
    def label(self) -> str:
        """Name and id, `<name>+<8 hex digits>`: what people compare, and short."""
        return f"{self.name}+{self.id.hex()}"

    def __str__(self) -> str:
        """Return the vkey."""
        key = encode_base64(bytes([self.type]) + self.public)
        return f"{self.label}+{key}"

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """Return the key whose vkey is exactly `vkey`.

        Raises:
            MalformedError: It is no vkey, its type is unknown, or its id is not that of the key.
        """
        name, plus, rest = vkey.partition("+")
        id_hex, _, encoded = rest.partition("+")
        if not plus or not encoded:
            raise MalformedError(f"{vkey[:80]!r} is not a vkey: expected name+id+base64")
        data = decode_base64(encoded, "the key of a vkey")
        try:
            key_type = KeyType(data[0] if data else 0)
        except ValueError as error:
            raise MalformedError(f"the vkey of {name[:80]!r} has an unknown key type") from error
        key = cls(name, key_type, data[1:])
        if key.id.hex() != id_hex:
            raise MalformedError(f"the vkey of {name!r} says id {id_hex[:16]}, not {key.id.hex()}")
        return key


class Verifier(Protocol):
    """Checks one key's signatures on notes."""

    @property
    def key(self) -> VerifierKey:
        """The name, type and public key."""

    def verify(self, text: str, signature: bytes) -> None:
        """Check the signature bytes of a note line (without key id) on the note's text."""


class Signer(Protocol):
    """Makes one key's signature lines; the private key may live anywhere (file, HSM, KMS)."""

    @property
    def key(self) -> VerifierKey:
        """The name, type and public key."""

    def sign(self, text: str) -> bytes:
        """Return the signature bytes of a note line (without key id) on the note's text."""


@dataclass(frozen=True, slots=True)
class NoteVerifier:
    """Verifies plain Ed25519 note signatures (type 0x01): the signature is over the text."""

    key: VerifierKey

    def __post_init__(self) -> None:
        if self.key.type != KeyType.ED25519:
            raise MalformedError(f"the key of {self.key.name!r} does not sign notes")

    def verify(self, text: str, signature: bytes) -> None:
        """Check `signature` over the UTF-8 bytes of `text`."""
        verify_ed25519(public=self.key.public, message=text.encode(), signature=signature)


class Ed25519Signer:
    """Signs notes with an Ed25519 key (type 0x01) held in memory.

    Args:
        name: The key name.
        seed: The 32 bytes of RFC 8032's private key.
        key_type: 0x01, or 0x04 when a cosigner wraps this signer.
    """

    def __init__(self, name: str, seed: bytes, key_type: KeyType = KeyType.ED25519) -> None:
        if len(seed) != 32:
            raise MalformedError(f"an Ed25519 seed has 32 bytes, not {len(seed)}")
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        public = self._private.public_key().public_bytes_raw()
        self._key = VerifierKey(name, key_type, public)

    @property
    def key(self) -> VerifierKey:
        """The name, type and public key."""
        return self._key

    def sign(self, text: str) -> bytes:
        """Return the 64-byte signature over the UTF-8 bytes of `text`."""
        return self.sign_bytes(text.encode())

    def sign_bytes(self, message: bytes) -> bytes:
        """Return the 64-byte signature over `message`."""
        return self._private.sign(message)
