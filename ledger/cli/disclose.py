"""`ledger disclose`: some fields of many records, in one evidence file."""

import argparse
from pathlib import Path

from ledger.cli.output import EXIT_INPUT, EXIT_OK, Output, counted, sized
from ledger.errors import NotFoundError
from ledger.record.leaf import RecordId

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
    parser.add_argument("--out", required=True, metavar="FILE", help="the evidence file to write")


def run(args: argparse.Namespace, output: Output) -> int:
    """Write the evidence file."""
    from ledger.client.client import Ledger
    from ledger.client.summarising import write_files

    if bool(args.ids) == bool(args.dataset):
        output.warn("disclose takes record ids, or --dataset NAME", "ledger disclose --help")
        return EXIT_INPUT
    names = [name for name in args.fields.split(",") if name]
    with Ledger.open(args.ledger) as ledger:
        wanted = [RecordId.parse(text) for text in args.ids]
        if args.dataset:
            wanted = [one.id for one in ledger.store.records(dataset=args.dataset)]
        if not wanted:
            raise NotFoundError(f"no records of dataset {args.dataset!r}", hint="ledger list")
        if len(wanted) > MAX_RECORDS:
            raise NotFoundError(
                f"{len(wanted):,} records are more than one evidence file holds ({MAX_RECORDS:,})",
                hint="disclose some of them: ledger list --dataset …, then their ids",
            )
        data = ledger.evidence(dict.fromkeys(wanted, names)).to_bytes()
        trust = ledger.home.trust
    path = Path(args.out)
    write_files({path: data})
    output.data(
        {"file": str(path), "records": len(wanted), "bytes": len(data), "shown": list(names)},
        f"{path}: {', '.join(names)} of {counted(len(wanted), 'record')}, {sized(len(data))}",
    )
    output.say(f"next: ledger verify {path} --trust {trust}")
    return EXIT_OK
