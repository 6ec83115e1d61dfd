"""A log cosigned by a witness that nobody here wrote: `aics-witness`, in a process of its own.

What is particular about it: it knows Ed25519 cosignatures only and ignores our ML-DSA-44 lines; it
wants its configuration in the environment or with --config behind the command; it writes its log to
standard error; and it tells the address it took (port 0 is any) only there.
"""

import re
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger import Ledger
from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.trust import Trust
from ledger.client.quorum import add_witness, write_trust
from ledger.client.sealing import batches
from ledger.keys.files import log_signers
from ledger.log.web import ask
from ledger.log.witnesses import Witnesses, monitoring_path, request_of, size_of
from ledger.record.record import Record
from ledger.signing.note import Note, sign_note
from ledger.tree.hashing import leaf_hash, root_of
from tests.interop.conftest import FOREIGN
from tests.makers import shard

COMMAND = FOREIGN / "aics-witness"
ORIGIN = "lab.example/foreign"


@dataclass
class ForeignWitness:
    """`aics-witness` in a folder, and the address that it serves at."""

    folder: Path
    vkey: str
    url: str = ""
    process: "subprocess.Popen[str] | None" = None

    def run(self, *words: str) -> str:
        """Run one of its commands."""
        done = subprocess.run(
            [COMMAND, *words], cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        """Serve, at a free port the first time and at the same one later."""
        listen = self.url.removeprefix("http://") or "127.0.0.1:0"
        self.process = subprocess.Popen(
            [COMMAND, "serve", "--listen", listen],
            cwd=self.folder, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stderr is not None
        for line in self.process.stderr:
            found = re.search(r"listening on (http://\S+)", line)
            if found:
                self.url = found[1]
                return
        raise AssertionError("it does not serve")

    def stop(self) -> None:
        """Stop it."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=60)
        self.process = None


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder of a new ledger, which signs with both kinds of key."""
    Ledger.create(tmp_path / "lab", origin=ORIGIN).close()
    return tmp_path / "lab"


@pytest.fixture
def witness(home: Path, tmp_path: Path) -> Iterator[ForeignWitness]:
    """The witness, running, in the ledger's trust file as its only one."""
    if not COMMAND.exists():
        pytest.skip("the foreign witness is not installed: make foreign (needs Python 3.12)")
    folder = tmp_path / "witness"
    folder.mkdir()
    found = ForeignWitness(folder, "")
    found.vkey = found.run("init", "--name", "foreign.example/w1").strip()
    trust = home / "ledger.d" / "trust.policy"
    plain = Trust.parse(trust.read_bytes()).logs[0].key
    found.run("add-log", "--origin", ORIGIN, "--vkey", str(plain))
    found.start()
    line = f"witness foreign {found.vkey} {found.url}"
    write_trust(trust, add_witness(trust.read_text(), line))
    yield found
    if found.process is not None:
        found.stop()


def record(ledger: Ledger, count: int) -> None:
    records = [Record.parse("shard", shard(number)) for number in range(count)]
    ledger.log.append(list(batches(records, origin=ORIGIN, signer=ledger.producer, size=1)))


def served(home: Path) -> Note:
    return Note.from_bytes((home / "ledger.d" / "public" / "checkpoint").read_bytes())


def test_it_cosigns_a_log_that_grows(home: Path, witness: ForeignWitness) -> None:
    trust = Trust.parse((home / "ledger.d" / "trust.policy").read_bytes())
    with Ledger.open(home) as ledger:
        for count in (0, 1, 5, 300):
            record(ledger, count)
            published = ledger.publish()
            assert (published.is_current, published.failures) == (True, ())
            verified = trust.check(served(home))
            assert [one.name for one in verified.cosigned] == ["foreign"]
            assert verified.seen_at is not None
    shown = ask("GET", f"{witness.url}/{monitoring_path(ORIGIN)}")
    assert Note.from_bytes(shown.body).text == served(home).text


def test_without_it_the_checkpoint_before_stays_served(home: Path, witness: ForeignWitness) -> None:
    with Ledger.open(home) as ledger:
        assert ledger.publish().is_current
        before = served(home)
        witness.stop()
        record(ledger, 3)
        assert not ledger.publish().is_current
        assert served(home) == before
        witness.start()
        assert ledger.publish().is_current
    assert Checkpoint.from_text(served(home).text).size == 4


def test_it_tells_its_size_at_the_start(home: Path, witness: ForeignWitness) -> None:
    with Ledger.open(home) as ledger:
        record(ledger, 3)
        ledger.publish()
    trust = Trust.parse((home / "ledger.d" / "trust.policy").read_bytes())
    assert Witnesses(trust).seen(ORIGIN, None) == {"foreign": 4}


def test_t03_it_refuses_what_our_witness_refuses(home: Path, witness: ForeignWitness) -> None:
    """The same answers, so that a log need not know which of the two it speaks to."""
    with Ledger.open(home) as ledger:
        record(ledger, 3)
        ledger.publish()
        signers = log_signers(ledger.home.keys)
    fork = [leaf_hash(b"fork %d" % number) for number in range(9)]

    def send(old: int, size: int) -> int:
        tree = Checkpoint(origin=ORIGIN, size=size, root=root_of(fork[:size]))
        body = request_of(old, (), sign_note(tree.to_text(), signers))
        answer = ask("POST", f"{witness.url}/add-checkpoint", body=body)
        if answer.status == 409:
            assert size_of(answer) == 4
        return answer.status

    assert [send(0, 9), send(4, 4), send(4, 9), send(3, 2)] == [409, 422, 422, 400]
    assert ask("POST", f"{witness.url}/add-checkpoint", body=b"old x\n").status == 400
