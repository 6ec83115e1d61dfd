r"""Cosignatures: "at this time, this is the largest tree of the log that I have seen".

The bytes on a cosignature's line are uint64 time (POSIX seconds) and the signature
(c2sp.org/tlog-cosignature). What is signed depends on the key type:

    0x04 Ed25519     cosignature/v1 LF, time <decimal> LF, then the whole note text
    0x06 ML-DSA-44   "subtree/v1\n\0" || u8 len || cosigner name || u64 time || u8 len || origin
                     || u64 start || u64 end || root (32)          start 0 and end = the tree's size

An ML-DSA-44 cosignature does not cover extension lines. A log may sign its own checkpoint with
type 0x06 too, with time 0: no statement about freshness.
"""

from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.errors import CannotTellError, MalformedError, VerificationError
from ledger.signing.ed25519 import verify_ed25519
from ledger.signing.keys import Ed25519Signer, KeyType, NoteVerifier, Verifier, VerifierKey

_SUBTREE = b"subtree/v1\n\0"
_ML_DSA_44_SIZE = 2420
_UNKNOWN = "this machine's OpenSSL does not know ML-DSA-44"
_WHEEL = "pip install --force-reinstall 'cryptography>=50', whose wheels bring one that does"
MAX_TIME = 253_402_300_799
"""The last second of the year 9999: what follows is no time that anybody can show."""


class Now(Protocol):
    """Tells the time, in POSIX seconds."""

    def __call__(self) -> int:
        """Return the seconds since 1970."""


def cosigned_message(time: int, text: str) -> bytes:
    """Return what an Ed25519 cosigner signs over a note text at `time`."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def subtree_message(name: str, time: int, checkpoint: Checkpoint) -> bytes:
    """Return what an ML-DSA-44 cosigner called `name` signs over a checkpoint at `time`."""
    cosigner, origin = name.encode(), checkpoint.origin.encode()
    if len(origin) > 255:
        raise MalformedError("an origin has at most 255 bytes under an ML-DSA-44 cosignature")
    return b"".join(
        (
            _SUBTREE,
            len(cosigner).to_bytes(1),
            cosigner,
            time.to_bytes(8),
            len(origin).to_bytes(1),
            origin,
            (0).to_bytes(8),
            checkpoint.size.to_bytes(8),
            checkpoint.root,
        )
    )


def split_timed(signature: bytes) -> tuple[int, bytes]:
    """Return the time and the signature proper of a cosignature line's bytes."""
    if len(signature) <= 8:
        raise MalformedError(
            f"a cosignature has a time and a signature, not {len(signature)} bytes"
        )
    time = int.from_bytes(signature[:8])
    if time > MAX_TIME:
        raise MalformedError(f"{time} is not a POSIX time")
    return time, signature[8:]


@dataclass(frozen=True, slots=True)
class CosignatureVerifier:
    """Verifies the cosignatures of one key, of either type."""

    key: VerifierKey

    def __post_init__(self) -> None:
        if self.key.type == KeyType.ED25519:
            raise MalformedError(f"the key of {self.key.name!r} does not cosign")

    def verify(self, text: str, signature: bytes) -> None:
        """Check a cosignature line's bytes on a checkpoint's text.

        Raises:
            MalformedError: The text is no checkpoint, or the bytes are no cosignature.
            VerificationError: The cosignature is not this key's on this checkpoint.
        """
        time, proper = split_timed(signature)
        checkpoint = Checkpoint.from_text(text)
        if self.key.type == KeyType.COSIGNATURE_ED25519:
            verify_ed25519(
                public=self.key.public, message=cosigned_message(time, text), signature=proper
            )
            return
        if len(proper) != _ML_DSA_44_SIZE:
            raise MalformedError(
                f"an ML-DSA-44 signature has {_ML_DSA_44_SIZE} bytes, not {len(proper)}"
            )
        verify_ml_dsa_44(
            public=self.key.public,
            message=subtree_message(self.key.name, time, checkpoint),
            signature=proper,
        )


def verify_ml_dsa_44(*, public: bytes, message: bytes, signature: bytes) -> None:
    """Check an ML-DSA-44 signature (FIPS 204, pure, empty context)."""
    try:
        MLDSA44PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise VerificationError("the ML-DSA-44 signature does not verify") from error
    except UnsupportedAlgorithm as error:
        raise CannotTellError(_UNKNOWN, hint=_WHEEL) from error


def verifier_of(key: VerifierKey) -> Verifier:
    """Return what verifies the lines of `key`, by its type byte."""
    return NoteVerifier(key) if key.type == KeyType.ED25519 else CosignatureVerifier(key)


class Ed25519Cosigner:
    """Cosigns checkpoints with an Ed25519 key (type 0x04)."""

    def __init__(self, name: str, seed: bytes, now: Now) -> None:
        self._signer = Ed25519Signer(name, seed, KeyType.COSIGNATURE_ED25519)
        self._now = now

    @property
    def key(self) -> VerifierKey:
        """The name, type and public key."""
        return self._signer.key

    def sign(self, text: str) -> bytes:
        """Return the line's bytes for a checkpoint's text, with the time it is now."""
        time = self._now()
        return time.to_bytes(8) + self._signer.sign_bytes(cosigned_message(time, text))


class MLDSA44Cosigner:
    """Cosigns checkpoints with an ML-DSA-44 key (type 0x06).

    Args:
        name: The cosigner's name.
        seed: The 32 bytes that FIPS 204 generates the key from.
        now: The clock of a witness; a log signing its own checkpoint gives one that says 0.
    """

    def __init__(self, name: str, seed: bytes, now: Now) -> None:
        if len(seed) != 32:
            raise MalformedError(f"an ML-DSA-44 seed has 32 bytes, not {len(seed)}")
        try:
            self._private = MLDSA44PrivateKey.from_seed_bytes(seed)
        except UnsupportedAlgorithm as error:
            raise CannotTellError(_UNKNOWN, hint=_WHEEL) from error
        public = self._private.public_key().public_bytes_raw()
        self._key = VerifierKey(name, KeyType.COSIGNATURE_ML_DSA_44, public)
        self._now = now

    @property
    def key(self) -> VerifierKey:
        """The name, type and public key."""
        return self._key

    def sign(self, text: str) -> bytes:
        """Return the line's bytes for a checkpoint's text, with the time it is now."""
        time = self._now()
        message = subtree_message(self._key.name, time, Checkpoint.from_text(text))
        return time.to_bytes(8) + self._private.sign(message)
