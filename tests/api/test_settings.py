from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import from_environment
from api.settings import read_settings
from api.submission import encode_submission
from ledger.client.home import FOLDER, Home, new_home, write_config
from ledger.errors import InputError, NotFoundError
from ledger.keys.files import new_key
from ledger.log.folder import FolderSink
from ledger.log.log import Log
from ledger.store.store import Store
from tests.api.world import ORIGIN, PRODUCER, ROOT, key, shard, signed


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A ledger as `ledger init` leaves it."""
    made = new_home(tmp_path, url=None, origin=ORIGIN)
    signer = new_key(made.keys / "log.key", ORIGIN)
    made.trust.write_text(f"log {signer.key}\nquorum none\n")
    write_config(made, None)
    store = Store.create(made.url, origin=ORIGIN)
    log = Log(store, [signer], FolderSink(made.public))
    log.append([signed(key(ROOT, "root"), key(PRODUCER, "producer"), signer=ROOT)])
    log.publish()
    store.close()
    yield made


def test_the_environment_says_all_there_is_to_say(home: Home) -> None:
    settings, found = read_settings({"LEDGER_HOME": str(home.folder)})
    assert found == home
    assert (settings.public, settings.trust) == (home.public, home.trust)
    assert not settings.writable


@pytest.mark.parametrize(("value", "writable"), [("0", True), ("no", True), ("1", False)])
def test_writing_is_off_unless_it_is_switched_on(home: Home, value: str, writable: bool) -> None:
    environ = {"LEDGER_HOME": str(home.folder), "LEDGER_READ_ONLY": value}
    assert read_settings(environ)[0].writable is writable


def test_a_switch_that_means_nothing_is_an_error(home: Home) -> None:
    with pytest.raises(InputError, match="expected 1 or 0"):
        read_settings({"LEDGER_HOME": str(home.folder), "LEDGER_READ_ONLY": "perhaps"})


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
    monkeypatch.setenv("LEDGER_READ_ONLY", "0")
    with TestClient(from_environment()) as client:
        content = encode_submission(signed(shard("a.txt")))
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
