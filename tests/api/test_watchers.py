"""The clients that believe nothing, against the server that we really run."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from api.app import create_app
from ledger.checkpoint.trust import Trust
from ledger.client.submitting import Submitter, submit
from ledger.errors import InputError, StorageError
from ledger.log.web import Answer, ask
from ledger.monitor.claims import Claims
from ledger.monitor.look import Look
from ledger.monitor.monitor import Monitor
from ledger.monitor.remote import RemoteLog
from ledger.monitor.state import StateFile
from ledger.tree.hashing import leaf_hash
from tests.api.serving import serving
from tests.api.world import LOG_KEY, STRANGER, World, settings_in, shard, signed, summary, texts

TRUST = Trust.parse(f"log {LOG_KEY.key}\nquorum none\n".encode())


@pytest.fixture
def address(copy: World) -> Iterator[str]:
    """A server that takes batches."""
    settings = settings_in(copy.folder, writable=True)
    with serving(create_app(copy.log.store, settings, log=copy.log)) as address:
        yield address


def look(address: str, folder: Path) -> Look:
    """Look at a server once."""
    log = RemoteLog(address, TRUST)
    claims = Claims(folder / "proofs", lambda: 0)
    return Monitor(log, StateFile(folder / "state.json"), claims, now=lambda: 0).look()


def test_a_log_is_watched_while_it_grows(address: str, tmp_path: Path, copy: World) -> None:
    first = look(address, tmp_path)
    assert (first.exit_code, first.checked) == (0, 5), first
    for number in range(3):
        submit(address, signed(shard(f"new-{number}")), TRUST, tmp_path / "kept")
    again = look(address, tmp_path)
    assert (again.exit_code, again.checked) == (0, 8), again


def test_t07_a_log_with_two_summaries_of_one_version(
    address: str, tmp_path: Path, copy: World
) -> None:
    look(address, tmp_path)
    copy.log.append([signed(summary(list(texts(1))), salt="again")])
    copy.log.publish()
    found = look(address, tmp_path)
    assert found.exit_code == 1
    (event,) = (one for one in found.events if one.what == "two-summaries")
    assert "records 3.0 and 5.0 are two eu summaries of 'example-1'" in event.text


def test_a_batch_is_logged_when_that_is_proved(address: str, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    batch = signed(shard("x"), shard("y"))
    found = submit(address, batch, TRUST, kept)
    assert [str(one) for one in found.records] == ["5.0", "5.1"]
    assert found.proof is not None
    assert found.checkpoint is not None
    found.proof.check(leaf_hash(batch.note), TRUST)
    assert found.checkpoint.checkpoint.size == 6
    assert kept.read_bytes() == found.proof.checkpoint.to_bytes()
    again = submit(address, batch, TRUST, kept)
    assert (again.index, again.records) == (found.index, found.records)


def test_a_refusal_comes_with_the_reason_of_the_log(address: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"refuses the batch .*stranger\.example"):
        submit(address, signed(shard("x"), signer=STRANGER), TRUST, tmp_path / "kept")
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize("arrives", [False, True], ids=["lost", "only the answer is lost"])
def test_a_lost_answer_is_asked_for_again(address: str, tmp_path: Path, arrives: bool) -> None:
    failures = [StorageError("the line broke")] * 2
    pauses: list[float] = []

    def flaky(
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float = 10,
        limit: int = 2**20,
    ) -> Answer:
        broken = failures.pop() if method == "POST" and failures else None
        if broken is None or arrives:
            answer = ask(method, url, body=body, headers=headers, seconds=seconds, limit=limit)
        if broken is not None:
            raise broken
        return answer

    log = RemoteLog(address, TRUST, ask=flaky)
    client = Submitter(log, tmp_path / "kept", pause=pauses.append, now=lambda: 0)
    assert client.submit(signed(shard("x"))).index == 5
    assert len(pauses) == 2
    assert look(address, tmp_path).checked == 6


def test_a_log_that_is_down_leaves_it_open(tmp_path: Path) -> None:
    log = RemoteLog("http://127.0.0.1:1", TRUST)
    client = Submitter(log, tmp_path / "kept", pause=lambda _: None, now=lambda: 0)
    with pytest.raises(StorageError, match="whether the batch arrived is not known"):
        client.submit(signed(shard("x")))


def test_t38_no_address_of_a_proof_depends_on_a_query(copy: World) -> None:
    """What comes after a question mark is what a cache once forgot (TrustAsia, May 2026)."""
    api = create_app(copy.log.store, settings_in(copy.folder)).openapi()
    immutable = [path for path in api["paths"] if "proof" in path or path.startswith("/tile")]
    assert len(immutable) >= 3
    for path in immutable:
        parameters = api["paths"][path]["get"].get("parameters", [])
        assert [one["name"] for one in parameters if one["in"] == "query"] == []
