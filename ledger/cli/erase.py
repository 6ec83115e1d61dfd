"""`ledger erase`: destroy the values and the secret of records; that they were logged stays."""

import argparse
import sys

from ledger.cli import corrections
from ledger.cli.output import EXIT_OK, Output, counted
from ledger.errors import InputError

EXAMPLE = 'ledger erase 1.2 --reason "court order 7 O 12/26" --yes'
_BEYOND = (
    "backups from before hold the values until they rotate out: ledger backup DIR --keep N",
    "not reached: copies, replicas and archived logs of the database, evidence that was given out, "
    "documents that were published, the file itself (docs/corrections.md)",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    corrections.add_arguments(parser, dataset="all current shards of a dataset")
    parser.add_argument("--yes", action="store_true", help="do not ask; it cannot be undone")


def run(args: argparse.Namespace, output: Output) -> int:
    """Log the corrections, destroy the values, and say what that does not reach."""
    from ledger.client.client import Ledger

    corrections.check_choice(args)
    with Ledger.open(args.ledger) as ledger:
        if not args.yes:
            _ask(args, output)
        done = ledger.erase(args.ids, reason=args.reason, dataset=args.dataset)
        corrections.report(ledger, "erase", done, output, *_BEYOND)
    return EXIT_OK


def _ask(args: argparse.Namespace, output: Output) -> None:
    """Have a person confirm it.

    Raises:
        InputError: They do not, or nobody is there to ask.
    """
    what = counted(len(args.ids), "record") if args.ids else f"all of dataset {args.dataset}"
    if not sys.stdin.isatty():
        raise InputError(
            f"erasing {what} cannot be undone, and nobody is there to ask", hint="--yes"
        )
    output.say(f"erase {what}, for ever? The reason is published: {args.reason}")
    if input("type yes: ").strip() != "yes":
        raise InputError("nothing was erased")
