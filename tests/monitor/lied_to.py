"""Those who are lied to, and what they say to it."""

import re
from dataclasses import dataclass
from pathlib import Path

from ledger.checkpoint.trust import Trust
from ledger.client.submitting import Submitter
from ledger.errors import LedgerError
from ledger.log.witnesses import Witnesses
from ledger.monitor.events import Level
from ledger.monitor.remote import RemoteLog
from ledger.signing.note import Note, sign_note
from tests.makers import LOG, TRUST, WITNESS
from tests.monitor.lies import BATCH, SEEN, Lie, honest, seen_at, telling
from tests.monitor.watching import Watch

_PORT = re.compile(r"http://127\.0\.0\.1:[0-9]+")


@dataclass(frozen=True)
class Answered:
    """What was said to a lie, and what was kept as trusted before and after it."""

    error: str
    before: bytes
    after: bytes


def hear(lie: Lie, folder: Path) -> Answered:
    """Tell a lie to whom it is for."""
    with telling(lie) as url:
        heard = {"monitor": _look, "submitter": _submit, "witness client": _cosign}[lie.to]
        found = heard(lie, url, folder)
    return Answered(_PORT.sub("URL", found.error), found.before, found.after)


def _look(lie: Lie, url: str, folder: Path) -> Answered:
    watch = Watch(folder, now=seen_at(lie))
    assert Watch(folder)(honest(SEEN).ask).exit_code == 0
    state = folder / "state.json"
    before = state.read_bytes()
    look = watch.look_at(RemoteLog(url, TRUST, seconds=lie.seconds))
    if look.failure is not None:
        return Answered(_said(look.failure), before, state.read_bytes())
    worst = max(look.events, key=lambda event: event.level)
    assert worst.level > Level.NOTE, look
    return Answered(f"{worst.level.name} {worst.what}: {worst.text}", before, state.read_bytes())


def _submit(lie: Lie, url: str, folder: Path) -> Answered:
    kept = folder / "checkpoint"
    kept.write_bytes(honest(SEEN).signed)
    client = Submitter(RemoteLog(url, TRUST), kept, pause=lambda _: None, now=lambda: 0)
    try:
        found = client.submit(BATCH)
    except LedgerError as error:
        return Answered(_said(error), honest(SEEN).signed, kept.read_bytes())
    raise AssertionError(f"{lie.name} was believed: {found}")


def _cosign(lie: Lie, url: str, _: Path) -> Answered:
    trust = Trust.parse(f"log {LOG.key}\nwitness w {WITNESS.key} {url}\nquorum w\n".encode())
    note = sign_note(Note.from_bytes(honest(lie.size).signed).text, [LOG])
    asked = Witnesses(trust, seconds=lie.seconds).cosign(note, lambda old: ())
    (failure,) = asked.failures
    lines = "".join(f"{line}\n" for line in asked.lines).encode()
    return Answered(failure, b"", lines)


def _said(error: LedgerError) -> str:
    return f"{type(error).__name__}: {error}"
