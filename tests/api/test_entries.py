"""Proofs of entries in the forms of other tools: by address, by Accept header, without a key."""

import pytest
from fastapi.testclient import TestClient

from ledger.checkpoint.trust import Trust
from ledger.proof.cose_receipt import ConsistencyReceipt, InclusionReceipt, parse_receipt
from ledger.proof.entry import verify_entry
from ledger.proof.tlog_proof import TlogProof
from ledger.tree.hashing import leaf_hash
from tests.api.conftest import Serve
from tests.api.world import LOG_KEY, World, shard, signed

BELIEVED = Trust.parse(f"log {LOG_KEY.key}\nquorum none\n".encode())
ENTRY = "/api/v1/entries/1"


@pytest.mark.parametrize("index", range(5))
def test_every_entry_has_both_proofs_and_the_bytes_they_are_about(
    client: TestClient, index: int
) -> None:
    entry = client.get(f"/api/v1/entries/{index}.note")
    assert entry.headers["content-type"] == "text/plain; charset=utf-8"
    for form in ("tlog-proof", "cose"):
        proof = client.get(f"/api/v1/entries/{index}.{form}")
        verified = verify_entry(proof.content, entry.content, BELIEVED)
        assert (verified.index, verified.size) == (index, 5)
        assert verified.origin == LOG_KEY.key.name
        assert "Vary" not in proof.headers
        assert proof.headers["content-disposition"] == f'inline; filename="entry-{index}.{form}"'


def test_a_receipt_needs_no_key_and_no_private_table(world: World, serve: Serve) -> None:
    client = serve(world)  # over the public tables and the published folder
    receipt = InclusionReceipt.from_bytes(client.get(f"{ENTRY}.cose").content)
    entry = client.get(f"{ENTRY}.note").content
    assert receipt.check(leaf_hash(entry), BELIEVED) == LOG_KEY.key


def test_growth_has_a_receipt_from_every_size(client: TestClient, world: World) -> None:
    store = world.log.store
    for size in range(1, 6):
        response = client.get(f"/api/v1/consistency/{size}.cose")
        receipt = parse_receipt(response.content)
        assert isinstance(receipt, ConsistencyReceipt)
        assert (receipt.old, receipt.new) == (size, 5)
        assert receipt.check(store.edge(size).root(), BELIEVED) == store.head().root
    for size in (0, 6, 2**53):
        assert client.get(f"/api/v1/consistency/{size}.cose").status_code in (404, 422)


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, "tlog-proof"),
        ("", "tlog-proof"),
        ("*/*", "tlog-proof"),
        ("text/plain", "tlog-proof"),
        ("text/*", "tlog-proof"),
        ("TEXT/PLAIN", "tlog-proof"),
        ("application/cose", "cose"),
        ("application/cose; cose-type=cose-sign1", "cose"),
        ("application/*", "cose"),
        ("image/png, application/cose", "cose"),
        ("text/plain;q=0.5, application/cose", "cose"),
        ("text/plain, application/cose;q=0.5", "tlog-proof"),
        ("text/plain, application/cose", "tlog-proof"),
        ("*/*;q=0.1, application/cose;q=0.2", "cose"),
        ("*/*, text/plain;q=0", "cose"),
        ("application/cose;q=0, */*", "tlog-proof"),
        ("application/cose;q=2", "cose"),
        ("text/html, application/xhtml+xml, */*;q=0.8", "tlog-proof"),
    ],
)
def test_the_header_chooses(client: TestClient, accept: str | None, form: str) -> None:
    headers = {} if accept is None else {"Accept": accept}
    response = client.get(f"{ENTRY}/proof", headers=headers)
    assert response.status_code == 200
    assert response.headers["content-location"] == f"{ENTRY}.{form}"
    assert response.headers["vary"] == "Accept"
    assert response.content == client.get(f"{ENTRY}.{form}").content


@pytest.mark.parametrize(
    "accept",
    [
        "image/png",
        "application/json",
        "text/html",
        "*/*;q=0",
        "text/plain;q=0",
        "nonsense",
        ";",
        "/",
    ],
)
def test_another_form_is_refused(client: TestClient, accept: str) -> None:
    response = client.get(f"{ENTRY}/proof", headers={"Accept": accept})
    assert response.status_code == 406
    problem = response.json()
    assert problem["type"] == "/api/v1/problems/not-acceptable"
    assert problem["hint"] == "Accept: text/plain"
    assert response.headers["cache-control"] == "no-store"


def test_t38_no_cache_can_swap_proofs_unnoticed(client: TestClient) -> None:
    """Whatever a cache mixes up, the verifier holds the entry's own bytes and refuses."""
    entries = [client.get(f"/api/v1/entries/{index}.note").content for index in range(5)]
    for form in ("tlog-proof", "cose"):
        proofs = [client.get(f"/api/v1/entries/{index}.{form}").content for index in range(5)]
        for index, entry in enumerate(entries):
            for other, proof in enumerate(proofs):
                holds = _holds(proof, entry)
                assert holds == (index == other)


def _holds(proof: bytes, entry: bytes) -> bool:
    from ledger.errors import LedgerError

    try:
        verify_entry(proof, entry, BELIEVED)
    except LedgerError:
        return False
    return True


@pytest.mark.parametrize("form", [".note", ".tlog-proof", ".cose", "/proof"])
@pytest.mark.parametrize("index", [5, 99, 2**53 - 1])
def test_an_entry_that_is_not_published_has_no_proof(
    client: TestClient, form: str, index: int
) -> None:
    response = client.get(f"/api/v1/entries/{index}{form}")
    assert response.status_code == 404
    assert f"no entry {index}" in response.json()["detail"]


@pytest.mark.parametrize("index", ["-1", "01x", "1.0", "a", str(2**53), "%31%00"])
def test_an_index_is_a_number(client: TestClient, index: str) -> None:
    for form in (".note", ".tlog-proof", ".cose", "/proof"):
        assert client.get(f"/api/v1/entries/{index}{form}").status_code in (404, 422)


def test_without_the_logs_signature_a_receipt_is_not_found_and_the_proof_is(
    copy: World, serve: Serve
) -> None:
    (signature,) = (copy.public / "receipts").glob("5.*")
    signature.unlink()
    client = serve(copy)
    response = client.get(f"{ENTRY}.cose")
    assert response.status_code == 404
    assert response.json()["hint"] == f"the entry's tlog-proof: {ENTRY}.tlog-proof"
    assert client.get(f"{ENTRY}.tlog-proof").status_code == 200
    copy.log.publish()  # makes what is missing
    assert client.get(f"{ENTRY}.cose").status_code == 200


def test_a_damaged_signature_is_a_storage_problem(copy: World, serve: Serve) -> None:
    (signature,) = (copy.public / "receipts").glob("5.*")
    signature.write_bytes(signature.read_bytes()[:-1])
    response = serve(copy).get(f"{ENTRY}.cose")
    assert response.status_code == 503
    assert response.json()["type"] == "/api/v1/problems/storage"


def test_what_is_logged_and_not_published_has_no_receipt_yet(copy: World, serve: Serve) -> None:
    copy.log.append([signed(shard("d.txt"))])
    client = serve(copy)
    assert client.get("/api/v1/entries/5.cose").status_code == 404
    copy.log.publish()
    proof = TlogProof.from_bytes(client.get("/api/v1/entries/5.tlog-proof").content)
    assert proof.index == 5
    assert client.get("/api/v1/entries/5.cose").status_code == 200
