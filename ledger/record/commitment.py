r"""Salted commitments: a record's leaf hides every field and opens each by itself.

    salt   HMAC-SHA-256(key = secret, message = "tdl/salt/v1\0" || lp(name))
    field  "tdl/field/v1\0" || salt (32) || lp(name) || canonical value       (a leaf of RFC 6962)
    tree   the RFC 6962 root over the record's fields, in order of the UTF-8 bytes of their names
    root   SHA-256("tdl/record/v1\0" || u8(number of fields) || tree)

The number of fields is part of the root because a path alone does not fix it: the first of ten
fields has the path that the first of twelve has, and "two of twelve shown" would pass for a record
of ten.

The secret is 32 random bytes of this record alone. Showing secret and values opens the record
whole; showing one field's salt, value and path opens that field. Whoever destroys the secret makes
the commitment permanently uninterpretable, and no proof above it changes.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Self

from ledger.errors import MalformedError, NotFoundError
from ledger.record.canonical import JSON, encode
from ledger.tree.hashing import Hash, leaf_hash, root_of
from ledger.tree.proofs import Range, inclusion_root, prove_inclusion
from ledger.tree.sums import prefixed

SECRET_SIZE = 32
SALT_SIZE = 32
T_SALT = b"tdl/salt/v1\0"
T_FIELD = b"tdl/field/v1\0"
T_RECORD = b"tdl/record/v1\0"
MAX_FIELDS = 64


def field_salt(secret: bytes, name: str) -> bytes:
    """Return the 32-byte salt of the field `name` under a record's secret."""
    if len(secret) != SECRET_SIZE:
        raise MalformedError(f"a record's secret has {SECRET_SIZE} bytes, not {len(secret)}")
    return hmac.digest(secret, T_SALT + prefixed(name.encode()), "sha256")


def field_leaf(*, salt: bytes, name: str, value: bytes) -> Hash:
    """Return the commitment to one field; `value` is its canonical bytes."""
    if len(salt) != SALT_SIZE:
        raise MalformedError(f"a field's salt has {SALT_SIZE} bytes, not {len(salt)}")
    return leaf_hash(T_FIELD + salt + prefixed(name.encode()) + value)


def field_leaves(encoded: Mapping[str, bytes], secret: bytes) -> list[bytes]:
    """Return the field commitments of a record, in name order.

    The same hashes as `field_leaf` gives. Written out, because a ledger computes ten of them for
    every shard it records: HMAC (RFC 2104) as its two plain hashes takes half as long as the
    library call for messages this short. Of the 2 microseconds a field takes, 1.5 are SHA-256.
    """
    if len(secret) != SECRET_SIZE:
        raise MalformedError(f"a record's secret has {SECRET_SIZE} bytes, not {len(secret)}")
    inner = secret.translate(_INNER) + _INNER_REST
    outer = secret.translate(_OUTER) + _OUTER_REST
    leaves = []
    for name in sorted(encoded):
        written, message = _written(name)
        salt = sha256(outer + sha256(inner + message).digest()).digest()
        leaves.append(sha256(_FIELD + salt + written + encoded[name]).digest())
    return leaves


@lru_cache(256)
def _written(name: str) -> tuple[bytes, bytes]:
    """Return a field name as it is hashed, and the message that its salt is the HMAC of."""
    written = prefixed(name.encode())
    return written, T_SALT + written


# RFC 2104: a key shorter than the block of 64 bytes is filled with zeros, then XORed with a pad.
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))
_INNER_REST = b"\x36" * (64 - SECRET_SIZE)
_OUTER_REST = b"\x5c" * (64 - SECRET_SIZE)
_FIELD = b"\x00" + T_FIELD


def commit(encoded: Mapping[str, bytes], secret: bytes) -> Hash:
    """Return the root over a record's fields, given as canonical bytes by name."""
    if not 1 <= len(encoded) <= MAX_FIELDS:
        raise MalformedError(f"a record has 1 to {MAX_FIELDS} fields, not {len(encoded)}")
    return record_root(len(encoded), root_of(field_leaves(encoded, secret)))


def record_root(size: int, tree: Hash) -> Hash:
    """Return the root of a record of `size` fields, whose tree of fields has this root."""
    if not 1 <= size <= MAX_FIELDS:
        raise MalformedError(f"a record has 1 to {MAX_FIELDS} fields, not {size}")
    return Hash(sha256(T_RECORD + size.to_bytes(1) + tree).digest())


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldOpening:
    """One field shown: name, value, salt, and the path to the record's root."""

    name: str
    value: JSON
    salt: bytes
    index: int
    proof: tuple[Hash, ...]

    def root(self, size: int) -> Hash:
        """Return the root of the record that this is field `index` of, out of `size` fields.

        Raises:
            MalformedError: The opening cannot be one.
            VerificationError: The path has another length.
        """
        leaf = field_leaf(salt=self.salt, name=self.name, value=encode(self.value))
        tree = inclusion_root(leaf=leaf, index=self.index, size=size, proof=self.proof)
        return record_root(size, tree)

    @classmethod
    def of(cls, encoded: Mapping[str, bytes], secret: bytes, name: str, value: JSON) -> Self:
        """Return the opening of the field `name` of a record.

        Raises:
            NotFoundError: The record has no such field.
        """
        if name not in encoded:
            raise NotFoundError(f"the record has no {name[:60]!r}; it has {', '.join(encoded)}")
        leaves = field_leaves(encoded, secret)
        index = sorted(encoded).index(name)
        proof = prove_inclusion(index, len(leaves), _LeafReader(leaves))
        return cls(
            name=name,
            value=value,
            salt=field_salt(secret, name),
            index=index,
            proof=tuple(proof),
        )


class _LeafReader:
    """Subtree hashes of a tree whose few leaves are all at hand."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._leaves = leaves

    def read(self, ranges: Sequence[Range]) -> list[Hash]:
        return [root_of(self._leaves[lo:hi]) for lo, hi in ranges]
