"""`ledger correct`: a record that says it right, and one that says which it replaces."""

import argparse

from ledger.cli import corrections
from ledger.cli.output import EXIT_OK, Output

EXAMPLE = 'ledger correct 1.0 --set rights.licence=CC0-1.0 --reason "the licence was misread"'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    corrections.add_arguments(
        parser, dataset="all current shards of a dataset that do not say so already"
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="FIELD.PATH=VALUE",
        help="what is right, such as rights.licence=MIT; repeat for more",
    )
    parser.add_argument(
        "--unset",
        action="append",
        default=[],
        metavar="FIELD.PATH",
        help="what is not to be said any more, such as source.crawl; repeat for more",
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Log the replacements and the corrections, and print what changed."""
    from ledger.client.client import Ledger

    corrections.check_choice(args)
    with Ledger.open(args.ledger) as ledger:
        done = ledger.correct(
            args.ids, set=args.set, unset=args.unset, reason=args.reason, dataset=args.dataset
        )
        corrections.report(ledger, "replace", done, output)
    return EXIT_OK
