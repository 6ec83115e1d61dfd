"""Threats T03, T04 and T13 in short: the soak programme does a thousand of each."""

from hashlib import sha256
from pathlib import Path

from ledger.checkpoint.trust import Trust
from ledger.log.web import Answer
from ledger.signing.keys import Ed25519Signer
from ledger.signing.note import sign_note
from tests.makers import LOG, ORIGIN, WITNESS
from tests.monitor.published import NOT_FOUND, PublishedLog, shards
from tests.monitor.watching import Watch
from tests.soak.forks import TRUST, Entries, Witness, edits, forks


def test_t03_t13_a_second_head_gets_no_cosignature_and_is_proved() -> None:
    found = forks(12)
    assert (found.cosigned, found.proofs, found.accepted) == (0, 12, 12)


def test_t04_a_changed_past_is_caught_by_the_kept_checkpoint() -> None:
    found = edits(30)
    assert (found.trials, found.caught) == (30, 30)


def test_t03_what_a_witness_saw_convicts_the_head_that_others_are_shown(tmp_path: Path) -> None:
    entries = Entries.make(12)
    first = PublishedLog.of(entries.honest[:9], cosigners=())
    witness = Witness(tmp_path)
    try:
        assert witness.ask(0, (), first.log.checkpoint()).status == 200

        def ask(method: str, url: str, **_: object) -> Answer:
            path = f"/1/{sha256(ORIGIN.encode()).hexdigest()}/checkpoint"
            return witness.shown(ORIGIN) if url.endswith(path) else NOT_FOUND

        # The other head is shown with a quorum that the monitor does not even ask for.
        other = first.forked(4, *shards(8, first=5000))
        trust = Trust.parse(f"log {LOG.key}\nwitness w {WITNESS.key}\nquorum none\n".encode())
        watch = Watch(tmp_path / "watch", trust)
        look = watch(other.ask, others=[ask])
    finally:
        witness.close()
    fork = [event for event in look.events if event.what == "fork"]
    assert (len(fork), look.exit_code) == (1, 1)
    found = watch.claims[0].check(TRUST)
    assert (found.first.witnesses, found.second.witnesses) == (("w",), ())


def test_t03_a_fork_is_proved_whatever_else_is_signed_or_stands_beside(tmp_path: Path) -> None:
    """What is not in normal form C is signed and cosigned like anything else."""
    entries, name = Entries.make(12), "stranger.example/cafe\u0301"
    first = PublishedLog.of(entries.honest[:9], cosigners=(WITNESS,))
    beside = Ed25519Signer(name, bytes(32))
    first.signed = sign_note(first.log.checkpoint().text, [LOG, WITNESS, beside]).to_bytes()
    second = first.forked(4, *shards(8, first=5000))
    text = second.log.checkpoint().text + "Cafe\u0301\n"
    second.signed = sign_note(text, [LOG, WITNESS]).to_bytes()
    watch = Watch(tmp_path, TRUST)
    assert watch(first.ask).exit_code == 0
    look = watch(second.ask)
    assert [event.what for event in look.events] == ["false-answer", "fork"]
    assert watch.claims[0].check(TRUST).witnesses == (("w",),)
    assert watch(first.ask).exit_code == 1  # what was found stays found
