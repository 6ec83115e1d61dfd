"""`ledger`: finds the verb, imports its module, and turns errors into a message and an exit code.

    0  verified, or done            3  cannot tell: a key or an input is missing
    1  does not verify              4  verified with warnings, under --strict
    2  usage or input               5  storage or network

And 130 when interrupted with Ctrl-C, 143 when stopped by SIGTERM, as shells have it. Only the verb
that is used is imported, so that `ledger verify` starts without a database.
"""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from types import FrameType
from typing import NoReturn, Protocol, cast

from ledger import __version__
from ledger.cli.output import (
    EXIT_CANNOT_TELL,
    EXIT_INPUT,
    EXIT_INTERRUPTED,
    EXIT_NOT_VERIFIED,
    EXIT_STOPPED,
    EXIT_STORAGE,
    Output,
)
from ledger.errors import (
    CannotTellError,
    ConflictError,
    LedgerError,
    StorageError,
    VerificationError,
)
from ledger.record.canonical import JSON

VERBS = {
    "demo": "the whole story on real data found on this machine",
    "init": "make a ledger: keys, database, folder for tiles",
    "add": "record files, folders and URLs as shards",
    "list": "list datasets, releases, summaries, or single records",
    "show": "show one record, whole",
    "release": "freeze the training set of a model version",
    "check": "say what a release's summary still lacks",
    "summary": "write a release's public summary, logged, with its proof inside",
    "prove": "write evidence for a record: whole, by field, or closed",
    "disclose": "write evidence that shows some fields of many records",
    "domain": "answer whether a domain is on the crawl list of a release",
    "find": "say whether an exact document is in recorded shards, and in which releases",
    "verify": "check evidence, documents, shards and folders, offline",
    "audit": "check a summary's numbers by opening records drawn at random",
    "correct": "replace records by others that say it right; nothing is updated",
    "withdraw": "say that records are not to be used any more",
    "erase": "destroy the values of records; that they were logged stays provable",
    "publish": "publish what is recorded, and ask the witnesses again",
    "fsck": "re-derive everything from the rows, trusting no stored hash",
    "backup": "copy the ledger but its private keys, and prove the copy by restoring it",
    "restore": "make a ledger from a backup, audited, and say what it lacks",
    "monitor": "watch a log that somebody else runs, and keep proof of what it did",
    "upgrade": "bring a ledger of an older version to this one, audited before and after",
    "grants": "print the SQL that gives a PostgreSQL role what it needs, and nothing more",
    "serve": "serve the log, the API and the verification page",
    "timestamp": "let an RFC 3161 authority say by when the log was so",
    "witness": "be a witness of other logs, or let one cosign this log",
    "keys": "list the keys of this ledger, and what each may sign",
}
"""Every verb in the order of a first session, with the line that --help prints for it."""

USAGE_EXAMPLE = "ledger demo"


class Verb(Protocol):
    """A verb's module."""

    EXAMPLE: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""

    def run(self, args: argparse.Namespace, output: Output) -> int:
        """Do it, and return the exit code."""


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors look like all our errors."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong and where to read more, and exit with 2."""
        Output().warn(message, f"{self.prog} --help")
        raise SystemExit(EXIT_INPUT)


def parser_of(name: str) -> tuple[Parser, Verb]:
    """Return the argument parser and the module of a verb."""
    verb = cast(Verb, import_module(f"ledger.cli.{name}"))
    parser = Parser(
        prog=f"ledger {name}",
        description=f"{VERBS[name][0].upper()}{VERBS[name][1:]}.",
        epilog=f"example:\n  {verb.EXAMPLE}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    verb.add_arguments(parser)
    common = parser.add_argument_group("everywhere")
    common.add_argument("--json", action="store_true", help="print JSON to stdout")
    common.add_argument("--quiet", action="store_true", help="print no progress and no talk")
    common.add_argument(
        "--ledger", metavar="DIR", help="the ledger's folder; default: here or above, $LEDGER_HOME"
    )
    return parser, verb


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] in ("-h", "--help", "help"):
        print(usage())
        return EXIT_INPUT if not words else 0
    if words[0] == "--version":
        print(f"ledger {__version__}")
        return 0
    if words[0] not in VERBS:
        from ledger.record.schema import nearest

        close = nearest(words[0], tuple(VERBS))
        Output().warn(f"there is no command {words[0]!r}{close}", "ledger --help")
        return EXIT_INPUT
    parser, verb = parser_of(words[0])
    args = parser.parse_args(words[1:])
    output = Output(as_json=args.json, quiet=args.quiet)
    try:
        return verb.run(args, output)
    except LedgerError as error:
        return report(error, output)
    except BrokenPipeError:
        raise
    except OSError as error:
        # A disk or a folder failed where nobody expected it: still no reason for a traceback.
        where = f"{error.filename}: " if error.filename is not None else ""
        return report(StorageError(f"{where}{error.strerror or error}"), output)


def report(error: LedgerError, output: Output) -> int:
    """Tell the user about an error and return the exit code that it means."""
    code = exit_code(error)
    if output.as_json:
        problem: dict[str, JSON] = {
            "error": type(error).__name__,
            "message": str(error),
            "exit_code": code,
        }
        if error.hint:
            problem["hint"] = error.hint
        output.data(problem, "")
    else:
        output.warn(str(error), error.hint)
    return code


def exit_code(error: LedgerError) -> int:
    """Return the exit code of an error: the contract of docs/cli.md."""
    match error:
        case VerificationError():
            return EXIT_NOT_VERIFIED
        case CannotTellError():
            return EXIT_CANNOT_TELL
        case StorageError() | ConflictError():
            return EXIT_STORAGE
    return EXIT_INPUT


def usage() -> str:
    """Return what `ledger --help` prints."""
    width = max(map(len, VERBS))
    verbs = "\n".join(f"  {name.ljust(width)}  {line}" for name, line in VERBS.items())
    return (
        "usage: ledger COMMAND [ARGUMENTS]\n\n"
        "Record where training data came from, publish summaries, prove them offline.\n\n"
        f"{verbs}\n\n"
        "Each command has --help, --json and --ledger DIR.\n"
        "Exit codes: 0 done or verified, 1 does not verify, 2 usage or input,\n"
        "3 cannot tell, 4 verified with warnings under --strict, 5 storage or network.\n\n"
        f"example:\n  {USAGE_EXAMPLE}"
    )


def entry() -> NoReturn:
    """Run as the installed command."""
    # A file name may hold any bytes and a terminal any encoding; printing must not fail over it.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    signal.signal(signal.SIGTERM, _stop)
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of our output went away; there is nobody to tell, and no more to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = EXIT_STORAGE
    except KeyboardInterrupt as error:
        how, code = "interrupted", EXIT_INTERRUPTED
        if isinstance(error, StoppedError):
            how, code = "stopped", EXIT_STOPPED
        print(f"\nledger: {how}; what was recorded stays.", file=sys.stderr)
        print("        try: the same command, which goes on from there", file=sys.stderr)
    raise SystemExit(code)


class StoppedError(KeyboardInterrupt):
    """SIGTERM came. A transaction that is under way is committed or leaves no trace."""


def _stop(_: int, __: FrameType | None) -> NoReturn:
    raise StoppedError
