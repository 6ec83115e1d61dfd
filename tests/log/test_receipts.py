"""The log's signature for COSE receipts: of every published root, and of none that is not."""

from pathlib import Path

import pytest

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.errors import StorageError
from ledger.log.audit import audit
from ledger.log.receipts import find_signed_root, publish_receipt_signature, receipt_path
from ledger.proof.cose_receipt import SignedRoot
from ledger.signing.note import Note, sign_note
from ledger.store.store import Store
from ledger.tree.hashing import Hash, leaf_hash
from tests.fakes import MemorySink
from tests.log.test_witnessed import Scene
from tests.makers import LOG, STRANGER, WITNESS, WITNESS_PQ, keys_batch
from tests.store.ledgers import folder_log, shards

TREE = Checkpoint(origin=LOG.key.name, size=7, root=Hash(leaf_hash(b"root")))
PATH = receipt_path(7, LOG.key.id)


@pytest.fixture
def scene(store: Store) -> Scene:
    made = Scene(store)
    log = made.open()
    log.append([keys_batch(), shards([0])])
    assert log.publish().is_current
    return made


def test_a_root_is_signed_once_by_each_key_that_signs_notes() -> None:
    sink = MemorySink()
    publish_receipt_signature(sink, [LOG, WITNESS_PQ, STRANGER, WITNESS], TREE)
    assert set(sink.files) == {PATH, receipt_path(7, STRANGER.key.id)}
    SignedRoot.from_bytes(sink.files[PATH]).check(TREE.root, LOG.key)
    before = dict(sink.files)
    publish_receipt_signature(sink, [LOG, STRANGER], TREE)
    assert sink.files == before


def test_an_empty_log_has_none() -> None:
    sink = MemorySink()
    publish_receipt_signature(sink, [LOG], Checkpoint.from_text(_empty()))
    assert not sink.files


def _empty() -> str:
    return f"{LOG.key.name}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"


def test_it_is_found_by_the_keys_on_the_checkpoint() -> None:
    sink = MemorySink()
    publish_receipt_signature(sink, [LOG], TREE)
    note = sign_note(TREE.to_text(), [STRANGER, LOG])
    found = find_signed_root(sink.read, note)
    assert found is not None
    found.check(TREE.root, LOG.key)
    assert find_signed_root(sink.read, sign_note(TREE.to_text(), [STRANGER])) is None


def test_damage_is_said() -> None:
    sink = MemorySink({PATH: b"\xd2\x84"})
    with pytest.raises(StorageError, match=f"{PATH} is damaged"):
        find_signed_root(sink.read, Note.from_bytes(sign_note(TREE.to_text(), [LOG]).to_bytes()))


def test_t03_no_receipt_speaks_of_a_tree_that_the_quorum_has_not_seen(scene: Scene) -> None:
    log = scene.open()
    log.append([shards([1])])
    scene.witnesses.down = {"one", "three"}
    assert not log.publish().is_current
    paths = {path for path in scene.sink.files if path.startswith("receipts/")}
    assert paths == {receipt_path(2, LOG.key.id)}
    scene.witnesses.down = set()
    assert log.publish().is_current
    assert receipt_path(3, LOG.key.id) in scene.sink.files


def test_a_log_published_before_there_were_receipts_gets_what_they_need(
    store: Store, tmp_path: Path
) -> None:
    log = folder_log(store, tmp_path)
    log.append([keys_batch(), shards([0])])
    served = log.publish().checkpoint
    path = tmp_path / receipt_path(2, LOG.key.id)
    data = path.read_bytes()
    path.unlink()
    assert log.publish().checkpoint == served
    assert path.read_bytes() == data


def test_the_audit_reads_them(store: Store, tmp_path: Path) -> None:
    log = folder_log(store, tmp_path)
    log.append([keys_batch(), shards([0])])
    log.publish()
    path = tmp_path / receipt_path(2, LOG.key.id)
    assert audit(store, tmp_path, keys=[LOG.key]).is_clean
    good = path.read_bytes()
    for name, data in {
        path.name: good[:-1] + bytes([good[-1] ^ 1]),
        f"1.{LOG.key.id.hex()}": good,
        f"3.{LOG.key.id.hex()}": good,
        f"2.{STRANGER.key.id.hex()}": good,
        "2": good,
    }.items():
        path.write_bytes(good)
        (path.parent / name).write_bytes(data)
        found = audit(store, tmp_path, keys=[LOG.key])
        assert [one.row for one in found.findings] == [f"receipts/{name}"]
        (path.parent / name).unlink()
