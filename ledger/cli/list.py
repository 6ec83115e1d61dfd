"""`ledger list`: datasets, releases, summaries, or single records."""

import argparse
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from ledger.cli.output import EXIT_OK, Output, at_least_one, counted, shortened, sized, table
from ledger.cli.titles import title_of
from ledger.record.canonical import JSON
from ledger.record.corrections import DONE, Corrections
from ledger.store.rows import StoredRecord

if TYPE_CHECKING:
    from ledger.client.client import Ledger

EXAMPLE = "ledger list --dataset books --limit 20"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--dataset", metavar="NAME", help="the shards of one dataset")
    what.add_argument(
        "--kind",
        choices=("shard", "release", "summary", "key", "terms", "correction", "audit"),
        help="records of a kind",
    )
    parser.add_argument(
        "--all",
        action="store_true",
        help="also records that were replaced or withdrawn, with what became of them",
    )
    parser.add_argument("--after", metavar="ID", help="only records after this one, for paging")
    parser.add_argument(
        "--limit", type=at_least_one, default=50, metavar="N", help="at most so many; default: 50"
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Print what was asked for; without options, the ledger at a glance."""
    from ledger.client.client import Ledger

    with Ledger.open(args.ledger) as ledger:
        if not (args.all or args.dataset or args.kind or args.after):
            return _overview(ledger, args.limit, output)
        records = list(islice(_found(ledger, args), args.limit + 1))
        page = records[: args.limit]
        corrections = ledger.store.corrections(one.id for one in page)
    value: dict[str, JSON] = {"records": [_json(one, corrections) for one in page]}
    rows = [_row(one, corrections, output.width) for one in page]
    if not any(row[3] for row in rows):
        rows = [row[:3] for row in rows]
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
        gone = ledger.store.corrections(one.id for one in opened)
        return (
            one
            for one in opened
            if (after is None or one.id > after) and (args.all or gone.deciding(one.id) is None)
        )
    if args.dataset is not None and next(ledger.store.records(dataset=args.dataset), None) is None:
        raise no_such_dataset(ledger.store, args.dataset)
    return ledger.store.records(dataset=args.dataset, after=after, current=not args.all)


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
    for kind, found in (("release", releases), ("summary", summaries)):
        gone = ledger.store.corrections(one.id for one in found)
        for one in found[-limit:]:
            became = "" if gone.deciding(one.id) is None else " (withdrawn)"
            lines.append(f"  {kind} {one.id}: {_name(one, output.width)}{became}")
    corrected = ledger.store.count_corrected()
    if corrected:
        said = (f"{number:,} {DONE[action]}" for action, number in corrected.items())
        lines.append(f"  corrections: {', '.join(said)}: ledger list --all")
    output.data(
        {
            "origin": ledger.origin,
            "corrected": {DONE[action]: number for action, number in corrected.items()},
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


def _json(stored: StoredRecord, corrections: Corrections) -> JSON:
    value: dict[str, JSON] = {
        "id": str(stored.id),
        "kind": stored.record.kind,
        "fields": stored.record.fields,
    }
    verdict = corrections.verdict(stored.id)
    if verdict is not None:
        value["verdict"] = verdict
    return value


def _row(stored: StoredRecord, corrections: Corrections, width: int) -> tuple[str, ...]:
    content = stored.record.fields.get("content")
    size = content["size"] if isinstance(content, dict) else None
    shown = sized(size) if isinstance(size, int) else ""
    decided = corrections.deciding(stored.id)
    became = ""
    if decided is not None:
        by = f" by {decided.replacement}" if decided.replacement is not None else ""
        became = f"{DONE[decided.action]}{by}"
    return str(stored.id), _name(stored, width), shown, became


def _name(stored: StoredRecord, width: int) -> str:
    return shortened(title_of(stored.record.kind, stored.record.fields), width - 30)
