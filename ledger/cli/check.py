"""`ledger check`: what a release's summary still lacks, and what closes each gap."""

import argparse
from collections import Counter
from typing import TYPE_CHECKING

from ledger.cli import criteria
from ledger.cli.corrections import change_json, change_lines
from ledger.cli.output import EXIT_OK, EXIT_WARNINGS, Output, counted
from ledger.record.canonical import JSON
from ledger.summary.regime import regime_names

if TYPE_CHECKING:
    from ledger.client.client import Ledger

EXAMPLE = "ledger check demo-1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("release", metavar="RELEASE", help="the release's name")
    parser.add_argument(
        "--template",
        default="eu",
        metavar="NAME",
        help=f"the form: {', '.join(regime_names())}, or a file with questions; default: eu",
    )
    parser.add_argument(
        "--strict", action="store_true", help="exit with 4 if anything required is missing"
    )
    parser.add_argument(
        "--corrections",
        action="store_true",
        help="list what was corrected since the training set was frozen, record by record",
    )
    criteria.add_arguments(parser)


def run(args: argparse.Namespace, output: Output) -> int:
    """Print the gaps, the contradictions first."""
    from ledger.client.client import Ledger

    criteria.check_options(args)
    with Ledger.open(args.ledger) as ledger:
        if args.corrections:
            return _corrections(ledger, args.release, output)
        if args.criteria:
            return criteria.run(ledger, args, output)
        gaps = ledger.check(args.release, template=args.template)
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


def _corrections(ledger: "Ledger", release: str, output: Output) -> int:
    """Print what became of each record of the set that was corrected."""
    values: list[JSON] = []
    lines = []
    for one in ledger.relabelled(release):
        values.append(
            {
                "id": str(one.record),
                "newest": str(one.newest),
                "verdict": one.verdict,
                "correction": str(one.decided.id),
                "claimed_at": one.decided.claimed_at,
                "changes": [change_json(change) for change in one.changes],
            }
        )
        lines.append(output.wrapped(f"{one.decided.claimed_at[:10]}  {one.verdict}", "    "))
        lines += [f"    {line}" for line in change_lines(one.changes, output.width - 4)]
    head = f"{release}: {counted(len(values), 'record')} corrected since it was frozen"
    output.data({"release": release, "corrections": values}, "\n".join([*lines, head]))
    return EXIT_OK
