"""Trees of sums: building, opening and checking them, against the bare hashes that they need."""

import json
import subprocess
import sys
from statistics import median

from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import ROOT
from tests.benchmarks.sum_tree_process import MEASURES, OPENED

_SECONDS = {"build": 30, "prove": 1, "verify": 1}
_MEMORY = 1_000_000_000
_TURNS = 3


def auditing_figures(*, leaves: int, streamed: int) -> list[Figure]:
    """Measure a whole tree of `leaves`, and one of `streamed` leaves whose root alone is wanted."""
    turns = [_turn(leaves) for _ in range(_TURNS)]
    parts = {part: median(whole[part] for whole, *_ in turns) for part in _SECONDS}
    memory = max(whole["memory"] for whole, *_ in turns)
    bare = median(whole["build"] / other["build"] for whole, other, _ in turns)
    plain = median(whole["verify"] / other["verify"] for whole, _, other in turns)
    return [
        Figure(
            f"tree of {leaves:,} leaves with {MEASURES} measures, built to be opened",
            f"< {_SECONDS['build']} s, < 1 GB",
            f"{parts['build']:.1f} s, {memory / 1e6:.0f} MB",
            parts["build"] < _SECONDS["build"] and memory < _MEMORY,
            f"{bare:.1f} times as long as its hashes alone (`hashlib` and `hmac` in a bare loop)",
        ),
        Figure(
            f"{OPENED} leaves opened",
            "< 1 s",
            f"{parts['prove']:.2f} s",
            parts["prove"] < _SECONDS["prove"],
            "459 uniform and 459 weighted draws",
        ),
        Figure(
            f"{OPENED} openings checked",
            "< 1 s",
            f"{parts['verify']:.2f} s",
            parts["verify"] < _SECONDS["verify"],
            f"{plain:.1f} times as long as plain inclusion proofs (RFC 9162) of as many leaves",
        ),
        _streamed(streamed),
    ]


def _turn(leaves: int) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    return _process("whole", leaves), _process("bare", leaves), _process("inclusion", leaves)


def _streamed(leaves: int) -> Figure:
    tenth, whole, bare = (
        _process("stream", leaves // 10),
        _process("stream", leaves),
        _process("bare", leaves),
    )
    growth = whole["build"] / tenth["build"]
    more = whole["memory"] - tenth["memory"]
    return Figure(
        f"root of {leaves:,} leaves, streamed, against a tenth of them",
        "10 times the time ± 10 %, the same memory",
        f"{growth:.2f} times, {more / 1e6:+.1f} MB",
        9 <= growth <= 11 and more < 5_000_000,
        f"{whole['build']:.0f} s and {tenth['build']:.1f} s, {whole['memory'] / 1e6:.0f} MB; "
        f"{whole['build'] / bare['build']:.1f} times as long as its hashes alone",
    )


def _process(kind: str, leaves: int) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.sum_tree_process", kind, str(leaves)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found
