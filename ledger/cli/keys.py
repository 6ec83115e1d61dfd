"""`ledger keys list`: who may sign what in this log, and which of those keys are here."""

import argparse

from ledger.cli.output import EXIT_OK, Output, table
from ledger.record.canonical import JSON

EXAMPLE = "ledger keys list"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("action", choices=("list",), help="list the keys")


def run(args: argparse.Namespace, output: Output) -> int:
    """Print the registered keys and the log's own."""
    from ledger.client.client import Ledger
    from ledger.keys.files import load_key

    with Ledger.open(args.ledger) as ledger:
        here = {
            str(load_key(path).key): path.name for path in sorted(ledger.home.keys.glob("*.key"))
        }
        rows = [("role", "key", "valid from entry", "file here")]
        values: list[JSON] = []
        log_key = str(load_key(ledger.home.keys / "log.key").key)
        found = [("log", log_key, "")]
        for one in ledger.log.keys:
            until = "" if one.until is None else f" to {one.until - 1}"
            found.append((one.role, str(one.key), f"{one.since}{until}"))
        for role, vkey, valid in found:
            name, key_id, _ = vkey.split("+", 2)
            rows.append((role, f"{name}+{key_id}", valid, here.get(vkey, "")))
            values.append({"role": role, "vkey": vkey, "valid": valid, "file": here.get(vkey, "")})
        output.data(values, table(rows))
    return EXIT_OK
