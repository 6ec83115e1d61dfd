from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import Serve
from tests.api.world import RELEASE, SHARD, STRANGER, World, settings_in
from tests.formats.misbehaviour_cases import TRUSTS, all_cases, example_fork


def judged(client: TestClient, data: bytes) -> dict[str, Any]:
    """Return the server's verdict on a file."""
    response = client.post("/api/v1/verify", content=data)
    assert response.status_code == 200, response.text
    told: dict[str, Any] = response.json()
    return told


def test_evidence_is_verified_in_four_steps(client: TestClient, world: World) -> None:
    told = judged(client, world.evidence(SHARD))
    assert (told["verdict"], told["kind"]) == ("verified", "evidence")
    assert [step["name"] for step in told["steps"]] == [
        "Checkpoint",
        "Entries",
        "Records",
        "Producers",
    ]
    assert "not witnessed" in str(told["warnings"])


@pytest.mark.parametrize("name", ["1.html", "1.jsonld", "2.html", "2.jsonld"])
def test_a_document_is_verified_in_five(client: TestClient, world: World, name: str) -> None:
    told = judged(client, world.documents[name])
    assert told["verdict"] == "verified"
    assert len(told["steps"]) == 5
    assert told["document"]["record"] == f"{int(name[0]) + 2}.0"


def test_a_changed_word_fails_the_document_step(client: TestClient, world: World) -> None:
    told = judged(client, world.documents["2.html"].replace(b"version 2", b"version 3"))
    assert told["verdict"] == "not verified"
    assert told["failed"] == {"number": 5, "name": "Document"}


def test_a_changed_value_fails_the_record_step(client: TestClient, world: World) -> None:
    told = judged(client, world.evidence(RELEASE).replace(b"example-1", b"example-2"))
    assert told["verdict"] == "not verified"
    assert told["failed"] == {"number": 3, "name": "Records"}


@pytest.mark.parametrize("data", [b"", b"\0", b"hello", b"c2sp.org/tlog-proof@v1\nindex 1\n"])
def test_anything_else_is_told_what_was_expected(client: TestClient, data: bytes) -> None:
    told = judged(client, data)
    assert told["verdict"] == "not verified"
    assert "neither evidence nor a document" in str(told["reason"])


def test_truncated_evidence_is_not_verified(client: TestClient, world: World) -> None:
    data = world.evidence(SHARD)
    for size in range(14, len(data), 97):
        assert judged(client, data[:size])["verdict"] == "not verified"


def test_another_logs_evidence_cannot_be_judged(
    world: World, copy: World, tmp_path: Path, serve: Serve
) -> None:
    trust = tmp_path / "other.policy"
    trust.write_text(f"log {STRANGER.key}\nquorum none\n")
    other = replace(settings_in(copy.folder), trust=trust)
    told = judged(serve(copy, other), world.evidence(SHARD))
    assert (told["verdict"], told["failed"]) == ("cannot tell", {"number": 1, "name": "Checkpoint"})


def test_a_server_without_trust_cannot_tell(world: World, copy: World, serve: Serve) -> None:
    (copy.folder / "trust.policy").unlink()
    client = serve(copy, settings_in(copy.folder))
    assert judged(client, world.evidence(SHARD))["verdict"] == "cannot tell"


def test_a_body_beyond_the_limit_is_refused(copy: World, serve: Serve) -> None:
    client = serve(copy, settings_in(copy.folder, body_limit=1000))
    response = client.post("/api/v1/verify", content=b"x" * 1001)
    assert response.status_code == 413
    assert response.json()["type"] == "/api/v1/problems/too-large"


def test_a_logs_misbehaviour_is_judged_as_the_command_line_does(
    copy: World, tmp_path: Path, serve: Serve
) -> None:
    trust = tmp_path / "example.policy"
    trust.write_text(TRUSTS["witnessed"])
    client = serve(copy, replace(settings_in(copy.folder), trust=trust))
    codes = {"malformed": "not verified"}
    for case in all_cases():
        if case.trust == "witnessed" and case.claim.startswith('{"claim":'):
            told = judged(client, case.claim.encode())
            expected = (codes.get(case.verdict, case.verdict), "misbehaviour")
            assert (told["verdict"], told["kind"]) == expected, case.name
    told = judged(client, example_fork().to_bytes())
    assert [step["name"] for step in told["steps"]] == ["Signatures", "Contradiction"]
    assert "w1 cosigned both" in told["steps"][0]["means"]
