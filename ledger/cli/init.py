"""`ledger init`: keys, database, folder for tiles, trust file, provider profile."""

import argparse

from ledger.cli.output import EXIT_OK, Output, table
from ledger.cli.places import near

EXAMPLE = "ledger init --origin lab.example/training-2026"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("folder", nargs="?", default=".", help="where to make it; default: here")
    parser.add_argument(
        "--url", help="the database: sqlite:///ledger.db (default), postgresql://user@host/name"
    )
    parser.add_argument(
        "--origin", metavar="NAME", help="the log's name for ever, such as lab.example/training"
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Make a ledger and say what is where."""
    from ledger.client.client import Ledger
    from ledger.client.home import shown_url

    with Ledger.create(args.ledger or args.folder, url=args.url, origin=args.origin) as ledger:
        home = ledger.home
        rows = [
            ("records", shown_url(home.url)),
            ("keys", str(home.keys)),
            ("tiles", str(home.public)),
            ("trust", str(home.trust)),
            ("profile", str(home.profile)),
        ]
        lines = table([(f"  {name}", near(path)) for name, path in rows])
        text = f"{home.origin}: a new log\n{lines}"
        output.data({"origin": home.origin, **dict(rows)}, text)
        output.say(f"next: fill in {home.profile.name}, then ledger add DATA --set dataset.name=…")
    return EXIT_OK
