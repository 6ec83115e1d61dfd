"""`ledger restore`: from a backup to an audited ledger, and what it lacks."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.cli.output import EXIT_OK, Output, counted
from ledger.cli.places import near

if TYPE_CHECKING:
    from ledger.client.restoring import Restored

EXAMPLE = "ledger restore backup --to restored"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("backup", metavar="BACKUP", help="a folder that ledger backup made")
    parser.add_argument("--to", metavar="DIR", default=".", help="the ledger's folder; default: .")
    parser.add_argument("--url", help="the database; default: what DIR/ledger.d says, or ledger.db")


def run(args: argparse.Namespace, output: Output) -> int:
    """Restore, audit, and say what is missing."""
    from ledger.client.lacking import find_lacks, has_checkpoint_store
    from ledger.client.restoring import restore

    restored = restore(Path(args.backup), Path(args.to), url=args.url)
    lacks = find_lacks(restored.home, restored.report.size)
    has_store = has_checkpoint_store(restored.home)
    manifest = restored.manifest
    lines = [
        f"{manifest.origin}: restored as of {manifest.made_at} and audited",
        f"  {counted(manifest.size, 'entry', 'entries')}, {counted(manifest.records, 'record')}",
        f"  root {manifest.root.hex()}",
        *(f"  kept as it was: {name}" for name in restored.kept),
        *(output.wrapped(f"! {lack}", "    ") for lack in lacks),
    ]
    output.data(
        {
            "folder": str(restored.home.folder),
            "origin": manifest.origin,
            "size": manifest.size,
            "records": manifest.records,
            "root": manifest.root.hex(),
            "made_at": manifest.made_at,
            "kept": list(restored.kept),
            "has_checkpoint_store": has_store,
            "missing": [{"from": one.lo, "to": one.hi - 1, "how": one.how} for one in lacks],
        },
        "\n".join(lines),
    )
    _advise(restored, output, lacks=bool(lacks), has_store=has_store)
    return EXIT_OK


def _advise(restored: "Restored", output: Output, *, lacks: bool, has_store: bool) -> None:
    """Say what is to be done before the ledger is used."""
    from ledger.client.home import shown_url
    from ledger.store.engine import sqlite_path

    advice = []
    if lacks:
        advice.append(
            "the log will not start below what was signed, since that would fork it: restore a "
            "newer backup. What was erased since this one was made is here again."
        )
    if not any(restored.home.keys.glob("*.key")):
        advice.append(f"put the key files into {near(restored.home.keys)}: none is there")
    if not has_store:
        store = sqlite_path(restored.home.checkpoints) or shown_url(restored.home.checkpoints)
        advice.append(
            f"put the checkpoint store back: {near(store)}. Only if it is lost, and no other "
            "server signs for this log: ledger upgrade --new-checkpoints"
        )
    for one in advice:
        output.say(output.wrapped(one))
