"""`ledger restore`: from a backup to an audited ledger, and what it lacks."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.cli.output import EXIT_OK, Output, counted
from ledger.cli.places import near
from ledger.record.canonical import JSON

if TYPE_CHECKING:
    from ledger.client.home import Home
    from ledger.client.restoring import Restored

EXAMPLE = "ledger restore backup --to restored"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "backup",
        metavar="BACKUP",
        nargs="?",
        help="a folder that ledger backup made; without it, --catch-up alone",
    )
    parser.add_argument("--to", metavar="DIR", default=".", help="the ledger's folder; default: .")
    parser.add_argument("--url", help="the database; default: what DIR/ledger.d says, or ledger.db")
    parser.add_argument(
        "--catch-up",
        action="store_true",
        help="take back the entries that are published and missing; their records mostly are not",
    )
    parser.add_argument(
        "--from",
        dest="source",
        metavar="PLACE",
        help="where the log is published, a folder or URL; default: DIR/ledger.d/public",
    )
    parser.add_argument(
        "--evidence",
        metavar="FILE",
        action="append",
        default=[],
        help="evidence or a summary that shows records to take back; may be repeated",
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Restore, audit, catch up if asked to, and say what is missing."""
    from ledger.client.home import find_home
    from ledger.client.lacking import find_lacks, has_checkpoint_store
    from ledger.client.restoring import restore
    from ledger.errors import InputError

    if args.backup is None and not args.catch_up:
        raise InputError("nothing to restore: name a backup", hint=EXAMPLE)
    restored = None
    if args.backup is not None:
        restored = restore(Path(args.backup), Path(args.to), url=args.url)
    home = restored.home if restored else find_home(Path(args.to))
    size = restored.report.size if restored else 0
    lines = _restored_lines(restored, output) if restored else []
    facts = _facts(restored) if restored else {}
    if args.catch_up:
        size, facts["caught_up"] = _catch_up(args, home, lines)
    lacks = find_lacks(home, size)
    lines += [output.wrapped(f"! {lack}", "    ") for lack in lacks]
    output.data(
        {
            **facts,
            "folder": str(home.folder),
            "origin": home.origin,
            "has_checkpoint_store": has_checkpoint_store(home),
            "missing": [{"from": one.lo, "to": one.hi - 1, "how": one.how} for one in lacks],
        },
        "\n".join(lines),
    )
    _advise(home, output, lacks=bool(lacks))
    return EXIT_OK


def _restored_lines(restored: "Restored", output: Output) -> list[str]:
    manifest = restored.manifest
    losses = restored.report.losses
    lost = [f"  {counted(losses, 'loss', 'losses')}: ledger fsck lists them"] if losses else []
    return [
        f"{manifest.origin}: restored as of {manifest.made_at} and audited",
        f"  {counted(manifest.size, 'entry', 'entries')}, {counted(manifest.records, 'record')}",
        f"  root {manifest.root.hex()}",
        *lost,
        *(f"  kept as it was: {name}" for name in restored.kept),
    ]


def _facts(restored: "Restored") -> dict[str, JSON]:
    manifest = restored.manifest
    return {
        "size": manifest.size,
        "records": manifest.records,
        "root": manifest.root.hex(),
        "made_at": manifest.made_at,
        "kept": list(restored.kept),
    }


def _catch_up(
    args: argparse.Namespace, home: "Home", lines: list[str]
) -> tuple[int, dict[str, JSON]]:
    """Catch up, say what came back, and return the size of the log now."""
    from ledger.client.catching_up import catch_up_home

    caught = catch_up_home(home, source=args.source, evidence=args.evidence)
    count = caught.hi - caught.lo
    lines.append(
        f"caught up: {counted(count, 'entry', 'entries')} from what is published"
        + (
            f", {caught.lo} to {caught.hi - 1}"
            if count
            else ", which has no more than the database"
        )
    )
    if caught.lacking:
        lines.append(
            f"  {counted(len(caught.lacking), 'entry', 'entries')} came back without records: "
            "ledger fsck lists them"
        )
    facts: dict[str, JSON] = {"from": caught.lo, "size": caught.hi, "lacking": list(caught.lacking)}
    return caught.hi, facts


def _advise(home: "Home", output: Output, *, lacks: bool) -> None:
    """Say what is to be done before the ledger is used."""
    from ledger.client.home import shown_url
    from ledger.client.lacking import has_checkpoint_store
    from ledger.store.engine import sqlite_path

    advice = []
    if lacks:
        advice.append(
            "the log will not start below what was signed, since that would fork it: restore a "
            "newer backup, or catch up with what is published: ledger restore --catch-up. What was "
            "erased since the backup was made is here again until then."
        )
    if not any(home.keys.glob("*.key")):
        advice.append(f"put the key files into {near(home.keys)}: none is there")
    if not has_checkpoint_store(home):
        store = sqlite_path(home.checkpoints) or shown_url(home.checkpoints)
        advice.append(
            f"put the checkpoint store back: {near(store)}. Only if it is lost, and no other "
            "server signs for this log: ledger upgrade --new-checkpoints"
        )
    for one in advice:
        output.say(output.wrapped(one))
