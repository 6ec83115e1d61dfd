"""A file cut into documents once more: to open one of them, or to look for some.

The cut must be the one that its record's tree was made by. So what the file is comes from the name
in the record, whatever the file is called by now.
"""

from collections.abc import Collection, Sequence
from functools import partial
from typing import BinaryIO, Final

from ledger.capture.directories import Found
from ledger.capture.document_tree import DocumentTree
from ledger.capture.documents import Cutting, Digesting, Sink
from ledger.capture.files import CHUNK
from ledger.capture.media import HEAD, recognise
from ledger.content.digest import Digest
from ledger.errors import InputError

LARGEST: Final = 256 << 20
"""Bytes of a document that is taken out of its shard."""


class Picked:
    """A Sink that keeps one document, known by its number."""

    def __init__(self, index: int) -> None:
        self._index = index
        self._at = 0
        self._parts: list[bytes] = []
        self._size = 0
        self.document: bytes | None = None

    def whole(self, documents: list[bytes]) -> None:
        """See Sink."""
        place = self._index - self._at
        if 0 <= place < len(documents):
            self.document = documents[place]
        self._at += len(documents)

    def part(self, data: bytes) -> None:
        """See Sink."""
        if self._at == self._index:
            self._size += len(data)
            if self._size > LARGEST:
                raise InputError(f"document {self._index} is larger than {LARGEST >> 20} MiB")
            self._parts.append(data)

    def end(self) -> None:
        """See Sink."""
        if self._at == self._index:
            self.document = b"".join(self._parts)
        self._at += 1
        self.drop()

    def drop(self) -> None:
        """See Sink."""
        self._parts, self._size = [], 0


class Searched(Digesting):
    """A Sink that looks for documents with certain digests, and forgets the others."""

    def __init__(self, wanted: Collection[bytes]) -> None:
        super().__init__()
        self._wanted = frozenset(wanted)
        self.found: list[tuple[int, bytes]] = []
        """Number and digest of each that was found, in order."""

    def keep(self, digests: bytes) -> None:
        """See Digesting."""
        for place in range(0, len(digests), 32):
            digest = digests[place : place + 32]
            if digest in self._wanted:
                self.found.append((self.count + place // 32, digest))


class Both:
    """A Sink that hands everything to two others."""

    def __init__(self, one: Sink, other: Sink) -> None:
        self._one, self._other = one, other

    def whole(self, documents: list[bytes]) -> None:
        """See Sink."""
        self._one.whole(documents)
        self._other.whole(documents)

    def part(self, data: bytes) -> None:
        """See Sink."""
        self._one.part(data)
        self._other.part(data)

    def end(self) -> None:
        """See Sink."""
        self._one.end()
        self._other.end()

    def drop(self) -> None:
        """See Sink."""
        self._one.drop()
        self._other.drop()


def open_found(found: Found) -> BinaryIO:
    """Return a file of a survey, open for reading.

    Raises:
        OSError: It cannot be read.
    """
    if found.protocol:
        from ledger.capture.remote import open_remote

        return open_remote(found)
    return open(found.path, "rb")


def digest_of(found: Found) -> Digest:
    """Return the digest of a file's content.

    Raises:
        InputError: It cannot be read.
    """
    try:
        with open_found(found) as file:
            return Digest.of_blocks(iter(lambda: file.read(CHUNK), b""))
    except OSError as error:
        raise InputError(f"{found.path} cannot be read: {error.strerror or error}") from error


def cut_found(found: Found, name: str, cuts: Sequence[tuple[DocumentTree, Sink]]) -> list[Cutting]:
    """Cut a file in one or several ways while it is read once; see the notes for why not.

    Args:
        found: The file.
        name: What it was called when its tree was made.
        cuts: What its documents are, and who takes them.

    Raises:
        InputError: It cannot be read.
    """
    try:
        with open_found(found) as file:
            data = file.read(CHUNK)
            media = recognise(name, data[:HEAD])
            cuttings = [Cutting(media, tree, sink) for tree, sink in cuts]
            while data:
                for one in cuttings:
                    one.feed(data)
                data = file.read(CHUNK)
        for one in cuttings:
            one.finish(partial(open_found, found))
    except OSError as error:
        raise InputError(f"{found.path} cannot be read: {error.strerror or error}") from error
    return cuttings
