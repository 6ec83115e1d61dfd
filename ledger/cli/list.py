"""`ledger list`: datasets, releases, summaries, or single records."""

import argparse
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from ledger.cli.output import EXIT_OK, Output, counted, shortened, sized, table
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
    parser.add_argument("--limit", type=int, default=50, help="at most so many; default: 50")


def run(args: argparse.Namespace, output: Output) -> int:
    """Print what was asked for; without options, the ledger at a glance."""
    from ledger.client.client import Ledger
    from ledger.record.leaf import RecordId

    with Ledger.open(args.ledger) as ledger:
        if args.dataset is None and args.kind is None and args.after is None:
            return _overview(ledger, output)
        after = RecordId.parse(args.after) if args.after else None
        found: Iterator[StoredRecord]
        if args.kind not in (None, "shard"):
            opened = ledger.store.open_records(args.kind)
            found = iter([one for one in opened if after is None or one.id > after])
        else:
            found = ledger.store.records(dataset=args.dataset, after=after)
        records = list(islice(found, max(args.limit, 0)))
        values: list[JSON] = [
            {"id": str(one.id), "kind": one.record.kind, "fields": one.record.fields}
            for one in records
        ]
        rows = [_row(one, output.width) for one in records]
        output.data(values, table(rows, right=frozenset({2})) if rows else "no records")
        if len(records) == args.limit:
            output.say(f"more: --after {records[-1].id}")
    return EXIT_OK


def _overview(ledger: "Ledger", output: Output) -> int:
    stats = ledger.store.stats()
    datasets = ledger.store.datasets()
    releases = ledger.store.open_records("release")
    summaries = ledger.store.open_records("summary")
    rows = [("  dataset", "records", "size")]
    rows += [
        (f"  {shortened(one.name, output.width - 30)}", f"{one.records:,}", sized(one.bytes))
        for one in datasets
    ]
    lines = [
        f"{ledger.origin}: {counted(stats.records, 'record')} in "
        f"{stats.entries:,} {'entry' if stats.entries == 1 else 'entries'}",
        table(rows, right=frozenset({1, 2})) if datasets else "  no shards yet: ledger add DATA",
    ]
    lines += [f"  release {one.id}: {_name(one)}" for one in releases]
    lines += [f"  summary {one.id}: {_name(one)}" for one in summaries]
    output.data(
        {
            "origin": ledger.origin,
            "records": stats.records,
            "entries": stats.entries,
            "datasets": [
                {"name": one.name, "records": one.records, "bytes": one.bytes} for one in datasets
            ],
            "releases": [{"id": str(one.id), "name": _name(one)} for one in releases],
            "summaries": [{"id": str(one.id), "name": _name(one)} for one in summaries],
        },
        "\n".join(lines),
    )
    return EXIT_OK


def _row(stored: StoredRecord, width: int) -> tuple[str, str, str]:
    content = stored.record.fields.get("content")
    size = sized(_number(content["size"])) if isinstance(content, dict) else ""
    return str(stored.id), shortened(_name(stored), width - 30), size


def _number(value: JSON) -> int:
    return value if isinstance(value, int) else 0


def _name(stored: StoredRecord) -> str:
    fields = stored.record.fields
    match stored.record.kind:
        case "shard":
            return str(_member(fields.get("content"), "name"))
        case "release":
            return str(_member(fields.get("release"), "name"))
        case "summary":
            release, version = (_member(fields["summary"], name) for name in ("release", "version"))
            return f"{release}, version {version}"
        case "key":
            return str(_member(fields.get("key"), "vkey"))
        case "terms":
            return str(_member(fields.get("terms"), "title"))
    return str(_member(fields.get("correction"), "record"))


def _member(value: JSON | None, name: str) -> JSON:
    return value[name] if isinstance(value, dict) else ""
