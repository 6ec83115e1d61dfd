"""COSE receipts (RFC 9942): a worked one byte for byte, and everything that is none."""

from contextlib import suppress
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.cosignature import cosigned_message, subtree_message
from ledger.checkpoint.trust import Log, Trust
from ledger.errors import CannotTellError, LedgerError, MalformedError, VerificationError
from ledger.proof.cbor import CBOR, Tagged, encode
from ledger.proof.cose_receipt import (
    START,
    ConsistencyReceipt,
    InclusionReceipt,
    SignedRoot,
    parse_receipt,
    signed_message,
)
from ledger.signing.ed25519 import verify_ed25519
from ledger.signing.keys import Ed25519Signer, KeyType, VerifierKey
from ledger.tree.hashing import EMPTY_ROOT, Hash, leaf_hash, root_of
from ledger.tree.proofs import prove_consistency, prove_inclusion
from tests.makers import LOG, PRODUCER, STRANGER, TRUST, UNWITNESSED, LeafReader, example_log

KEY = Ed25519Signer("ledger.example/prod-1", bytes(range(32)))
BELIEVED = Trust.parse(f"log {KEY.key}\nquorum none\n".encode())
LEAVES = [leaf_hash(entry) for entry in (b"one", b"two", b"three")]
WORKED = bytes.fromhex(
    "d2844da3012704443c3090e919018b01a119018ca120815848830301825820d0d7360ab79f58ab1e1e3fe64ad77e2e"
    "a0bc07e36b5f46ed2223edd9298df9e95820671f146c5e471e8a1a83a3c214ce4ba907b8f3a5888d14cc8cd3ce75bb"
    "12ef94f65840d30a472cc28797077afee553813d18f691d47d1c810f5d19686f757bd848e88796c05122967c7bae5b"
    "4184e83df0fba2504f851351d9e665d6be605e2e692203"
)
"""Entry `two` of three, as an independent implementation accepts it."""


def inclusion(index: int, size: int, signer: Ed25519Signer = KEY) -> InclusionReceipt:
    """Return the receipt of a leaf among the first `size` of many."""
    leaves = many(size)
    return InclusionReceipt(
        signed=SignedRoot.sign(root_of(leaves), signer),
        size=size,
        index=index,
        proof=tuple(prove_inclusion(index, size, LeafReader(leaves))),
    )


def consistency(old: int, new: int, signer: Ed25519Signer = KEY) -> ConsistencyReceipt:
    """Return the receipt of growth from `old` to `new`."""
    leaves = many(new)
    return ConsistencyReceipt(
        signed=SignedRoot.sign(root_of(leaves), signer),
        old=old,
        new=new,
        proof=tuple(prove_consistency(old, new, LeafReader(leaves))),
    )


def many(size: int) -> list[Hash]:
    """Return leaves whose first are `LEAVES`."""
    return [*LEAVES, *(leaf_hash(b"%d" % number) for number in range(3, size))][:size]


RECEIPT = inclusion(1, 3)


def test_the_worked_receipt_comes_out_byte_for_byte() -> None:
    assert inclusion(1, 3).to_bytes() == WORKED
    assert WORKED.startswith(START)
    receipt = parse_receipt(WORKED)
    assert receipt == RECEIPT
    assert receipt.signed.key_id.hex() == "3c3090e9"
    assert InclusionReceipt.from_bytes(WORKED).check(LEAVES[1], BELIEVED) == KEY.key


@pytest.mark.parametrize("size", range(1, 18))
def test_every_entry_of_every_small_tree(size: int) -> None:
    leaves = many(size)
    for index in range(size):
        receipt = InclusionReceipt.from_bytes(inclusion(index, size).to_bytes())
        assert receipt.root(leaves[index]) == root_of(leaves)
        receipt.check(leaves[index], BELIEVED)
        with pytest.raises(VerificationError):
            receipt.check(leaf_hash(b"another entry"), BELIEVED)


@pytest.mark.parametrize("new", range(1, 18))
def test_growth_from_every_smaller_tree(new: int) -> None:
    for old in range(1, new + 1):
        receipt = parse_receipt(consistency(old, new).to_bytes())
        assert isinstance(receipt, ConsistencyReceipt)
        assert receipt == consistency(old, new)
        assert receipt.check(root_of(many(old)), BELIEVED) == root_of(many(new))
        with pytest.raises(VerificationError):
            receipt.check(Hash(EMPTY_ROOT), BELIEVED)


def test_one_signature_serves_every_entry_and_growth() -> None:
    signed = SignedRoot.from_bytes(SignedRoot.sign(root_of(many(9)), KEY).to_bytes())
    for index in range(9):
        assert inclusion(index, 9).signed == signed
    assert consistency(4, 9).signed == signed
    signed.check(root_of(many(9)), KEY.key)


def test_what_a_receipt_does_not_say() -> None:
    """Size and index are not signed: they say how to fold, and another pair can fold the same."""
    third = inclusion(2, 3)
    moved = replace(third, size=2, index=1)
    assert moved.proof == third.proof
    moved.check(LEAVES[2], BELIEVED)


def test_the_trust_file_decides_whose_receipts_count() -> None:
    log = example_log()
    root = log.tiles.edge.root()
    receipt = InclusionReceipt(
        signed=SignedRoot.sign(root, LOG), size=log.size, index=1, proof=log.prove(1)
    )
    leaf = leaf_hash(log.batches[1].note)
    assert receipt.check(leaf, UNWITNESSED) == LOG.key
    with pytest.raises(CannotTellError, match="quorum both, and a COSE receipt carries no"):
        receipt.check(leaf, TRUST)
    with pytest.raises(CannotTellError, match="of no log that the trust file names"):
        receipt.check(leaf, BELIEVED)
    forged = replace(receipt, signed=SignedRoot(LOG.key.id, RECEIPT.signed.signature))
    with pytest.raises(VerificationError, match="did not sign the root"):
        forged.check(leaf, UNWITNESSED)
    with pytest.raises(CannotTellError, match="is signed by the key"):
        receipt.signed.check(root, STRANGER.key)


@dataclass(frozen=True)
class GroundKey(VerifierKey):
    """A key for which somebody searched until its id was another's; here without the search."""

    wanted: bytes = b""

    @property
    def id(self) -> bytes:
        """The id that the search found."""
        return self.wanted


def test_two_logs_with_one_key_id_do_not_stand_in_each_others_way() -> None:
    twin = GroundKey("other.example/log", KeyType.ED25519, STRANGER.key.public, KEY.key.id)
    for logs in ([twin, KEY.key], [KEY.key, twin]):
        trust = Trust(tuple(map(Log, logs)), (), (), None)
        assert RECEIPT.check(LEAVES[1], trust) == KEY.key
        forged = replace(RECEIPT, signed=SignedRoot(KEY.key.id, bytes(64)))
        with pytest.raises(VerificationError):
            forged.check(LEAVES[1], trust)


def test_a_false_signature_is_refused_before_witnesses_are_asked_for() -> None:
    forged = replace(RECEIPT, signed=SignedRoot(LOG.key.id, RECEIPT.signed.signature))
    with pytest.raises(VerificationError):
        forged.check(LEAVES[1], TRUST)


def test_a_point_of_small_order_is_no_signature() -> None:
    weak = SignedRoot(KEY.key.id, bytes([1] + [0] * 63))
    with pytest.raises(VerificationError, match=r"cannot be one: .* small order"):
        weak.check(root_of(LEAVES), KEY.key)


def test_only_a_note_key_signs_receipts() -> None:
    cosigner = Ed25519Signer("witness.example", bytes(32), KeyType.COSIGNATURE_ED25519)
    with pytest.raises(MalformedError, match="needs a note key"):
        SignedRoot.sign(root_of(LEAVES), cosigner)


PROTECTED: dict[int | str, CBOR] = {1: -8, 4: KEY.key.id, 395: 1}
ENCODED = encode(PROTECTED)
PROOF = encode([3, 1, RECEIPT.proof])
PROOFS: CBOR = {396: {-1: [PROOF]}}
SIGNATURE = RECEIPT.signed.signature


def sign1(
    protected: CBOR = ENCODED,
    unprotected: CBOR = PROOFS,
    payload: CBOR = None,
    signature: CBOR = SIGNATURE,
    tag: int = 18,
) -> bytes:
    """Return a COSE_Sign1 of these parts."""
    return encode(Tagged(tag, [protected, unprotected, payload, signature]))


def holding(proof: CBOR, label: int = -1) -> bytes:
    """Return a receipt whose proof is this value."""
    return sign1(unprotected={396: {label: [encode(proof)]}})


HASHES = list(RECEIPT.proof)
NO_RECEIPTS = {
    "nothing": b"",
    "text": b"c2sp.org/tlog-proof@v1\n",
    "no tag": WORKED[1:],
    "another tag": sign1(tag=98),
    "three parts": encode(Tagged(18, [encode(PROTECTED), PROOFS, SIGNATURE])),
    "a payload": sign1(payload=root_of(LEAVES)),
    "an empty payload": sign1(payload=b""),
    "protected as a map": sign1(protected=PROTECTED),
    "no protected headers": sign1(protected=b""),
    "ES256": sign1(protected=encode({**PROTECTED, 1: -7})),
    "no algorithm": sign1(protected=encode({4: KEY.key.id, 395: 1})),
    "no key id": sign1(protected=encode({1: -8, 395: 1})),
    "a key id of 5 bytes": sign1(protected=encode({**PROTECTED, 4: b"12345"})),
    "a key id as text": sign1(protected=encode({**PROTECTED, 4: "3c3090e9"})),
    "another kind of tree": sign1(protected=encode({**PROTECTED, 395: 2})),
    "one header more": sign1(protected=encode({**PROTECTED, 15: {1: "x"}})),
    "protected headers in another order": sign1(
        protected=b"\xa3\x04\x44" + KEY.key.id + bytes.fromhex("012719018b01")
    ),
    "no proof": sign1(unprotected={}),
    "no proofs of a kind": sign1(unprotected={396: {}}),
    "an empty list of proofs": sign1(unprotected={396: {-1: []}}),
    "two proofs": sign1(unprotected={396: {-1: [PROOF, PROOF]}}),
    "both kinds of proof": sign1(unprotected={396: {-1: [PROOF], -2: [PROOF]}}),
    "an unknown kind of proof": sign1(unprotected={396: {-3: [PROOF]}}),
    "one unprotected header more": sign1(unprotected={396: {-1: [PROOF]}, 33: b""}),
    "a proof that is no byte string": sign1(unprotected={396: {-1: [[3, 1, HASHES]]}}),
    "a proof with spare bytes": sign1(unprotected={396: {-1: [PROOF + b"\x00"]}}),
    "a proof without hashes": holding([3, 1]),
    "a negative index": holding([3, -1, HASHES]),
    "an index past the end": holding([3, 3, HASHES]),
    "an empty tree": holding([0, 0, []]),
    "a size of 2^63": holding([2**63, 1, HASHES]),
    "a size as text": holding(["3", 1, HASHES]),
    "short hash": holding([3, 1, [HASHES[0], HASHES[1][:31]]]),
    "a hash as text": holding([3, 1, [HASHES[0], "a" * 32]]),
    "64 hashes": holding([3, 1, [HASHES[0]] * 64]),
    "growth from nothing": holding([0, 3, []], -2),
    "growth to less": holding([3, 2, []], -2),
    "short signature": sign1(signature=SIGNATURE[:63]),
    "no signature": sign1(signature=b""),
    "a signature that is null": sign1(signature=None),
    "a spare byte": WORKED + b"\x00",
    "a long head": WORKED.replace(b"\x58\x40", b"\x59\x00\x40"),
    "an indefinite array": b"\xd2\x9f" + WORKED[2:] + b"\xff",
}


@pytest.mark.parametrize("data", NO_RECEIPTS.values(), ids=NO_RECEIPTS)
def test_what_is_no_receipt(data: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_receipt(data)


@pytest.mark.parametrize("hashes", [[], HASHES[:1], [*HASHES, HASHES[0]]], ids=len)
def test_a_proof_has_the_length_that_size_and_index_want(hashes: list[Hash]) -> None:
    receipt = InclusionReceipt.from_bytes(holding([3, 1, hashes]))
    with pytest.raises(VerificationError, match="hashes, not 2"):
        receipt.check(LEAVES[1], BELIEVED)


def test_a_receipt_of_growth_is_none_of_an_entry() -> None:
    with pytest.raises(MalformedError, match="a receipt of growth"):
        InclusionReceipt.from_bytes(consistency(1, 3).to_bytes())
    with pytest.raises(MalformedError, match="no unprotected"):
        SignedRoot.from_bytes(WORKED)


@given(st.data())
def test_every_changed_byte_is_noticed(data: st.DataObject) -> None:
    changed = bytearray(WORKED)
    changed[data.draw(st.integers(0, len(WORKED) - 1))] ^= data.draw(st.integers(1, 255))
    with suppress(LedgerError):
        found = InclusionReceipt.from_bytes(bytes(changed))
        found.check(LEAVES[1], BELIEVED)
        # Only size and index may differ, and only so that they fold the same way.
        assert replace(found, size=3, index=1) == RECEIPT


def test_no_part_of_a_receipt_is_a_receipt() -> None:
    for end in range(len(WORKED)):
        with pytest.raises(MalformedError):
            parse_receipt(WORKED[:end])


# T15. What is signed for a receipt is signed for nothing else, and the other way round.

ROOT_HASH = root_of(LEAVES)
TREE = Checkpoint(origin=KEY.key.name, size=3, root=ROOT_HASH)
OTHER_MESSAGES: dict[str, bytes] = {
    "checkpoint": TREE.to_text().encode(),
    "Ed25519 cosignature": cosigned_message(1_800_000_000, TREE.to_text()),
    "ML-DSA-44 cosignature": subtree_message(KEY.key.name, 0, TREE),
    "batch": example_log().batches[1].batch.to_text().encode(),
}


@pytest.mark.parametrize("message", OTHER_MESSAGES.values(), ids=OTHER_MESSAGES)
def test_t15_a_signature_on_something_else_is_no_receipt(message: bytes) -> None:
    stolen = SignedRoot(KEY.key.id, KEY.sign_bytes(message))
    with pytest.raises(VerificationError):
        stolen.check(ROOT_HASH, KEY.key)


@pytest.mark.parametrize("message", OTHER_MESSAGES.values(), ids=OTHER_MESSAGES)
def test_t15_a_receipt_is_no_signature_on_something_else(message: bytes) -> None:
    with pytest.raises(VerificationError):
        verify_ed25519(public=KEY.key.public, message=message, signature=RECEIPT.signed.signature)


@pytest.mark.parametrize("root", [bytes(32), b"\xff" * 32, b"\n" * 32])
def test_t15_what_a_receipt_signs_is_no_text(root: bytes) -> None:
    """Every other message that a log's Ed25519 key signs is UTF-8 text."""
    message = signed_message(PRODUCER.key.id, Hash(root))
    assert message[:1] == b"\x84"
    with pytest.raises(UnicodeDecodeError):
        message.decode()
