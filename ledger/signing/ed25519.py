"""Ed25519 verification behind one guard, the same in every implementation of this project.

OpenSSL and Chromium accept the identity point as a public key, under which any message verifies.
So before each verification the public key A and the point R (the first half of a signature) are
checked: canonical, no negative zero, not one of the eight points of small order. `S < L` is
enforced by the library. With the guard, OpenSSL, WebCrypto and libsodium accept the same vectors.
docs/formats/signed-note.md has the rules for other implementations.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger.errors import MalformedError, VerificationError

KEY_SIZE = 32
SIGNATURE_SIZE = 64

_P = 2**255 - 19
_SIGN_BIT = 1 << 255
_SMALL_ORDER = frozenset(
    bytes.fromhex(point)
    for point in (
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    )
)


def check_point(point: bytes, name: str) -> None:
    """Check that 32 bytes are a canonical encoding of a point that is not of small order.

    Raises:
        MalformedError: They are not; `name` says in the message which point it was.
    """
    if len(point) != KEY_SIZE:
        raise MalformedError(f"{name} has {len(point)} bytes, not {KEY_SIZE}")
    encoded = int.from_bytes(point, "little")
    sign, y = encoded & _SIGN_BIT, encoded & (_SIGN_BIT - 1)
    if y >= _P:
        raise MalformedError(f"{name} is not canonical: its y coordinate is 2^255 - 19 or more")
    if sign and y in (1, _P - 1):
        raise MalformedError(f"{name} is not canonical: it encodes a negative zero")
    if point in _SMALL_ORDER:
        raise MalformedError(f"{name} is a point of small order")


def verify_ed25519(*, public: bytes, message: bytes, signature: bytes) -> None:
    """Check an Ed25519 signature (RFC 8032 section 5.1.7) behind the guard.

    Raises:
        MalformedError: The key or the signature cannot be one.
        VerificationError: The signature is not by this key over this message.
    """
    check_point(public, "the public key")
    if len(signature) != SIGNATURE_SIZE:
        raise MalformedError(f"the signature has {len(signature)} bytes, not {SIGNATURE_SIZE}")
    check_point(signature[:32], "the signature's R")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise VerificationError("the Ed25519 signature does not verify") from error
