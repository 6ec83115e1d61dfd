"""`ledger domain`: is a domain on the crawl list that a release's summary committed to?"""

import argparse
from typing import TYPE_CHECKING

from ledger.cli.output import EXIT_OK, Output, sized
from ledger.cli.places import write_evidence

if TYPE_CHECKING:
    from ledger.client.asking import Answered

EXAMPLE = "ledger domain example.org --release demo-1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "name", metavar="NAME", help="a domain, a name under it, or a URL; any script"
    )
    parser.add_argument("--release", required=True, metavar="R", help="the release's name")
    parser.add_argument(
        "--version", type=int, metavar="N", help="of its summary; default: the newest"
    )
    parser.add_argument(
        "--key",
        action="store_true",
        help="put the name key of that summary into the answer, which makes it a proof; without "
        "it, it is a signed promise. Who has the key can test names of domains and of models",
    )
    parser.add_argument(
        "--bytes",
        action="store_true",
        help="show how many bytes are booked for it, if it is on the list; for an auditor",
    )
    parser.add_argument(
        "--out", metavar="FILE", help="default: <NAME>.answer.json; - is standard output"
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Write the answer, and say what it says."""
    from ledger.client.asking import answer_domain
    from ledger.client.client import Ledger

    with Ledger.open(args.ledger) as ledger:
        found = answer_domain(
            ledger,
            args.name,
            release=args.release,
            version=args.version,
            with_key=args.key,
            with_bytes=args.bytes,
        )
        trust = ledger.home.trust
    told = found.told
    data = found.answer.to_bytes()
    _tell(found, output)
    write_evidence(
        data,
        args.out or f"{told.domain}.answer.json",
        facts={
            **({} if told.bytes is None else {"booked": told.bytes}),
            "answer": told.answer,
            "asked": told.asked,
            "domain": told.domain,
            "kind": told.kind,
            "names": told.names,
            "notes": list(found.notes),
            "release": told.release,
            "summary": str(found.summary),
            "version": told.version,
        },
        text=f"{told.answer}, {told.kind}, {sized(len(data))}",
        trust=trust,
        output=output,
    )
    return EXIT_OK


def _tell(found: "Answered", output: Output) -> None:
    for note in found.notes:
        output.say(output.wrapped(note, "  "))
    for label, text in found.told.lines():
        output.say(output.wrapped(f"{label}: {text}", "  "))
