import re

import pytest
from fastapi.testclient import TestClient

from api.headers import PAGE_POLICY
from ledger.checkpoint.cosignature import Ed25519Cosigner
from ledger.record.leaf import RecordId
from ledger.signing.note import Note, signature_by
from tests.api.conftest import Serve
from tests.api.world import LOG_KEY, STRANGER, World, seed, settings_in, signed, summary, texts


def test_the_page_tells_the_state_and_the_limits(client: TestClient) -> None:
    response = client.get("/")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["content-security-policy"] == PAGE_POLICY
    text = re.sub(r"\s+", " ", response.text)
    for words in (
        "log.example.org/2026",
        "Not witnessed.",
        "48d2970735d5d2bc…",
        "24 November 2026",
        "what was never recorded cannot be detected",
        "1 earlier version",
    ):
        assert words in text, words


def test_the_page_loads_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/").text
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert not [link for link in loaded if not link.startswith(("/", "#"))]
    assert "<style" not in page
    assert not re.search(r"\son\w+=|\sstyle=", page)
    for path in loaded:
        if path.startswith("/"):
            assert client.get(path).status_code == 200, path


def test_hostile_text_in_a_record_is_text_on_the_page(copy: World, serve: Serve) -> None:
    hostile = "</bdi><script>alert(1)</script><img src=x onerror=alert(2)>\" onclick='alert(3)'"
    (index,) = copy.log.append([signed(summary(list(texts(1)), provider=hostile))])
    copy.log.publish()
    page = serve(copy).get("/").text
    assert str(RecordId(index, 0)) in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "<img" not in page


def test_a_witnessed_log_says_by_whom_and_when(copy: World, serve: Serve) -> None:
    witness = Ed25519Cosigner("witness.example", seed("witness"), lambda: 1_795_516_200)
    checkpoint = copy.public / "checkpoint"
    note = Note.from_bytes(checkpoint.read_bytes())
    cosigned = note.with_signatures([signature_by(witness, note.text)])
    checkpoint.write_bytes(cosigned.to_bytes())
    lines = f"log {LOG_KEY.key}\nwitness watch {witness.key}\nquorum watch\n"
    (copy.folder / "trust.policy").write_text(lines)
    client = serve(copy)
    state = client.get("/api/v1/log").json()
    assert state["witnessed"] is True
    assert state["cosignatures"] == [{"witness": "watch", "seen_at": "2026-11-24T10:30:00Z"}]
    page = re.sub(r"\s+", " ", client.get("/").text)
    assert "<bdi>watch</bdi> on 24 November 2026, 10:30 UTC" in page
    assert "Not witnessed" not in page
    proof = client.get("/api/v1/records/2.0/proof").content
    told = client.post("/api/v1/verify", content=proof).json()
    assert told["warnings"] == []
    assert told["log"]["seen_no_later_than"] == "2026-11-24T10:30:00Z"


@pytest.mark.parametrize(
    ("time", "limit", "is_old"),
    [
        (1_600_000_000, 86_400, True),
        (1_600_000_000, 0, False),
        (4_000_000_000, 86_400, False),
    ],
)
def test_t40_an_old_checkpoint_is_called_old(
    copy: World, serve: Serve, time: int, limit: int, is_old: bool
) -> None:
    witness = Ed25519Cosigner("witness.example", seed("witness"), lambda: time)
    checkpoint = copy.public / "checkpoint"
    note = Note.from_bytes(checkpoint.read_bytes())
    checkpoint.write_bytes(note.with_signatures([signature_by(witness, note.text)]).to_bytes())
    lines = f"log {LOG_KEY.key}\nwitness watch {witness.key}\nquorum watch\n"
    (copy.folder / "trust.policy").write_text(lines)
    client = serve(copy, settings_in(copy.folder, max_age_seconds=limit))
    state = client.get("/api/v1/log").json()
    assert state["is_old"] is is_old
    assert (state["age_seconds"] == 0) == (time == 4_000_000_000)
    page = re.sub(r"\s+", " ", client.get("/").text)
    assert ("<strong>Old.</strong> Witnesses saw this checkpoint" in page) == is_old


def test_a_log_without_witnesses_has_no_age(client: TestClient) -> None:
    state = client.get("/api/v1/log").json()
    assert not state.keys() & {"seen_no_later_than", "age_seconds", "is_old"}


def test_a_checkpoint_that_the_trust_file_does_not_know_is_not_witnessed(
    copy: World, serve: Serve
) -> None:
    (copy.folder / "trust.policy").write_text(f"log {STRANGER.key}\nquorum none\n")
    client = serve(copy)
    state = client.get("/api/v1/log").json()
    assert (state["witnessed"], "log_key" in state) == (False, False)
    assert "Not witnessed." in client.get("/").text
