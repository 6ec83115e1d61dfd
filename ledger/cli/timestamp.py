"""`ledger timestamp`: let an RFC 3161 authority say by when the published checkpoint existed."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.cli.output import EXIT_OK, Output, counted
from ledger.cli.places import near
from ledger.errors import InputError, NotFoundError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

EXAMPLE = "ledger timestamp --tsa https://tsa.example/ --tsa-roots tsa-root.pem"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--tsa", metavar="URL", required=True, help="where the authority takes RFC 3161 requests"
    )
    parser.add_argument(
        "--tsa-roots",
        metavar="FILE",
        help="certificates (PEM) that the token must lead to; without, nobody checks who signed it",
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Ask for a token on what is served now, check it, and keep it beside the tiles."""
    from ledger.checkpoint.checkpoint import Checkpoint
    from ledger.client.home import find_home
    from ledger.log.folder import CHECKPOINT, FolderSink
    from ledger.log.timestamp import ask_authority, check_token, keep_token, token_path
    from ledger.signing.note import Note

    home = find_home(Path(args.ledger) if args.ledger else None)
    sink = FolderSink(home.public)
    roots = read_roots_file(args.tsa_roots) if args.tsa_roots else []
    served = sink.read(CHECKPOINT)
    if served is None:
        raise NotFoundError("nothing is published yet", hint="ledger publish")
    text = Note.from_bytes(served).text
    size = Checkpoint.from_text(text).size
    found = sink.read(token_path(size))
    if found is None:
        token, stamped = ask_authority(args.tsa, text, roots=roots)
        keep_token(sink, size, token)
    else:
        # The first one says the most.
        stamped = check_token(found, text, roots=roots)
    path = home.public / token_path(size)
    when = datetime.fromtimestamp(stamped.time, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    output.data(
        {
            "size": size,
            "no_later_than": stamped.time,
            "authority": stamped.authority,
            "file": str(path),
            "new": found is None,
            "checked": bool(roots),
        },
        f"{counted(size, 'entry', 'entries')} logged no later than {when}\n"
        f"  by {stamped.authority}\n  in {near(path)}",
    )
    if not roots:
        output.warn("the token's signature was not checked", "--tsa-roots FILE")
    return EXIT_OK


def read_roots_file(path: str) -> "list[Certificate]":
    """Return the certificates of a file.

    Raises:
        InputError: It cannot be read, or holds none.
    """
    from ledger.log.timestamp import read_roots

    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    try:
        return read_roots(data)
    except InputError as error:
        raise InputError(f"{path}: {error}", hint=error.hint) from error
