"""The tree over the documents inside a shard."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

import pytest
from blake3 import blake3

from ledger.errors import LedgerError, MalformedError, VerificationError
from ledger.tree.documents import (
    DocumentOpening,
    document_digest,
    document_leaf,
    documents_root,
    open_document,
    salts,
    shard_key,
)
from ledger.tree.hashing import Hash
from tests.tree.naive import largest_power_below

DIGESTS = [document_digest(b"document %d" % number) for number in range(9_000)]


class Blocks:
    """The first digests, in blocks of a size that fits nothing."""

    def __init__(self, count: int, size: int = 7) -> None:
        self._digests = DIGESTS[:count]
        self._size = size

    def __call__(self) -> Iterator[bytes]:
        for at in range(0, len(self._digests), self._size):
            yield b"".join(self._digests[at : at + self._size])


def written_out(count: int) -> list[bytes]:
    """The leaves, by the words of the format page."""
    digests = DIGESTS[:count]
    key = sha256(b"tdl/document/key/v1\0" + b"".join(digests)).digest()
    stream = blake3(b"tdl/document/salt/v1\0", key=key).digest(length=32 * max(1, count))
    return [
        sha256(b"\0tdl/document/leaf/v1\0" + stream[32 * at : 32 * at + 32] + digests[at]).digest()
        for at in range(count)
    ]


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, as it is written there."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    k = largest_power_below(len(leaves))
    return sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


@pytest.mark.parametrize("count", [*range(40), 4095, 4096, 4097, 8192, 8999])
def test_the_root_is_the_one_that_the_page_defines(count: int) -> None:
    assert documents_root(Blocks(count)) == naive_root(written_out(count))


@pytest.mark.parametrize("count", [*range(1, 34), 4097, 8193])
def test_each_document_opens_under_the_root_and_nowhere_else(count: int) -> None:
    root = documents_root(Blocks(count))
    for index in {*range(min(count, 33)), count // 2, count - 1}:
        opening = open_document(Blocks(count, 11), index, count)
        assert (opening.digest, opening.index) == (DIGESTS[index], index)
        opening.check(root)
        with pytest.raises(VerificationError, match=f"document {index} is not in the shard"):
            replace(opening, digest=document_digest(b"another")).check(root)
        for other in {index - 1, index + 1, count} - {index}:
            with pytest.raises(LedgerError):
                replace(opening, index=other).check(root)


def changed(opening: DocumentOpening) -> Iterator[DocumentOpening]:
    yield replace(opening, salt=bytes(32))
    yield replace(opening, salt=opening.salt[:31])
    yield replace(opening, digest=opening.digest + b"\0")
    yield replace(opening, proof=opening.proof[:-1])
    yield replace(opening, proof=(*opening.proof, Hash(bytes(32))))
    yield replace(opening, proof=opening.proof[::-1])
    yield replace(opening, count=opening.count * 2)
    yield replace(opening, count=2**40)
    yield replace(opening, index=-1)
    for place, sibling in enumerate(opening.proof):
        turned = Hash(bytes([sibling[0] ^ 1]) + sibling[1:])
        yield replace(opening, proof=(*opening.proof[:place], turned, *opening.proof[place + 1 :]))


def test_a_changed_opening_is_refused() -> None:
    root = documents_root(Blocks(21))
    for one in changed(open_document(Blocks(21), 13, 21)):
        with pytest.raises((VerificationError, MalformedError)):
            one.check(root)


def test_a_shard_with_other_documents_has_other_salts_for_the_same_one() -> None:
    first, second = (open_document(Blocks(count), 3, count) for count in (20, 21))
    assert first.digest == second.digest
    assert first.salt != second.salt


def test_salts_can_be_made_from_any_place_on() -> None:
    key = shard_key([DIGESTS[0]])
    assert salts(key, 0, 9)[32 * 5 : 32 * 7] == salts(key, 5, 2)


def test_no_opening_of_what_is_not_there() -> None:
    with pytest.raises(MalformedError, match="no leaf 5"):
        open_document(Blocks(5), 5, 5)
    with pytest.raises(MalformedError, match="there are 4 digests for 5 documents"):
        open_document(Blocks(4), 3, 5)
    with pytest.raises(MalformedError, match="32 bytes each"):
        document_leaf(b"", DIGESTS[0])
