"""The guard: threat T14. OpenSSL alone accepts keys under which any message verifies."""

from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError, MalformedError, VerificationError
from ledger.signing.ed25519 import check_point, verify_ed25519
from ledger.signing.keys import KeyType, VerifierKey
from tests.vectors import load

CCTV = load("cctv-ed25519/ed25519vectors.json")
WYCHEPROOF = load("wycheproof/ed25519_test.json")

P = 2**255 - 19
# Low-order points and their odd spellings, as CCTV's documentation lists them: eight and six.
ODD_POINTS = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
]


def is_accepted(vector: Any) -> bool:
    try:
        verify_ed25519(
            public=bytes.fromhex(vector["key"]),
            message=vector["msg"].encode(),
            signature=bytes.fromhex(vector["sig"]),
        )
    except LedgerError:
        return False
    return True


def is_accepted_by_openssl(vector: Any) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(vector["key"]))
        key.verify(bytes.fromhex(vector["sig"]), vector["msg"].encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def test_t14_cctv_accepted_are_those_whose_points_are_canonical_and_of_large_order() -> None:
    accepted = {vector["number"] for vector in CCTV if is_accepted(vector)}
    harmless = {"low_order_component_A", "low_order_component_R"}
    assert accepted == {v["number"] for v in CCTV if set(v["flags"] or ()) <= harmless}
    assert accepted == {50, 182, 438, 538, 638, 738, 832}


def test_t14_cctv_the_guard_is_what_refuses_38_of_them() -> None:
    assert len(CCTV) == 457
    unguarded = {vector["number"] for vector in CCTV if is_accepted_by_openssl(vector)}
    accepted = {vector["number"] for vector in CCTV if is_accepted(vector)}
    assert len(unguarded) == 45
    assert accepted < unguarded


def test_wycheproof_without_a_mismatch() -> None:
    tests = [(g["publicKey"]["pk"], test) for g in WYCHEPROOF["testGroups"] for test in g["tests"]]
    assert len(tests) == 75
    for public, test in tests:
        try:
            verify_ed25519(
                public=bytes.fromhex(public),
                message=bytes.fromhex(test["msg"]),
                signature=bytes.fromhex(test["sig"]),
            )
            found = "valid"
        except LedgerError:
            found = "invalid"
        assert found == test["result"], test["comment"]


@pytest.mark.parametrize("point", ODD_POINTS)
def test_t14_an_odd_point_is_neither_key_nor_r(point: str) -> None:
    odd = bytes.fromhex(point)
    with pytest.raises(MalformedError, match=r"small order|not canonical"):
        verify_ed25519(public=odd, message=b"", signature=bytes(64))
    good = Ed25519PrivateKey.from_private_bytes(bytes(32))
    with pytest.raises(MalformedError, match="the signature's R"):
        verify_ed25519(
            public=good.public_key().public_bytes_raw(), message=b"", signature=odd + bytes(32)
        )
    for key_type in (KeyType.ED25519, KeyType.COSIGNATURE_ED25519):
        with pytest.raises(MalformedError):
            VerifierKey("name", key_type, odd)


def test_t14_the_identity_signs_everything_for_openssl_and_nothing_for_us() -> None:
    identity = (1).to_bytes(32, "little")
    signature = identity + bytes(32)
    Ed25519PublicKey.from_public_bytes(identity).verify(signature, b"any message at all")
    with pytest.raises(MalformedError, match="small order"):
        verify_ed25519(public=identity, message=b"any message at all", signature=signature)


@pytest.mark.parametrize("y", [P, P + 1, 2**255 - 1])
def test_t14_a_y_of_p_or_more_is_not_canonical(y: int) -> None:
    for sign in (0, 1 << 255):
        with pytest.raises(MalformedError, match="y coordinate"):
            check_point((y | sign).to_bytes(32, "little"), "it")


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_point_has_32_bytes(size: int) -> None:
    with pytest.raises(MalformedError, match=f"has {size} bytes"):
        check_point(bytes(size), "it")


def test_a_signature_has_64_bytes_and_s_below_the_order() -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public = key.public_key().public_bytes_raw()
    signature = key.sign(b"text")
    verify_ed25519(public=public, message=b"text", signature=signature)
    for broken in (signature[:-1], signature + b"\0", b""):
        with pytest.raises(MalformedError, match="64"):
            verify_ed25519(public=public, message=b"text", signature=broken)
    order = 2**252 + 27742317777372353535851937790883648493
    larger = (int.from_bytes(signature[32:], "little") + order).to_bytes(32, "little")
    with pytest.raises(VerificationError):
        verify_ed25519(public=public, message=b"text", signature=signature[:32] + larger)


@given(st.integers(0, 63), st.integers(1, 255))
def test_no_changed_byte_of_a_signature_is_accepted(at: int, change: int) -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    changed = bytearray(key.sign(b"text"))
    changed[at] ^= change
    with pytest.raises(LedgerError):
        verify_ed25519(
            public=key.public_key().public_bytes_raw(), message=b"text", signature=bytes(changed)
        )
