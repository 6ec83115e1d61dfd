from pathlib import Path

import pytest

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.errors import CannotTellError, ConflictError, StorageError, VerificationError
from ledger.log.audit import audit
from ledger.log.folder import FolderSink
from ledger.log.log import Log
from ledger.signing.keys import NoteVerifier
from ledger.signing.note import Note, check_note
from ledger.store.store import Store
from ledger.tree.hashing import EMPTY_ROOT, leaf_hash, root_of
from tests.databases import new_url, tamper
from tests.fakes import MemoryCheckpoints, MemorySink
from tests.makers import LOG, ORIGIN, STRANGER, keys_batch
from tests.store.ledgers import filled, folder_log, open_log, shards


def naive_files(notes: list[bytes], sizes: list[int]) -> dict[str, bytes]:
    """Return every tile and bundle that these published sizes have, straight from the text of
    c2sp.org/tlog-tiles: tile(L, N)[i] is the root of 256^L entries."""
    files = {}
    for size in sizes:
        for level in range(3):
            span = 256**level
            roots = [
                root_of([leaf_hash(note) for note in notes[at : at + span]])
                for at in range(0, size // span * span, span)
            ]
            for number in range(0, len(roots), 256):
                part = roots[number : number + 256]
                suffix = "" if len(part) == 256 else f".p/{len(part)}"
                files[f"tile/{level}/{number // 256:03}{suffix}"] = b"".join(part)
        for number in range(0, size, 256):
            part_of = notes[number : min(number + 256, size)]
            suffix = "" if len(part_of) == 256 else f".p/{len(part_of)}"
            files[f"tile/entries/{number // 256:03}{suffix}"] = b"".join(
                len(note).to_bytes(2, "big") + note for note in part_of
            )
    return files


def size_of(checkpoint: bytes) -> int:
    return Checkpoint.from_text(Note.from_bytes(checkpoint).text).size


def test_every_size_to_600_is_published_as_a_naive_derivation_has_it(tmp_path: Path) -> None:
    sink = MemorySink()
    with Store.create(new_url("sqlite", tmp_path), origin=ORIGIN) as store:
        log = open_log(store, sink)
        batches = [keys_batch(), *(shards([number]) for number in range(599))]
        for size, one in enumerate(batches, start=1):
            log.append([one])
            checkpoint = Checkpoint.from_text(Note.from_bytes(log.publish().checkpoint).text)
            assert (checkpoint.size, checkpoint.root) == (size, store.head().root)
    notes = [one.note for one in batches]
    tiles = {path: data for path, data in sink.files.items() if path.startswith("tile/")}
    assert tiles == naive_files(notes, list(range(1, 601)))


@pytest.mark.parametrize("steps", [[1, 255, 1], [256], [257, 256], [1, 511, 88], [513]])
def test_any_steps_lead_to_the_same_files(store: Store, tmp_path: Path, steps: list[int]) -> None:
    folder = tmp_path / "public"
    log = folder_log(store, folder)
    batches = [keys_batch(), *(shards([number]) for number in range(sum(steps) - 1))]
    done, sizes = 0, []
    for step in steps:
        log.append(batches[done : done + step])
        log.publish()
        done += step
        sizes.append(done)
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in (folder / "tile").rglob("*")
        if path.is_file()
    }
    assert size_of((folder / "checkpoint").read_bytes()) == done
    assert found == naive_files([one.note for one in batches], sizes)
    assert audit(store, folder, keys=[LOG.key]).is_clean


def test_the_checkpoint_is_signed_by_the_log(store: Store) -> None:
    log = filled(store)
    note = Note.from_bytes(log.publish().checkpoint)
    assert check_note(note, [NoteVerifier(LOG.key)]) == (LOG.key,)
    assert Checkpoint.from_text(note.text) == Checkpoint(
        origin=ORIGIN, size=4, root=store.head().root
    )


def test_an_empty_log_is_published_as_size_0(store: Store) -> None:
    checkpoint = Checkpoint.from_text(Note.from_bytes(open_log(store).publish().checkpoint).text)
    assert (checkpoint.size, checkpoint.root) == (0, EMPTY_ROOT)


def test_publishing_again_writes_nothing(store: Store, tmp_path: Path) -> None:
    log = folder_log(store, tmp_path / "public")
    log.append([keys_batch(), shards([0])])
    first = log.publish().checkpoint
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "public").rglob("*")}
    assert log.publish().checkpoint == first
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "public").rglob("*")} == before


@pytest.mark.parametrize("file", ["tile/0/000.p/3", "tile/entries/000.p/3"])
def test_a_published_file_is_never_overwritten_by_other_bytes(
    store: Store, tmp_path: Path, file: str
) -> None:
    folder = tmp_path / "public"
    log = folder_log(store, folder)
    log.append([keys_batch(), shards([0])])
    log.publish()
    (folder / file).parent.mkdir(exist_ok=True, parents=True)
    (folder / file).write_bytes(b"something else")
    log.append([shards([1])])
    with pytest.raises(VerificationError, match="published tiles never change"):
        log.publish()
    assert (folder / file).read_bytes() == b"something else"
    assert size_of((folder / "checkpoint").read_bytes()) == 2


def test_t21_nothing_is_signed_over_an_entry_that_changed(store: Store, url: str) -> None:
    sink = MemorySink()
    log = open_log(store, sink)
    log.append([keys_batch(), shards([0])])
    first = log.publish().checkpoint
    log.append([shards([1]), shards([2])])
    note = store.entry(3).note
    flipped = bytes([note[100] ^ 1])
    changed = (note[:100] + flipped + note[101:]).hex()
    literal = f"X'{changed}'" if url.startswith("sqlite") else f"'\\x{changed}'"
    tamper(url, f"UPDATE entry SET note = {literal} WHERE log_index = 3")
    with pytest.raises(StorageError, match="do not hash to the log's root; nothing was signed"):
        log.publish()
    assert sink.files["checkpoint"] == first
    assert not any(path.endswith("p/4") for path in sink.files)


def test_t04_a_rewritten_past_is_not_signed_over(store: Store, url: str, tmp_path: Path) -> None:
    sink = MemorySink()
    log = open_log(store, sink)
    log.append([keys_batch(), shards([0]), shards([1])])
    log.publish()
    with Store.create(new_url("sqlite", tmp_path), origin=ORIGIN) as other:
        fork = open_log(other, MemorySink())
        fork.append([keys_batch(), shards([0]), shards([7]), shards([8])])
        with pytest.raises(VerificationError, match="disagrees about the first 3 entries"):
            open_log(other, sink)


def test_a_checkpoint_by_somebody_else_is_not_replaced(store: Store) -> None:
    sink = MemorySink()
    log = open_log(store, sink)
    log.append([keys_batch()])
    log.publish()
    log.append([shards([0])])
    before = sink.files["checkpoint"]
    with pytest.raises(CannotTellError, match="no key that we know"):
        Log(store, [STRANGER], sink, checkpoints=MemoryCheckpoints())
    assert sink.files["checkpoint"] == before


def test_a_slower_publisher_does_not_turn_the_checkpoint_back(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "public"
    log = folder_log(store, folder)
    log.append([keys_batch()])
    old = log.publish().checkpoint
    log.append([shards([0])])
    new = log.publish().checkpoint
    with pytest.raises(ConflictError):
        FolderSink(folder).swap_checkpoint(old, old)
    assert (folder / "checkpoint").read_bytes() == new


def test_a_publisher_that_was_overtaken_tries_again(store: Store) -> None:
    class Overtaken(MemorySink):
        """Another process publishes the same just before our swap, once."""

        def swap_checkpoint(self, old: bytes | None, new: bytes) -> None:
            if "checkpoint" not in self.files:
                self.files["checkpoint"] = new
            super().swap_checkpoint(old, new)

    log = open_log(store, Overtaken())
    log.append([keys_batch()])
    assert size_of(log.publish().checkpoint) == 1


def test_a_folder_that_cannot_be_written_is_a_storage_error(store: Store, tmp_path: Path) -> None:
    (tmp_path / "public").write_text("a file where the folder should be")
    filled(store, [1])
    with pytest.raises(StorageError, match="cannot be"):
        folder_log(store, tmp_path / "public")
