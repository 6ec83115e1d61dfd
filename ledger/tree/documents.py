r"""The tree over the documents inside one shard: it shows one of them, and nothing of the others.

The format is docs/formats/document-tree.md. A record states root and count; everything else can be
computed again from the shard.

    d_i    SHA-256("tdl/document/v1\0" || document i)
    key    SHA-256("tdl/document/key/v1\0" || d_0 || ... || d_n-1)
    salts  BLAKE3 keyed with `key` of "tdl/document/salt/v1\0", as much output as is needed;
           salt_i is the 32 bytes from 32 i on
    leaf   SHA-256(0x00 || "tdl/document/leaf/v1\0" || salt_i || d_i)

The shape and the nodes are RFC 6962's. The salts follow from the documents alone, so a file that is
added twice gets the same root; and since they need all documents, who lacks the shard cannot try
guesses on the siblings in a proof.

Digests are passed as joined bytes, 32 for each document, in blocks: a shard of 10^8 documents has
3.2 GB of them, which nobody should have to hold.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, TypeAlias

from blake3 import blake3

from ledger.errors import MalformedError, VerificationError
from ledger.tree.hashing import EMPTY_ROOT, HASH_SIZE, Hash, node_hash, root_of_joined
from ledger.tree.proofs import Range, check_inclusion, inclusion_ranges

T_DOCUMENT: Final = b"tdl/document/v1\0"
T_KEY: Final = b"tdl/document/key/v1\0"
T_SALT: Final = b"tdl/document/salt/v1\0"
T_LEAF: Final = b"tdl/document/leaf/v1\0"
MAX_DOCUMENTS: Final = 2**40 - 1

_LEAF: Final = b"\x00" + T_LEAF
_BLOCK: Final = 1 << 12
"""Leaves that are hashed at once: a power of two, so that their root is a node of the tree."""

Blocks: TypeAlias = Callable[[], Iterable[bytes]]
"""All digests of a shard in order, as joined blocks of any number of them; may be asked twice."""


def document_digest(document: bytes) -> bytes:
    """Return `d_i`: how the tree names a document."""
    return sha256(T_DOCUMENT + document).digest()


def shard_key(blocks: Iterable[bytes]) -> bytes:
    """Return the key that the salts of a shard follow from; 32 bytes."""
    hasher = sha256(T_KEY)
    for block in blocks:
        hasher.update(block)
    return hasher.digest()


def salts(key: bytes, start: int, count: int) -> bytes:
    """Return `salt_start` and those after it, `count` of them, joined."""
    stream = blake3(T_SALT, key=key)
    return stream.digest(length=count * HASH_SIZE, seek=start * HASH_SIZE)


def document_leaf(salt: bytes, digest: bytes) -> Hash:
    """Return the leaf hash of one document.

    Raises:
        MalformedError: Salt or digest have not 32 bytes.
    """
    if len(salt) != HASH_SIZE or len(digest) != HASH_SIZE:
        raise MalformedError("a document's salt and digest have 32 bytes each")
    return Hash(sha256(_LEAF + salt + digest).digest())


def documents_root(blocks: Blocks) -> Hash:
    """Return the root over the documents with these digests; no documents have a root too."""
    return _root(_leaves(shard_key(blocks()), blocks()))


@dataclass(frozen=True, slots=True)
class DocumentOpening:
    """One document of a shard: number `index` of `count`, from 0, and its way to the root."""

    index: int
    count: int
    digest: bytes
    salt: bytes
    proof: tuple[Hash, ...]

    def check(self, root: bytes) -> None:
        """Check that the document is where it says, under the root that a record states.

        Raises:
            MalformedError: There is no such place.
            VerificationError: It is not under this root.
        """
        if not 0 <= self.index < self.count <= MAX_DOCUMENTS:
            raise MalformedError(f"there is no document {self.index} of {self.count}")
        leaf = document_leaf(self.salt, self.digest)
        try:
            check_inclusion(
                leaf=leaf, index=self.index, size=self.count, root=Hash(root), proof=self.proof
            )
        except VerificationError as error:
            raise VerificationError(
                f"document {self.index} is not in the shard: {error}"
            ) from error


def open_document(blocks: Blocks, index: int, count: int) -> DocumentOpening:
    """Return the opening of document `index` of the `count` whose digests `blocks` yields.

    Memory is one block, however many documents there are.

    Raises:
        MalformedError: There is no such document, or there are not `count` digests.
    """
    path = inclusion_ranges(index, count)
    key = shard_key(blocks())
    stretches = _Stretches(blocks())
    found: dict[Range, Hash] = {}
    digest = b""
    for place in sorted([*path, Range(index, index + 1)]):
        digests = stretches.take(place.hi - place.lo)
        if place.lo == index:
            digest = b"".join(digests)
        else:
            found[place] = _root(_leaves(key, digests, place.lo))
    if len(digest) != HASH_SIZE or stretches.taken != count:
        raise MalformedError(f"there are {stretches.taken} digests for {count} documents")
    proof = tuple(found[place] for place in path)
    return DocumentOpening(index, count, digest, salts(key, index, 1), proof)


class _Stretches:
    """Digests in order, taken a given number of documents at a time."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._held = b""
        self.taken = 0

    def take(self, documents: int) -> Iterator[bytes]:
        """Yield the digests of the next documents; fewer if there are no more."""
        left = documents * HASH_SIZE
        while left:
            if not self._held:
                self._held = next(self._blocks, b"")
            piece, self._held = self._held[:left], self._held[left:]
            if not piece:
                return
            left -= len(piece)
            self.taken += len(piece) // HASH_SIZE
            yield piece


def _leaves(key: bytes, blocks: Iterable[bytes], start: int = 0) -> Iterator[bytes]:
    """Yield the leaf hashes of digests, `_BLOCK` at a time and the rest at the end."""
    held = b""
    for block in blocks:
        held += block
        whole = len(held) // (_BLOCK * HASH_SIZE) * _BLOCK * HASH_SIZE
        for at in range(0, whole, _BLOCK * HASH_SIZE):
            yield _leaf_hashes(key, held[at : at + _BLOCK * HASH_SIZE], start)
            start += _BLOCK
        held = held[whole:]
    if held:
        yield _leaf_hashes(key, held, start)


def _leaf_hashes(key: bytes, digests: bytes, start: int) -> bytes:
    salted = salts(key, start, len(digests) // HASH_SIZE)
    return b"".join(
        [
            sha256(_LEAF + salted[at : at + 32] + digests[at : at + 32]).digest()
            for at in range(0, len(digests), HASH_SIZE)
        ]
    )


def _root(leaves: Iterable[bytes]) -> Hash:
    """Return the root over blocks of `_BLOCK` leaf hashes, of which only the last may be smaller.

    Perfect subtrees wait on a stack until their sibling is complete, as in a binary counter.
    """
    waiting: list[tuple[int, Hash]] = []
    for block in leaves:
        size, node = len(block), root_of_joined(block)
        while waiting and waiting[-1][0] == size:
            node = node_hash(waiting.pop()[1], node)
            size *= 2
        waiting.append((size, node))
    if not waiting:
        return EMPTY_ROOT
    _, running = waiting.pop()
    while waiting:
        running = node_hash(waiting.pop()[1], running)
    return running
