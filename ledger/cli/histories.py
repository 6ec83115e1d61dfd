"""What `ledger show` says of a record's past and future: who replaced whom, when, and why."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ledger.cli.corrections import change_json, change_lines
from ledger.cli.output import Output
from ledger.client.sealing import timestamp
from ledger.record.canonical import JSON
from ledger.record.corrections import DONE

if TYPE_CHECKING:
    from ledger.client.history import Event, History, Logged


def lines(told: "History", output: Output) -> list[str]:
    """Return what is known of a record's chain, newest verdict first; nothing if it stands alone.

    Every step is told from any record of the chain, so that nobody sees half of it.
    """
    found = [output.wrapped(f"  ! {told.verdict}", "    ")] if told.verdict else []
    if told.newest != told.record:
        found.append(f"    what stands now: ledger show {told.newest}")
    if len(told.chain) > 1:
        marks = (f"[{one}]" if one == told.record else str(one) for one in told.chain)
        found.append(f"  history  {' → '.join(marks)}")
    for event in told.events:
        said = event.correction
        became = f"{said.record} {DONE[said.action]}"
        if said.replacement is not None:
            became += f" by {said.replacement}"
        text = f"{became}: {said.reason}"
        found.append(output.wrapped(f"  {said.id}  {text}", "    "))
        found.append(output.wrapped(f"    {when(event.logged)}", "    "))
        found += [f"    {line}" for line in change_lines(event.changes, output.width - 4)]
    return found


def when(logged: "Logged") -> str:
    """Say when something was logged: by witnesses where there are any, never by the log alone."""
    by_log = time_text(logged.appended_at / 1000)
    if logged.seen_at is None:
        return f"logged {by_log} by the log's own clock; no witness says"
    return f"logged no later than {time_text(logged.seen_at)}, by witnesses; the log says {by_log}"


def to_json(told: "History") -> Mapping[str, JSON]:
    """Return the history as members of a JSON object."""
    value: dict[str, JSON] = {
        "current": told.is_current,
        "newest": str(told.newest),
        "history": [str(one) for one in told.chain],
        "corrections": [_event(one) for one in told.events],
    }
    if told.verdict:
        value["verdict"] = told.verdict
    return value


def _event(event: "Event") -> JSON:
    said = event.correction
    value: dict[str, JSON] = {
        "id": str(said.id),
        "record": str(said.record),
        "action": said.action,
        "reason": said.reason,
        "claimed_at": said.claimed_at,
        "appended_at": time_text(event.logged.appended_at / 1000),
        "changes": [change_json(one) for one in event.changes],
    }
    if said.replacement is not None:
        value["replacement"] = str(said.replacement)
    if event.logged.seen_at is not None:
        value["logged_no_later_than"] = time_text(event.logged.seen_at)
    return value


def time_text(seconds: float) -> str:
    """Return a POSIX time as records write times."""
    return timestamp(datetime.fromtimestamp(seconds, UTC))
