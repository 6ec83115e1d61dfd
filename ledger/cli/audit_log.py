"""`ledger audit log`: put the outcome of an audit into the log, good or bad."""

import argparse
from pathlib import Path

from ledger.cli.audit_challenge import read_bytes
from ledger.cli.output import EXIT_OK, Output
from ledger.cli.places import near
from ledger.errors import InputError, MalformedError, VerificationError

EXAMPLE = "ledger audit log report.json --auditor 'Example Authority'"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("report", metavar="FILE", help="the report, report.json")
    parser.add_argument("--auditor", metavar="NAME", help="who checked; it is published")
    parser.add_argument("--link", metavar="URL", help="where the report can be had")


def run(args: argparse.Namespace, output: Output) -> int:
    """Log the report, and print its record."""
    from ledger.client.client import Ledger
    from ledger.client.reporting import log_report
    from ledger.query.report import MAX_SIZE, Report

    try:
        report = Report.from_bytes(read_bytes(args.report, MAX_SIZE))
    except (MalformedError, VerificationError) as error:
        raise InputError(
            f"{near(Path(args.report))} is no report of an audit: {error}",
            hint="ledger audit check ANSWER --challenge FILE --report report.json",
        ) from error
    with Ledger.open(args.ledger) as ledger:
        record_id, is_new = log_report(ledger, report, auditor=args.auditor, link=args.link)
    done = "logged" if is_new else "was logged before"
    output.data(
        {
            "id": str(record_id),
            "new": is_new,
            "summary": report.challenge.summary,
            "verdict": str(report.verdict),
        },
        f"audit {record_id}: of summary {report.challenge.summary}, {report.verdict}; {done}",
    )
    return EXIT_OK
