"""Running a witness: what it says when it starts, a line a decision, and how it stops."""

import json
import signal
import threading
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING

from ledger.cli.output import EXIT_OK, Output, counted
from ledger.errors import InputError
from ledger.record.canonical import JSON

if TYPE_CHECKING:
    from ledger.witness.place import WitnessPlace
    from ledger.witness.service import Outcome, WitnessService
    from ledger.witness.state import WitnessState


def serve(place: "WitnessPlace", state: "WitnessState", listen: str, output: Output) -> int:
    """Serve a witness until SIGTERM or Ctrl-C; what is being decided then is still answered.

    Raises:
        InputError: The address is none, or a key file cannot be used.
        StorageError: It cannot listen there.
    """
    from ledger.witness.app import WitnessServer
    from ledger.witness.app import listen as open_door
    from ledger.witness.service import WitnessService

    turn = threading.Lock()

    def report(outcome: "Outcome") -> None:
        # A pipe that nobody reads any more must not keep a decision from being answered.
        with turn, suppress(OSError):
            line = _to_json(outcome) if output.as_json else _to_line(outcome)
            print(line, file=output.out, flush=True)

    service = WitnessService(state, place.signers, report=report)
    host, port = split_address(listen)
    door = open_door(host, port)
    server = WitnessServer(service, door, complain=output.say)

    def stop(_: int, __: FrameType | None) -> None:
        server.stop()

    before = {one: signal.signal(one, stop) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        # Only now: whoever reads that it runs may tell it to stop.
        _greet(service, state, host, door.getsockname()[1], output)
        server.serve_forever(0.1)
        # Waits for those that are being answered.
        server.server_close()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    output.say("stopped; everything that was cosigned is on the disk")
    return EXIT_OK


def _greet(
    service: "WitnessService", state: "WitnessState", host: str, port: int, output: Output
) -> None:
    logs = state.logs()
    shown = f"[{host}]" if ":" in host else host
    output.say(f"{service.keys[0].name} at http://{shown}:{port}/  (Ctrl-C stops it)")
    origins = counted(len({key.name for key in logs}), "log")
    output.say(f"{counted(len(service.keys), 'key')}, {origins} known")
    if not logs:
        output.say("It knows no log yet, and will refuse all: ledger witness add-log VKEY")


def split_address(text: str) -> tuple[str, int]:
    """Return host and port of `HOST:PORT`; IPv6 in brackets.

    Raises:
        InputError: It is no such thing.
    """
    host, colon, port = text.rpartition(":")
    if not colon or not host or not (port.isascii() and port.isdecimal() and int(port) < 65_536):
        raise InputError(f"{text!r} is no address", hint="--listen 127.0.0.1:8081")
    return host.removeprefix("[").removesuffix("]"), int(port)


def _to_line(outcome: "Outcome") -> str:
    from ledger.cli.output import printable
    from ledger.cli.witness import utc

    what = f"{outcome.origin} {outcome.old} -> {outcome.size}: " if outcome.origin else ""
    return printable(f"{utc(outcome.time)}  {outcome.status}  {what}{outcome.reason}")


def _to_json(outcome: "Outcome") -> str:
    value: dict[str, JSON] = {
        "time": outcome.time,
        "status": outcome.status,
        "origin": outcome.origin,
        "old": outcome.old,
        "size": outcome.size,
        "reason": outcome.reason,
    }
    return json.dumps(value, sort_keys=True)
