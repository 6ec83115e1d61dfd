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
    checkpoint = ledger.publish().checkpoint
    trust = Trust.parse(ledger.home.trust.read_bytes())
    entries = ledger.store.head().size
    random = Random(3)
    ids = [RecordId(random.randrange(1, entries), random.randrange(1000)) for _ in range(300)]
    stored = [ledger.store.record(one) for one in ids]
    openings = [{one.id: whole(one)} for one in stored]
    proving, best_proving = _seconds(
        lambda at: build_evidence(ledger.store, checkpoint, openings[at]), len(ids)
    )
    files = [build_evidence(ledger.store, checkpoint, one).to_bytes() for one in openings]
    parsed = [Evidence.from_bytes(data) for data in files]
    verifying, best_verifying = _seconds(lambda at: verify(parsed[at], trust), len(ids))
    parsing, _ = _seconds(lambda at: Evidence.from_bytes(files[at]), len(ids))
    return [
        Figure(
            f"proof for one record of {count:,}",
            "< 1 ms",
            f"{proving * 1e3:.2f} ms",
            proving < 1e-3,
            f"fastest tenth {best_proving * 1e3:.2f} ms; {len(files[0]):,} bytes of evidence",
        ),
        Figure(
            "its offline verification, in process",
            "< 1 ms",
            f"{verifying * 1e3:.2f} ms",
            verifying < 1e-3,
            f"fastest tenth {best_verifying * 1e3:.2f} ms; to read it {parsing * 1e3:.2f} ms",
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


def _seconds(work: Callable[[int], object], count: int) -> tuple[float, float]:
    """Return the median, and what the fastest tenth stayed below: nobody disturbed those."""
    seconds = []
    for at in range(count):
        began = perf_counter()
        work(at)
        seconds.append(perf_counter() - began)
    return median(seconds), sorted(seconds)[count // 10]
