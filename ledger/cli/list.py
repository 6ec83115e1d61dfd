"""`ledger list`: datasets, releases, summaries, or single records."""

import argparse
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from ledger.cli.output import EXIT_OK, Output, at_least_one, counted, shortened, sized, table
from ledger.cli.titles import title_of
from ledger.record.canonical import JSON
from ledger.store.rows import StoredRecord

if TYPE_CHECKING:
    from ledger.client.client import Ledger

EXAMPLE = "ledger list --dataset books --limit 20"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--dataset", metavar="NAME", help="the shards of one dataset")
    what.add_argument(
        "--kind", choices=("shard", "release", "summary", "key", "terms"), help="records of a kind"
    )
    parser.add_argument("--after", metavar="ID", help="only records after this one, for paging")
    parser.add_argument(
        "--limit", type=at_least_one, default=50, metavar="N", help="at most so many; default: 50"
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Print what was asked for; without options, the ledger at a glance."""
    from ledger.client.client import Ledger

    with Ledger.open(args.ledger) as ledger:
        if args.dataset is None and args.kind is None and args.after is None:
            return _overview(ledger, args.limit, output)
        records = list(islice(_found(ledger, args), args.limit + 1))
    page = records[: args.limit]
    value: dict[str, JSON] = {
        "records": [
            {"id": str(one.id), "kind": one.record.kind, "fields": one.record.fields}
            for one in page
        ]
    }
    rows = [_row(one, output.width) for one in page]
    more = len(records) > len(page)
    if more:
        value["next"] = str(page[-1].id)
    output.data(value, table(rows, right=frozenset({2})) if rows else "no records")
    if more:
        output.say(f"more: --after {page[-1].id}")
    return EXIT_OK


def _found(ledger: "Ledger", args: argparse.Namespace) -> Iterator[StoredRecord]:
    """Yield the records that the options ask for, in the order of the log."""
    from ledger.client.releasing import no_such_dataset
    from ledger.record.leaf import RecordId

    after = RecordId.parse(args.after) if args.after is not None else None
    if args.kind not in (None, "shard"):
        opened = ledger.store.open_records(args.kind)
        return (one for one in opened if after is None or one.id > after)
    if args.dataset is not None and next(ledger.store.records(dataset=args.dataset), None) is None:
        raise no_such_dataset(ledger.store, args.dataset)
    return ledger.store.records(dataset=args.dataset, after=after)


def _overview(ledger: "Ledger", limit: int, output: Output) -> int:
    stats = ledger.store.stats()
    datasets = ledger.store.datasets()
    releases = ledger.store.open_records("release")
    summaries = ledger.store.open_records("summary")
    rows = [("  dataset", "records", "size")]
    rows += [
        (f"  {shortened(one.name, output.width - 30)}", f"{one.records:,}", sized(one.bytes))
        for one in datasets[:limit]
    ]
    lines = [
        f"{ledger.origin}: {counted(stats.records, 'record')} in "
        f"{counted(stats.entries, 'entry', 'entries')}",
        table(rows, right=frozenset({1, 2})) if datasets else "  no shards yet: ledger add DATA",
    ]
    if len(datasets) > limit:
        lines.append(f"  and {counted(len(datasets) - limit, 'more dataset')}: --limit, or --json")
    lines += [f"  release {one.id}: {_name(one, output.width)}" for one in releases[-limit:]]
    lines += [f"  summary {one.id}: {_name(one, output.width)}" for one in summaries[-limit:]]
    output.data(
        {
            "origin": ledger.origin,
            "records": stats.records,
            "entries": stats.entries,
            "datasets": [
                {"name": one.name, "records": one.records, "bytes": one.bytes} for one in datasets
            ],
            "releases": [
                {"id": str(one.id), "name": title_of(one.record.kind, one.record.fields)}
                for one in releases
            ],
            "summaries": [
                {"id": str(one.id), "name": title_of(one.record.kind, one.record.fields)}
                for one in summaries
            ],
        },
        "\n".join(lines),
    )
    return EXIT_OK


def _row(stored: StoredRecord, width: int) -> tuple[str, str, str]:
    content = stored.record.fields.get("content")
    size = content["size"] if isinstance(content, dict) else None
    shown = sized(size) if isinstance(size, int) else ""
    return str(stored.id), _name(stored, width), shown


def _name(stored: StoredRecord, width: int) -> str:
    return shortened(title_of(stored.record.kind, stored.record.fields), width - 30)
