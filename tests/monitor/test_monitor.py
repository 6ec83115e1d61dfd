"""What a monitor says of logs that are honest, that fork, that go back, that stand still."""

import json
from base64 import b64decode
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.cosignature import Ed25519Cosigner
from ledger.checkpoint.trust import Trust
from ledger.errors import CannotTellError, InputError, StorageError
from ledger.log.web import Answer
from ledger.monitor.claims import Claims
from ledger.monitor.events import Level
from ledger.monitor.monitor import Monitor
from ledger.monitor.remote import Ask, RemoteLog
from ledger.monitor.state import StateFile
from ledger.monitor.views import HeldFile
from ledger.proof.document_slot import with_evidence
from ledger.proof.html_slot import HTML_START, SLOT_END, SLOT_START
from ledger.proof.tlog_proof import TlogProof
from ledger.record.batch import SignedBatch
from ledger.record.canonical import JSON
from ledger.signing.keys import Ed25519Signer
from ledger.signing.note import Note, sign_note
from ledger.tree.hashing import leaf_hash, node_hash
from tests.makers import (
    LOG,
    ORIGIN,
    PRODUCER,
    PUBLISHER,
    ROOT,
    STRANGER,
    TIME,
    TRUST,
    TRUST_TEXT,
    UNWITNESSED,
    WITNESS,
    WITNESS_PQ,
    batch,
    key_event,
    keys_batch,
    release,
    rotation,
    seed,
    shard,
)
from tests.monitor.published import NOT_FOUND, PublishedLog, shards, small_log
from tests.monitor.watching import URL, Watch, only_event, told


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    """A monitor without a past."""
    return Watch(tmp_path)


def summary(release: str, version: int, provider: str = "Example Lab") -> dict[str, JSON]:
    """Return the fields of a summary record."""
    fields: dict[str, JSON] = {
        "summary": {
            "provider": provider,
            "release": release,
            "version": version,
            "template": "eu",
            "template_number": "C(2025) 5235",
            "language": "en",
            "last_update": "2026-11-24",
            "size": 3,
        },
        "release_record": "2.0",
        "renditions": [
            {"media_type": "text/html", "name": "a.html", "digest": f"sha256:{'00' * 32}"}
        ],
        "claimed_at": "2026-09-01T12:00:00Z",
    }
    basis: dict[str, JSON] = dict.fromkeys(("summary", "release_record"), "declared")
    basis["renditions"] = "declared"
    return {**fields, "basis": basis}


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 300])
def test_an_honest_log(watch: Watch, size: int) -> None:
    log = small_log(size)
    look = watch(log.ask)
    assert (look.verdict, look.exit_code, told(look)) == ("consistent", 0, [])
    assert look.tree is not None
    assert (look.tree.size, look.checked, look.seen_at) == (size, size, TIME + 1)
    log.append(*shards(7, first=1000))
    look = watch(log.ask)
    assert (look.verdict, look.checked, told(look)) == ("consistent", size + 7, [])
    assert watch.files == []


def test_every_growth_of_a_log_is_followed(watch: Watch) -> None:
    log = small_log(1)
    for number in range(40):
        log.append(*shards(number % 23, first=100 * number + 100))
        assert told(watch(log.ask)) == []


def test_an_empty_log_is_a_log(watch: Watch) -> None:
    log = PublishedLog()
    log.append()
    assert told(watch(log.ask)) == []
    log.append(keys_batch())
    look = watch(log.ask)
    assert (look.checked, look.exit_code) == (1, 4)
    assert [event.what for event in look.events] == ["key-event"] * 3


def test_partial_tiles_may_be_gone_once_the_full_ones_exist(watch: Watch) -> None:
    log = small_log(300)
    old = log.signed
    log.append(*shards(300, first=1000))

    def ask(method: str, url: str, **_: object) -> Answer:
        path = url.removeprefix("http://log.example/0")
        if path == "/checkpoint":
            return Answer(200, "text/plain", old, {})
        gone = ".p/" in path and path.split(".p/")[0] in ("/tile/0/001", "/tile/entries/001")
        return NOT_FOUND if gone else log.respond(path)

    look = watch(ask)
    assert (look.verdict, look.checked) == ("consistent", 300)


def test_keys_at_the_first_look_are_no_news_and_later_they_are(watch: Watch) -> None:
    log = small_log(3)
    assert {event.level for event in watch(log.ask).events} == {Level.NOTE}
    log.append(batch(ROOT, "key", [key_event("revoke", PRODUCER, "producer")]))
    look = watch(log.ask)
    event = look.events[0]
    assert (event.what, event.level, look.exit_code) == ("key-event", Level.WARNING, 4)
    assert event.text.startswith("entry 3 revokes the producer key lab.example/producer+")
    assert watch(log.ask).exit_code == 0


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (batch(STRANGER, "shard", [shard(1)]), "no key record registers"),
        (batch(ROOT, "shard", [shard(1)]), "may not sign a batch of kind shard"),
        (batch(PUBLISHER, "shard", [shard(1)]), "may not sign a batch of kind shard"),
        (batch(PRODUCER, "key", [key_event("add", STRANGER, "producer")]), "may not sign"),
        (batch(PRODUCER, "shard", [shard(1)], origin="other.example/log"), "for the log 'other"),
        (batch(ROOT, "key", [key_event("add", PRODUCER, "producer")]), "again"),
    ],
    ids=["stranger", "root key", "publisher", "producer adds key", "other log", "key twice"],
)
def test_an_entry_that_should_not_be_there(watch: Watch, bad: SignedBatch, reason: str) -> None:
    log = small_log(3)
    log.log.append(bad)
    log.append(*shards(2, first=50))
    look = watch(log.ask)
    event = only_event(look)
    assert (event.what, event.level, look.exit_code) == ("bad-entry", Level.ALARM, 1)
    assert event.text.startswith("entry 3 should not be in the log:")
    assert reason in event.text
    assert look.checked == 6
    # It is told once, and stays true.
    again = watch(log.ask)
    assert (told(again), again.exit_code, again.earlier_alarms) == ([], 1, (event.text,))


@pytest.mark.parametrize("what", ["signature", "no note", "nothing"])
def test_an_entry_that_is_no_signed_batch(watch: Watch, what: str) -> None:
    log = small_log(3)
    (good,) = shards(1, first=50)
    note = Note.from_bytes(good.note)
    forged = sign_note(note.text.replace("\n1\n", "\n2\n"), [PRODUCER]).signatures
    notes = {"signature": Note(note.text, forged).to_bytes(), "no note": b"hello", "nothing": b""}
    log.append(replace(good, note=notes[what]))
    assert only_event(watch(log.ask)).what == "bad-entry"


def test_a_log_key_that_the_log_itself_calls_revoked(watch: Watch) -> None:
    log = small_log(3)
    log.append(batch(ROOT, "key", [key_event("add", LOG, "log")], first_secret=70))
    assert told(watch(log.ask)) == []
    log.append(batch(ROOT, "key", [key_event("revoke", LOG, "log")], first_secret=71))
    look = watch(log.ask)
    assert (only_event(look).what, look.exit_code) == ("log-key", 4)
    assert "revoked at entry 4" in only_event(look).text


def test_a_log_that_changes_its_key_stays_one_log(watch: Watch) -> None:
    log, new = small_log(3), Ed25519Signer(ORIGIN, seed(90))
    watch(log.ask)
    log.append(batch(ROOT, "key", [key_event("add", LOG, "log"), rotation(LOG, new, "log")]))
    log.log.signer = new
    log.append(*shards(2, first=60))
    # Before one has the new trust file, nobody knows this key.
    assert (only_event(watch(log.ask)).what, watch(log.ask).exit_code) == ("unclear", 3)
    watch.trust = Trust.parse(TRUST_TEXT.replace("log ", f"log {new.key}\nlog ", 1).encode())
    look = watch(log.ask)
    assert (told(look), look.checked) == ([], 6)
    # The old key still convicts: whoever has it cannot deny what was kept.
    old = PublishedLog.of([*log.log.batches[:2], *shards(1, first=500)])
    assert only_event(watch(old.ask)).what == "fork"


def test_a_revocation_that_reaches_back_says_from_where(watch: Watch) -> None:
    log = small_log(6)
    watch(log.ask)
    log.append(batch(ROOT, "key", [key_event("revoke", PRODUCER, "producer", since=4)]))
    revoked, taken = watch(log.ask).events
    assert revoked.text.endswith(" from entry 4 on")
    assert taken.what == "taken-back"
    assert taken.text.endswith("do not count any more: 4 (shard), 5 (shard)")


def test_a_key_batch_that_contradicts_itself_registers_nothing(watch: Watch) -> None:
    events = [key_event("add", STRANGER, "producer"), key_event("add", PRODUCER, "producer")]
    log = small_log(3)
    log.append(batch(ROOT, "key", events), batch(STRANGER, "shard", [shard(70)]))
    look = watch(log.ask)
    assert (told(look), look.checked) == (["bad-entry", "bad-entry"], 5)
    log.append(*shards(1, first=80))
    assert told(watch(log.ask)) == []


def test_a_look_that_breaks_off_is_made_again(watch: Watch) -> None:
    """The line breaks at each question in turn; no look takes harm from the one before it."""
    log = small_log(300)
    log.append(batch(ROOT, "key", [key_event("revoke", PRODUCER, "producer", since=290)]))

    def asking(breaks: int) -> tuple[Ask, list[str]]:
        asked: list[str] = []

        def ask(method: str, url: str, **_: object) -> Answer:
            asked.append(url)
            if len(asked) == breaks:
                raise StorageError("the line broke")
            return log.ask(method, url)

        return ask, asked

    state = watch.folder / "state.json"
    for breaks in range(1, 15):
        ask, asked = asking(breaks)
        state.unlink(missing_ok=True)
        remote = RemoteLog(f"{URL}/0", TRUST, ask=ask)
        claims = Claims(watch.folder, lambda: watch.now)
        monitor = Monitor(remote, StateFile(state), claims, now=lambda: watch.now)
        while len(asked) < breaks:
            monitor.look()
        look = monitor.look()
        assert (look.checked, set(told(look)) <= {"taken-back"}) == (301, True), look
        assert look.earlier_alarms == ()


def test_what_was_found_before_the_line_broke_stays_found(watch: Watch) -> None:
    log = small_log(3)
    log.log.append(batch(STRANGER, "shard", [shard(70)]))
    log.append(*shards(5000, first=100))

    def ask(method: str, url: str, **_: object) -> Answer:
        if url.endswith("/tile/entries/019.p/140"):
            raise StorageError("the line broke")
        return log.ask(method, url)

    look = watch(ask)
    assert (told(look), look.exit_code, look.checked) == (["bad-entry"], 1, 4096)
    assert str(look.failure) == "the line broke"
    look = watch(log.ask)
    assert (told(look), look.checked, len(look.earlier_alarms)) == ([], 5004, 1)


def test_a_log_of_bad_entries_is_told_in_short(watch: Watch) -> None:
    log = small_log(1)
    log.append(*[batch(STRANGER, "shard", [shard(70)])] * 1500)
    look = watch(log.ask)
    assert (len(look.events), look.untold, look.exit_code) == (1000, 503, 1)
    assert len(watch(log.ask).earlier_alarms) == 100


def test_revoked_means_from_there_on(watch: Watch) -> None:
    log = small_log(3)
    log.append(batch(ROOT, "key", [key_event("revoke", PRODUCER, "producer")]))
    assert told(watch(log.ask)) == []
    log.append(*shards(1, first=50))
    assert "revoked at entry 3" in only_event(watch(log.ask)).text


def test_t07_two_summaries_of_one_version(watch: Watch) -> None:
    log = small_log(2)

    def told_once(name: str, version: int, secret: int, provider: str = "Example Lab") -> None:
        fields = summary(name, version, provider)
        log.append(batch(PUBLISHER, "summary", [fields], first_secret=secret))

    log.append(batch(PUBLISHER, "release", [release()], first_secret=30))
    told_once("Example-1", 1, 60)
    told_once("Example-1", 2, 61)
    told_once("Example-1", 1, 62, "Other Lab")
    assert told(watch(log.ask)) == []
    told_once("Example-1", 2, 63)
    look = watch(log.ask)
    event = only_event(look)
    assert (event.what, look.exit_code) == ("two-summaries", 1)
    assert "records 4.0 and 6.0 are two eu summaries of 'Example-1' by 'Example Lab'" in event.text


def test_records_that_are_not_shown_stop_the_reading_and_not_the_watching(watch: Watch) -> None:
    log = small_log(300)

    def static(method: str, url: str, **_: object) -> Answer:
        path = url.removeprefix("http://log.example/0")
        return NOT_FOUND if path.startswith("/api/") else log.respond(path)

    look = watch(static)
    assert (look.exit_code, told(look), look.checked) == (3, ["no-record", "unread"], 0)
    assert look.tree is not None
    assert look.tree.size == 300
    assert watch(log.ask).checked == 300
    fork = log.forked(200, *shards(200, first=5000))
    assert only_event(watch(fork.ask)).what == "fork"


def test_key_entries_about_different_keys_are_all_read(watch: Watch) -> None:
    log = small_log(2)
    others = [Ed25519Signer(f"lab.example/p{number}", seed(400 + number)) for number in range(4)]
    for number, other in enumerate(others):
        event = key_event("add", other, "producer")
        log.append(batch(ROOT, "key", [event], first_secret=800 + number))
        log.append(batch(other, "shard", [shard(500 + number)], first_secret=900 + number))
    look = watch(log.ask)
    assert (look.verdict, look.checked, told(look)) == ("consistent", 10, [])


@pytest.mark.parametrize("other", ["fields", "entry", "record"])
def test_key_records_are_believed_only_as_the_entry_has_them(watch: Watch, other: str) -> None:
    log = small_log(3)
    lie = small_log(3)
    if other == "entry":
        lie = PublishedLog.of([batch(ROOT, "key", [key_event("add", ROOT, "root")]), *shards(2)])

    def ask(method: str, url: str, **_: object) -> Answer:
        path = url.removeprefix("http://log.example/0")
        if not path.startswith("/api/"):
            return log.respond(path)
        if other == "record":
            evidence = lie.log.evidence(lie.log.entry(1)).to_bytes()
            return Answer(200, "application/json", evidence, {})
        answer = lie.respond(path)
        body = answer.body
        if other == "fields":
            body = body.replace(b'"role":"producer"', b'"role":"publisher"')
        return Answer(200, answer.media_type, body, {})

    look = watch(ask)
    assert look.checked == 0
    assert told(look)[-1] == "unread"
    assert look.exit_code == (3 if other == "record" else 1)


class TestForks:
    """Two trees under one key."""

    @pytest.mark.parametrize(
        ("kept", "at", "new"),
        [(5, 4, 5), (5, 2, 9), (9, 2, 5), (300, 10, 300), (300, 299, 600), (600, 255, 257)],
    )
    def test_t03_a_split_view_is_proved(self, watch: Watch, kept: int, at: int, new: int) -> None:
        log = small_log(kept)
        watch(log.ask)
        fork = log.forked(at, *shards(new - at, first=5000))
        look = watch(fork.ask)
        event = only_event(look)
        assert (event.what, look.exit_code, event.is_lasting) == ("fork", 1, True)
        (claim,) = watch.claims
        found = claim.check(TRUST)
        assert {found.first.tree.size, found.second.tree.size} == {kept, new}
        assert found.witnesses == (("ed",), ("pq",))
        # What was kept stays kept; whoever comes back to it is still known for the fork.
        again = watch(log.ask)
        assert again.tree is not None
        assert (again.tree.size, told(again), again.exit_code) == (kept, [], 1)

    def test_a_fork_is_written_once(self, watch: Watch) -> None:
        log = small_log(5)
        watch(log.ask)
        fork = log.forked(2, *shards(3, first=5000))
        watch(fork.ask)
        before = watch.files[0].read_bytes()
        watch.now += 100
        watch(fork.ask)
        assert [path.read_bytes() for path in watch.files] == [before]

    @pytest.mark.parametrize("sizes", [(9, 9), (9, 300), (300, 9)])
    def test_two_places_that_show_two_trees(self, watch: Watch, sizes: tuple[int, int]) -> None:
        log = small_log(sizes[0])
        fork = log.forked(3, *shards(sizes[1] - 3, first=5000))
        look = watch(log.ask, others=[fork.ask])
        assert (only_event(look).what, look.exit_code) == ("fork", 1)
        assert "shown by http://log.example/1" in only_event(look).text
        assert watch.claims[0].check(TRUST).witnesses == (("ed",), ("pq",))

    def test_two_places_that_show_one_tree(self, watch: Watch) -> None:
        log = small_log(9)
        behind = small_log(5)
        assert told(watch(log.ask, others=[behind.ask, log.ask])) == []
        (event,) = watch(behind.ask, others=[log.ask]).events
        assert (event.what, event.level) == ("rollback", Level.ALARM)

    def test_a_place_that_has_seen_more(self, watch: Watch) -> None:
        look = watch(small_log(5).ask, others=[small_log(9).ask])
        assert (only_event(look).what, look.exit_code) == ("behind", 4)

    def test_a_witness_shows_its_checkpoint_by_the_hash_of_the_origin(self, watch: Watch) -> None:
        log = small_log(9)
        fork = log.forked(3, *shards(6, first=5000))
        tree = Note.from_bytes(fork.signed).text

        def witness(method: str, url: str, **_: object) -> Answer:
            name = sha256(ORIGIN.encode()).hexdigest()
            if url == f"http://log.example/1/{name}/checkpoint":
                body = sign_note(tree, [LOG, WITNESS]).to_bytes()
                return Answer(200, "text/plain", body, {})
            return NOT_FOUND

        look = watch(log.ask, others=[witness])
        assert only_event(look).what == "fork"
        assert watch.claims[0].check(TRUST).witnesses == (("ed",),)

    def test_a_witness_that_is_ahead_has_no_tiles(self, watch: Watch) -> None:
        log, more = small_log(5), small_log(9)

        def witness(method: str, url: str, **_: object) -> Answer:
            return Answer(200, "text/plain", more.signed, {}) if "checkpoint" in url else NOT_FOUND

        look = watch(log.ask, others=[witness])
        assert (only_event(look).what, look.exit_code) == ("ahead", 4)

    @pytest.mark.parametrize("form", ["checkpoint", "evidence", "document", "tlog-proof"])
    def test_what_somebody_was_given_is_compared(self, watch: Watch, form: str) -> None:
        log = small_log(9)
        fork = log.forked(3, *shards(6, first=5000))
        for one, events in ((log, []), (fork, ["fork"])):
            evidence = one.log.evidence(one.log.entry(0)).to_bytes()
            proof = TlogProof(
                index=1, proof=one.log.prove(1), checkpoint=Note.from_bytes(one.signed)
            )
            data = {
                "checkpoint": one.signed,
                "evidence": evidence,
                "document": with_evidence(HTML_START + b"<p>" + SLOT_START + SLOT_END, evidence),
                "tlog-proof": proof.to_bytes(),
            }[form]
            look = watch(log.ask, files=[HeldFile("given.file", data)])
            assert told(look) == events
        assert "shown by given.file" in only_event(look).text

    @pytest.mark.parametrize("data", [b"", b"{}\n", b"<!doctype html>\n<p>", b"hello\n"])
    def test_a_file_that_holds_no_checkpoint(self, watch: Watch, data: bytes) -> None:
        look = watch(small_log(5).ask, files=[HeldFile("given.file", data)])
        assert (only_event(look).what, look.exit_code) == ("no-view", 4)

    def test_a_place_that_says_nothing_of_use(self, watch: Watch) -> None:
        def silent(method: str, url: str, **_: object) -> Answer:
            return NOT_FOUND

        look = watch(small_log(5).ask, others=[silent])
        assert (only_event(look).what, look.exit_code) == ("no-view", 4)


class TestTime:
    """Old, older, and clocks that do not agree."""

    def test_t40_a_frozen_log_is_amber(self, watch: Watch) -> None:
        log = small_log(5)
        watch.now = TIME + 86_400
        assert watch(log.ask).exit_code == 0
        watch.now = TIME + 3 * 86_400
        look = watch(log.ask)
        event = only_event(look)
        assert (event.what, look.exit_code) == ("frozen", 4)
        assert "saw size 5 2 days ago, and at most 24 hours" in event.text
        (claim,) = watch.claims
        assert claim.claim == "freeze"
        with pytest.raises(CannotTellError, match="the word of whoever noted it"):
            claim.check(TRUST)

    def test_without_witnesses_nobody_says_how_old_it_is(self, tmp_path: Path) -> None:
        watch = Watch(tmp_path, UNWITNESSED, now=TIME + 10**8)
        look = watch(small_log(5).ask)
        assert (only_event(look).what, look.exit_code, look.seen_at) == ("unwitnessed", 0, None)

    def test_a_rollback_is_red_and_keeps_what_was_kept(self, watch: Watch) -> None:
        log, before = small_log(9), small_log(5)
        watch(log.ask)
        look = watch(before.ask)
        event = only_event(look)
        assert (event.what, look.exit_code, event.is_lasting) == ("rollback", 1, False)
        assert event.text == "the log shows size 5, and showed 9 before"
        (claim,) = watch.claims
        assert (claim.claim, claim.first, claim.second) == ("rollback", log.signed, before.signed)
        assert watch(log.ask).exit_code == 0

    def test_a_witness_whose_clock_runs_backwards(self, watch: Watch) -> None:
        log = small_log(5)
        watch(log.ask)
        earlier = Ed25519Cosigner(WITNESS.key.name, seed(6), lambda: TIME - 60)
        log.log.cosigners = (earlier, WITNESS_PQ)
        log.append(*shards(1, first=50))
        look = watch(log.ask)
        assert (only_event(look).what, look.exit_code) == ("clock-back", 4)
        assert "the witness ed says 2027-01-15T07:59:00Z, and said" in only_event(look).text

    def test_a_witness_from_the_future(self, watch: Watch) -> None:
        watch.now = TIME - 2 * 3600
        assert told(watch(small_log(5).ask)) == ["clock-ahead", "clock-ahead"]


class TestState:
    """What is remembered, and what happens to it."""

    def test_a_state_is_of_one_log(self, watch: Watch) -> None:
        watch(small_log(5).ask)
        with pytest.raises(InputError, match="is about the log lab"):
            StateFile(watch.folder / "state.json").load("other.example/log")

    @pytest.mark.parametrize("edit", ["cut", "type", "key"])
    def test_a_damaged_state_is_not_a_fresh_one(self, watch: Watch, edit: str) -> None:
        watch(small_log(5).ask)
        path = watch.folder / "state.json"
        data = path.read_bytes()
        edits = {
            "cut": data[:-40],
            "type": data.replace(b"tdl/monitor/v1", b"tdl/monitor/v9"),
            "key": data.replace(b'"role":"root"', b'"role":"publisher"'),
        }
        path.write_bytes(edits[edit])
        with pytest.raises(InputError, match="no state of a monitor"):
            watch(small_log(5).ask)

    def test_missing_leaves_are_noticed(self, watch: Watch) -> None:
        watch(small_log(300).ask)
        (watch.folder / "state.json.leaves").write_bytes(bytes(32 * 200))
        for size in (600, 260):
            look = watch(small_log(size).ask)
            assert look.exit_code == 5
            assert "fewer than the" in str(look.failure)

    def test_a_crash_between_leaves_and_state_loses_nothing(self, watch: Watch) -> None:
        log = small_log(5)
        watch(log.ask)
        before = (watch.folder / "state.json").read_bytes()
        log.append(*shards(3, first=50))
        watch(log.ask)
        (watch.folder / "state.json").write_bytes(before)
        assert (told(watch(log.ask)), told(watch(small_log(5).ask))) == ([], ["rollback"])

    def test_the_state_can_be_read(self, watch: Watch) -> None:
        log = small_log(5)
        watch(log.ask)
        value = json.loads((watch.folder / "state.json").read_text())
        assert b64decode(value["checkpoint"]) == log.signed
        assert value["times"] == {"ed": TIME, "pq": TIME + 1}


def test_a_tree_too_large_to_read_is_not_read(watch: Watch) -> None:
    """All leaves equal: few hashes make a tree of any size, and its tiles are all the same."""
    asked: list[str] = []
    node = leaf_hash(b"again")
    for _ in range(40):
        node = node_hash(node, node)
    tree = Checkpoint(origin=ORIGIN, size=2**40, root=node)
    note = sign_note(tree.to_text(), [LOG, WITNESS, WITNESS_PQ]).to_bytes()

    def ask(method: str, url: str, **_: object) -> Answer:
        asked.append(url)
        return Answer(200, "text/plain", note, {})

    look = watch(ask)
    assert (told(look), look.exit_code, len(asked)) == (["too-large"], 3, 1)


def test_which_log_is_chosen_here(tmp_path: Path) -> None:
    two = Trust.parse(f"log {LOG.key}\nlog {STRANGER.key}\nquorum none\n".encode())
    with pytest.raises(InputError, match="names 2 logs"):
        RemoteLog("http://log.example", two)
    assert RemoteLog("http://log.example", two, origin=ORIGIN).keys == (LOG.key,)
    with pytest.raises(InputError, match="names no log 'elsewhere'"):
        RemoteLog("http://log.example", two, origin="elsewhere")
