"""A monitor of a `PublishedLog`, with a clock that stands still."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ledger.checkpoint.trust import Trust
from ledger.monitor.claims import Claims
from ledger.monitor.events import Event
from ledger.monitor.look import Look
from ledger.monitor.monitor import Monitor
from ledger.monitor.remote import Ask, RemoteLog
from ledger.monitor.state import StateFile
from ledger.monitor.views import HeldFile, Place
from ledger.proof.misbehaviour import Misbehaviour
from tests.makers import TIME, TRUST

URL = "http://log.example"


@dataclass
class Watch:
    """Looks at a log again and again, each time as a new process would."""

    folder: Path
    trust: Trust = TRUST
    now: int = TIME + 60
    max_age: int | None = 86_400

    def __call__(
        self, ask: Ask, *, others: Sequence[Ask] = (), files: Sequence[HeldFile] = ()
    ) -> Look:
        """Look once at the log that `ask` answers for."""
        logs = [
            RemoteLog(f"{URL}/{number}", self.trust, ask=one)
            for number, one in enumerate((ask, *others))
        ]
        return self.look_at(logs[0], [*logs[1:], *files])

    def look_at(self, log: RemoteLog, others: Sequence[Place] = ()) -> Look:
        """Look once at a log, wherever it is."""

        def now() -> int:
            return self.now

        claims = Claims(self.folder / "proofs", now)
        file = StateFile(self.folder / "state.json")
        return Monitor(log, file, claims, now=now, max_age=self.max_age, others=others).look()

    @property
    def claims(self) -> list[Misbehaviour]:
        """Every claim that was written, oldest name first."""
        return [Misbehaviour.from_bytes(path.read_bytes()) for path in self.files]

    @property
    def files(self) -> list[Path]:
        """The files of the claims."""
        return sorted((self.folder / "proofs").glob("*.json"))


def told(look: Look) -> list[str]:
    """Return the kinds of events of a look, without what every first look tells."""
    return [event.what for event in look.events if event.what != "key-event"]


def only_event(look: Look) -> Event:
    """Return the one event of a look that is no key event."""
    (event,) = (one for one in look.events if one.what != "key-event")
    return event
