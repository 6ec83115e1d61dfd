"""`ledger show`: one record, whole, as its owner sees it."""

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ledger.cli.output import EXIT_OK, Output, printable, shortened
from ledger.cli.titles import title_of
from ledger.client.sealing import timestamp
from ledger.record.canonical import JSON
from ledger.record.leaf import RecordId
from ledger.record.schema import Fields

if TYPE_CHECKING:
    from ledger.store.rows import StoredRecord

EXAMPLE = "ledger show 1.0"
_MOST = 5
"""Items of a list that are printed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("id", metavar="ID", help="<log index>.<position>, as `ledger list` prints")


def run(args: argparse.Namespace, output: Output) -> int:
    """Print the record's fields with how each is known."""
    from ledger.client.client import Ledger

    with Ledger.open(args.ledger) as ledger:
        stored = ledger.show(args.id)
        entry = ledger.store.entry(stored.id.index)
        fields = stored.record.fields
        basis = fields.get("basis")
        producer = entry.producer.partition("+")[0]
        logged = timestamp(datetime.fromtimestamp(entry.appended_at / 1000, UTC))
        lines = [
            shortened(f"{stored.record.kind} {stored.id}  {_title(stored)}", output.width),
            f"  logged {logged}, signed by {producer}",
        ]
        for name, value in _readable(fields).items():
            if name == "basis":
                continue
            known = basis.get(name) if isinstance(basis, dict) else None
            lines += _shown(name, value, output, f"  ({known})" if known else "")
        output.data(
            {
                "id": str(stored.id),
                "kind": stored.record.kind,
                "logged": logged,
                "producer": entry.producer,
                "fields": dict(fields),
            },
            "\n".join(lines),
        )
    return EXIT_OK


def _shown(name: str, value: JSON, output: Output, note: str, depth: int = 1) -> list[str]:
    """Return the lines of one value: members below their name, lists by commas if short."""
    indent = "  " * depth
    if isinstance(value, dict):
        lines = [f"{indent}{name}{note}"]
        for member, item in value.items():
            lines += _shown(member, item, output, "", depth + 1)
        return lines
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        lines = [f"{indent}{name}{note}"]
        for number, item in enumerate(value[:_MOST]):
            lines += _shown(str(number), item, output, "", depth + 1)
        if len(value) > _MOST:
            lines.append(f"{indent}  … and {len(value) - _MOST:,} more: --json shows all")
        return lines
    text = ", ".join(map(_plain, value)) if isinstance(value, list) else _plain(value)
    start = f"{indent}{name}: "
    if " " not in text:
        return [f"{start}{text}{note}"]
    return output.wrapped(f"{start}{text}{note}", " " * len(start)).split("\n")


def _readable(fields: Fields) -> Fields:
    """Return the fields with the first and last key of a training set as record ids."""
    training = fields.get("training")
    if not isinstance(training, dict):
        return fields
    ids: dict[str, JSON] = {
        end: str(RecordId.of_key(bytes.fromhex(str(training[end])))) for end in ("lo", "hi")
    }
    return {**fields, "training": {**training, **ids}}


def _plain(value: JSON) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return printable(str(value))


def _title(stored: "StoredRecord") -> str:
    return title_of(stored.record.kind, stored.record.fields)
