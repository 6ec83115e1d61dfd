"""`ledger serve`: the log, the API and the verification page over HTTP."""

import argparse
import os
from pathlib import Path

from ledger.cli.output import EXIT_OK, Output

EXAMPLE = "ledger serve --port 8080"
APP = "api.app:from_environment"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--host", default="127.0.0.1", help="address; default: 127.0.0.1")
    parser.add_argument("--port", type=int, default=8080, help="port; default: 8080")
    parser.add_argument(
        "--writable", action="store_true", help="accept batches of registered producers"
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Serve until interrupted."""
    import uvicorn

    from ledger.client.home import VARIABLE, find_home

    home = find_home(Path(args.ledger) if args.ledger else None)
    # The application is named, not imported: it stands after the command line in the house.
    os.environ[VARIABLE] = str(home.folder)
    os.environ["LEDGER_WRITABLE"] = "1" if args.writable else "0"
    output.say(f"{home.origin} at http://{args.host}:{args.port}/  (Ctrl-C stops it)")
    uvicorn.run(
        APP, factory=True, host=args.host, port=args.port, log_level="warning", access_log=False
    )
    return EXIT_OK
