"""`python -m tests.benchmarks`: measure, print the table.

--quick is done in two minutes. --records 1000000 is what the goals are about, and takes some.
"""

import argparse
import os
import platform
import shutil
import sys
import tempfile
from functools import partial
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
    parts = {
        "adding": _adding,
        "auditing": _auditing,
        "documents": _documents,
        "http": _over_http,
        "records": _records,
        "reopening": _reopening,
        "summaries": _summaries,
    }
    # Adding first, while this process is small: see `processes.run`.
    chosen = [args.only] if args.only else list(parts)
    return [figure for name in chosen for figure in parts[name](args, work)]


def _adding(args: argparse.Namespace, work: Path) -> list[Figure]:
    if not shutil.which("b3sum"):
        print("b3sum is not installed: nothing to compare `ledger add` with", file=sys.stderr)
        return []
    figures = add_mixed(work, quick=args.quick, model_signing=args.model_signing)
    return [*figures, add_small(work, quick=args.quick)]


def _documents(args: argparse.Namespace, work: Path) -> list[Figure]:
    from tests.benchmarks.inside import document_figures

    return document_figures(work, documents=100_000 if args.quick else 1_000_000)


def _records(args: argparse.Namespace, work: Path) -> list[Figure]:
    from tests.benchmarks.committing import commit_figures, fresh_ledger
    from tests.benchmarks.proving import proof_figures, verify_start

    count = args.records or (50_000 if args.quick else 200_000)
    with fresh_ledger(work / "many") as ledger:
        figures = commit_figures(ledger, count=count)
        figures += proof_figures(ledger, count=count)
        figures.append(verify_start(ledger, work, quick=args.quick))
    return figures


def _reopening(args: argparse.Namespace, work: Path) -> list[Figure]:
    if args.quick:
        return []
    from tests.benchmarks.reopening import reopened_figures

    return reopened_figures(work / "ten-million", records=10_000_000)


def _summaries(args: argparse.Namespace, work: Path) -> list[Figure]:
    from tests.benchmarks.summarising import summary_figures

    return summary_figures(work, records=args.records or (100_000 if args.quick else 1_000_000))


def _auditing(args: argparse.Namespace, work: Path) -> list[Figure]:
    from tests.benchmarks.auditing import auditing_figures

    leaves = args.records or (100_000 if args.quick else 1_000_000)
    return auditing_figures(leaves=leaves, streamed=10 * leaves)


def _over_http(args: argparse.Namespace, work: Path) -> list[Figure]:
    """Measure a server: with one worker and with as many as there are cores."""
    from tests.benchmarks.over_http import batch_figure, single_figure
    from tests.databases import new_url

    cores = os.cpu_count() or 1
    batches, appends = (24, 3_000) if args.quick else (120, 18_000)
    figures = []
    for kind in ("sqlite", "postgresql"):
        for workers in sorted({1, cores}):
            for name, measure in (
                ("batches", partial(batch_figure, batches=batches)),
                ("single", partial(single_figure, appends=appends)),
            ):
                home = work / f"{name}-{kind}-{workers}"
                shutil.rmtree(home, ignore_errors=True)
                url = None if kind == "sqlite" else new_url(kind, work)
                figures.append(measure(home, url, workers=workers))
    return figures


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less of everything: two minutes")
    parser.add_argument(
        "--only",
        choices=("adding", "auditing", "http", "records", "reopening", "summaries"),
        help="one part alone",
    )
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
