"""`ledger summary`: the public summary of a release, logged, with its proof inside."""

import argparse
from shlex import quote
from typing import TYPE_CHECKING

from ledger.cli.output import EXIT_OK, Output, counted
from ledger.cli.places import shown_path
from ledger.summary.regime import regime_names

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.client.summarising import Preview, Summary
    from ledger.summary.document import Gap

EXAMPLE = "ledger summary demo-1 --template eu --to html,jsonld"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("release", metavar="RELEASE", help="the release's name")
    parser.add_argument(
        "--template",
        default="eu",
        metavar="NAME",
        help=f"{', '.join(regime_names())}, or a file with questions of your own; default: eu",
    )
    parser.add_argument(
        "--to",
        default="html,jsonld",
        metavar="FORMATS",
        help="pdf, docx, html, jsonld; default: html,jsonld",
    )
    parser.add_argument("--out", default=".", metavar="DIR", help="where the files go")
    either = parser.add_mutually_exclusive_group()
    either.add_argument(
        "--dry-run", action="store_true", help="write it as a draft, list its gaps, log nothing"
    )
    either.add_argument(
        "--version",
        type=int,
        metavar="N",
        help="write that published version again, or in a further format",
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Write the documents and say what they still lack."""
    from ledger.client.client import Ledger

    to = [one.strip() for one in args.to.split(",") if one.strip()]
    with Ledger.open(args.ledger) as ledger:
        trust = ledger.home.trust
        if args.dry_run:
            drafted = ledger.preview(args.release, template=args.template, to=to, folder=args.out)
            _tell_draft(args, drafted, output)
            return EXIT_OK
        if args.version is not None:
            summary = ledger.render(
                args.release, version=args.version, template=args.template, to=to, folder=args.out
            )
        else:
            summary = ledger.summary(args.release, template=args.template, to=to, folder=args.out)
    _tell(args, summary, trust, output)
    return EXIT_OK


def _tell_draft(args: argparse.Namespace, drafted: "Preview", output: Output) -> None:
    files = [str(path) for path in drafted.files]
    output.data(
        {
            "release": args.release,
            "version": drafted.document.version,
            "files": list(files),
            "gaps": len(_open_points(drafted.gaps)),
        },
        "\n".join([f"draft of version {drafted.document.version}: nothing was logged", *files]),
    )
    _tell_gaps(args, drafted.gaps, output)


def _tell(args: argparse.Namespace, summary: "Summary", trust: "Path", output: Output) -> None:
    files = [str(path) for path in (*summary.files, *summary.attachments)]
    output.data(
        {
            "id": str(summary.id),
            "release": args.release,
            "version": summary.document.version,
            "files": list(files),
            "gaps": len(_open_points(summary.gaps)),
        },
        "\n".join([f"summary {summary.id}: version {summary.document.version}", *files]),
    )
    _tell_gaps(args, summary.gaps, output)
    output.say(f"next: ledger verify {shown_path(summary.files[0])} --trust {shown_path(trust)}")


def _tell_gaps(args: argparse.Namespace, gaps: "tuple[Gap, ...]", output: Output) -> None:
    if found := _open_points(gaps):
        other = "" if args.template == "eu" else f" --template {quote(args.template)}"
        command = f"ledger check {quote(args.release)}{other}"
        output.say(f"{counted(len(found), 'gap')} in it: {command}")


def _open_points(gaps: "tuple[Gap, ...]") -> "list[Gap]":
    return [gap for gap in gaps if gap.severity != "advice"]
