"""A witness in a process of its own, as a regulator runs it: made, told of a log, served."""

import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from ledger.cli.main import main
from tests.cli.prepared import spawn


@dataclass
class WitnessProcess:
    """`ledger witness` in a folder."""

    folder: Path
    name: str
    url: str = ""
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def state(self) -> Path:
        """Where it remembers."""
        return self.folder / "witness.db"

    def make(self, trust: Path) -> None:
        """Make the witness, and let it know the logs of a trust file."""
        with redirect_stdout(StringIO()):
            state = ("--state", str(self.state), "--quiet")
            assert main(["witness", "init", "--name", self.name, *state]) == 0
            assert main(["witness", "add-log", str(trust), *state]) == 0

    def start(self) -> None:
        """Serve; at the same address as before, if it was started before."""
        listen = self.url.removeprefix("http://") or "127.0.0.1:0"
        words = ("witness", "serve", "--state", self.state.name, "--listen", listen)
        self.process = spawn(*words, folder=self.folder)
        assert self.process.stderr is not None
        greeting = self.process.stderr.readline().decode()
        address = re.search(r"(http://\S+)/", greeting)
        assert address, greeting + self.process.stderr.read().decode()
        self.url = address[1]

    def stop(self) -> str:
        """Stop it as a service manager does, and return its log of decisions."""
        assert self.process is not None
        out, err = ended(self.process)
        assert self.process.returncode == 0, err
        self.process = None
        return out


def ended(
    process: "subprocess.Popen[bytes]", how: signal.Signals = signal.SIGTERM
) -> tuple[str, str]:
    """Stop a process that says little, and return what of that was not read yet."""
    process.send_signal(how)
    # Not communicate(): it passes over what a readline before it took in too much.
    assert process.stdout is not None
    assert process.stderr is not None
    with process:
        return process.stdout.read().decode(), process.stderr.read().decode()


@contextmanager
def witnesses(folder: Path, trust: Path, count: int) -> Iterator[list[WitnessProcess]]:
    """Run so many witnesses, which know the logs of a trust file."""
    running = []
    try:
        for number in range(count):
            place = folder / f"witness-{number}"
            witness = WitnessProcess(place, f"witness-{number}.example")
            running.append(witness)
            witness.make(trust)
            witness.start()
        yield running
    finally:
        for witness in running:
            if witness.process is not None:
                witness.stop()
