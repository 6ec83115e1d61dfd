from itertools import pairwise

import pytest

from ledger.errors import NotFoundError
from ledger.record.leaf import RecordId
from ledger.store.store import Store
from ledger.tree.hashing import leaf_hash, root_of
from ledger.tree.proofs import check_consistency, check_inclusion
from ledger.tree.tiles import TileId, tiles_between
from tests.store.ledgers import filled, shards


def test_every_record_of_every_batch_is_proved(store: Store) -> None:
    filled(store, [3, 1, 300])
    roots = {size: store.edge(size).root() for size in range(1, 5)}
    for index in range(4):
        entry = store.entry(index)
        leaves = [store.prove(RecordId(index, n)).leaf for n in range(entry.count)]
        for position in range(entry.count):
            proof = store.prove(RecordId(index, position))
            check_inclusion(
                leaf=proof.leaf,
                index=position,
                size=entry.count,
                root=root_of(leaves),
                proof=proof.in_batch,
            )
            check_inclusion(
                leaf=leaf_hash(proof.entry.note),
                index=index,
                size=proof.size,
                root=roots[4],
                proof=proof.in_log,
            )


def test_every_size_of_a_log_is_proved_from_todays_tiles(store: Store) -> None:
    log = filled(store, [])
    log.append([shards([number]) for number in range(599)])
    notes = [entry.note for entry in store.entries(0, 600)]
    hashes = [leaf_hash(note) for note in notes]
    sizes = [1, 2, 3, 255, 256, 257, 511, 512, 513, 600]
    for size in sizes:
        root = root_of(hashes[:size])
        assert store.edge(size).root() == root
        for index in {0, 1, size // 2, size - 1}:
            if index < size:
                proof = store.prove_entry(index, size)
                check_inclusion(leaf=hashes[index], index=index, size=size, root=root, proof=proof)
        tiles = list(tiles_between(0, size))
        for tile, data in zip(tiles, store.tiles(tiles), strict=True):
            if tile.level == 0:
                first = tile.number * 256
                assert data == b"".join(hashes[first : first + tile.width])
    for old, new in pairwise(sizes):
        check_consistency(
            old=old,
            new=new,
            old_root=root_of(hashes[:old]),
            new_root=root_of(hashes[:new]),
            proof=store.prove_consistency(old, new),
        )


def test_what_is_not_in_the_tree_is_not_proved(store: Store) -> None:
    filled(store, [3])
    for index, position, size in [(2, 0, None), (1, 3, None), (1, 0, 1), (1, 0, 3)]:
        with pytest.raises(NotFoundError):
            store.prove(RecordId(index, position), size)
    with pytest.raises(NotFoundError):
        store.edge(3)
    with pytest.raises(NotFoundError):
        store.tiles([TileId(0, 0, 3)])
    with pytest.raises(NotFoundError):
        store.prove_consistency(1, 3)
