"""`python -m tests.soak [PROGRAMME…]`: run the long programmes, print the table.

Without names it runs all of them, which takes hours. --scale 0.01 does a hundredth of each.
"""

import argparse
import os
import platform
import sys
from importlib import import_module
from time import perf_counter

from tests.soak.figure import Figure, table

PROGRAMMES = (
    *("kills", "writers", "history", "machine"),
    *(
        "faults",
        "sigterm",
        "forks",
        "lies",
        "flips",
        "snapshots",
        "fuzz",
        "tampering",
        "openings",
        "audits",
    ),
)
"""Modules of this package; each has `run(scale: float) -> list[Figure]`."""


def main() -> int:
    """Run what was asked for; return 1 if a goal was missed."""
    args = _arguments()
    found: list[tuple[str, Figure]] = []
    for name in args.programmes or PROGRAMMES:
        began = perf_counter()
        print(f"{name} …", file=sys.stderr, flush=True)
        figures: list[Figure] = import_module(f"tests.soak.{name}").run(args.scale)
        seconds = perf_counter() - began
        for one in figures:
            print(f"  {one.what}: {one.found}", file=sys.stderr, flush=True)
        print(f"{name} took {seconds:.0f} s", file=sys.stderr, flush=True)
        found += [(f"make soak ARGS={name}", one) for one in figures]
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, load {load}\n")
    print(table(found))
    return 0 if all(one.ok for _, one in found) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("programmes", nargs="*", metavar="PROGRAMME", help=", ".join(PROGRAMMES))
    parser.add_argument("--scale", type=float, default=1.0, help="how much of it: 1 is the goal")
    args = parser.parse_args()
    unknown = set(args.programmes) - set(PROGRAMMES)
    if unknown:
        parser.error(
            f"no programme {', '.join(sorted(unknown))}; there are {', '.join(PROGRAMMES)}"
        )
    return args


if __name__ == "__main__":
    sys.exit(main())
