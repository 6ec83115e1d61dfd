"""`ledger fsck`: re-derive everything from the rows, trusting no stored hash."""

import argparse
from pathlib import Path

from ledger.cli.output import EXIT_NOT_VERIFIED, EXIT_OK, Output, counted

EXAMPLE = "ledger fsck"
_SHOWN = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--rows-only", action="store_true", help="leave out what is published in ledger.d/public"
    )
    parser.add_argument(
        "--against",
        metavar="FILE",
        action="append",
        default=[],
        help="a checkpoint that somebody kept: a signed note, evidence, .tlog-proof or summary",
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Audit the ledger, and say of each finding what to do."""
    from ledger.client.checking import check_ledger
    from ledger.client.home import find_home

    home = find_home(Path(args.ledger) if args.ledger else None)
    report = check_ledger(home, against=args.against, rows_only=args.rows_only)
    lines = []
    for finding in report.findings[:_SHOWN]:
        lines.append(output.wrapped(f"✗ {finding}", "    "))
        lines.append(output.wrapped(finding.remedy, "    ", first="    "))
    if report.total > _SHOWN:
        lines.append(f"and {report.total - _SHOWN:,} more: --json lists the first thousand")
    lines += [output.wrapped(f"- not checked: {one}", "    ") for one in report.left_out]
    verdict = "clean" if report.is_clean else counted(report.total, "finding")
    lines.append(
        f"{report.origin}: {verdict}; {counted(report.size, 'entry', 'entries')} and "
        f"{counted(report.records, 'record')} derived again\n  root {report.root.hex()}"
    )
    lines += [f"  and so it was signed in {path}" for path in args.against if report.is_clean]
    output.data(
        {
            "origin": report.origin,
            "clean": report.is_clean,
            "size": report.size,
            "records": report.records,
            "root": report.root.hex(),
            "not_checked": list(report.left_out),
            "findings": [
                {
                    "table": finding.table,
                    "row": finding.row,
                    "problem": finding.problem,
                    "remedy": finding.remedy,
                }
                for finding in report.findings
            ],
        },
        "\n".join(lines),
    )
    return EXIT_OK if report.is_clean else EXIT_NOT_VERIFIED
