"""A hash is 32 bytes; the rest of hashing is RFC 6962."""

import pytest

from ledger.errors import MalformedError
from ledger.tree.hashing import EMPTY_ROOT, Hash, fold_level, leaf_hash, node_hash, root_of_joined

ONE, TWO, THREE = (leaf_hash(word) for word in (b"one", b"two", b"three"))


@pytest.mark.parametrize("size", [0, 12, 31, 33, 64])
def test_a_hash_has_32_bytes_or_does_not_exist(size: int) -> None:
    with pytest.raises(MalformedError, match=f"not {size}"):
        Hash(bytes(size))


def test_the_worked_example_of_three_entries() -> None:
    assert ONE.hex().startswith("d0d7360a")
    assert TWO.hex().startswith("ab1ab7f0")
    assert THREE.hex().startswith("671f146c")
    two = node_hash(ONE, TWO)
    assert two.hex() == "4f55f619d9215235778b2b9f17d6f4915b16171214d152381293669764de722e"
    three = root_of_joined(ONE + TWO + THREE)
    assert three.hex() == "5aac771c899ac292e74bf1afe2e6e302f8b55883b2d1bf197b46a6bea6dabca9"
    assert three == node_hash(two, THREE)


def test_leaf_and_node_never_collide_by_form() -> None:
    assert leaf_hash(ONE + TWO) != node_hash(ONE, TWO)
    assert leaf_hash(b"") != EMPTY_ROOT


def test_a_level_folds_in_pairs() -> None:
    assert fold_level(ONE + TWO + TWO + ONE) == node_hash(ONE, TWO) + node_hash(TWO, ONE)
    assert root_of_joined(b"") == EMPTY_ROOT


def test_joined_hashes_of_the_wrong_length_are_malformed() -> None:
    with pytest.raises(MalformedError):
        root_of_joined(bytes(31))
