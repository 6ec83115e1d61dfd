"""`ledger serve`: the log, the API and the verification page over HTTP."""

import argparse
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.cli.output import EXIT_OK, Output, at_least_one
from ledger.errors import StorageError

if TYPE_CHECKING:
    from fastapi import FastAPI

EXAMPLE = "ledger serve --port 8080"
APP = "api.app"
FACTORY = "from_environment"
GRACE = 4
"""Seconds that requests get to finish when the server stops; all of it ends within ten."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--host", default="127.0.0.1", help="address; default: 127.0.0.1")
    parser.add_argument(
        "--port", type=port_number, default=8080, help="port; 0 takes a free one; default: 8080"
    )
    parser.add_argument(
        "--writable", action="store_true", help="accept batches of registered producers"
    )
    parser.add_argument(
        "--workers",
        type=at_least_one,
        default=1,
        metavar="N",
        help="processes that serve; default: 1",
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Serve until interrupted or stopped; what was begun then is answered."""
    # uvicorn holds back Ctrl-C and SIGTERM while it shuts down, and passes them on when it has.
    with suppress(KeyboardInterrupt):
        _serve(args, output)
    return EXIT_OK


def _serve(args: argparse.Namespace, output: Output) -> None:
    from ledger.client.home import VARIABLE, find_home

    home = find_home(Path(args.ledger) if args.ledger else None)
    said = {VARIABLE: str(home.folder), "LEDGER_WRITABLE": "1" if args.writable else "0"}
    with _environment(said), _listening(args.host, args.port) as door:
        # The application is named, not imported: it stands after the command line in the house.
        # With several workers each makes its own; made here too, an error has its message.
        app = getattr(import_module(APP), FACTORY)()
        host = f"[{args.host}]" if ":" in args.host else args.host
        address = f"http://{host}:{door.getsockname()[1]}/"
        output.say(f"{home.origin} at {address}  (Ctrl-C stops it)")
        if args.workers == 1:
            _run_here(app, door)
        else:
            app.state.close()  # each worker opens its own
            _run_workers(args.workers, door)


def _run_here(app: "FastAPI", door: socket.socket) -> None:
    import uvicorn

    config = uvicorn.Config(
        app, log_level="warning", access_log=False, timeout_graceful_shutdown=GRACE
    )
    uvicorn.Server(config).run(sockets=[door])


def _run_workers(count: int, door: socket.socket) -> None:
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    config = uvicorn.Config(
        f"{APP}:{FACTORY}",
        factory=True,
        workers=count,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=GRACE,
    )
    Multiprocess(config, sockets=[door]).run()


@contextmanager
def _environment(said: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for a while: the caller of `main` shall not inherit them."""
    before = {name: os.environ.get(name) for name in said}
    os.environ.update(said)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def port_number(text: str) -> int:
    """Return the port that an option gives."""
    if not (text.isdecimal() and int(text) < 65_536):
        raise argparse.ArgumentTypeError(f"expected a port from 0 to 65535, not {text!r}")
    return int(text)


def _listening(host: str, port: int) -> socket.socket:
    """Return a listening socket. We open it ourselves, since only then a taken port is our error.

    Raises:
        StorageError: The address is none of this machine's, or the port is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        door = socket.create_server((host, port), family=family)
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no host name"
        raise StorageError(
            f"cannot listen at {host}, port {port}: {reason}", hint="ledger serve --port 0"
        ) from error
    # A connection inherits this. asyncio sets it only on sockets that it opens itself, and without
    # it every answer on a kept connection waits 40 ms for the client's acknowledgement.
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return door
