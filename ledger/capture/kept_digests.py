"""Digests of documents that are kept, so that a document is found without the shards.

    <folder>/<content>-<root>     the digests of a shard's documents, in order, joined

`content` is the BLAKE3 digest of the shard and `root` that of its tree, 64 hex digits each. It is
32 bytes a document, and nothing of what is in it. Whoever uses a file makes the tree of it again:
the root tells whether it is whole.
"""

import os
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple, Self

from ledger.errors import StorageError
from ledger.tree.hashing import HASH_SIZE

_NAME: Final = re.compile("([0-9a-f]{64})-([0-9a-f]{64})")
_BLOCK: Final = 1 << 20


class Kept(NamedTuple):
    """Of which shard, and of which tree over its documents, digests are kept."""

    content: str
    root: str

    @classmethod
    def find_all(cls, folder: Path) -> list[Self]:
        """Return what is kept in a folder, in order of content; nothing if there is no folder."""
        names = (one.name for one in folder.iterdir()) if folder.is_dir() else ()
        return [cls(*found.groups()) for found in map(_NAME.fullmatch, sorted(names)) if found]

    def path(self, folder: Path) -> Path:
        """Return where the digests are."""
        return folder / f"{self.content}-{self.root}"


def keep_digests(folder: Path, kept: Kept, blocks: Iterable[bytes]) -> None:
    """Keep the digests of a tree; what is kept already stays.

    Raises:
        OSError: The folder cannot be written.
    """
    path = kept.path(folder)
    if path.exists():
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Two threads, or two runs, may keep the same tree at once: each has its own file, and whichever
    # is renamed last has the same bytes.
    temporary = folder / f".{path.name}.{os.getpid()}.{id(blocks)}"
    try:
        with temporary.open("wb") as file:
            file.writelines(blocks)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def forget_digests(folder: Path, content: str) -> None:
    """Remove what is kept of a shard, under every tree."""
    for path in folder.glob(f"{content}-*"):
        path.unlink(missing_ok=True)


def read_digests(folder: Path, kept: Kept) -> Iterator[bytes]:
    """Yield the kept digests of a tree in blocks."""
    with kept.path(folder).open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def search_digests(
    folder: Path, kept: Kept, wanted: Collection[bytes]
) -> Iterator[tuple[int, bytes]]:
    """Yield number and digest of the documents of a tree that are wanted.

    Raises:
        StorageError: The file is cut off.
    """
    first = 0
    for block in read_digests(folder, kept):
        if len(block) % HASH_SIZE:
            raise StorageError(f"{kept.path(folder)} is cut off", hint="remove it, and add again")
        yield from sorted(
            (first + place, digest) for digest in wanted for place in _places(block, digest)
        )
        first += len(block) // HASH_SIZE


def _places(block: bytes, digest: bytes) -> Iterator[int]:
    at = block.find(digest)
    while at >= 0:
        if at % HASH_SIZE == 0:
            yield at // HASH_SIZE
        at = block.find(digest, at + 1)
