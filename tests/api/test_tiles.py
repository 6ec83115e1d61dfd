from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.signing.note import Note
from ledger.tree.hashing import leaf_hash, root_of
from ledger.tree.tiles import decode_bundle
from tests.api.conftest import Serve
from tests.api.world import World, settings_in


def test_a_tlog_client_finds_the_whole_log(client: TestClient) -> None:
    checkpoint = Checkpoint.from_text(Note.from_bytes(client.get("/checkpoint").content).text)
    assert checkpoint.size == 5
    entries = decode_bundle(client.get("/tile/entries/000.p/5").content, 5)
    leaves = [leaf_hash(entry) for entry in entries]
    assert b"".join(leaves) == client.get("/tile/0/000.p/5").content
    assert root_of(leaves) == checkpoint.root


def test_a_checkpoint_is_text_that_no_cache_keeps(client: TestClient) -> None:
    response = client.get("/checkpoint")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/tile/0/000.p/5", "/tile/entries/000.p/5"])
def test_a_tile_is_bytes_that_never_change(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_partial_tiles_of_published_checkpoints_stay(client: TestClient) -> None:
    found = {width: client.get(f"/tile/0/000.p/{width}").status_code for width in range(1, 7)}
    assert found == {1: 404, 2: 404, 3: 404, 4: 200, 5: 200, 6: 404}


@pytest.mark.parametrize(
    "path",
    [
        "/tile/0/000",
        "/tile/00/000.p/5",
        "/tile/0/0.p/5",
        "/tile/0/000.p/05",
        "/tile/0/000.p/256",
        "/tile/0/000.p/5/",
        "/tile/0/x000/000.p/5",
        "/tile/64/000",
        "/tile/entries/000",
        "/tile/entries/000.p/0",
        "/tile/-1/000",
        "/tile/",
        "/tile",
        "/tile/..%2Fcheckpoint",
        "/tile/0/%2e%2e/%2e%2e/trust.policy",
        "/tile//etc/passwd",
        "/tile/0/000.p/5%00",
        "/tile/0/\u0660\u0660\u0660.p/5",
    ],
)
def test_a_path_in_any_other_form_is_not_found(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/checkpoint", "/tile/0/000.p/5", "/", "/api/v1/log"])
def test_head_is_get_without_its_body(client: TestClient, path: str) -> None:
    got, asked = client.get(path), client.head(path)
    assert asked.status_code == 200
    assert asked.content == b""
    assert asked.headers == got.headers


def test_query_strings_mean_nothing(client: TestClient) -> None:
    assert client.get("/tile/0/000.p/5?x=1").content == client.get("/tile/0/000.p/5").content


def test_a_log_that_published_nothing_says_so(world: World, tmp_path: Path, serve: Serve) -> None:
    client = serve(world, settings_in(tmp_path))
    for path in ("/checkpoint", "/api/v1/log", "/api/v1/summaries"):
        response = client.get(path)
        assert response.status_code == 404
        assert "nothing is published yet" in response.json()["detail"]
    assert "Nothing is published yet" in client.get("/").text


def test_a_damaged_checkpoint_is_a_storage_problem_without_details(
    world: World, tmp_path: Path, serve: Serve
) -> None:
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "checkpoint").write_bytes(b"torn")
    response = serve(world, settings_in(tmp_path)).get("/api/v1/log")
    assert response.status_code == 503
    assert response.json()["detail"] == "the database or the disk failed"
