"""`ledger find`: was this exact document used?"""

import argparse
from shlex import quote
from typing import TYPE_CHECKING

from ledger.cli.output import EXIT_NOT_VERIFIED, EXIT_OK, Output, counted, shortened
from ledger.errors import InputError
from ledger.record.canonical import JSON

if TYPE_CHECKING:
    from ledger.client.document_search import Match, SearchReport

EXAMPLE = "ledger find --document data/books/b-0.txt data --release demo-1"
_SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="shards to look into: files, folders, URLs; without any, the digests that `ledger add "
        "--keep-digests` kept, and shards that are this one file",
    )
    parser.add_argument("--document", required=True, metavar="FILE", help="the document, as a file")
    parser.add_argument(
        "--text-column",
        action="append",
        default=[],
        metavar="NAME",
        help="compare the texts in this column, besides whole rows; repeat for more; default: text",
    )
    parser.add_argument(
        "--release", metavar="NAME", help="only shards that this release was trained on"
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Print where the document is; exit with 1 if it is nowhere that was looked."""
    from ledger.client.client import Ledger
    from ledger.client.document_search import search_document

    with Ledger.open(args.ledger) as ledger:
        report = search_document(
            ledger,
            args.document,
            args.paths,
            columns=args.text_column,
            release=args.release,
        )
    if not report.shards and not report.matches and not args.paths:
        raise InputError(
            "no digests are kept here, so the shards are needed to look into",
            hint=f"ledger find --document {quote(args.document)} DATA; or ledger add "
            "--keep-digests",
        )
    output.data(_to_json(report), _to_text(report, args))
    for shard, note in report.notes[:_SHOWN]:
        output.say(output.wrapped(f"{shortened(shard, 60)}: {note}", "    ", first="  note: "))
    if len(report.notes) > _SHOWN:
        output.say(f"  and {len(report.notes) - _SHOWN:,} more notes: --json lists them all")
    first = next((one for one in report.matches if one.record is not None), None)
    if first is not None and args.paths:
        release = f" --release {quote(args.release)}" if args.release else ""
        output.say(f"next: ledger prove {quote(first.shard)} --document {first.index}{release}")
    return EXIT_OK if report.matches else EXIT_NOT_VERIFIED


def _to_json(report: "SearchReport") -> JSON:
    matches: list[JSON] = [
        {
            "shard": one.shard,
            **({} if one.record is None else {"record": str(one.record)}),
            "document": one.index,
            "column": one.column,
            "spelled": one.how,
            "releases": list(one.releases),
        }
        for one in report.matches
    ]
    value: dict[str, JSON] = {
        "matches": matches,
        "shards": report.shards,
        "documents": report.documents,
        "notes": [{"path": shard, "note": note} for shard, note in report.notes],
    }
    return value | ({} if report.unsearched is None else {"unsearched": report.unsearched})


def _to_text(report: "SearchReport", args: argparse.Namespace) -> str:
    looked = f"{counted(report.shards, 'shard')}, {counted(report.documents, 'document')}"
    lines = [f"found: {_one(one)}" for one in report.matches[:_SHOWN]]
    if len(report.matches) > _SHOWN:
        lines.append(f"and {len(report.matches) - _SHOWN:,} more places: --json lists them all")
    if not lines:
        lines.append(f"not found in what was searched: {looked}")
        lines.append("  a document with one character more or less is another document")
    else:
        lines.append(f"  searched: {looked}")
    if report.unsearched:
        lines.append(
            f"  not searched: {counted(report.unsearched, 'record')} of release {args.release}"
        )
    elif report.unsearched == 0:
        lines.append(f"  that is every record of release {args.release}")
    return "\n".join(lines)


def _one(match: "Match") -> str:
    where = "a file that is not recorded" if match.record is None else f"record {match.record}"
    parts = [f"document {match.index} of {shortened(match.shard, 50)}, {where}"]
    if match.column:
        parts.append(f"its text in column {match.column!r}")
    if match.how:
        parts.append(match.how)
    parts.append(
        f"trained on by {', '.join(match.releases)}" if match.releases else "in no release"
    )
    return "; ".join(parts)
