from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import from_environment
from api.settings import read_settings
from ledger.client.founding import found
from ledger.client.home import FOLDER, Home, new_home
from ledger.errors import InputError, NotFoundError
from ledger.keys.files import load_key
from ledger.record.submission import encode_submission
from tests.api.world import ORIGIN, shard, signed


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A ledger as `ledger init` leaves it."""
    made = new_home(tmp_path, url=None, origin=ORIGIN)
    found(made, None).close()
    return made


def test_the_environment_says_all_there_is_to_say(home: Home) -> None:
    settings, its_home = read_settings({"LEDGER_HOME": str(home.folder)})
    assert its_home == home
    assert (settings.public, settings.trust) == (home.public, home.trust)
    assert not settings.writable


@pytest.mark.parametrize(("value", "writable"), [("1", True), ("yes", True), ("0", False)])
def test_writing_is_off_unless_it_is_switched_on(home: Home, value: str, writable: bool) -> None:
    environ = {"LEDGER_HOME": str(home.folder), "LEDGER_WRITABLE": value}
    assert read_settings(environ)[0].writable is writable


def test_a_switch_that_means_nothing_is_an_error(home: Home) -> None:
    with pytest.raises(InputError, match="expected 1 or 0"):
        read_settings({"LEDGER_HOME": str(home.folder), "LEDGER_WRITABLE": "perhaps"})


def test_what_is_called_old_can_be_set(home: Home) -> None:
    environ = {"LEDGER_HOME": str(home.folder)}
    assert read_settings(environ)[0].max_age_seconds == 86_400
    assert read_settings({**environ, "LEDGER_MAX_AGE": "2"})[0].max_age_seconds == 7_200
    with pytest.raises(InputError, match="expected whole hours"):
        read_settings({**environ, "LEDGER_MAX_AGE": "soon"})


def test_without_a_ledger_nothing_starts(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="there is no ledger"):
        read_settings({"LEDGER_HOME": str(tmp_path)})


def test_a_trust_file_may_be_another(home: Home) -> None:
    environ = {"LEDGER_HOME": str(home.folder), "LEDGER_TRUST": "/etc/other.policy"}
    assert read_settings(environ)[0].trust == Path("/etc/other.policy")


def test_a_server_starts_from_its_environment(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEDGER_HOME", str(home.folder))
    with TestClient(from_environment()) as client:
        assert client.get("/api/v1/log").json()["origin"] == ORIGIN
        submitted = client.post("/api/v1/batches", content=b"{}")
        assert submitted.json()["type"] == "/api/v1/problems/read-only"


def test_a_server_that_takes_batches_signs_what_it_publishes(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEDGER_HOME", str(home.folder))
    monkeypatch.setenv("LEDGER_WRITABLE", "1")
    with TestClient(from_environment()) as client:
        producer = load_key(home.keys / "producer.key")
        # This server has the machine's clock: a claim must not be ahead of whatever that says.
        record = shard("a.txt", claimed_at="2020-01-01T00:00:00Z")
        content = encode_submission(signed(record, signer=producer))
        assert client.post("/api/v1/batches", content=content).status_code == 201
        proof = client.get("/api/v1/records/1.0/proof").content
        assert client.post("/api/v1/verify", content=proof).json()["verdict"] == "verified"


def test_a_trust_file_that_is_none_stops_the_start(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEDGER_HOME", str(home.folder))
    home.trust.write_text("hello\n")
    with pytest.raises(InputError, match="line 1"):
        from_environment()
    assert home.config.parent.name == FOLDER
