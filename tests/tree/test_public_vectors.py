"""Proofs and logs that other implementations made (tests/vectors)."""

from base64 import b64decode
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.errors import LedgerError
from ledger.signing.note import Note
from ledger.tree.hashing import Hash, leaf_hash, root_of
from ledger.tree.proofs import check_consistency, check_inclusion
from ledger.tree.tiles import BundleId, TileId, decode_bundle, encode_bundle, tiles_between
from tests.makers import MemoryTiles
from tests.vectors import FOLDER, hashes, load

RFC6962 = FOLDER / "rfc6962-proofs"
GO_LOG = FOLDER / "go-made-log"
TESSERA = FOLDER / "tessera-testdata-log"


def cases(kind: str) -> list[Any]:
    paths = sorted((RFC6962 / kind).rglob("*.json"))
    return [pytest.param(path, id=str(path.relative_to(RFC6962 / kind))) for path in paths]


def expectation(valid: bool) -> AbstractContextManager[object]:
    return nullcontext() if valid else pytest.raises(LedgerError)


@pytest.mark.parametrize("path", cases("inclusion"))
def test_rfc6962_inclusion(path: Path) -> None:
    case = load(str(path.relative_to(FOLDER)))
    with expectation(not case["wantErr"]):
        check_inclusion(
            leaf=Hash(b64decode(case["leafHash"])),
            index=case["leafIdx"],
            size=case["treeSize"],
            root=Hash(b64decode(case["root"])),
            proof=hashes(case["proof"]),
        )


@pytest.mark.parametrize("path", cases("consistency"))
def test_rfc6962_consistency(path: Path) -> None:
    case = load(str(path.relative_to(FOLDER)))
    # The roots stay plain bytes: equal roots of 12 bytes pass here, as nothing is hashed.
    old_root, new_root = hashes([case["root1"], case["root2"]])
    with expectation(not case["wantErr"]):
        check_consistency(
            old=case["size1"],
            new=case["size2"],
            old_root=old_root,
            new_root=new_root,
            proof=hashes(case["proof"]),
        )


def test_go_made_inclusion() -> None:
    for case in load("go-made-log/inclusion.json"):
        leaf = leaf_hash(bytes.fromhex(case["leaf_hex"]))
        if case["desc"] == "leaf hash without the 0x00 prefix":
            assert leaf != b64decode(case["leaf_hash"])
        with expectation(case["valid"]):
            check_inclusion(
                leaf=Hash(b64decode(case["leaf_hash"])),
                index=case["index"],
                size=case["size"],
                root=Hash(b64decode(case["root"])),
                proof=hashes(case["proof"]),
            )
            assert leaf == b64decode(case["leaf_hash"])


def test_go_made_consistency() -> None:
    for case in load("go-made-log/consistency.json"):
        with expectation(case["valid"]):
            check_consistency(
                old=case["size1"],
                new=case["size2"],
                old_root=Hash(b64decode(case["root1"])),
                new_root=Hash(b64decode(case["root2"])),
                proof=hashes(case["proof"]),
            )


def entries_of(folder: Path, size: int) -> list[bytes]:
    """Return the entries of a log of `size`, each bundle decoded and encoded again."""
    entries: list[bytes] = []
    for number in range(0, size, 256):
        bundle = BundleId(number // 256, min(256, size - number))
        data = (folder / bundle.path()).read_bytes()
        found = decode_bundle(data, bundle.width)
        assert encode_bundle(found) == data
        entries += found
    return entries


def check_tiles(folder: Path, leaves: list[Hash], size: int) -> None:
    """Check that every tile of the folder's tree of `size` is what these leaves give."""
    tiles = MemoryTiles()
    tiles.append(leaves[:size])
    wanted = list(tiles_between(0, size))
    assert tiles.read_tiles(wanted) == [(folder / tile.path()).read_bytes() for tile in wanted]


def test_the_go_made_log_is_rebuilt_from_its_entries() -> None:
    entries = entries_of(GO_LOG / "log", 700)
    assert entries[5] == b""
    leaves = [leaf_hash(entry) for entry in entries]
    check_tiles(GO_LOG / "log", leaves, 700)
    files = {path for path in (GO_LOG / "log/tile").rglob("*") if path.is_file()}
    tiles = {path for path in files if "entries" not in path.parts}
    for path in tiles:
        TileId.parse(str(path.relative_to(GO_LOG / "log")))
    checkpoints = sorted(GO_LOG.glob("checkpoint.*"))
    assert len(checkpoints) == 13
    for path in checkpoints:
        tree = Checkpoint.from_text(Note.from_bytes(path.read_bytes()).text)
        assert tree.size == int(path.suffix[1:])
        assert tree.root == root_of(leaves[: tree.size])


def test_every_step_of_the_tessera_log_is_rebuilt_from_its_entries() -> None:
    leaves = [leaf_hash(entry) for entry in entries_of(TESSERA, 15)]
    for size in range(16):
        tree = Checkpoint.from_text(
            Note.from_bytes((TESSERA / f"checkpoint.{size}").read_bytes()).text
        )
        assert (tree.size, tree.root) == (size, root_of(leaves[:size]))
        check_tiles(TESSERA, leaves, size)
        assert [leaf_hash(entry) for entry in entries_of(TESSERA, size)] == leaves[:size]
