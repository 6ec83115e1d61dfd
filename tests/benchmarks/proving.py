"""Proofs from a large log, checking them, and how long `ledger verify` takes to start."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

from ledger.checkpoint.trust import Trust
from ledger.client.client import Ledger
from ledger.client.evidence import build_evidence, whole
from ledger.proof.evidence import Evidence
from ledger.proof.verify import verify
from ledger.record.leaf import RecordId
from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import Contestant, in_turns, ledger_command

_HEAVY = ("sqlmodel", "sqlalchemy", "fastapi", "pydantic", "alembic", "sqlite3")


def proof_figures(ledger: Ledger, *, count: int) -> list[Figure]:
    """Measure proofs for records all over a log of `count` records, and their verification."""
    checkpoint = ledger.publish()
    trust = Trust.parse(ledger.home.trust.read_bytes())
    entries = ledger.store.head().size
    random = Random(3)
    ids = [RecordId(random.randrange(1, entries), random.randrange(1000)) for _ in range(300)]
    stored = [ledger.store.record(one) for one in ids]
    openings = [{one.id: whole(one)} for one in stored]
    proving = _median(lambda at: build_evidence(ledger.store, checkpoint, openings[at]), len(ids))
    files = [build_evidence(ledger.store, checkpoint, one).to_bytes() for one in openings]
    parsed = [Evidence.from_bytes(data) for data in files]
    verifying = _median(lambda at: verify(parsed[at], trust), len(ids))
    parsing = _median(lambda at: Evidence.from_bytes(files[at]), len(ids))
    return [
        Figure(
            f"proof for one record of {count:,}",
            "< 1 ms",
            f"{proving * 1e3:.2f} ms",
            proving < 1e-3,
            f"evidence of {len(files[0]):,} bytes, from the database",
        ),
        Figure(
            "its offline verification, in process",
            "< 1 ms",
            f"{verifying * 1e3:.2f} ms",
            verifying < 1e-3,
            f"and {parsing * 1e3:.2f} ms to read the file",
        ),
    ]


def verify_start(ledger: Ledger, work: Path, *, quick: bool) -> Figure:
    """Measure `ledger verify FILE` as a whole process, and look at what it imports."""
    file = work / "record.evidence"
    file.write_bytes(ledger.prove(RecordId(1, 0)).to_bytes())
    command: list[str | Path] = [*ledger_command(), "verify", file, "--trust", ledger.home.trust]
    python = [sys.executable, "-c", "pass"]
    contestants = {"ledger verify": Contestant(command), "python": Contestant(python)}
    in_turns(contestants, 1)
    runs = in_turns(contestants, 5 if quick else 15)
    ours, bare = (median(run.wall for run in runs[name]) for name in contestants)
    cpu = median(run.cpu for run in runs["ledger verify"])
    heavy = heavy_imports(file, ledger.home.trust)
    return Figure(
        "`ledger verify FILE`, whole process",
        "< 300 ms, no SQLModel, SQLAlchemy, FastAPI",
        f"{ours * 1e3:.0f} ms, {', '.join(heavy) or 'none of them'}",
        ours < 0.3 and not heavy,
        f"CPU {cpu * 1e3:.0f} ms; Python alone takes {bare * 1e3:.0f} ms",
    )


def heavy_imports(file: Path, trust: Path) -> list[str]:
    """Return which of the heavy packages `ledger verify` imports."""
    script = (
        "import sys\nfrom ledger.cli.main import main\n"
        f"main(['verify', {str(file)!r}, '--trust', {str(trust)!r}, '--quiet'])\n"
        f"print('heavy', *[name for name in {_HEAVY} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()[-1].split()[1:]


def _median(work: Callable[[int], object], count: int) -> float:
    seconds = []
    for at in range(count):
        began = perf_counter()
        work(at)
        seconds.append(perf_counter() - began)
    return median(seconds)
