"""`ledger disclose`: some fields of many records, in one evidence file."""

import argparse
from itertools import islice
from typing import TYPE_CHECKING

from ledger.cli.output import EXIT_OK, Output, counted, sized
from ledger.cli.places import write_evidence
from ledger.errors import InputError
from ledger.record.leaf import RecordId

if TYPE_CHECKING:
    from ledger.client.client import Ledger

EXAMPLE = "ledger disclose --dataset books --fields source,rights --out books.evidence.json"
MAX_RECORDS = 10_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "ids", nargs="*", metavar="ID", help="records, as `ledger list` prints them"
    )
    parser.add_argument("--dataset", metavar="NAME", help="every shard of this dataset")
    parser.add_argument(
        "--fields",
        required=True,
        metavar="NAMES",
        help="fields to show, by commas; the others stay hidden",
    )
    parser.add_argument(
        "--out", required=True, metavar="FILE", help="the evidence file to write; - is stdout"
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Write the evidence file."""
    from ledger.client.client import Ledger

    if bool(args.ids) == (args.dataset is not None):
        raise InputError("disclose takes record ids, or --dataset NAME", hint=EXAMPLE)
    names = [name.strip() for name in args.fields.split(",") if name.strip()]
    if not names:
        raise InputError("--fields names no field", hint="--fields source,rights")
    with Ledger.open(args.ledger) as ledger:
        wanted = _wanted(ledger, args)
        data = ledger.evidence(dict.fromkeys(wanted, names)).to_bytes()
        trust = ledger.home.trust
    write_evidence(
        data,
        args.out,
        facts={"records": len(wanted), "shown": list(names)},
        text=f"{', '.join(names)} of {counted(len(wanted), 'record')}, {sized(len(data))}",
        trust=trust,
        output=output,
    )
    return EXIT_OK


def _wanted(ledger: "Ledger", args: argparse.Namespace) -> list[RecordId]:
    """Return the records to show something of."""
    from ledger.client.releasing import no_such_dataset

    wanted = [RecordId.parse(text) for text in args.ids]
    if args.dataset is not None:
        found = ledger.store.records(dataset=args.dataset, current=True)
        wanted = [one.id for one in islice(found, MAX_RECORDS + 1)]
        if not wanted:
            raise no_such_dataset(ledger.store, args.dataset)
    if len(wanted) > MAX_RECORDS:
        raise InputError(
            f"one evidence file shows at most {MAX_RECORDS:,} records, and these are more",
            hint="disclose some of them: ledger list --dataset NAME, then their ids",
        )
    return wanted
