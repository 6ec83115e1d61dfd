"""`ledger check`: what a release's summary lacks, what jars in it, and whether it is due."""

import argparse
from collections import Counter
from typing import TYPE_CHECKING

from ledger.cli import check_field, criteria
from ledger.cli.corrections import change_json, change_lines
from ledger.cli.output import EXIT_OK, EXIT_WARNINGS, Output, counted
from ledger.record.canonical import JSON
from ledger.summary.regime import regime_names

if TYPE_CHECKING:
    from ledger.client.client import Ledger
    from ledger.client.reviewing import Review
    from ledger.summary.document import Gap
    from ledger.summary.eu.lints import Finding

EXAMPLE = "ledger check demo-1"

NOUNS = {
    "contradiction": "contradiction",
    "missing": "missing answer",
    "advice": "recommendation",
}


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
        "--strict",
        action="store_true",
        help="exit with 4 if anything required is missing, contradicts or is due",
    )
    parser.add_argument(
        "--corrections",
        action="store_true",
        help="list what was corrected since the training set was frozen, record by record",
    )
    parser.add_argument(
        "--field",
        metavar="ID",
        help="list what the answer of this field of the EU form rests on, such as 2.1.c",
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
        if args.field:
            return check_field.run(ledger, args, output)
        found = ledger.review(args.release, template=args.template)
    output.data(_json(args.release, found), "\n".join(_lines(args.release, found, output)))
    kinds = [gap.severity for gap in found.gaps] + [one.severity for one in found.lints]
    late = found.due is not None and found.due.now
    wrong = late or any(kind != "advice" for kind in kinds)
    return EXIT_WARNINGS if args.strict and wrong else EXIT_OK


def _lines(release: str, found: "Review", output: Output) -> list[str]:
    lines = []
    for gap in found.gaps:
        lines += check_field.gap_lines(gap, output)
    if found.lints:
        lines.append(output.wrapped("What a careful reader would also ask:"))
    for one in found.lints:
        lines += check_field.gap_lines(one, output, f" ({one.rule})")
    if found.due is not None:
        mark = "✗ " if found.due.now else ""
        lines.append(output.wrapped(f"{mark}{found.due.sentence}", "  "))
    counts: Counter[str] = Counter(gap.severity for gap in found.gaps)
    heads = [counted(counts[kind], noun) for kind, noun in NOUNS.items() if counts[kind]]
    if found.lints:
        heads.append(counted(len(found.lints), "lint"))
    lines.append(f"{release}: {', '.join(heads) or 'complete'}")
    return lines


def _json(release: str, found: "Review") -> JSON:
    value: dict[str, JSON] = {
        "release": release,
        "gaps": [_gap_json(gap) for gap in found.gaps],
        "lints": [{"rule": one.rule, **_gap_json(one)} for one in found.lints],
    }
    if found.due is not None:
        value["due"] = {
            "what": found.due.what,
            "by": found.due.by,
            "now": found.due.now,
            "says": found.due.sentence,
            "reasons": list(found.due.reasons),
        }
    return value


def _gap_json(one: "Gap | Finding") -> dict[str, JSON]:
    return {
        "field": one.field,
        "severity": one.severity,
        "missing": one.message,
        "remedy": one.remedy,
    }


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
