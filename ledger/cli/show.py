"""`ledger show`: one record, whole, as its owner sees it, and what became of it."""

import argparse
from typing import TYPE_CHECKING

from ledger.cli import histories
from ledger.cli.output import EXIT_OK, Output, printable, shortened
from ledger.cli.titles import title_of
from ledger.errors import NotFoundError
from ledger.record.canonical import JSON
from ledger.record.leaf import RecordId
from ledger.record.schema import Fields

if TYPE_CHECKING:
    from ledger.client.client import Ledger
    from ledger.client.history import History
    from ledger.store.rows import StoredRecord

EXAMPLE = "ledger show 1.0"
_MOST = 5
"""Items of a list that are printed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("id", metavar="ID", help="<log index>.<position>, as `ledger list` prints")


def run(args: argparse.Namespace, output: Output) -> int:
    """Print what became of the record, and its fields with how each is known."""
    from ledger.client.client import Ledger
    from ledger.client.history import logged

    with Ledger.open(args.ledger) as ledger:
        record_id = RecordId.parse(args.id)
        told = ledger.history(record_id)
        stored = _find(ledger, record_id)
        entry = ledger.store.entry(record_id.index)
        title = title_of(entry.kind, stored.record.fields) if stored else "(erased)"
        when = logged(ledger, record_id.index)
        lines = [
            shortened(f"{entry.kind} {record_id}  {title}", output.width),
            output.wrapped(f"  {histories.when(when)}", "  "),
            f"  signed by {entry.producer.partition('+')[0]}",
            *histories.lines(told, output),
        ]
        value: dict[str, JSON] = {
            "id": str(record_id),
            "kind": entry.kind,
            "logged": histories.time_text(when.appended_at / 1000),
            "producer": entry.producer,
            **histories.to_json(told),
        }
        if when.seen_at is not None:
            value["logged_no_later_than"] = histories.time_text(when.seen_at)
        erased_at = ledger.store.erased_at(record_id)
        if erased_at is not None:
            value["erased_at"] = histories.time_text(erased_at / 1000)
        if stored is None:
            lines += _erased(told, erased_at, output)
        else:
            lines += _field_lines(stored.record.fields, output)
            value["fields"] = dict(stored.record.fields)
            if entry.kind == "release" and "selection" not in stored.record.fields:
                names = _datasets(ledger, stored)
                value["datasets"] = list(names)
                lines += _shown("datasets", list(names), output, "  (not in the record)")
        output.data(value, "\n".join(lines))
    return EXIT_OK


def _find(ledger: "Ledger", record_id: RecordId) -> "StoredRecord | None":
    """Return the record; None if it was erased."""
    try:
        return ledger.show(record_id)
    except NotFoundError:
        if ledger.store.erased_at(record_id) is None:
            raise
        return None


def _datasets(ledger: "Ledger", release: "StoredRecord") -> list[str]:
    """Return what a release was trained on, which only the ledger of its owner knows."""
    from ledger.client.releasing import datasets_of

    try:
        return datasets_of(ledger.store, release)
    except NotFoundError:  # `ledger fsck` says what to do about a set that is missing
        return []


def _erased(told: "History", erased_at: int | None, output: Output) -> list[str]:
    """Say since when the values are gone, and by whose clock."""
    erasure = told.corrections.erasure(told.record)
    seen = [one.logged.seen_at for one in told.events if one.correction == erasure]
    day = "" if erased_at is None else f" on {histories.time_text(erased_at / 1000)[:10]}"
    when = f"{day} by the ledger's own clock"
    if seen and seen[0] is not None:
        when += f", logged no later than {histories.time_text(seen[0])} by witnesses"
    text = (
        f"  erased{when}: values and secret are destroyed, and nobody can tell any more what "
        f"it said. That it was logged stays provable: ledger prove {told.record} --closed"
    )
    return [output.wrapped(text, "  ")]


def _field_lines(fields: Fields, output: Output) -> list[str]:
    basis = fields.get("basis")
    lines: list[str] = []
    for name, value in _readable(fields).items():
        if name != "basis":
            known = basis.get(name) if isinstance(basis, dict) else None
            lines += _shown(name, value, output, f"  ({known})" if known else "")
    return lines


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
