"""`ledger monitor`: watch a log that somebody else runs, and keep proof of what it did."""

import argparse
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.cli.output import Output, counted, duration
from ledger.cli.places import shown_path
from ledger.errors import InputError
from ledger.record.canonical import JSON

if TYPE_CHECKING:
    from ledger.monitor.events import Event
    from ledger.monitor.look import Look
    from ledger.monitor.monitor import Monitor
    from ledger.monitor.state import StateFile
    from ledger.monitor.views import HeldFile

EXAMPLE = "ledger monitor http://127.0.0.1:8080 --state watch.json --once"
_MARKS = {"note": " ", "warning": "!", "unclear": "?", "alarm": "✗"}
_LATER = 60
"""Seconds after which an unreachable log is asked again, if --every is longer than that."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("url", metavar="URL", help="where the log is: the prefix of /checkpoint")
    parser.add_argument(
        "--trust", metavar="FILE", help="whose log and witnesses to believe; default: $LEDGER_TRUST"
    )
    parser.add_argument(
        "--state", metavar="FILE", required=True, help="what is remembered between two looks"
    )
    parser.add_argument("--origin", help="which log, where the trust file names several")
    parser.add_argument(
        "--compare",
        metavar="URL|FILE",
        action="append",
        default=[],
        help="a mirror, a witness, or evidence that somebody was given; may be repeated",
    )
    parser.add_argument(
        "--max-age",
        metavar="TIME",
        type=duration,
        default=86_400,
        help="how old what the witnesses saw may be; default: 24h",
    )
    parser.add_argument(
        "--proofs", metavar="DIR", help="where proofs of misbehaviour go; default: beside the state"
    )
    often = parser.add_mutually_exclusive_group()
    often.add_argument("--once", action="store_true", help="look once, and exit with the verdict")
    often.add_argument(
        "--every",
        metavar="TIME",
        type=duration,
        default=300,
        help="time between looks; default: 5m",
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Look once, or for ever."""
    from ledger.monitor.state import StateFile

    file = StateFile(Path(args.state))
    monitor = _monitor(args, file)
    with file.locked():
        if args.once:
            found = monitor.look()
            output.data(_to_json(found), _to_text(found, output))
            return found.exit_code
        output.say(f"watching {args.url} every {args.every} s  (Ctrl-C stops it)")
        while True:
            time.sleep(_look(monitor, args.every, output))


def _monitor(args: argparse.Namespace, file: "StateFile") -> "Monitor":
    from ledger.cli.verify import read_trust
    from ledger.monitor.claims import Claims
    from ledger.monitor.monitor import Monitor
    from ledger.monitor.remote import RemoteLog

    def now() -> int:
        return int(time.time())

    trust, _ = read_trust(args.trust, args.ledger)
    log = RemoteLog(args.url, trust, origin=args.origin)
    others = [
        RemoteLog(place, trust, origin=args.origin) if "://" in place else _held(place)
        for place in args.compare
    ]
    claims = Claims(Path(args.proofs) if args.proofs else file.path.parent, now)
    return Monitor(log, file, claims, now=now, max_age=args.max_age, others=others)


def _held(path: str) -> "HeldFile":
    from ledger.monitor.views import HeldFile
    from ledger.proof.evidence import MAX_SIZE

    try:
        with open(path, "rb") as file:
            return HeldFile(path, file.read(MAX_SIZE + 1))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(f"{path} cannot be read: {reason}") from error


def _look(monitor: "Monitor", every: int, output: Output) -> int:
    """Look, tell what is new in a line each, and return the seconds to wait."""
    found = monitor.look()
    for event in found.events:
        _print_line(output, event.to_json(), _line(event))
    _print_line(output, {"what": "look", **found.to_json()}, _summary(found))
    # A monitor outlives the network: the next look goes on from what is kept.
    return min(every, _LATER) if found.failure else every


def _print_line(output: Output, value: dict[str, JSON], text: str) -> None:
    line = json.dumps(value, sort_keys=True) if output.as_json else output.wrapped(text, "    ")
    print(line, file=output.out, flush=True)


def _to_json(found: "Look") -> dict[str, JSON]:
    return {**found.to_json(), "events": [event.to_json() for event in found.events]}


def _to_text(found: "Look", output: Output) -> str:
    lines = []
    for event in found.events:
        lines.append(output.wrapped(_line(event), "    "))
        if event.file:
            lines.append(f"    kept as {shown_path(event.file)}")
        if event.hint:
            lines.append(output.wrapped(f"    try: {event.hint}", "         "))
    lines += [
        output.wrapped(f"✗ found earlier: {text}", "    ")
        for text in found.earlier_alarms
        if text not in {event.text for event in found.events}
    ]
    lines.append(output.wrapped(_summary(found), "    "))
    return "\n".join(lines)


def _line(event: "Event") -> str:
    return f"{_MARKS[event.level.name.lower()]} {event.what}: {event.text}"


def _summary(found: "Look") -> str:
    from ledger.monitor.words import age_text

    text = f"{found.origin}: {found.verdict}"
    if found.failure is not None:
        text += f": {found.failure}"
    if found.untold:
        text += f"; {found.untold:,} more events are not shown"
    if found.tree is not None:
        text += f"; size {found.tree.size:,}, {counted(found.checked, 'entry', 'entries')} judged"
    if found.seen_at is not None:
        text += f"; seen by the quorum {age_text(found.at - found.seen_at)} ago"
    return text
