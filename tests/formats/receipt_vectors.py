"""Vectors of COSE receipts: the worked one that others verify, the example log's, and bad ones."""

from collections.abc import Mapping

from ledger.checkpoint.trust import Trust
from ledger.errors import CannotTellError, LedgerError
from ledger.proof.cbor import CBOR, Tagged, encode
from ledger.proof.cose_receipt import (
    ConsistencyReceipt,
    InclusionReceipt,
    SignedRoot,
    parse_receipt,
    signed_message,
)
from ledger.signing.keys import Ed25519Signer
from ledger.tree.hashing import leaf_hash, root_of
from ledger.tree.proofs import prove_consistency
from tests.formats.core_vectors import refused
from tests.formats.examples import (
    LOG,
    TRUST,
    TRUST_OTHER_LOG,
    TRUST_UNWITNESSED,
    LeafReader,
    counting,
    example_log,
    inclusion,
)

THREE = [b"one", b"two", b"three"]
PROD = Ed25519Signer("ledger.example/prod-1", counting(0x00))


def cose_receipt() -> dict[str, object]:
    """Return vectors/cose-receipt.json."""
    leaves = [leaf_hash(entry) for entry in THREE]
    root = root_of(leaves)
    signed = SignedRoot.sign(root, PROD)
    receipt = InclusionReceipt(signed=signed, size=3, index=1, proof=inclusion(leaves, 1))
    growth = ConsistencyReceipt(
        signed=signed, old=2, new=3, proof=tuple(prove_consistency(2, 3, LeafReader(leaves)))
    )
    trust = f"log {PROD.key}\nquorum none\n"
    receipt.check(leaves[1], Trust.parse(trust.encode()))
    growth.check(root_of(leaves[:2]), Trust.parse(trust.encode()))
    return {
        "seed": counting(0x00).hex(),
        "vkey": str(PROD.key),
        "entries": [entry.decode() for entry in THREE],
        "root": root.hex(),
        "signed_message": signed_message(PROD.key.id, root).hex(),
        "signed_root": signed.to_bytes().hex(),
        "receipt": receipt.to_bytes().hex(),
        "receipt_in_lines": _in_lines(receipt.to_bytes().hex()),
        "growth": growth.to_bytes().hex(),
        "example": _example(),
        "rejected": _rejected(receipt),
    }


def _in_lines(text: str) -> str:
    """Return a text for a page that must show all of it."""
    return "".join(f"{text[at : at + 96]}\n" for at in range(0, len(text), 96))


def _example() -> dict[str, object]:
    """Return the receipt of entry 1 of the example log, with a verdict for each trust file."""
    log = example_log()
    receipt = InclusionReceipt(
        signed=SignedRoot.sign(root_of(log.leaves), LOG),
        size=len(log.leaves),
        index=1,
        proof=inclusion(log.leaves, 1),
    )
    entry, other = log.batches[1].note, log.batches[2].note
    cases = [
        ("the entry", TRUST_UNWITNESSED, entry),
        ("another entry", TRUST_UNWITNESSED, other),
        ("a trust file that asks for witnesses", TRUST, entry),
        ("a trust file of another log", TRUST_OTHER_LOG, entry),
    ]
    return {
        "receipt": receipt.to_bytes().hex(),
        "cases": [
            {
                "name": name,
                "trust": trust,
                "entry": data.decode(),
                "verdict": _verdict(receipt, data, trust),
            }
            for name, trust, data in cases
        ],
    }


def _verdict(receipt: InclusionReceipt, entry: bytes, trust: str) -> str:
    try:
        receipt.check(leaf_hash(entry), Trust.parse(trust.encode()))
    except CannotTellError:
        return "cannot tell"
    except LedgerError:
        return "not verified"
    return "verified"


def _rejected(receipt: InclusionReceipt) -> list[dict[str, str]]:
    good = receipt.to_bytes()
    key_id = receipt.signed.key_id
    protected: dict[int | str, CBOR] = {1: -8, 4: key_id, 395: 1}
    proof = encode([3, 1, receipt.proof])
    hashes = list(receipt.proof)

    def sign1(
        headers: CBOR = None, unprotected: CBOR = None, payload: CBOR = None, tag: int = 18
    ) -> bytes:
        first = encode(protected) if headers is None else headers
        second: CBOR = {396: {-1: [proof]}} if unprotected is None else unprotected
        return encode(Tagged(tag, [first, second, payload, receipt.signed.signature]))

    def holding(value: CBOR) -> bytes:
        return sign1(unprotected={396: {-1: [encode(value)]}})

    bad: Mapping[str, bytes] = {
        "no tag": good[1:],
        "another tag": sign1(tag=98),
        "a payload": sign1(payload=b"payload"),
        "another algorithm": sign1(headers=encode({**protected, 1: -7})),
        "another kind of tree": sign1(headers=encode({**protected, 395: 2})),
        "no key id": sign1(headers=encode({1: -8, 395: 1})),
        "a protected header more": sign1(headers=encode({**protected, 3: 0})),
        "an unprotected header more": sign1(unprotected={33: b"", 396: {-1: [proof]}}),
        "two proofs": sign1(unprotected={396: {-1: [proof, proof]}}),
        "no proof": sign1(unprotected={}),
        "index past the end": holding([3, 3, hashes]),
        "negative index": holding([3, -1, hashes]),
        "size of 2^63": holding([2**63, 1, hashes]),
        "short hash": holding([3, 1, [hashes[0], hashes[1][:31]]]),
        "long head": good.replace(b"\x58\x40", b"\x59\x00\x40"),
        "indefinite array": b"\xd2\x9f" + good[2:] + b"\xff",
        "cut off": good[:-1],
        "spare byte": good + b"\x00",
    }
    for name, data in bad.items():
        if not refused(lambda data=data: parse_receipt(data)):  # type: ignore[misc]
            raise AssertionError(f"{name} is not refused")
    return [{"name": name, "hex": data.hex()} for name, data in bad.items()]
