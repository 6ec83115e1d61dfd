"""Canonical bytes: RFC 8785 of a JSON without floats, null and second spellings. Threat T35."""

import json
import time
import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import MalformedError
from ledger.record.canonical import (
    JSON,
    MAX_DEPTH,
    MAX_INTEGER,
    _first_difference,
    check_value,
    decode,
    decode_object,
    encode,
)


def texts() -> st.SearchStrategy[str]:
    characters = st.characters(exclude_categories=["Cs"])
    return st.text(characters, max_size=8).map(lambda text: unicodedata.normalize("NFC", text))


def values() -> st.SearchStrategy[JSON]:
    leaves = texts() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER)
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts(), inner, max_size=4),
        max_leaves=12,
    )


@given(values())
def test_values_come_back(value: JSON) -> None:
    data = encode(value)
    assert decode(data) == value
    assert encode(decode(data)) == data
    assert json.loads(data) == value


@given(values(), st.data())
def test_every_changed_byte_is_noticed(value: JSON, data: st.DataObject) -> None:
    changed = bytearray(encode(value))
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
    with suppress(MalformedError):
        assert encode(decode(bytes(changed))) != encode(value)


NEAR_JSON = st.text('{}[]",:\\u0019-.e truefalsnl\n', max_size=30).map(str.encode)


@given(st.binary(max_size=40) | NEAR_JSON)
def test_any_bytes_are_canonical_or_malformed(data: bytes) -> None:
    with suppress(MalformedError):
        assert encode(decode(data)) == data


@given(st.dictionaries(st.text("aZ\u00e9\u20ac\ufb00\uffff\U00010000\U0001f600"), st.just(1)))
def test_names_are_in_the_order_of_utf_16(value: dict[str, JSON]) -> None:
    written = list(json.loads(encode(value)))
    assert written == sorted(value, key=lambda name: name.encode("utf-16-be"))


def test_the_sorting_example_of_rfc_8785() -> None:
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    value: JSON = {unicodedata.normalize("NFC", name): 1 for name in names}
    expected = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600"]
    # U+FB33 is not in normal form C; what it becomes stands where its first letter does.
    assert [name for name in json.loads(encode(value)) if name in names] == expected


def test_astral_names_sort_before_the_end_of_the_basic_plane_at_every_depth() -> None:
    inner: JSON = {"\uffff": 1, "\U00010000": 2}
    assert encode([{"a": inner}, inner]).decode() == (
        '[{"a":{"\U00010000":2,"\uffff":1}},{"\U00010000":2,"\uffff":1}]'
    )
    # An astral character anywhere in the value must not change the order of other names.
    assert encode({"b": "\U0001f600", "a": 1}).decode() == '{"a":1,"b":"\U0001f600"}'


def test_the_escapes_of_rfc_8785() -> None:
    text = '\x00\x01\b\t\n\x0b\f\r\x1f "/\\\x7f\u0080\u2028\u20ac'
    assert encode(text).decode() == (
        '"\\u0000\\u0001\\b\\t\\n\\u000b\\f\\r\\u001f \\"/\\\\\x7f\u0080\u2028\u20ac"'
    )


SPELLINGS = [
    b"",
    b" 1",
    b"1 ",
    b"1\n",
    b"01",
    b"-0",
    b"+1",
    b"1.0",
    b"1e3",
    b"1E3",
    b"NaN",
    b"Infinity",
    b"-Infinity",
    b"null",
    b"[null]",
    b"[1, 2]",
    b"[1,]",
    b'{"a" :1}',
    b'{"b":1,"a":1}',
    b'{"a":1,"a":1}',
    b'{"a":1,"a":2}',
    b'{"a":{"x":1,"x":1}}',
    b"{a:1}",
    b"{'a':1}",
    b'"\\u0041"',
    b'"\\/"',
    b'"\\u00e9"',
    b'"\\u001F"',
    b'"\\u000a"',
    b'"\\ud83d\\ude00"',
    b'"\\ud800"',
    b'"\t"',
    b'"\xc3"',
    b'"\xed\xa0\x80"',
    b"\xef\xbb\xbf1",
    '"e\u0301"'.encode(),
    '{"e\u0301":1}'.encode(),
    "\uff11".encode(),
    b"9007199254740992",
    b"-9007199254740992",
    b"9" * 5000,
    b"[" * 100_000,
    b"[" * 17 + b"]" * 17,
    b'{"a":' * 17 + b"1" + b"}" * 17,
    b"truee",
    b"tru",
    b"1 1",
]


@pytest.mark.parametrize("data", SPELLINGS, ids=lambda data: repr(data[:24]))
def test_t35_another_spelling_is_malformed(data: bytes) -> None:
    with pytest.raises(MalformedError):
        decode(data)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (1.5, r"number 1\.5 is not allowed: use an integer in a smaller unit"),
        ({"a": {"b": [0, 2.0]}}, r"^a\.b\.1: number 2\.0 is not allowed"),
        (None, "null is not allowed: leave out what is unknown"),
        ({"a": None}, "^a: null"),
        ({"a": [1, (2,)]}, r"^a\.1: tuple is not allowed"),
        ({"a": b"x"}, "^a: bytes is not allowed"),
        ({1: 2}, "the name 1 is not a string"),
        ({"a": 2**53}, r"^a: integer 9007199254740992 is beyond"),
        (-(2**53), "beyond"),
        ({"a": "e\u0301"}, "^a: .* is not in Unicode normal form C"),
        ({"a": "\ud800"}, "^a: .* half a surrogate pair"),
        ({"e\u0301": 1}, "is not in Unicode normal form C"),
    ],
)
def test_what_has_no_canonical_bytes(value: object, problem: str) -> None:
    with pytest.raises(MalformedError, match=problem):
        encode(value)  # type: ignore[arg-type]  # what a caller without types may pass


def test_the_limits_are_inclusive() -> None:
    for value in (MAX_INTEGER, -MAX_INTEGER):
        assert decode(encode(value)) == value
    deep: JSON = 1
    for _ in range(MAX_DEPTH):
        deep = [deep]
    assert decode(encode(deep)) == deep
    with pytest.raises(MalformedError, match="nested deeper than 16"):
        encode([deep])


def test_the_error_says_where_the_bytes_differ() -> None:
    with pytest.raises(MalformedError, match=r"at byte 3 found b' 2\]', expected b'2\]'"):
        decode(b"[1, 2]")


@pytest.mark.parametrize(
    ("data", "kind"), [(b"[]", "array"), (b'"a"', "string"), (b"1", "integer")]
)
def test_an_object_is_expected(data: bytes, kind: str) -> None:
    with pytest.raises(MalformedError, match=f"evidence is a JSON {kind}, expected an object"):
        decode_object(data, "evidence")


def test_checking_does_not_copy_a_long_name_for_every_item() -> None:
    # The path once was written out on the way down: a million characters, fifty thousand times.
    value = {"n" * 1_000_000: [0] * 50_000}
    check_value(value)
    with pytest.raises(MalformedError) as caught:
        check_value({"n" * 1_000_000: [0, 0.5]})
    assert len(str(caught.value)) < 300


@given(st.binary(min_size=1, max_size=40), st.data())
def test_the_place_where_bytes_differ_is_the_first(found: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(found) - 1))
    other = found[:at] + bytes([found[at] ^ 1]) + data.draw(st.binary(max_size=5))
    assert _first_difference(found, other).startswith(f"at byte {at} ")


def test_a_large_value_that_is_wrong_at_its_end_costs_what_it_weighs() -> None:
    start = time.process_time()
    with pytest.raises(MalformedError, match="not canonical JSON: at byte 8000003"):
        decode(b'["' + "\u00e9".encode() * 4_000_000 + b'" ]')
    assert time.process_time() - start < 5
