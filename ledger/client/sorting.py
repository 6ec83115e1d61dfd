"""Sorting more keys than should be in memory: runs on disk, merged as they are read."""

from collections.abc import Iterator
from heapq import merge
from tempfile import TemporaryFile
from typing import BinaryIO
from weakref import finalize

RUN = 250_000
"""Keys that are sorted at a time: about 20 MB."""
_BLOCK = 4_096
"""Keys of one run that are read at a time."""


class SortedKeys:
    """Keys of one size, given in any order and read back sorted, as often as one likes.

    Up to `run` of them stay in memory. Beyond that each run is sorted and written to a file without
    a name, which is gone with this object. Keys that are equal are given back as often as added.
    """

    def __init__(self, size: int, *, run: int = RUN) -> None:
        self._size = size
        self._run = run
        self._held: list[bytes] = []
        self._file: BinaryIO | None = None
        self._ends: list[int] = []

    def add(self, key: bytes) -> None:
        """Take a key."""
        if len(key) != self._size:
            raise ValueError(f"a key here has {self._size} bytes, not {len(key)}")
        self._held.append(key)
        if len(self._held) >= self._run:
            self._write()

    def __iter__(self) -> Iterator[bytes]:
        """Yield the keys in order; none is added while this goes on."""
        self._held.sort()
        if self._file is None:
            return iter(self._held)
        starts = [0, *self._ends[:-1]]
        runs = [self._read(*ends) for ends in zip(starts, self._ends, strict=True)]
        return merge(*runs, self._held)

    def _write(self) -> None:
        if self._file is None:
            self._file = TemporaryFile()  # noqa: SIM115 - closed with this object
            finalize(self, self._file.close)
        self._held.sort()
        self._file.seek(0, 2)
        self._file.write(b"".join(self._held))
        self._ends.append(self._file.tell())
        self._held.clear()

    def _read(self, at: int, end: int) -> Iterator[bytes]:
        assert self._file is not None
        while at < end:
            # Several runs are read in turns from one file: each finds its own place again.
            self._file.seek(at)
            block = self._file.read(min(_BLOCK * self._size, end - at))
            at += len(block)
            yield from (block[i : i + self._size] for i in range(0, len(block), self._size))
