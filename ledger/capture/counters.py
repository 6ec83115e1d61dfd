"""Counting while hashing: a counter is fed every chunk of a file once, in order.

`Lines` counters look at every byte. Formats with headers (tar, WAV, FLAC) are read by a `Walk`: a
parser written as a generator that asks for the next n bytes, or to skip them, and never sees the
rest.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol


class Uncountable(Exception):  # noqa: N818 - it is a finding about a file, not a failure of ours
    """The content cannot be counted, and why. The file is recorded without the number."""


class NoColumn(Uncountable):
    """A file has no column of the name that was given."""


class Counted(NamedTuple):
    """What a counter found out: measures, and what it learned about the type on the way."""

    measures: dict[str, int]
    media_type: str | None = None
    modality: tuple[str, ...] | None = None


class Counter(Protocol):
    """Something that is fed a file's bytes and then says what is in them."""

    def feed(self, data: bytes) -> None:
        """Take the next chunk. May raise Uncountable."""

    def finish(self) -> Counted:
        """Return what was found, after the last chunk. May raise Uncountable."""


@dataclass(frozen=True, slots=True)
class Take:
    """A walk's request for the next `size` bytes."""

    size: int


@dataclass(frozen=True, slots=True)
class Skip:
    """A walk's request to go on after the next `size` bytes, unseen."""

    size: int


class Truncated(Exception):  # noqa: N818 - thrown into a walk, which knows what it means
    """The file ended before a request was met."""

    def __init__(self, missing: int) -> None:
        super().__init__(f"{missing} bytes are missing at the end")
        self.missing = missing


Steps = Generator[Take | Skip, bytes, Counted]


class Walk:
    """A Counter over a header format, driven by a generator of requests."""

    def __init__(self, parser: Callable[[], Steps]) -> None:
        self._steps = parser()
        self._held = bytearray()
        self._counted: Counted | None = None
        self._wanted = self._ask(None)

    def feed(self, data: bytes) -> None:
        """See Counter."""
        position = 0
        while self._wanted is not None and position < len(data):
            if isinstance(self._wanted, Skip):
                step = min(self._wanted.size, len(data) - position)
                position += step
                left = self._wanted.size - step
                self._wanted = Skip(left) if left else self._ask(b"")
            else:
                step = self._wanted.size - len(self._held)
                self._held += data[position : position + step]
                position += step
                if len(self._held) == self._wanted.size:
                    taken = bytes(self._held)
                    self._held.clear()
                    self._wanted = self._ask(taken)

    def finish(self) -> Counted:
        """See Counter."""
        while self._wanted is not None:
            missing = self._wanted.size - len(self._held)
            self._held.clear()
            self._wanted = self._ask(Truncated(missing))
        assert self._counted is not None
        return self._counted

    def _ask(self, answer: bytes | Truncated | None) -> Take | Skip | None:
        """Answer the parser's request and return its next one that is not empty."""
        try:
            while True:
                if isinstance(answer, Truncated):
                    request = self._steps.throw(answer)
                else:
                    # A generator that has not started takes None only, whatever its type says.
                    request = next(self._steps) if answer is None else self._steps.send(answer)
                if request.size > 0:
                    return request
                answer = b""
        except StopIteration as stop:
            self._counted = stop.value
        except Truncated as error:
            raise Uncountable(f"the file is cut off: {error}") from error
        return None


@dataclass(slots=True)
class One:
    """A Counter for files that are one thing: an image, a text, a PDF. An empty file is none."""

    measure: str
    empty: bool = field(default=True, init=False)

    def feed(self, data: bytes) -> None:
        """See Counter."""
        self.empty = self.empty and not data

    def finish(self) -> Counted:
        """See Counter."""
        return Counted({self.measure: 0 if self.empty else 1})
