"""Our COSE receipts convince `scitt-cose`, which nobody here wrote; theirs say the same."""

import json
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from ledger.errors import MalformedError
from ledger.proof.cose_receipt import (
    ConsistencyReceipt,
    InclusionReceipt,
    SignedRoot,
    parse_receipt,
)
from ledger.signing.keys import Ed25519Signer
from ledger.tree.hashing import leaf_hash, root_of
from ledger.tree.proofs import prove_consistency, prove_inclusion
from tests.interop.conftest import FOREIGN, Run
from tests.makers import LeafReader

SEED = bytes(range(32))
KEY = Ed25519Signer("ledger.example/prod-1", SEED)
ENTRIES = [b"entry %d" % number for number in range(13)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


@pytest.fixture
def verifier(foreign: Run) -> Run:
    """The foreign verifier, if it is installed."""
    if not (FOREIGN / "scitt-cose").exists():
        pytest.skip("scitt-cose is not installed: make foreign (needs Python 3.12)")
    return foreign


@pytest.fixture
def log_key(tmp_path: Path) -> Path:
    """The log's public key as a PEM file."""
    path = tmp_path / "log.pem"
    public = Ed25519PublicKey.from_public_bytes(KEY.key.public)
    path.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return path


def receipt(index: int, size: int) -> bytes:
    """Return the receipt of an entry among the first `size`."""
    leaves = LEAVES[:size]
    return InclusionReceipt(
        signed=SignedRoot.sign(root_of(leaves), KEY),
        size=size,
        index=index,
        proof=tuple(prove_inclusion(index, size, LeafReader(leaves))),
    ).to_bytes()


def judged(verifier: Run, folder: Path, data: bytes, entry: bytes, log_key: Path) -> bool:
    """Say what the foreign verifier thinks of a receipt."""
    path = folder / "receipt.cose"
    path.write_bytes(data)
    ran = verifier(
        "scitt-cose", "--receipt", path, "--receipt-log-pubkey", log_key,
        "--leaf-entry-hex", entry.hex(), "--json",
    )  # fmt: skip
    told = json.loads(ran.stdout)
    found = told["receipt"]["ok"] if "receipt" in told else told["ok"]
    assert found == (ran.returncode == 0), ran.stdout
    return bool(found)


@pytest.mark.parametrize(("index", "size"), [(0, 1), (1, 3), (2, 3), (6, 7), (0, 8), (12, 13)])
def test_our_receipts_are_accepted(
    verifier: Run, tmp_path: Path, log_key: Path, index: int, size: int
) -> None:
    data = receipt(index, size)
    assert judged(verifier, tmp_path, data, ENTRIES[index], log_key)
    assert not judged(verifier, tmp_path, data, b"another entry", log_key)
    changed = data[:-1] + bytes([data[-1] ^ 1])
    assert not judged(verifier, tmp_path, changed, ENTRIES[index], log_key)


def test_their_receipt_has_the_same_parts_in_another_order(verifier: Run) -> None:
    """We read one spelling, and theirs is another: sorted, it is ours to the byte."""
    private = Ed25519PrivateKey.from_private_bytes(SEED).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    script = (
        "import json, sys, cbor2, scitt_cose as s\n"
        "told = json.load(sys.stdin)\n"
        "made = s.build_receipt(leaf_entry_hex=told['entries'][told['index']],"
        " leaf_index=told['index'], tree_entries_hex=told['entries'], alg='EdDSA',"
        " log_private_key_pem=told['key'].encode(), kid=bytes.fromhex(told['kid']))\n"
        "protected, unprotected, payload, _ = cbor2.loads(made).value\n"
        "protected = cbor2.dumps(cbor2.loads(protected), canonical=True)\n"
        "print(made.hex(), cbor2.dumps([protected, unprotected], canonical=True).hex())\n"
    )
    for index in (0, 5, 12):
        told = {
            "entries": [entry.hex() for entry in ENTRIES],
            "index": index,
            "key": private.decode(),
            "kid": KEY.key.id.hex(),
        }
        ran = subprocess.run(
            [FOREIGN / "python", "-c", script],
            input=json.dumps(told).encode(),
            capture_output=True,
            check=True,
            timeout=60,
        )
        theirs, parts = (bytes.fromhex(word) for word in ran.stdout.decode().split())
        ours = receipt(index, 13)
        # After the tag and the head of four comes what is the same; then null and the signature.
        assert parts[1:] == ours[2 : 1 + len(parts)]
        with pytest.raises(MalformedError, match="deterministic"):
            parse_receipt(theirs)


def test_growth_is_what_another_reader_of_cbor_and_trees_finds(verifier: Run) -> None:
    script = (
        "import json, sys, cbor2, scitt_cose as s\n"
        "told = json.load(sys.stdin)\n"
        "one = cbor2.loads(bytes.fromhex(told['receipt']))\n"
        "assert one.tag == 18\n"
        "protected, unprotected, payload, signature = one.value\n"
        "assert cbor2.loads(protected) == {1: -8, 4: bytes.fromhex(told['kid']), 395: 1}\n"
        "assert payload is None and list(unprotected) == [396]\n"
        "(proof,) = unprotected[396][-2]\n"
        "old, new, hashes = cbor2.loads(proof)\n"
        "roots = told['old_root'], told['new_root']\n"
        "assert s.verify_consistency(*roots, old, new, [h.hex() for h in hashes])\n"
        "message = cbor2.dumps(['Signature1', protected, b'', bytes.fromhex(roots[1])])\n"
        "print(message.hex(), signature.hex())\n"
    )
    for old, new in ((1, 2), (3, 7), (4, 8), (6, 13), (8, 13)):
        made = ConsistencyReceipt(
            signed=SignedRoot.sign(root_of(LEAVES[:new]), KEY),
            old=old,
            new=new,
            proof=tuple(prove_consistency(old, new, LeafReader(LEAVES[:new]))),
        )
        told = {
            "receipt": made.to_bytes().hex(),
            "kid": KEY.key.id.hex(),
            "old_root": root_of(LEAVES[:old]).hex(),
            "new_root": root_of(LEAVES[:new]).hex(),
        }
        ran = subprocess.run(
            [FOREIGN / "python", "-c", script],
            input=json.dumps(told).encode(),
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert ran.returncode == 0, ran.stderr.decode()
        message, signature = (bytes.fromhex(word) for word in ran.stdout.decode().split())
        Ed25519PublicKey.from_public_bytes(KEY.key.public).verify(signature, message)
