"""What we publish is what the specifications say: two clients nobody here wrote accept it.

`aics-tlog` checks the checkpoint, inclusion and growth from the tiles; `tlog-scales` makes a
c2sp.org/tlog-proof from them, which our own verifier then accepts.
"""

import shutil
from pathlib import Path

import pytest

from ledger.checkpoint.trust import Trust
from ledger.proof.tlog_proof import TlogProof
from ledger.signing.note import Note
from ledger.tree.hashing import leaf_hash
from tests.interop.conftest import SHARDS, Run

Published = tuple[Path, str, list[bytes]]


def test_the_checkpoint_is_accepted(foreign: Run, published: Published) -> None:
    folder, vkey, _ = published
    done = foreign("aics-tlog", "verify-checkpoint", "--tiles", folder, "--log-key", vkey)
    assert done.returncode == 0, done.stderr
    assert str(SHARDS + 1) in done.stdout.decode()


@pytest.mark.parametrize("index", [0, 1, 255, 256, 257, 511, 1279, 1280, SHARDS])
def test_every_kind_of_place_is_proved(
    foreign: Run, published: Published, tmp_path: Path, index: int
) -> None:
    folder, vkey, _ = published
    entry = tmp_path / "entry"
    done = foreign(
        "aics-tlog", "verify-inclusion", "--tiles", folder, "--log-key", vkey,
        "--index", str(index), "--entry-out", entry,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert Note.from_bytes(entry.read_bytes()).text.startswith(
        "tdl/batch/v1\nlab.example/interop\n"
    )


def test_growth_is_accepted(foreign: Run, published: Published, tmp_path: Path) -> None:
    folder, vkey, checkpoints = published
    for number, checkpoint in enumerate(checkpoints):
        old = tmp_path / f"old-{number}"
        old.write_bytes(checkpoint)
        done = foreign(
            "aics-tlog", "verify-consistency", "--tiles", folder, "--log-key", vkey,
            "--old-checkpoint", old,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("index", [0, 255, 256, 1000, SHARDS])
def test_a_foreign_proof_convinces_our_verifier(
    foreign: Run, published: Published, index: int
) -> None:
    folder, vkey, _ = published
    made = foreign("tlog-tiles", "gen-proof", folder, str(index))
    assert made.returncode == 0, made.stderr
    leaf = foreign("tlog-tiles", "get-leaf", "--check", folder, str(index))
    assert leaf.returncode == 0, leaf.stderr
    proof = TlogProof.from_bytes(made.stdout)
    verified = proof.check(
        leaf_hash(leaf.stdout), Trust.parse(f"log {vkey}\nquorum none\n".encode())
    )
    assert verified.checkpoint.size == SHARDS + 1


def test_a_changed_tile_is_refused(foreign: Run, published: Published, tmp_path: Path) -> None:
    """The foreign client can say no: otherwise its yes would mean nothing."""
    folder, vkey, _ = published
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    tile = copy / "tile" / "0" / "000"
    data = bytearray(tile.read_bytes())
    data[7] ^= 1
    tile.chmod(0o644)
    tile.write_bytes(data)
    done = foreign(
        "aics-tlog", "verify-inclusion", "--tiles", copy, "--log-key", vkey, "--index", "3"
    )
    assert done.returncode != 0
