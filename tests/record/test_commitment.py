"""Salted commitments: whole and by field, and nothing in between."""

import hmac
from dataclasses import replace
from hashlib import sha256
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError, MalformedError, NotFoundError
from ledger.proof.evidence import FieldsOpening, WholeOpening
from ledger.record.canonical import JSON, encode
from ledger.record.commitment import (
    MAX_FIELDS,
    FieldOpening,
    commit,
    field_leaf,
    field_leaves,
    field_salt,
    record_root,
)
from ledger.tree.hashing import Hash, leaf_hash, root_of
from tests.makers import seed, shard

NAMES = st.text("abcz._\u00e9\U0001f600", min_size=1, max_size=5)
FIELDS = st.dictionaries(NAMES, st.text("ab", max_size=3), min_size=1, max_size=12)
SECRETS = st.binary(min_size=32, max_size=32)


def encoded(fields: dict[str, str]) -> dict[str, bytes]:
    return {name: encode(value) for name, value in fields.items()}


def test_a_worked_record_of_two_fields() -> None:
    secret = bytes(range(32))
    leaves = []
    for name, value in ((b"a", b"1"), (b"b", b'"x"')):
        written = len(name).to_bytes(2) + name
        salt = hmac.digest(secret, b"tdl/salt/v1\0" + written, "sha256")
        leaves.append(sha256(b"\0tdl/field/v1\0" + salt + written + value).digest())
    tree = sha256(b"\1" + leaves[0] + leaves[1]).digest()
    root = sha256(b"tdl/record/v1\0\2" + tree).digest()
    assert commit({"b": b'"x"', "a": b"1"}, secret) == root


@given(FIELDS, SECRETS)
def test_both_ways_to_the_leaves_give_the_same(fields: dict[str, str], secret: bytes) -> None:
    leaves = [
        field_leaf(salt=field_salt(secret, name), name=name, value=encode(fields[name]))
        for name in sorted(fields, key=str.encode)
    ]
    assert field_leaves(encoded(fields), secret) == leaves
    assert commit(encoded(fields), secret) == record_root(len(fields), root_of(leaves))


@given(FIELDS, SECRETS, st.data())
def test_every_field_opens_and_no_opening_fits_another_claim(
    fields: dict[str, str], secret: bytes, data: st.DataObject
) -> None:
    root, size = commit(encoded(fields), secret), len(fields)
    name = data.draw(st.sampled_from(sorted(fields)))
    opening = FieldOpening.of(encoded(fields), secret, name, fields[name])
    assert opening.root(size) == root
    changed = data.draw(
        st.sampled_from(
            [
                replace(opening, name=name + "x"),
                replace(opening, value=fields[name] + "x"),
                replace(opening, value=True),
                replace(opening, salt=bytes(32)),
                replace(opening, index=opening.index + 1),
                replace(opening, index=0 if opening.index else 1),
                replace(opening, proof=(*opening.proof, Hash(bytes(32)))),
                replace(opening, proof=opening.proof[1:]) if opening.proof else None,
                replace(opening, proof=opening.proof[:-1]) if opening.proof else None,
            ]
        )
    )
    if changed is not None:
        with pytest.raises(LedgerError):
            assert_equal(changed.root(size), root)


def assert_equal(found: Hash, root: Hash) -> None:
    if found != root:
        raise LedgerError("another root")


def test_the_number_of_fields_is_bound() -> None:
    # The path of field 0 of 10 is as long as that of field 0 of 9 to 16.
    record = {f"f{at}": encode(at) for at in range(10)}
    root = commit(record, seed(1))
    opening = FieldOpening.of(record, seed(1), "f0", 0)
    for size in range(1, MAX_FIELDS + 1):
        if size == 10:
            assert opening.root(size) == root
        else:
            with pytest.raises(LedgerError):
                assert_equal(opening.root(size), root)


def test_whole_and_every_part_of_a_shard_lead_to_one_leaf() -> None:
    fields = shard()
    record = {name: encode(value) for name, value in fields.items()}
    leaf = leaf_hash(commit(record, seed(1)))
    assert WholeOpening(fields, seed(1)).leaf() == leaf
    for count in range(1, len(fields) + 1):
        for names in combinations(sorted(fields), count):
            opened = tuple(FieldOpening.of(record, seed(1), name, fields[name]) for name in names)
            assert FieldsOpening(len(fields), opened).leaf() == leaf


def test_a_whole_opening_hides_nothing_and_adds_nothing() -> None:
    fields = shard()
    leaf = WholeOpening(fields, seed(1)).leaf()
    for name in fields:
        less = {other: value for other, value in fields.items() if other != name}
        assert WholeOpening(less, seed(1)).leaf() != leaf
    assert WholeOpening({**fields, "stages": ["pretraining"]}, seed(1)).leaf() != leaf
    assert WholeOpening(fields, seed(2)).leaf() != leaf


def opened(*names: str, number: int = 1) -> tuple[FieldOpening, ...]:
    fields = shard()
    record = {name: encode(value) for name, value in fields.items()}
    return tuple(FieldOpening.of(record, seed(number), name, fields[name]) for name in names)


@pytest.mark.parametrize(
    ("size", "fields"),
    [
        (7, ()),
        (7, opened("source", "content")),
        (7, opened("source", "source")),
        (7, (*opened("content"), *opened("source", number=2))),
        (0, opened("source")),
        (1, opened("source", "measures")),
        (MAX_FIELDS + 1, opened("source")),
        (2**40, opened("source")),
    ],
)
def test_fields_that_cannot_be_opened_together(size: int, fields: tuple[FieldOpening, ...]) -> None:
    with pytest.raises(LedgerError):
        FieldsOpening(size, fields).leaf()


def test_same_value_twice_has_two_commitments() -> None:
    one, two = field_leaves({"a": b"1", "b": b"1"}, seed(1))
    (other,) = field_leaves({"a": b"1"}, seed(2))
    assert len({one, two, other}) == 3


def test_sizes_that_cannot_be() -> None:
    many: dict[str, bytes] = {f"f{at}": b"1" for at in range(MAX_FIELDS + 1)}
    for wrong in ({}, many):
        with pytest.raises(MalformedError, match="1 to 64 fields"):
            commit(wrong, seed(1))
    for size in (0, MAX_FIELDS + 1):
        with pytest.raises(MalformedError, match="1 to 64 fields"):
            record_root(size, Hash(bytes(32)))
    del many["f0"]
    commit(many, seed(1))
    for size in (31, 33):
        with pytest.raises(MalformedError, match=f"not {size}"):
            commit({"a": b"1"}, bytes(size))
        with pytest.raises(MalformedError, match=f"not {size}"):
            field_salt(bytes(size), "a")
        with pytest.raises(MalformedError, match=f"not {size}"):
            field_leaf(salt=bytes(size), name="a", value=b"1")
    with pytest.raises(MalformedError, match="uint16"):
        commit({"a" * 65_536: b"1"}, seed(1))


def test_a_field_that_is_not_there() -> None:
    value: JSON = 1
    with pytest.raises(NotFoundError, match="the record has no 'b'; it has a"):
        FieldOpening.of({"a": b"1"}, seed(1), "b", value)
