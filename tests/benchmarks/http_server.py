"""A server and its client, each in processes of their own, as an operator would run it."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.processes import ledger_command


class Sent(NamedTuple):
    """What sending came to."""

    seconds: float
    statuses: dict[str, int]


class Load:
    """Talks to the client process."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def send(self, lo: int, hi: int, clients: int) -> Sent:
        """Send the bodies `lo <= number < hi` over that many connections; all must be logged.

        Raises:
            RuntimeError: One was answered otherwise.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(lo, hi, clients, file=self._process.stdin, flush=True)
        sent = Sent(**json.loads(self._process.stdout.readline()))
        if sent.statuses != {"201": hi - lo}:
            raise RuntimeError(f"the server answered {sent.statuses}")
        return sent


@contextmanager
def serving(home: Path, *, workers: int = 1) -> Iterator[int]:
    """Run `ledger serve --writable` while the block runs, and give its port."""
    words = ["serve", "--writable", "--port", "0", "--workers", str(workers), "--ledger", str(home)]
    process = subprocess.Popen(
        [*ledger_command(), *words], stderr=subprocess.PIPE, text=True, cwd=home
    )
    try:
        assert process.stderr is not None
        said = process.stderr.readline()
        found = re.search(r"http://[^:]+:(\d+)/", said)
        if found is None:
            raise RuntimeError(said + process.stderr.read())
        yield int(found[1])
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


@contextmanager
def loading(port: int, bodies: Path) -> Iterator[Load]:
    """Run the client while the block runs."""
    command = [sys.executable, "-m", "tests.benchmarks.http_load", str(port), str(bodies)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    try:
        yield Load(process)
    finally:
        process.terminate()
        process.communicate(timeout=60)


def write_bodies(path: Path, bodies: Iterable[bytes]) -> int:
    """Write bodies for the client, and return how many."""
    count = 0
    with path.open("wb") as file:
        for body in bodies:
            file.write(len(body).to_bytes(4) + body)
            count += 1
    return count
