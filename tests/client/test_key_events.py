"""Keys of a real ledger: added, rotated, revoked, through crashes. Threats T11, T12, T13."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger import Ledger
from ledger.checkpoint.trust import Trust
from ledger.client.home import Home, find_home
from ledger.client.key_events import add_key, revoke_key, rotate_key
from ledger.client.key_files import key_file
from ledger.errors import (
    CannotTellError,
    InputError,
    LedgerError,
    NotFoundError,
    VerificationError,
)
from ledger.keys.files import load_key, new_key, public_key
from ledger.log.ring import read_ring
from ledger.proof.verify import StepFailedError, Verified, verify
from ledger.record.keyring import RegisteredKey
from ledger.record.leaf import RecordId
from ledger.signing.keys import KeyType
from ledger.signing.note import Note
from tests.cli.prepared import python_path

META = ["dataset.name=d", "source.category=other"]
ORIGIN = "lab.example/keys"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    with Ledger.create(tmp_path, origin=ORIGIN) as ledger:
        return ledger.home


def add(home: Home, name: str, key: str | None = None) -> RecordId:
    path = home.folder / name
    path.write_text(f"shard {name}\n")
    with Ledger.open(home.folder, key=key) as ledger:
        (record_id,) = ledger.add(path, set=META).ids()
    return record_id


def trust(home: Home) -> Trust:
    return Trust.parse(home.trust.read_bytes())


def proved(home: Home, record_id: RecordId, believed: Trust | None = None) -> Verified:
    with Ledger.open(home.folder) as ledger:
        return verify(ledger.prove(record_id), believed or trust(home))


def known(home: Home, vkey: object) -> RegisteredKey:
    with Ledger.open(home.folder) as ledger:
        return next(one for one in read_ring(ledger.store).keys if one.key == vkey)


def signers_of(home: Home) -> list[bytes]:
    note = Note.from_bytes((home.public / "checkpoint").read_bytes())
    return [line.key_id for line in note.signatures]


def test_the_first_entry_states_all_keys(home: Home) -> None:
    with Ledger.open(home.folder) as ledger:
        keys = read_ring(ledger.store).keys
    names = ["root.key", "producer.key", "log.key", "log-mldsa.key"]
    assert [one.key for one in keys] == [public_key(home.keys / name) for name in names]
    assert [one.role for one in keys] == ["root", "producer", "log", "log"]


def test_t11_a_rotated_producer_signs_on_and_its_past_stays(home: Home) -> None:
    before = add(home, "a")
    old = public_key(home.keys / "producer.key")
    changed = rotate_key(home, home.keys / "producer.key")
    after = add(home, "b")
    kept = home.keys / f"producer.key.old-{old.id.hex()}"
    assert (public_key(kept), kept.stat().st_mode & 0o777) == (old, 0o600)
    assert (changed.is_new, changed.index) == (True, before.index + 1)
    assert changed.known.key == public_key(home.keys / "producer.key") != old
    assert proved(home, after).warnings == proved(home, RecordId(0, 0)).warnings
    (warning,) = set(proved(home, before).warnings) - set(proved(home, after).warnings)
    assert warning.startswith(f"key later rotated at entry {changed.index}: {old.label}")


def test_t12_the_old_key_signs_nothing_any_more(home: Home) -> None:
    rotate_key(home, home.keys / "producer.key")
    (old,) = home.keys.glob("producer.key.old-*")
    path = home.folder / "late"
    path.write_text("what a thief would like to have said last year\n")
    with (
        Ledger.open(home.folder, key=old) as ledger,
        pytest.raises(VerificationError, match="rotated at entry 1"),
    ):
        ledger.add(path, set=META)
    with Ledger.open(home.folder) as ledger:
        assert ledger.store.head().size == 2


def test_t11_stolen_and_noticed_late(home: Home) -> None:
    """Rotate at once, then say from when on the old key was somebody else's."""
    good, forged = add(home, "good"), add(home, "forged")
    old = public_key(home.keys / "producer.key")
    rotate_key(home, home.keys / "producer.key")
    earlier = proved(home, forged)
    assert any("later rotated" in warning for warning in earlier.warnings)
    changed = revoke_key(home, old.label, since=forged.index, reason="laptop stolen")
    assert changed.file is not None
    assert changed.file.name == f"producer.key.revoked-{old.id.hex()}"
    again = add(home, "again")
    assert [one.until for one in (known(home, old), known(home, changed.known.key))] == [2, 2]
    assert any("later revoked at entry 4" in warning for warning in proved(home, good).warnings)
    with pytest.raises(StepFailedError, match="revoked at entry 4 from entry 2 on"):
        proved(home, forged)
    assert proved(home, again).records[-1].producer == f"{ORIGIN}/producer"


def test_evidence_shows_the_life_of_its_keys_and_of_no_others(home: Home) -> None:
    record = add(home, "a")
    for number in range(3):
        add_key(home, "producer", path=key_file(home, f"p{number}"), name=f"{ORIGIN}/p{number}")
    other = add(home, "b", key="p1")
    revoke_key(home, f"{ORIGIN}/producer", reason="left")
    revoke_key(home, f"{ORIGIN}/p2", reason="left")

    def shown(record_id: RecordId) -> list[int]:
        with Ledger.open(home.folder) as ledger:
            return [entry.index for entry in ledger.prove(record_id).entries]

    assert shown(record) == [0, 1, 6]
    assert shown(other) == [0, 3, 5, 6]  # 6: its subject stands in entry 0, which is shown
    assert shown(RecordId(7, 0)) == [0, 4, 6, 7]


def test_several_producers_each_with_its_key(
    home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    add_key(home, "producer", path=key_file(home, "gpu"), name=f"{ORIGIN}/gpu")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    key = new_key(elsewhere / "x.key", "partner.example/x").key
    add_key(home, "producer", vkey=str(key))
    monkeypatch.setenv("LEDGER_KEY", "gpu")
    assert proved(home, add(home, "a")).records[-1].producer == f"{ORIGIN}/gpu"
    monkeypatch.setenv("LEDGER_KEY", str(elsewhere / "x.key"))
    assert proved(home, add(home, "b")).records[-1].producer == "partner.example/x"
    assert proved(home, add(home, "c", key="producer")).records[-1].producer.endswith("/producer")
    monkeypatch.setenv("LEDGER_KEY", "gone")
    with pytest.raises(NotFoundError, match=r"no key file .*gone\.key"):
        add(home, "d")


def test_adding_again_changes_nothing(home: Home) -> None:
    path = key_file(home, "gpu")
    first = add_key(home, "producer", path=path, name=f"{ORIGIN}/gpu")
    second = add_key(home, "producer", path=path, name=f"{ORIGIN}/gpu")
    assert (first.is_new, second.is_new, first.index) == (True, False, second.index)
    with pytest.raises(VerificationError, match="again"):
        add_key(home, "publisher", path=path, name=f"{ORIGIN}/gpu")


def test_a_root_key_that_lives_elsewhere(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    safe = tmp_path / "safe"
    safe.mkdir()
    (home.keys / "root.key").rename(safe / "root.key")
    add(home, "a")  # needs no root key
    changes: list[Callable[[], object]] = [
        lambda: add_key(home, "producer", path=key_file(home, "b"), name="b"),
        lambda: rotate_key(home, home.keys / "producer.key"),
        lambda: revoke_key(home, f"{ORIGIN}/producer", reason="x"),
    ]
    for change in changes:
        with pytest.raises(NotFoundError, match="signed by the root key, and there is") as absent:
            change()
        assert "LEDGER_ROOT_KEY" in str(absent.value.hint)
    assert not key_file(home, "b").exists()
    assert not (home.keys / "producer.key.next").exists()
    add_key(home, "producer", path=key_file(home, "b"), name="b", root=safe / "root.key")
    monkeypatch.setenv("LEDGER_ROOT_KEY", str(safe / "root.key"))
    old = public_key(safe / "root.key")
    rotate_key(home, safe / "root.key")
    assert public_key(safe / "root.key") != old
    assert public_key(safe / f"root.key.old-{old.id.hex()}") == old
    add_key(home, "producer", path=key_file(home, "c"), name="c")
    with pytest.raises(VerificationError, match="rotated at entry 3"):
        add_key(
            *(home, "producer"),
            path=key_file(home, "d"),
            name="d",
            root=safe / f"root.key.old-{old.id.hex()}",
        )


def test_the_last_root_and_log_keys_are_not_revoked(home: Home) -> None:
    for name in (f"{ORIGIN}/root", public_key(home.keys / "log.key").label):
        with pytest.raises(InputError, match=r"is the (root|log) key in use"):
            revoke_key(home, name, reason="x")
    with pytest.raises(InputError, match="could be any of"):
        revoke_key(home, ORIGIN, reason="x")
    with pytest.raises(NotFoundError, match="registers no key 'nobody'"):
        revoke_key(home, "nobody", reason="x")


def test_the_log_key_in_use_is_rotated_before_it_is_revoked(home: Home) -> None:
    rotate_key(home, home.keys / "log.key")
    with pytest.raises(InputError, match="is the log key in use"):
        revoke_key(home, public_key(home.keys / "log.key").label, reason="x")
    (old,) = home.keys.glob("log.key.old-*")
    revoke_key(home, public_key(old).label, reason="x")
    add(home, "a")


def test_revoking_again_finishes_what_a_crash_left(home: Home) -> None:
    record = add(home, "a")
    key = public_key(home.keys / "producer.key")
    changed = revoke_key(home, key.label, since=record.index, reason="stolen")
    assert changed.file is not None
    changed.file.rename(home.keys / "producer.key")  # as if it had died before the renaming
    again = revoke_key(home, key.label, since=record.index, reason="stolen")
    assert (again.is_new, again.index, again.file) == (False, changed.index, changed.file)
    assert not (home.keys / "producer.key").exists()
    with pytest.raises(VerificationError, match="which is not valid"):
        revoke_key(home, key.label, since=record.index + 1, reason="not so bad")
    assert revoke_key(home, key.label, since=0, reason="worse").known.until == 0


def test_a_lost_key_is_revoked_by_its_name_and_replaced(home: Home) -> None:
    old = public_key(home.keys / "producer.key")
    (home.keys / "producer.key").unlink()
    changed = revoke_key(home, f"{ORIGIN}/producer", reason="disk died")
    assert (changed.file, changed.known.key) == (None, old)
    assert not revoke_key(home, old.label, reason="disk died").is_new
    add_key(home, "producer", path=home.keys / "producer.key", name=f"{ORIGIN}/producer")
    assert proved(home, add(home, "a")).records[-1].producer == f"{ORIGIN}/producer"


def test_t13_a_log_key_rotates_and_its_readers_follow_in_their_own_time(home: Home) -> None:
    record = add(home, "a")
    old_trust, old = trust(home), public_key(home.keys / "log.key")
    pq = public_key(home.keys / "log-mldsa.key")
    changed = rotate_key(home, home.keys / "log.key")
    new = changed.known.key
    assert (new.name, signers_of(home)) == (ORIGIN, [new.id, old.id, pq.id])
    add(home, "b")
    assert signers_of(home) == [new.id, old.id, pq.id]
    new_only = Trust.parse(f"log {new}\nquorum none\n".encode())
    for believed in (old_trust, new_only, trust(home)):
        assert proved(home, record, believed)
    revoke_key(home, old.label, reason="rotated a month ago")
    assert signers_of(home) == [new.id, pq.id]
    assert str(old) not in home.trust.read_text()
    assert proved(home, record, new_only)
    old_only = Trust.parse(f"log {old}\nquorum none\n".encode())
    with pytest.raises(CannotTellError):
        proved(home, record, old_only)


def test_an_ml_dsa_log_key_is_replaced_in_the_same_way(home: Home) -> None:
    old = public_key(home.keys / "log-mldsa.key")
    changed = rotate_key(home, home.keys / "log-mldsa.key")
    new = changed.known.key
    assert new.type == KeyType.COSIGNATURE_ML_DSA_44
    assert {old.id, new.id} < set(signers_of(home))
    revoke_key(home, old.label, reason="rotated")
    assert new.id in signers_of(home)
    assert old.id not in signers_of(home)


def test_a_log_older_than_the_role_states_its_key_when_it_rotates(tmp_path: Path) -> None:
    """As `ledger init` once made them: entry 0 adds root and producer, and nothing else."""
    from ledger.client.sealing import batches
    from ledger.record.key_event import KeyEvent
    from ledger.store.store import Store
    from tests.makers import CLAIMED_AT

    with Ledger.create(tmp_path, origin=ORIGIN) as ledger:
        home = ledger.home
    for path in (tmp_path / "ledger.db", home.public / "checkpoint"):
        path.unlink()
    for path in [*tmp_path.glob("ledger.d/checkpoints.db*"), *tmp_path.glob("ledger.db-*")]:
        path.unlink()
    for path in sorted(home.public.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    (home.keys / "log-mldsa.key").unlink()
    Store.create(home.url, origin=ORIGIN).close()
    from ledger.store.checkpoints import CheckpointStore

    CheckpointStore.open(home.checkpoints, create=True).close()
    root = load_key(home.keys / "root.key")
    with Ledger.open(tmp_path) as ledger:
        records = [
            KeyEvent(action="add", key=public_key(home.keys / f"{role}.key"), role=role).to_record(
                CLAIMED_AT
            )
            for role in ("root", "producer")
        ]
        ledger.log.append(list(batches(records, origin=ORIGIN, signer=root)))
        ledger.publish()
    old = public_key(home.keys / "log.key")
    rotate_key(home, home.keys / "log.key")
    assert (known(home, old).since, known(home, old).rotated) == (1, 1)
    assert len(signers_of(home)) == 2


def test_a_key_made_elsewhere_takes_over(home: Home, tmp_path: Path) -> None:
    elsewhere = tmp_path / "made.key"
    new = new_key(elsewhere, f"{ORIGIN}/producer-2").key
    assert rotate_key(home, home.keys / "producer.key", successor=elsewhere).known.key == new
    assert public_key(home.keys / "producer.key") == new
    assert not elsewhere.exists()


def test_a_closed_key_is_followed_by_a_closed_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Home
) -> None:
    from ledger.keys.files import close_key

    close_key(home.keys / "producer.key", "open sesame")
    monkeypatch.setenv("LEDGER_PASSPHRASE", "open sesame")
    rotate_key(home, home.keys / "producer.key")
    assert (home.keys / "producer.key").read_text().startswith("ENCRYPTED+KEY ")
    assert add(home, "a")


CRASHING = """
import os, sys
from ledger.cli.main import main

keys, after, words = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
seen = 0

def watch(event, args):
    global seen
    place = str(args[1] if event in ("os.link", "os.rename") else args[0]) if args else ""
    writes = event != "open" or (args[2] & (os.O_WRONLY | os.O_RDWR))
    if event in ("open", "os.link", "os.rename", "os.remove") and place.startswith(keys) and writes:
        seen += 1
        if seen == after:
            os._exit(9)

sys.addaudithook(watch)
code = main(words)
print(seen)
sys.exit(code)
"""


def crash(home: Home, after: int, *words: str) -> tuple[int, int]:
    """Run a command that dies before its n-th change in the folder of keys; count them all."""
    ran = subprocess.run(
        [sys.executable, "-c", CRASHING, str(home.keys), str(after), *words, "--json"],
        cwd=home.folder,
        env={"PATH": os.defpath, "PYTHONPATH": python_path()},
        capture_output=True,
        check=False,
    )
    assert ran.returncode in (0, 9), ran.stderr.decode()
    return ran.returncode, int(ran.stdout.split()[-1]) if ran.returncode == 0 else 0


def points(name: str, tmp_path: Path) -> Iterator[tuple[int, Home]]:
    """Yield a ledger after each crash that a rotation can have; the test counts them itself."""
    after = 1
    while True:
        folder = tmp_path / f"{name}-{after}"
        with Ledger.create(folder, origin=ORIGIN) as ledger:
            home = ledger.home
        code, seen = crash(home, after, "keys", "rotate", name)
        if code == 0:
            assert seen == after - 1
            return
        yield after, home
        after += 1


@pytest.mark.parametrize("name", ["producer", "root", "log"])
def test_a_rotation_that_dies_anywhere_is_finished_by_the_next(name: str, tmp_path: Path) -> None:
    passed = 0
    for _, home in points(name, tmp_path):
        path = home.keys / f"{name}.key"
        before = public_key(path)
        # No gap: whatever was logged, the next command finds a key that may sign.
        record = add(home, "a")
        assert proved(home, record)
        if name == "log":
            assert public_key(path).id in signers_of(home)
        rotate_key(home, path)
        key = public_key(path)
        assert known(home, key).until is None
        assert key != before or known(home, key).since > 0
        assert sorted(one.name for one in home.keys.glob(f"{name}.key.next")) == []
        with Ledger.open(home.folder) as ledger:
            keys = read_ring(ledger.store).keys
        live = [one for one in keys if one.role == name and one.rotated is None]
        plain = [one for one in live if one.key.type == KeyType.ED25519]
        assert [one.key for one in plain] == [key]
        assert proved(home, record)
        passed += 1
    assert passed >= 5


def test_a_rotation_again_after_a_crash_does_not_rotate_twice(tmp_path: Path) -> None:
    counts = []
    for _, home in points("producer", tmp_path):
        rotate_key(home, home.keys / "producer.key")
        with Ledger.open(home.folder) as ledger:
            counts.append(len(read_ring(ledger.store).keys))
    assert set(counts) == {5}


def test_a_refused_event_leaves_the_files_as_they_were(home: Home) -> None:
    stranger = home.folder / "stranger.key"
    new_key(stranger, "stranger.example")
    with pytest.raises(NotFoundError, match=r"registers no key stranger\.example"):
        rotate_key(home, stranger)
    with pytest.raises(LedgerError):
        revoke_key(home, f"{ORIGIN}/producer", since=99, reason="x")
    assert sorted(path.name for path in home.keys.iterdir()) == [
        "log-mldsa.key",
        "log.key",
        "producer.key",
        "root.key",
    ]
    assert find_home(home.folder).keys == home.keys
