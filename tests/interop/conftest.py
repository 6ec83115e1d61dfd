"""Clients that nobody here wrote: installed by `make foreign` into an environment of their own.

They need Python 3.12, and nothing else of the project depends on them, so they are not among the
locked packages. Where the environment is missing, these tests say so and are skipped.
"""

import subprocess
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from ledger import Ledger
from ledger.client.sealing import batches
from ledger.record.record import Record

FOREIGN = Path(__file__).parents[2] / ".venv-foreign" / "bin"
Run = Callable[..., subprocess.CompletedProcess[bytes]]

SHARDS = 1_500


@pytest.fixture(scope="session")
def foreign() -> Run:
    """Return a function that runs a foreign command."""
    if not (FOREIGN / "aics-tlog").exists():
        pytest.skip("the foreign clients are not installed: make foreign (needs Python 3.12)")

    def run(name: str, *words: str | Path) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [FOREIGN / name, *words], capture_output=True, check=False, timeout=120
        )

    return run


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, list[bytes]]:
    """A log of 1,500 shards, an entry each: its public folder, its vkey, and an old checkpoint."""
    folder = tmp_path_factory.mktemp("log")
    checkpoints = []
    with Ledger.create(folder, origin="lab.example/interop") as ledger:
        for lo, hi in pairwise((0, 1, 300, SHARDS)):
            shards = map(_shard, range(lo, hi))
            ledger.log.append(
                list(batches(shards, origin=ledger.origin, signer=ledger.producer, size=1))
            )
            checkpoints.append(ledger.publish().checkpoint)
        line = ledger.home.trust.read_text("utf-8").split("\nlog ")[1].split("\n")[0]
        return ledger.home.public, line, checkpoints


def _shard(number: int) -> Record:
    return Record.parse(
        "shard",
        {
            "content": {
                "digest": f"blake3:{number:064x}",
                "size": number,
                "name": f"part-{number}.txt",
                "media_type": "text/plain",
            },
            "dataset": {"name": "interop"},
            "modality": ["text"],
            "measures": {"bytes": number},
            "source": {"category": "other"},
            "basis": {
                "content": "observed",
                "dataset": "declared",
                "modality": "declared",
                "measures": "observed",
                "source": "declared",
            },
            "claimed_at": "2026-11-24T00:00:00Z",
        },
    )
