"""`ledger publish`: publish what is recorded, and ask the witnesses, also when nothing is new."""

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ledger.cli.output import EXIT_OK, EXIT_STORAGE, Output, counted, table
from ledger.record.canonical import JSON

if TYPE_CHECKING:
    from ledger.log.publish import Published

EXAMPLE = "ledger publish"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments: there are none."""


def run(args: argparse.Namespace, output: Output) -> int:
    """Publish, and say what is served now."""
    from ledger.client.client import Ledger

    with Ledger.open(args.ledger) as ledger:
        published = ledger.publish()
    output.data(_to_json(published), _to_text(published))
    for one in published.failures:
        output.warn(one)
    for one in published.warnings:
        output.warn(one)
    return EXIT_OK if published.is_current else EXIT_STORAGE


def tell_unserved(published: "Published | None", output: Output) -> None:
    """Say that what was recorded is not served yet, if that is so: no error, and not to be missed.

    `published` is what the verb's own publishing gave; None if it did not publish.
    """
    if published is None or published.is_current:
        return
    reason = "; ".join(published.failures)
    text = f"recorded, and not served yet: {_waiting(published)}. {reason}"
    output.say(output.wrapped(text, "        ", first="  note: "))
    output.say("        try: ledger publish, which asks the witnesses again")


def _waiting(published: "Published") -> str:
    count = counted(published.latest - published.size, "entry", "entries")
    return f"{count} from {published.size} on wait for the witnesses"


def _to_text(published: "Published") -> str:
    size = counted(published.size, "entry", "entries")
    lines = [f"{size} served, all there are" if published.is_current else f"{size} served"]
    if not published.is_current:
        lines.append(_waiting(published))
    if published.quorum is not None:
        lines.append(f"quorum {published.quorum}, cosigned by")
        rows = [("", one.name, _utc(one.time)) for one in published.cosigned]
        lines.append(table(rows) if rows else "  nobody yet")
    return "\n".join(lines)


def _to_json(published: "Published") -> JSON:
    told: dict[str, JSON] = {
        "size": published.size,
        "latest": published.latest,
        "current": published.is_current,
        "checkpoint": published.checkpoint.decode(),
        "cosigned": [{"name": one.name, "time": one.time} for one in published.cosigned],
        "failures": list(published.failures),
        "warnings": list(published.warnings),
    }
    if published.quorum is not None:
        told["quorum"] = published.quorum
    return told


def _utc(time: int) -> str:
    """Return a witness's time for people; 0 is how a cosigner says nothing about time."""
    if not time:
        return "at no stated time"
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
