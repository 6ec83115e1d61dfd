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
    lines = [f"step {step}" for step in done.steps]
    lines.append(
        f"{done.head.origin}: schema {schema}, {counted(done.head.size, 'entry', 'entries')} and "
        f"{counted(done.records, 'record')}, the same before and after\n"
        f"  root {done.head.root.hex()}"
        if done.steps
        else f"{done.head.origin}: schema {schema} is the newest; nothing to do, and the audit of "
        f"{counted(done.head.size, 'entry', 'entries')} is clean"
    )
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
