"""`ledger summary`: the public summary of a release, logged, with its proof inside."""

import argparse
from shlex import quote

from ledger.cli.output import EXIT_OK, Output, counted
from ledger.cli.places import shown_path

EXAMPLE = "ledger summary demo-1 --template eu --to html,jsonld"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("release", metavar="RELEASE", help="the release's name")
    parser.add_argument(
        "--template", default="eu", choices=("eu",), help="eu: AI Act, Article 53(1)(d)"
    )
    parser.add_argument(
        "--to", default="html,jsonld", metavar="FORMATS", help="html, jsonld; default: both"
    )
    parser.add_argument("--out", default=".", metavar="DIR", help="where the files go")


def run(args: argparse.Namespace, output: Output) -> int:
    """Write the documents and say what they still lack."""
    from ledger.client.client import Ledger

    with Ledger.open(args.ledger) as ledger:
        summary = ledger.summary(
            args.release,
            template=args.template,
            to=[one.strip() for one in args.to.split(",") if one.strip()],
            folder=args.out,
        )
        trust = ledger.home.trust
    open_points = [gap for gap in summary.gaps if gap.severity != "advice"]
    files = [str(path) for path in summary.files]
    output.data(
        {
            "id": str(summary.id),
            "release": args.release,
            "version": summary.document.version,
            "files": list(files),
            "gaps": len(open_points),
        },
        "\n".join([f"summary {summary.id}: version {summary.document.version}", *files]),
    )
    if open_points:
        output.say(f"{counted(len(open_points), 'gap')} in it: ledger check {quote(args.release)}")
    output.say(f"next: ledger verify {shown_path(summary.files[0])} --trust {shown_path(trust)}")
    return EXIT_OK
