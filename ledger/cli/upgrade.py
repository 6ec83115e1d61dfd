"""`ledger upgrade`: bring a ledger of an older version to this one, audited before and after."""

import argparse
from pathlib import Path

from ledger.cli.output import EXIT_OK, Output, counted

EXAMPLE = "ledger upgrade"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--new-checkpoints",
        action="store_true",
        help="make the checkpoint store anew from what is published: it was lost",
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Upgrade, and say what was done and what was proved."""
    from ledger.client.home import find_home
    from ledger.client.upgrading import upgrade_ledger

    home = find_home(Path(args.ledger) if args.ledger else None)
    done = upgrade_ledger(home, new_checkpoints=args.new_checkpoints)
    schema = done.steps[-1].split()[0] if done.steps else done.found
    lines = [output.wrapped(f"step {step}", "    ") for step in done.steps]
    entries = counted(done.head.size, "entry", "entries")
    said = f"schema {schema} is the newest; {entries} audited, all is well"
    if done.steps:
        records = counted(done.records, "record")
        said = f"schema {schema}; {entries} and {records}, the same before and after"
    lines.append(output.wrapped(f"{done.head.origin}: {said}", "  "))
    lines.append(f"  root {done.head.root.hex()}")
    lines += [output.wrapped(f"- not checked: {one}", "    ") for one in done.left_out]
    output.data(
        {
            "origin": done.head.origin,
            "found": done.found,
            "schema": schema,
            "steps": list(done.steps),
            "size": done.head.size,
            "records": done.records,
            "root": done.head.root.hex(),
            "not_checked": list(done.left_out),
        },
        "\n".join(lines),
    )
    return EXIT_OK
