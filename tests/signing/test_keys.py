from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import MalformedError
from ledger.signing.base64 import encode_base64
from ledger.signing.keys import Ed25519Signer, KeyType, NoteVerifier, VerifierKey, check_name
from tests.makers import LOG, PRODUCER, WITNESS, WITNESS_PQ
from tests.vectors import FOLDER

EXAMPLE = "ledger.example/prod-1+3c3090e9+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"


def test_the_worked_example() -> None:
    signer = Ed25519Signer("ledger.example/prod-1", bytes(range(32)))
    assert str(signer.key) == EXAMPLE
    assert signer.key.id.hex() == "3c3090e9"
    assert VerifierKey.parse(EXAMPLE) == signer.key


@pytest.mark.parametrize(
    ("path", "key_type"),
    [
        ("go-made-log/log.vkey", KeyType.ED25519),
        ("go-made-log/witness-ed25519.vkey", KeyType.COSIGNATURE_ED25519),
        ("go-made-log/witness-mldsa44.vkey", KeyType.COSIGNATURE_ML_DSA_44),
        ("tessera-testdata-log/log.vkey", KeyType.ED25519),
    ],
)
def test_keys_that_others_made(path: str, key_type: KeyType) -> None:
    text = (FOLDER / path).read_text().strip()
    key = VerifierKey.parse(text)
    assert key.type == key_type
    assert str(key) == text


@pytest.mark.parametrize("key", [LOG.key, WITNESS.key, WITNESS_PQ.key], ids=lambda key: key.name)
def test_every_changed_byte_of_a_vkey_is_noticed(key: VerifierKey) -> None:
    text = str(key)
    ends = [*range(min(len(text), 120)), *range(len(text) - 8, len(text))]
    for at in ends:
        for char in {"A", "b", "+", " ", "0", "/", "=", "\n", "\u00e9"} - {text[at]}:
            with suppress(MalformedError):
                assert VerifierKey.parse(text[:at] + char + text[at + 1 :]) != key
        with pytest.raises(MalformedError):
            VerifierKey.parse(text[:at] + text[at + 1 :])


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "name",
        "name+3c3090e9",
        "name+3c3090e9+",
        "+3c3090e9+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        EXAMPLE.replace("3c3090e9", "3C3090E9"),
        EXAMPLE.replace("3c3090e9", "3c3090e8"),
        EXAMPLE + "\n",
        " " + EXAMPLE,
        EXAMPLE.replace("ledger", "ledger "),
        "name+00000000+" + encode_base64(b""),
        "name+00000000+" + encode_base64(b"\x02" + bytes(32)),
        "name+00000000+" + encode_base64(b"\xff" + bytes(32)),
        "name+00000000+" + encode_base64(b"\x01" + LOG.key.public[:-1]),
        "name+00000000+" + encode_base64(b"\x01" + LOG.key.public + b"\0"),
        "name+00000000+" + encode_base64(b"\x06" + bytes(1311)),
    ],
)
def test_what_is_not_a_vkey(vkey: str) -> None:
    with pytest.raises(MalformedError):
        VerifierKey.parse(vkey)


@pytest.mark.parametrize("name", ["a", "a/b.c:1", "\u00e9", "\U0001f600", "a" * 255])
def test_a_name(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize(
    "name",
    [
        *["", " ", "a b", "a+b", "a\tb", "a\nb", "a\0b", "a\x7fb", "a\u00a0b", "a\u2028b"],
        *["a\u0085b", "a\u3000b", "a\x1fb", "a" * 256, "\u00e9" * 128, "a\udc80"],
    ],
)
def test_what_is_not_a_name(name: str) -> None:
    with pytest.raises(MalformedError):
        check_name(name)


def test_the_id_depends_on_name_type_and_key() -> None:
    public = LOG.key.public
    keys = [
        VerifierKey("a", KeyType.ED25519, public),
        VerifierKey("b", KeyType.ED25519, public),
        VerifierKey("a", KeyType.COSIGNATURE_ED25519, public),
        VerifierKey("a", KeyType.ED25519, PRODUCER.key.public),
    ]
    assert len({key.id for key in keys}) == 4


@pytest.mark.parametrize("key", [WITNESS.key, WITNESS_PQ.key], ids=lambda key: key.name)
def test_a_cosigner_key_does_not_verify_notes(key: VerifierKey) -> None:
    with pytest.raises(MalformedError, match="does not sign notes"):
        NoteVerifier(key)


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_seed_has_32_bytes(size: int) -> None:
    with pytest.raises(MalformedError, match=f"not {size}"):
        Ed25519Signer("name", bytes(size))


@given(st.binary(min_size=32, max_size=32), st.text(max_size=20))
def test_what_a_signer_signs_its_key_verifies(seed: bytes, text: str) -> None:
    signer = Ed25519Signer("name", seed)
    NoteVerifier(VerifierKey.parse(str(signer.key))).verify(text, signer.sign(text))
