"""Reading logs that others made, and noticing each file of theirs that is not as it was."""

from pathlib import Path

import pytest

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.trust import Trust
from ledger.errors import LedgerError
from ledger.log.web import Answer
from ledger.monitor.divergence import find_divergence
from ledger.monitor.remote import RemoteLog
from ledger.signing.note import Note
from ledger.tree.hashing import leaf_hash, root_of
from ledger.tree.tiles import TileHashReader
from tests.monitor.published import BINARY, NOT_FOUND

VECTORS = Path(__file__).parents[1] / "vectors"
GO, TESSERA = VECTORS / "go-made-log", VECTORS / "tessera-testdata-log"
SIZES = (1, 2, 3, 7, 8, 100, 255, 256, 257, 511, 512, 513, 700)


def folder_log(folder: Path, trust: Trust, *, changed: str | None = None) -> RemoteLog:
    """Return the log of a folder; the last bit of the file at `changed` is flipped."""

    def ask(method: str, url: str, **_: object) -> Answer:
        name = url.removeprefix("http://log.example/")
        path = folder / name
        if not path.is_file():
            return NOT_FOUND
        data = path.read_bytes()
        if name == changed:
            data = data[:-1] + bytes([data[-1] ^ 1])
        return Answer(200, BINARY, data, {})

    return RemoteLog("http://log.example", trust, ask=ask)


def go_trust() -> Trust:
    """Return the trust file of the log that Go made, with both of its witnesses."""
    log, ed, pq = (
        (GO / f"{name}.vkey").read_text().strip()
        for name in ("log", "witness-ed25519", "witness-mldsa44")
    )
    text = f"log {log}\nwitness ed {ed}\nwitness pq {pq}\ngroup both all ed pq\nquorum both\n"
    return Trust.parse(text.encode())


def go_log(changed: str | None = None) -> RemoteLog:
    """Return the log of 700 entries."""
    return folder_log(GO / "log", go_trust(), changed=changed)


def read_whole(log: RemoteLog) -> list[bytes]:
    """Return every entry that a log's checkpoint speaks of."""
    tree = log.tree(log.check(log.checkpoint()).checkpoint)
    size = tree.checkpoint.size
    return [entry for number in range(-(-size // 256)) for entry in tree.entries(number)]


def test_a_log_that_go_made() -> None:
    entries = read_whole(go_log())
    assert len(entries) == 700
    signed = Note.from_bytes((GO / "checkpoint.700").read_bytes())
    assert root_of([leaf_hash(one) for one in entries]) == Checkpoint.from_text(signed.text).root


def test_a_log_that_tessera_made() -> None:
    key = (TESSERA / "log.vkey").read_text().strip()
    log = folder_log(TESSERA, Trust.parse(f"log {key}\nquorum none\n".encode()))
    assert len(read_whole(log)) == 15


@pytest.mark.parametrize("size", SIZES)
def test_every_earlier_checkpoint_is_of_one_tree_with_the_last(size: int) -> None:
    log = go_log()
    now = log.check(log.checkpoint()).checkpoint
    earlier = log.check((GO / f"checkpoint.{size}").read_bytes()).checkpoint
    reader = TileHashReader(now.size, log.tree(now))
    assert find_divergence(earlier, now, reader) is None


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 100, 255, 512])
def test_full_tiles_are_cut_to_partial_ones_that_are_gone(size: int) -> None:
    log = go_log()
    tree = log.tree(log.check((GO / f"checkpoint.{size}").read_bytes()).checkpoint)
    assert sum(len(tree.entries(number)) for number in range(-(-size // 256))) == size


FILES = sorted(
    path.relative_to(GO / "log").as_posix() for path in (GO / "log").rglob("*") if path.is_file()
)


@pytest.mark.parametrize("name", FILES)
def test_a_bit_flipped_in_any_file_is_noticed(name: str) -> None:
    with pytest.raises(LedgerError):
        read_whole(go_log(changed=name))
