"""The deterministic subset of CBOR, against the examples of RFC 8949 and against its laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError, MalformedError
from ledger.proof.cbor import CBOR, MAX_DEPTH, MAX_SIZE, Tagged, decode, encode

# RFC 8949, appendix A: those of its examples that are in the subset.
EXAMPLES: list[tuple[CBOR, str]] = [
    (0, "00"),
    (1, "01"),
    (10, "0a"),
    (23, "17"),
    (24, "1818"),
    (25, "1819"),
    (100, "1864"),
    (1000, "1903e8"),
    (1000000, "1a000f4240"),
    (1000000000000, "1b000000e8d4a51000"),
    (18446744073709551615, "1bffffffffffffffff"),
    (-18446744073709551616, "3bffffffffffffffff"),
    (-1, "20"),
    (-10, "29"),
    (-100, "3863"),
    (-1000, "3903e7"),
    (None, "f6"),
    (Tagged(1, 1363896240), "c11a514b67b0"),
    (Tagged(23, bytes.fromhex("01020304")), "d74401020304"),
    (Tagged(32, "http://www.example.com"), "d82076687474703a2f2f7777772e6578616d706c652e636f6d"),
    (b"", "40"),
    (bytes.fromhex("01020304"), "4401020304"),
    ("", "60"),
    ("a", "6161"),
    ("IETF", "6449455446"),
    ('"\\', "62225c"),
    ("\u00fc", "62c3bc"),
    ("\u6c34", "63e6b0b4"),
    ("\U00010151", "64f0908591"),
    ([], "80"),
    ([1, 2, 3], "83010203"),
    ([1, [2, 3], [4, 5]], "8301820203820405"),
    (list(range(1, 26)), "98190102030405060708090a0b0c0d0e0f101112131415161718181819"),
    ({}, "a0"),
    ({1: 2, 3: 4}, "a201020304"),
    ({"a": 1, "b": [2, 3]}, "a26161016162820203"),
    (["a", {"b": "c"}], "826161a161626163"),
]


@pytest.mark.parametrize(("value", "data"), EXAMPLES, ids=lambda one: str(one)[:30])
def test_the_examples_of_the_rfc(value: CBOR, data: str) -> None:
    assert encode(value).hex() == data
    assert decode(bytes.fromhex(data), "it") == value


REFUSED = {
    "nothing": "",
    "cut off in a head": "19 03",
    "cut off in a string": "43 0102",
    "cut off in an array": "82 01",
    "an array of 2^64 - 1 items": "9b ffffffffffffffff 00",
    "a string of 2^64 - 1 bytes": "5b ffffffffffffffff 00",
    "long head of a small number": "18 17",
    "long head of a length": "58 01 00",
    "two values": "01 02",
    "key twice": "a2 01 00 01 00",
    "keys out of order": "a2 03 00 01 00",
    "longer keys before shorter": "a2 1818 00 01 00",
    "a map as a key": "a1 a0 00",
    "a byte string as a key": "a1 4100 00",
    "false": "f4",
    "true": "f5",
    "undefined": "f7",
    "simple value": "f8 ff",
    "half float": "f9 3c00",
    "float": "fa 47c35000",
    "double": "fb 3ff199999999999a",
    "indefinite bytes": "5f 4101 ff",
    "indefinite array": "9f 01 ff",
    "indefinite map": "bf 01 02 ff",
    "break": "ff",
    "reserved head": "1c",
    "text that is not UTF-8": "61 ff",
    "a surrogate as text": "63 eda080",
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED)
def test_what_is_not_in_the_one_form(data: str) -> None:
    with pytest.raises(MalformedError, match=r"^(a map in |a text in )?it "):
        decode(bytes.fromhex(data), "it")


def test_depth_and_size_have_limits() -> None:
    deepest = bytes([0x81] * (MAX_DEPTH - 1)) + b"\x00"
    assert encode(decode(deepest, "it")) == deepest
    for head in (0x81, 0xC1):
        with pytest.raises(MalformedError, match="deeper than 8"):
            decode(bytes([head] * 50_000), "it")
    with pytest.raises(MalformedError, match=f"at most {MAX_SIZE} bytes"):
        decode(encode(bytes(MAX_SIZE)), "it")


@pytest.mark.parametrize("value", [2**64, -(2**64) - 1])
def test_an_integer_that_is_too_large_is_not_written(value: int) -> None:
    with pytest.raises(MalformedError, match="too large"):
        encode(value)


@pytest.mark.parametrize("value", [1.5, True, {1, 2}, object()])
def test_what_has_no_place_in_the_subset_is_a_bug(value: CBOR) -> None:
    with pytest.raises(TypeError, match="no place"):
        encode(value)


NUMBERS = st.integers(-(2**64), 2**64 - 1)
VALUES: st.SearchStrategy[CBOR] = st.recursive(
    NUMBERS | st.binary() | st.text() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=30)
        | st.dictionaries(NUMBERS | st.text(), inner, max_size=30)
        | st.builds(Tagged, st.integers(0, 2**64 - 1), inner)
    ),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_written_is_read_the_same(value: CBOR) -> None:
    data = encode(value)
    if _depth(value) > MAX_DEPTH:
        with pytest.raises(MalformedError, match="deeper"):
            decode(data, "it")
    else:
        assert decode(data, "it") == value


def _depth(value: CBOR) -> int:
    match value:
        case Tagged(value=inner):
            return 1 + _depth(inner)
        case list():
            return 1 + max(map(_depth, value), default=0)
        case dict():
            return 1 + max(map(_depth, [*value, *value.values()]), default=0)
    return 1


@given(st.binary(max_size=200))
def test_whatever_is_read_has_one_spelling(data: bytes) -> None:
    try:
        value = decode(data, "it")
    except LedgerError:
        return
    assert encode(value) == data
