"""What `correct`, `withdraw` and `erase` share: their arguments, and what they print."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ledger.cli.output import Output, counted, printable, shortened
from ledger.cli.titles import title_of
from ledger.record.canonical import JSON, encode
from ledger.record.changes import Change
from ledger.record.corrections import DONE

if TYPE_CHECKING:
    from ledger.client.client import Ledger
    from ledger.client.correcting import Corrected
    from ledger.record.leaf import RecordId

_RECORDS = 5
"""Records that are printed one by one, the others are summed up; --json has all."""
_MOST = 20
"""Changes and ids that are printed; --json has all."""


def add_arguments(parser: argparse.ArgumentParser, *, dataset: str) -> None:
    """Declare which records, and why; `dataset` is the help of `--dataset`."""
    parser.add_argument(
        "ids", nargs="*", metavar="ID", help="<log index>.<position>, as `ledger list` prints"
    )
    parser.add_argument("--dataset", metavar="NAME", help=dataset)
    parser.add_argument(
        "--reason",
        required=True,
        metavar="TEXT",
        help="why; it is published with the correction, so no private word in it",
    )


def check_choice(args: argparse.Namespace) -> None:
    """Check that either records or a dataset are named.

    Raises:
        InputError: Neither, or both.
    """
    from ledger.errors import InputError

    if bool(args.ids) == (args.dataset is not None):
        found = "both" if args.ids else "neither"
        raise InputError(f"name records or a dataset; {found} is given", hint="ledger list")


def report(
    ledger: "Ledger", action: str, done: "Sequence[Corrected]", output: Output, *notes: str
) -> None:
    """Print what was said about which record, and where else the same contents are recorded."""
    from ledger.client.correcting import twins

    others = twins(ledger, done)
    lines = [line for one in done[:_RECORDS] for line in _lines(one, action, output)]
    if further := done[_RECORDS:]:
        lines.append(_summed_up(further, done[0].changes))
    value: dict[str, JSON] = {
        "action": action,
        "records": [_json(one) for one in done],
        "same_content": [str(one) for one in others],
    }
    output.data(value, "\n".join(lines))
    for note in notes:
        output.say(output.wrapped(note))
    if others:
        output.say(output.wrapped(_others(others, action)))


def _summed_up(further: "Sequence[Corrected]", first: Sequence[Change]) -> str:
    """Return a line about records that are not printed; `first` is what changed in the first."""
    alike = bool(first) and all(one.changes == first for one in further)
    what = ", changed in the same way" if alike else ""
    return f"and {counted(len(further), 'more record')}{what}: --json lists them all"


def _lines(one: "Corrected", action: str, output: Output) -> list[str]:
    if one.old is None:
        return [f"{one.record}: erased already, by correction {one.correction}"]
    title = title_of(one.old.record.kind, one.old.record.fields)
    became = f"{one.record} → {one.replacement}" if one.replacement else f"{one.record}"
    what = f"{DONE[action]} by correction {one.correction}"
    head = f"{became}: {what}" if action == "erase" else f"{became}: {what}  {title}"
    lines = [shortened(head, output.width)]
    lines += [f"  {line}" for line in change_lines(one.changes, output.width - 2)]
    return lines


def change_lines(changed: Sequence[Change], width: int) -> list[str]:
    """Return a line for each change: path, old value, new value."""
    lines = [
        shortened(f"{one.path}: {_value(one.old)} → {_value(one.new)}", width)
        for one in changed[:_MOST]
    ]
    if len(changed) > _MOST:
        lines.append(f"… and {counted(len(changed) - _MOST, 'more change')}: --json shows all")
    return lines


def _value(value: JSON | None) -> str:
    if value is None:
        return "(not stated)"
    return printable(value if isinstance(value, str) else encode(value).decode())


def change_json(one: Change) -> JSON:
    """Return a change; a side that is not there is left out."""
    value: dict[str, JSON] = {"path": one.path}
    if one.old is not None:
        value["old"] = one.old
    if one.new is not None:
        value["new"] = one.new
    return value


def _json(one: "Corrected") -> JSON:
    value: dict[str, JSON] = {
        "id": str(one.record),
        "correction": str(one.correction),
        "changes": [change_json(change) for change in one.changes],
    }
    if one.replacement is not None:
        value["replacement"] = str(one.replacement)
    return value


def _others(others: "Sequence[RecordId]", action: str) -> str:
    shown = ", ".join(map(str, others[:_MOST])) + (", …" if len(others) > _MOST else "")
    verb = {"replace": "correct"}.get(action, action)
    are = "is recorded" if len(others) == 1 else "are recorded"
    return (
        f"the same content {are} by {shown} too, and that stands as it was: "
        f"ledger {verb} {others[0]} …"
    )
