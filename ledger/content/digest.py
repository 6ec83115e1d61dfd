"""A shard's address: the BLAKE3 hash of its bytes, with one text form.

    blake3:af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262

Content is addressed by BLAKE3 and trees are built from SHA-256 (docs/decisions/0001). The two never
mix: a `Digest` is not a `ledger.tree.hashing.Hash`, and neither can be passed for the other.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from blake3 import blake3

from ledger.errors import MalformedError

_FORM = re.compile(r"blake3:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True, order=True)
class Digest:
    """The 32 bytes of a BLAKE3 hash over a shard's bytes."""

    value: bytes

    def __post_init__(self) -> None:
        if len(self.value) != 32:
            raise MalformedError(f"a BLAKE3 digest has 32 bytes, not {len(self.value)}")

    def __str__(self) -> str:
        return f"blake3:{self.value.hex()}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the digest whose text is exactly `text`.

        Raises:
            MalformedError: It is not `blake3:` and 64 lower-case hexadecimal digits.
        """
        match = _FORM.fullmatch(text)
        if not match:
            raise MalformedError(
                f"{text[:80]!r} is not a content digest: expected blake3:<64 lower-case hex digits>"
            )
        return cls(bytes.fromhex(match[1]))

    @classmethod
    def of(cls, data: bytes) -> Self:
        """Return the digest of `data`, hashed in one thread."""
        return cls(blake3(data).digest())

    @classmethod
    def of_blocks(cls, blocks: Iterable[bytes]) -> Self:
        """Return the digest of the bytes that arrive in `blocks`, hashed on all cores.

        Blocks of a megabyte or so let the cores share the work; their borders do not matter.
        """
        hasher = blake3(max_threads=blake3.AUTO)
        for block in blocks:
            hasher.update(block)
        return cls(hasher.digest())
