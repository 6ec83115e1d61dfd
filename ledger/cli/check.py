"""`ledger check`: what a release's summary still lacks, and what closes each gap."""

import argparse
from collections import Counter

from ledger.cli.output import EXIT_OK, EXIT_WARNINGS, Output, counted
from ledger.record.canonical import JSON

EXAMPLE = "ledger check demo-1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("release", metavar="RELEASE", help="the release's name")
    parser.add_argument(
        "--strict", action="store_true", help="exit with 4 if anything required is missing"
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Print the gaps, the contradictions first."""
    from ledger.client.client import Ledger

    with Ledger.open(args.ledger) as ledger:
        gaps = ledger.check(args.release)
    values: list[JSON] = [
        {"field": gap.field, "severity": gap.severity, "missing": gap.message, "remedy": gap.remedy}
        for gap in gaps
    ]
    lines = []
    for gap in gaps:
        mark = {"contradiction": "✗", "missing": "·", "advice": "~"}[gap.severity]
        lines.append(output.wrapped(f"{mark} {gap.field}  {gap.message}", "    "))
        lines.append(output.wrapped(f"    {gap.remedy}", "      "))
    found: Counter[str] = Counter(gap.severity for gap in gaps)
    heads = [
        counted(found[severity], noun)
        for severity, noun in (
            ("contradiction", "contradiction"),
            ("missing", "missing answer"),
            ("advice", "recommendation"),
        )
        if found[severity]
    ]
    lines.append(f"{args.release}: {', '.join(heads)}" if heads else f"{args.release}: complete")
    output.data({"release": args.release, "gaps": values}, "\n".join(lines))
    return EXIT_WARNINGS if args.strict and found["missing"] + found["contradiction"] else EXIT_OK
