"""Two keys of one name and one id: four bytes collide after some 80,000 tries."""

from functools import cache
from hashlib import sha256

from ledger.errors import MalformedError
from ledger.signing.keys import KeyType, VerifierKey

NAME = "twin.example/key"


@cache
def twins() -> tuple[VerifierKey, VerifierKey]:
    """Return the two. Nobody has their private keys, and nothing needs them."""
    seen: dict[bytes, bytes] = {}
    number = 0
    while True:
        public = sha256(number.to_bytes(8)).digest()
        key_id = sha256(NAME.encode() + b"\n\x01" + public).digest()[:4]
        if key_id in seen:
            try:
                one, two = (
                    VerifierKey(NAME, KeyType.ED25519, data) for data in (seen[key_id], public)
                )
            except MalformedError:  # no point of the curve's encoding
                seen[key_id] = public
            else:
                return one, two
        seen[key_id] = public
        number += 1
