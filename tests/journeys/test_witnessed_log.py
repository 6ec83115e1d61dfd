"""A log and three regulators, who each run a witness: two must have seen what is served."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger import Ledger
from ledger.checkpoint.trust import Trust
from ledger.client.quorum import add_witness, write_trust
from ledger.client.sealing import batches
from ledger.log.web import ask
from ledger.log.witnesses import monitoring_path
from ledger.record.record import Record
from ledger.signing.keys import KeyType
from ledger.signing.note import Note
from ledger.witness.place import WitnessPlace, policy_lines
from tests.cli.prepared import Shell
from tests.makers import shard
from tests.witness.processes import WitnessProcess, witnesses

ORIGIN = "lab.example/witnessed"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder of a new ledger."""
    Ledger.create(tmp_path / "lab", origin=ORIGIN).close()
    return tmp_path / "lab"


@pytest.fixture
def three(home: Path, tmp_path: Path) -> Iterator[list[WitnessProcess]]:
    """Three witnesses that run, of which the ledger needs two."""
    trust = home / "ledger.d" / "trust.policy"
    with witnesses(tmp_path, trust, 3) as running:
        for witness in running:
            lines, _ = policy_lines(WitnessPlace(witness.state).keys(), witness.url)
            write_trust(trust, add_witness(trust.read_text(), "\n".join(lines)))
        yield running


def record(ledger: Ledger, number: int) -> None:
    fields = shard(number)
    ledger.log.append(
        list(batches([Record.parse("shard", fields)], origin=ledger.origin, signer=ledger.producer))
    )


def served(home: Path) -> bytes:
    return (home / "ledger.d" / "public" / "checkpoint").read_bytes()


def test_two_of_three(home: Path, three: list[WitnessProcess]) -> None:
    trust = Trust.parse((home / "ledger.d" / "trust.policy").read_bytes())
    with Ledger.open(home) as ledger:
        record(ledger, 0)
        first = ledger.publish()
        assert (first.is_current, first.failures, first.size) == (True, (), 2)
        verified = trust.check(Note.from_bytes(served(home)))
        assert len(verified.cosigned) == 6, "two keys each"
        assert verified.seen_at is not None

        three[2].stop()
        record(ledger, 1)
        second = ledger.publish()
        assert (second.is_current, second.size) == (True, 3)
        (failure,) = second.failures
        assert failure.startswith("witness-2.example: ")
        assert "Connection refused" in failure

        three[1].stop()
        record(ledger, 2)
        before = served(home)
        third = ledger.publish()
        assert (third.is_current, third.size, third.latest) == (False, 3, 4)
        assert served(home) == third.checkpoint == before
        assert any("is not met" in text for text in third.failures)

        three[1].start()
        fourth = ledger.publish()
        assert (fourth.is_current, fourth.size) == (True, 4)
        trust.check(Note.from_bytes(served(home)))


def test_t16_whoever_knows_one_kind_of_key_checks_by_that(
    home: Path, three: list[WitnessProcess]
) -> None:
    with Ledger.open(home) as ledger:
        assert ledger.publish().is_current
    whole = Trust.parse((home / "ledger.d" / "trust.policy").read_bytes())
    note = Note.from_bytes(served(home))
    for is_old in (True, False):
        old = (KeyType.ED25519, KeyType.COSIGNATURE_ED25519)
        logs = [log.key for log in whole.logs if (log.key.type in old) == is_old]
        known = [one for one in whole.witnesses if (one.key.type in old) == is_old]
        lines = [f"log {key}" for key in logs]
        lines += [f"witness {one.name} {one.key}" for one in known]
        lines += [f"group two 2 {' '.join(one.name for one in known)}", "quorum two", ""]
        verified = Trust.parse("\n".join(lines).encode()).check(note)
        assert verified.log in logs
        assert len(verified.cosigned) == 3


def test_a_copy_of_the_log_gets_no_cosignature_for_another_history(
    home: Path, three: list[WitnessProcess], tmp_path: Path
) -> None:
    """T13: with the log's keys, on a copy of everything, and the checkpoint store with it."""
    with Ledger.open(home) as ledger:
        ledger.publish()
    copy = tmp_path / "copy"
    shutil.copytree(home, copy)
    with Ledger.open(copy) as fork:
        # It starts before the other goes on: starting later would be refused.
        assert fork.log.keys
        with Ledger.open(home) as ledger:
            record(ledger, 1)
            assert ledger.publish().is_current
        record(fork, 2)
        answer = fork.publish()
    assert not answer.is_current
    assert served(copy) != served(home)
    assert Note.from_bytes(served(copy)).text.startswith(f"{ORIGIN}\n1\n")
    for witness in three:
        shown = ask("GET", f"{witness.url}/{monitoring_path(ORIGIN)}").body
        assert Note.from_bytes(shown).text == Note.from_bytes(served(home)).text


def test_evidence_says_since_when(
    home: Path,
    three: list[WitnessProcess],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(home)
    run = Shell(home, capsys)
    with Ledger.open(home) as ledger:
        record(ledger, 0)
        ledger.publish()
    assert run("prove", "1.0", "--out", "e.json").code == 0
    checked = run("verify", "e.json", "--trust", "ledger.d/trust.policy", "--strict")
    assert checked.code == 0, checked.out
    assert "logged no later than" in checked.out
