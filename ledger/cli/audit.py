"""`ledger audit`: a regulator draws, the lab opens, anybody checks (docs/audit.md).

Each action is a module of its own, found by its name. `challenge` and `check` need no ledger, no
database and no network.
"""

import argparse
from importlib import import_module
from typing import Protocol, cast

from ledger.cli.output import Output

EXAMPLE = "ledger audit challenge summary.html --trust ledger.d/trust.policy --out challenge.json"
ACTIONS = {
    "challenge": "draw at random which records of a summary are to be opened",
    "open": "answer a challenge: open what was drawn, and nothing else",
    "check": "check a lab's answer, offline, and write the report",
    "recount": "count the files of drawn records again, and write the report with that",
    "log": "put a report into the log, for everybody to see",
}
"""In the order of an audit, with the line that --help prints for each."""


class Action(Protocol):
    """The module of an action."""

    EXAMPLE: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""

    def run(self, args: argparse.Namespace, output: Output) -> int:
        """Do it, and return the exit code."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of every action."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, words in ACTIONS.items():
        module = _module(name)
        action = actions.add_parser(
            name,
            help=words,
            description=f"{words[0].upper()}{words[1:]}.",
            epilog=f"example:\n  {module.EXAMPLE}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        module.add_arguments(action)
        # Also behind the action; there, absent must not overwrite what stood in front of it.
        for flag, more in (("--json", "print JSON to stdout"), ("--quiet", "print no talk")):
            action.add_argument(flag, action="store_true", default=argparse.SUPPRESS, help=more)
        action.add_argument(
            "--ledger", metavar="DIR", default=argparse.SUPPRESS, help="the ledger's folder"
        )


def run(args: argparse.Namespace, output: Output) -> int:
    """Do what the action says."""
    return _module(args.action).run(args, output)


def _module(action: str) -> Action:
    return cast(Action, import_module(f"ledger.cli.audit_{action}"))
