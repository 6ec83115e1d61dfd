"""`ledger prove`: evidence for one record."""

import argparse

from ledger.cli.output import EXIT_OK, Output, sized
from ledger.cli.places import write_evidence

EXAMPLE = "ledger prove 1.0 --field content --field source --out shard.evidence.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("id", metavar="ID", help="<log index>.<position>, as `ledger list` prints")
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--field",
        action="append",
        default=[],
        metavar="NAME",
        help="show only this field; repeat for more; default: the whole record",
    )
    what.add_argument(
        "--closed", action="store_true", help="show nothing but that the record was logged"
    )
    parser.add_argument(
        "--out", metavar="FILE", help="default: <ID>.evidence.json; - is standard output"
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Write the evidence file."""
    from ledger.client.client import Ledger

    with Ledger.open(args.ledger) as ledger:
        data = ledger.prove(args.id, fields=args.field, closed=args.closed).to_bytes()
        trust = ledger.home.trust
    shown = "closed" if args.closed else ", ".join(args.field) or "whole"
    write_evidence(
        data,
        args.out or f"{args.id}.evidence.json",
        facts={"id": args.id, "shown": shown},
        text=f"record {args.id}, {shown}, {sized(len(data))}",
        trust=trust,
        output=output,
    )
    return EXIT_OK
