"""T24: SIGTERM under load. Nothing acknowledged is lost, and the server is gone in ten seconds."""

import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random

from ledger.client.home import Home
from ledger.log.audit import audit
from ledger.store.store import Store
from tests.databases import KINDS, new_url
from tests.soak.figure import Figure
from tests.soak.submitting import Clients, Server, batch_of, new_ledger, producer_of

TIMES = 200
CLIENTS = 8
LONGEST = 10.0


@dataclass
class Stopped:
    """What came of all the signals so far."""

    acknowledged: list[tuple[int, int]] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    wrong: list[tuple[int, bytes]] = field(default_factory=list)


def stop(home: Home, times: int, random: Random, words: Sequence[str] = ()) -> Stopped:
    """Start a server, submit to it and send it SIGTERM, again and again."""
    stopped = Stopped()
    numbers = count()
    for _ in range(times):
        server = Server.start(home.folder, *words)
        clients = Clients(server.address, producer_of(home), numbers)
        threads = clients.start(CLIENTS)
        clients.begun.wait(60)
        time.sleep(random.random() / 5)
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        try:
            code = server.process.wait(60)
        except subprocess.TimeoutExpired:
            server.process.kill()
            raise
        stopped.seconds.append(time.monotonic() - began)
        stopped.codes.append(code)
        for thread in threads:
            thread.join()
        server.process.communicate()
        stopped.acknowledged += clients.acknowledged
        stopped.wrong += clients.others
    return stopped


def lost(home: Home, stopped: Stopped) -> list[int]:
    """Return the numbers of acknowledged batches that are not where they were said to be."""
    signer = producer_of(home)
    with Store.open(home.url) as store:
        report = audit(store, home.public)
        assert report.is_clean, report.findings
        return [
            number
            for number, index in stopped.acknowledged
            if store.entry(index).note != batch_of(number, signer).note
        ]


def run(scale: float) -> list[Figure]:
    """Return one figure for each kind of database."""
    return [_run(kind, max(1, round(TIMES * scale / len(KINDS)))) for kind in KINDS]


def _run(kind: str, times: int) -> Figure:
    with tempfile.TemporaryDirectory() as name:
        home = new_ledger(Path(name), new_url(kind, Path(name)))
        stopped = stop(home, times, Random(24), ("--workers", "2"))
        missing = lost(home, stopped)
    longest = max(stopped.seconds)
    bad = [code for code in stopped.codes if code]
    return Figure(
        what=f"{times} × SIGTERM under load, two workers, {kind}",
        goal="0 lost acknowledged, exit code 0 within 10 s",
        found=f"{len(stopped.acknowledged):,} acknowledged, {len(missing)} lost; exit code 0 "
        f"{times - len(bad)} times, at most {longest:.1f} s",
        ok=not missing and not bad and longest < LONGEST and not stopped.wrong,
    )
