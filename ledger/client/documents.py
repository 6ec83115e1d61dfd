"""Proving one document inside a shard: the shard is cut again, and its tree made again.

What is needed of the shard is its documents' digests. Where they are kept beside the ledger
(`ledger add --keep-digests`) the record's id is enough, and the shard may be far away.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ledger.capture.cut_files import Both, Picked, cut_found, digest_of
from ledger.capture.directories import Found, survey
from ledger.capture.document_tree import DocumentTree
from ledger.capture.documents import Digests
from ledger.capture.kept_digests import Kept, read_digests
from ledger.client.releasing import find_release, training_root
from ledger.errors import InputError, NotFoundError
from ledger.proof.document_proof import TREE, DocumentProof, Membership
from ledger.record.canonical import JSON
from ledger.record.leaf import RecordId
from ledger.store.rows import RecordRange
from ledger.tree.documents import DocumentOpening, documents_root, open_document
from ledger.tree.hashing import HASH_SIZE
from ledger.tree.sums import SumLeaf, SumTree

if TYPE_CHECKING:
    from ledger.client.client import Ledger
    from ledger.store.rows import StoredRecord


class ProvableDocument(NamedTuple):
    """A document's proof, and the document itself if the shard was at hand."""

    proof: DocumentProof
    document: bytes | None


def prove_document(
    ledger: "Ledger", shard: str, index: int, *, release: str | None = None
) -> ProvableDocument:
    """Return the proof that document `index` is in a shard (`Ledger.prove_document`).

    Args:
        ledger: Where the shard is recorded.
        shard: A file, a URL, or the id of a record whose digests are kept.
        index: The document's number, from 0.
        release: The name of a release that was trained on the shard, to be shown too.
    """
    members = None if release is None else _Members(ledger, release)
    if _is_id(shard):
        stored = ledger.store.record(RecordId.parse(shard))
        _check_member(stored.id, members)
        blocks: Callable[[], Iterable[bytes]] = _kept(ledger, stored)
        return ProvableDocument(_prove(ledger, stored, blocks, index, members), None)
    found = _one_file(shard)
    stored = _record_of(ledger, found, members)
    with _cut(found, stored, index) as (digests, picked):
        proof = _prove(ledger, stored, digests.blocks, index, members)
    return ProvableDocument(proof, picked.document)


class _Members:
    """The training set of a release."""

    def __init__(self, ledger: "Ledger", name: str) -> None:
        self._ledger = ledger
        self.name = name
        self.release = find_release(ledger.store, name)
        self._root = training_root(self.release)
        self._ranges = ledger.store.training.ranges(self._root)

    def __contains__(self, record_id: RecordId) -> bool:
        return is_member(record_id, self._ranges)

    def open(self, record_id: RecordId) -> Membership:
        """Return the opening of a member."""
        training = self._ledger.store.training
        leaves = (SumLeaf(key=one.key, ref=leaf) for one, leaf in training.leaves(self._ranges))
        tree = SumTree.build(TREE, training.secret(self._root), leaves)
        place = tree.find(record_id.key)
        assert place is not None  # it is in the ranges that the tree was made of
        return Membership(self.release.id, tree.open(place))


def is_member(record_id: RecordId, ranges: Iterable[RecordRange]) -> bool:
    """Say whether a record is in a training set."""
    return any(
        one.index == record_id.index and one.lo <= record_id.position < one.hi for one in ranges
    )


def documents_of(stored: "StoredRecord") -> dict[str, JSON] | None:
    """Return the field `documents` of a shard record; None if it has none."""
    documents = stored.record.fields.get("documents")
    return documents if isinstance(documents, dict) else None


def name_of(stored: "StoredRecord") -> str:
    """Return what a shard was called when it was recorded."""
    content = stored.record.fields["content"]
    assert isinstance(content, dict)
    return str(content["name"])


def tree_of(documents: dict[str, JSON]) -> DocumentTree:
    """Return how a shard was cut, as its record says."""
    return DocumentTree(str(documents.get("column", "")))


def _prove(
    ledger: "Ledger",
    stored: "StoredRecord",
    blocks: Callable[[], Iterable[bytes]],
    index: int,
    members: _Members | None,
) -> DocumentProof:
    documents = documents_of(stored)
    assert documents is not None
    opening = _opened(blocks, index, documents, stored.id)
    shown: dict[RecordId, tuple[str, ...]] = {stored.id: ("documents",)}
    if members is not None:
        shown[members.release.id] = ()
    return DocumentProof(
        record=stored.id,
        index=index,
        digest=opening.digest,
        salt=opening.salt,
        proof=opening.proof,
        evidence=ledger.evidence(shown),
        membership=None if members is None else members.open(stored.id),
    )


def _opened(
    blocks: Callable[[], Iterable[bytes]], index: int, documents: dict[str, JSON], record: RecordId
) -> DocumentOpening:
    count = documents["count"]
    assert isinstance(count, int)
    if not 0 <= index < count:
        raise InputError(
            f"the shard of record {record} has {count:,} documents, and there is no number {index}",
            hint=f"--document 0 to {count - 1}" if count else None,
        )
    if f"sha256:{documents_root(blocks).hex()}" != documents["root"]:
        raise InputError(
            f"the documents that are found do not make the tree that record {record} states",
            hint="look whether the file is read by the same version, and has its own name",
        )
    return open_document(blocks, index, count)


def _is_id(text: str) -> bool:
    index, dot, position = text.partition(".")
    return bool(dot) and index.isdecimal() and position.isdecimal() and not Path(text).exists()


def _one_file(path: str) -> Found:
    files = survey([path]).files
    if len(files) != 1:
        raise InputError(f"{path} is {len(files)} files, expected one shard")
    return files[0]


def _record_of(ledger: "Ledger", found: Found, members: _Members | None) -> "StoredRecord":
    """Return the record of a file that the proof is about: of the release's set, or the newest."""
    digest = digest_of(found)
    known = ledger.store.find_by_digest(digest)
    if not known:
        raise NotFoundError(
            f"{found.path} is not recorded: no record is about content {digest}",
            hint=f"ledger add {found.path}",
        )
    inside = known if members is None else [one for one in known if one.id in members]
    if not inside:
        _check_member(known[-1].id, members)
    gone = ledger.store.corrections(one.id for one in inside)
    standing = [one for one in inside if gone.deciding(one.id) is None] or inside
    for stored in reversed(standing):
        if documents_of(stored) is not None:
            return stored
    raise InputError(
        f"record {standing[-1].id} of {found.path} states no tree of documents, so none of them "
        "can be proved",
        hint=f"ledger add {found.path} --documents-tree, with the metadata that it had",
    )


def _check_member(record_id: RecordId, members: _Members | None) -> None:
    if members is not None and record_id not in members:
        raise InputError(
            f"record {record_id} is not in the training set of release {members.name!r}",
            hint=f"ledger find --document FILE --release {members.name}",
        )


def _kept(ledger: "Ledger", stored: "StoredRecord") -> Callable[[], Iterable[bytes]]:
    documents = documents_of(stored)
    content = stored.record.fields.get("content")
    if documents is None or not isinstance(content, dict):
        raise InputError(f"record {stored.id} states no tree of documents", hint="ledger show")
    folder = ledger.home.digests
    kept = Kept(
        str(content["digest"]).removeprefix("blake3:"),
        str(documents["root"]).removeprefix("sha256:"),
    )
    if not kept.path(folder).is_file():
        raise InputError(
            f"the digests of record {stored.id} are not kept, so the shard is needed",
            hint=f"give the file: ledger prove {name_of(stored)} --document …",
        )
    return lambda: _aligned(read_digests(folder, kept))


def _aligned(blocks: Iterable[bytes]) -> Iterator[bytes]:
    for block in blocks:
        yield block[: len(block) // HASH_SIZE * HASH_SIZE]


@contextmanager
def _cut(found: Found, stored: "StoredRecord", index: int) -> Iterator[tuple[Digests, Picked]]:
    documents = documents_of(stored)
    assert documents is not None
    digests, picked = Digests(), Picked(index)
    try:
        (cutting,) = cut_found(
            found, name_of(stored), [(tree_of(documents), Both(digests, picked))]
        )
        if cutting.note is not None:
            raise InputError(f"{found.path}: {cutting.note}")
        yield digests, picked
    finally:
        digests.close()
