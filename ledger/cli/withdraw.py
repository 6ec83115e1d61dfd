"""`ledger withdraw`: a record is not to be used any more, and everybody who sees it sees that."""

import argparse

from ledger.cli import corrections
from ledger.cli.output import EXIT_OK, Output

EXAMPLE = 'ledger withdraw 1.1 --reason "the licence ended"'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    corrections.add_arguments(parser, dataset="all current shards of a dataset")


def run(args: argparse.Namespace, output: Output) -> int:
    """Log the corrections, and print what was withdrawn."""
    from ledger.client.client import Ledger

    corrections.check_choice(args)
    with Ledger.open(args.ledger) as ledger:
        done = ledger.withdraw(args.ids, reason=args.reason, dataset=args.dataset)
        corrections.report(ledger, "withdraw", done, output)
    return EXIT_OK
