"""`ledger add`: record files, folders and URLs as shards."""

import argparse
from collections import Counter
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from ledger.capture import DocumentTree, DomainColumn
from ledger.capture.tokens import ColumnSum, LocalTokenizer, Tokens
from ledger.cli.output import EXIT_INPUT, EXIT_OK, Output, counted, shortened, sized
from ledger.cli.progress import ProgressBar
from ledger.cli.publish import tell_unserved
from ledger.client.home import find_home
from ledger.client.reading import Reading
from ledger.record.canonical import JSON

if TYPE_CHECKING:
    from ledger.client.adding import AddReport
    from ledger.log.publish import Published

EXAMPLE = "ledger add data --set dataset.name=books --set source.category=public_dataset"
_SHOWN = 20
_EXPECTED = ("metadata, read as such", "the manifest")
"""Why files are left out that nobody would take for data; --json names them all the same."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="files, folders, fsspec URLs")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="FIELD.PATH=VALUE",
        help="a field of every shard, such as dataset.name=books; repeat for more",
    )
    parser.add_argument(
        "--manifest", metavar="FILE", help="fields by file pattern (YAML, JSON Lines, CSV)"
    )
    parser.add_argument(
        "--key", metavar="NAME", help="who signs: a key's name or file; default: $LEDGER_KEY"
    )
    parser.add_argument("--sha256", action="store_true", help="keep SHA-256 beside BLAKE3")
    parser.add_argument(
        "--tokens-column", metavar="NAME", help="a column that holds each row's token count"
    )
    parser.add_argument("--tokenizer", metavar="FILE", help="a tokenizer.json to count tokens with")
    parser.add_argument(
        "--text-column",
        metavar="NAME",
        help="the column of each row's text, to tokenize or to tally (default: text); if it is "
        "named, the documents of the tree are these texts, else whole rows",
    )
    parser.add_argument(
        "--documents-tree",
        action=argparse.BooleanOptionalAction,
        help="make a tree over the documents inside each file, so that `ledger prove --document` "
        "can show one of them; it is made unless you say no, which is faster. Said outright, a "
        "file that is recorded without it is recorded again",
    )
    parser.add_argument(
        "--keep-digests",
        action="store_true",
        help="keep the digest of every document, 32 bytes each: then `ledger find` and `ledger "
        "prove --document` do without the files",
    )
    parser.add_argument(
        "--domain-column",
        metavar="NAME",
        help="a column of URLs or host names, to tally web domains by",
    )
    parser.add_argument(
        "--language-column", metavar="NAME", help="a column of language tags, such as en or deu"
    )
    parser.add_argument(
        "--date-column", metavar="NAME", help="a column of dates, for the period of collection"
    )
    parser.add_argument(
        "--engine", choices=("threads",), default="threads", help="where to hash; default: threads"
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Record what can be read, and list what cannot."""
    began = monotonic()
    with ProgressBar(output) as progress:
        report, published = _add(args, progress)
    output.data(_to_json(report), _to_text(report, monotonic() - began))
    _list_notes(report, output)
    _list_failed(report, output)
    tell_unserved(published, output)
    return EXIT_INPUT if report.failed else EXIT_OK


def _add(args: argparse.Namespace, progress: ProgressBar) -> "tuple[AddReport, Published | None]":
    """Do what `Ledger.add` does, with two cores hashing while the rest is imported and opened."""
    home = find_home(Path(args.ledger) if args.ledger else None)
    reading = Reading.start(
        args.paths,
        settings=args.set,
        manifest=args.manifest,
        sha256=args.sha256,
        tokens=tokens_of(args),
        domains=domains_of(args),
        documents=documents_of(args, home.digests),
        exclude=home.own_files,
        progress=progress,
    )
    with reading:
        from ledger.client.adding import add_reading
        from ledger.client.client import Ledger

        with Ledger.open(home.folder, key=args.key) as ledger:
            return add_reading(ledger, reading), ledger.published


def tokens_of(args: argparse.Namespace) -> Tokens | None:
    """Return how tokens are counted, as the options say; None leaves them out."""
    if args.tokens_column:
        return ColumnSum(args.tokens_column)
    return LocalTokenizer(args.tokenizer, args.text_column or "text") if args.tokenizer else None


def documents_of(args: argparse.Namespace, digests: Path) -> DocumentTree | None:
    """Return what the documents inside a file are, as the options say; None makes no tree."""
    keep = str(digests) if args.keep_digests else ""
    if args.documents_tree is False:
        return None
    asked = bool(args.documents_tree or args.text_column)
    return DocumentTree(args.text_column or "", keep=keep, asked=asked)


def domains_of(args: argparse.Namespace) -> DomainColumn | None:
    """Return which columns of rows to read, as the options say; None reads none."""
    wanted = DomainColumn(
        args.domain_column or "",
        args.text_column or "text",
        args.language_column or "",
        args.date_column or "",
    )
    return wanted if wanted.named else None


def _to_json(report: "AddReport") -> JSON:
    failed: list[JSON] = []
    for one in report.failed:
        problem: dict[str, JSON] = {"path": _text(one.path), "reason": one.reason}
        if one.hint:
            problem["hint"] = one.hint
        failed.append(problem)
    return {
        "recorded": report.recorded,
        "bytes": report.bytes,
        "same": report.same,
        "entries": [{"index": index, "records": count} for index, count in report.entries],
        "failed": failed,
        "skipped": [{"path": _text(one.path), "reason": one.reason} for one in report.skipped],
        "notes": [{"path": _text(path), "note": note} for path, note in report.notes],
    }


def _text(path: str) -> str:
    """Return a path as text, whatever bytes its name has."""
    return path.encode(errors="surrogateescape").decode(errors="backslashreplace")


def _to_text(report: "AddReport", seconds: float) -> str:
    lines = [f"{counted(report.recorded, 'shard')} recorded"]
    if report.entries:
        first, (index, count) = f"{report.entries[0][0]}.0", report.entries[-1]
        last = f"{index}.{count - 1}"
        ids = first if first == last else f"{first} to {last}"
        lines[0] += f", {sized(report.bytes)}, in {seconds:.1f} s: {ids}"
    if report.same:
        lines.append(f"{counted(report.same, 'file')} recorded already, with the same metadata")
    for reason, count in Counter(one.reason for one in report.skipped).items():
        if reason not in _EXPECTED:
            lines.append(f"{counted(count, 'file')} left out: {reason}")
    return "\n".join(lines)


def _list_notes(report: "AddReport", output: Output) -> None:
    for path, note in report.notes[:_SHOWN]:
        output.say(output.wrapped(f"{shortened(path, 60)}: {note}", "    ", first="  note: "))
    if len(report.notes) > _SHOWN:
        output.say(f"  and {len(report.notes) - _SHOWN:,} more notes: --json lists them all")


def _list_failed(report: "AddReport", output: Output) -> None:
    if not report.failed:
        return
    output.warn(f"{counted(len(report.failed), 'file')} could not be recorded; the rest is")
    for one in report.failed[:_SHOWN]:
        line = f"{shortened(one.path, 60)}: {one.reason}"
        output.say(output.wrapped(line, "    ", first="  "))
    for hint in dict.fromkeys(one.hint for one in report.failed if one.hint):
        output.say(f"        try: {hint}")
    if len(report.failed) > _SHOWN:
        output.say(f"  and {len(report.failed) - _SHOWN:,} more: --json lists them all")
