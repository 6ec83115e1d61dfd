"""Threats T03, T04 and T13 in short: the soak programme does a thousand of each."""

from hashlib import sha256
from pathlib import Path

from ledger.checkpoint.trust import Trust
from ledger.log.web import Answer
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
