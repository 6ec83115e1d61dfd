"""Where a record stands in the log: `<log index>.<position>`, such as `12.3`."""

import re
from dataclasses import dataclass
from typing import Self

from ledger.errors import MalformedError

_FORM = re.compile(r"(0|[1-9][0-9]{0,15})\.(0|[1-9][0-9]{0,8})")


@dataclass(frozen=True, slots=True, order=True)
class RecordId:
    """A record's address: the index of its batch in the log, and its position in the batch."""

    index: int
    position: int

    def __post_init__(self) -> None:
        if not (0 <= self.index < 2**53 and 0 <= self.position < 2**32):
            raise MalformedError(f"{self.index}.{self.position} is not a record id")

    def __str__(self) -> str:
        return f"{self.index}.{self.position}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the id whose text is exactly `text`."""
        match = _FORM.fullmatch(text)
        if not match:
            raise MalformedError(
                f"{text[:60]!r} is not a record id: expected <log index>.<position>, such as 12.3"
            )
        return cls(int(match[1]), int(match[2]))

    @property
    def key(self) -> bytes:
        """Uint64 index and uint32 position: the key of this record in audit trees (12 bytes)."""
        return self.index.to_bytes(8) + self.position.to_bytes(4)

    @classmethod
    def of_key(cls, key: bytes) -> Self:
        """Return the id whose key is these 12 bytes."""
        if len(key) != 12:
            raise MalformedError(f"a record key has 12 bytes, not {len(key)}")
        return cls(int.from_bytes(key[:8]), int.from_bytes(key[8:]))
