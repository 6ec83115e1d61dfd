"""`python -m tests.benchmarks`: measure, print the table.

--quick is done in two minutes. --records 1000000 is what the goals are about, and takes some.
"""

import argparse
import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.adding import add_mixed, add_small
from tests.benchmarks.figure import Figure, table


def main() -> None:
    """Run every measurement."""
    args = _arguments()
    work = args.work or Path(tempfile.mkdtemp(prefix="ledger-bench-"))
    work.mkdir(parents=True, exist_ok=True)
    try:
        figures = _measure(args, work)
    finally:
        if args.work is None:
            shutil.rmtree(work)
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, load {load}\n")
    print(table(figures))


def _measure(args: argparse.Namespace, work: Path) -> list[Figure]:
    figures = []
    # First, while this process is small: see `processes.run`.
    if shutil.which("b3sum"):
        figures += add_mixed(work, quick=args.quick, model_signing=args.model_signing)
        figures.append(add_small(work, quick=args.quick))
    else:
        print("b3sum is not installed: nothing to compare `ledger add` with", file=sys.stderr)
    from tests.benchmarks.committing import commit_figures, fresh_ledger
    from tests.benchmarks.proving import proof_figures, verify_start

    count = args.records or (50_000 if args.quick else 200_000)
    with fresh_ledger(work / "many") as ledger:
        figures += commit_figures(ledger, count=count)
        figures += proof_figures(ledger, count=count)
        figures.append(verify_start(ledger, work, quick=args.quick))
    return figures


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less of everything: two minutes")
    parser.add_argument("--records", type=int, help="how many records to commit")
    parser.add_argument(
        "--work", type=Path, help="a folder to work in; data that is there already is used again"
    )
    parser.add_argument(
        "--model-signing", type=Path, metavar="COMMAND", help="its `model_signing`, to compare with"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
