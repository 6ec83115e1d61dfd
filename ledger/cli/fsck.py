"""`ledger fsck`: re-derive everything from the rows, trusting no stored hash."""

import argparse

from ledger.cli.output import EXIT_NOT_VERIFIED, EXIT_OK, Output, counted

EXAMPLE = "ledger fsck"
_SHOWN = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--rows-only", action="store_true", help="leave out what is published in ledger.d/public"
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Audit the ledger, and say of each finding what to do."""
    from ledger.client.client import Ledger
    from ledger.keys.files import load_key
    from ledger.log.audit import audit

    with Ledger.open(args.ledger) as ledger:
        public = None if args.rows_only else ledger.home.public
        log_key = load_key(ledger.home.keys / "log.key").key
        report = audit(ledger.store, public, keys=[log_key])
    lines = []
    for finding in report.findings[:_SHOWN]:
        lines.append(output.wrapped(f"✗ {finding}", "    "))
        lines.append(output.wrapped(f"    {finding.remedy}", "    "))
    if report.total > _SHOWN:
        lines.append(f"and {report.total - _SHOWN:,} more: --json lists the first thousand")
    verdict = "clean" if report.is_clean else counted(report.total, "finding")
    lines.append(
        f"{report.origin}: {verdict}; {report.size:,} entries and "
        f"{counted(report.records, 'record')} derived again\n  root {report.root.hex()}"
    )
    output.data(
        {
            "origin": report.origin,
            "clean": report.is_clean,
            "size": report.size,
            "records": report.records,
            "root": report.root.hex(),
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
