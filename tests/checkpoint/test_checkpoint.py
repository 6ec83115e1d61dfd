import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.errors import MalformedError
from ledger.tree.hashing import EMPTY_ROOT, Hash

ROOT = "Wqx3HImawpLnS/Gv4ubjAvi1WIOy0b8Ze0amvqbavKk="
EXAMPLE = f"ledger.example/prod-1\n3\n{ROOT}\n"


def test_the_worked_example() -> None:
    tree = Checkpoint.from_text(EXAMPLE)
    assert (tree.origin, tree.size) == ("ledger.example/prod-1", 3)
    assert tree.root.hex() == "5aac771c899ac292e74bf1afe2e6e302f8b55883b2d1bf197b46a6bea6dabca9"
    assert tree.to_text() == EXAMPLE


@given(
    st.text(st.characters(categories=["L", "N", "P"]), min_size=1),
    st.integers(1, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
    st.lists(st.text(st.characters(categories=["L", "N", "Zs"]), min_size=1), max_size=2),
)
def test_checkpoints_come_back(origin: str, size: int, root: bytes, more: list[str]) -> None:
    tree = Checkpoint(origin=origin, size=size, root=Hash(root), extensions=tuple(more))
    if not origin.startswith("tdl/"):
        assert Checkpoint.from_text(tree.to_text()) == tree


def test_extension_lines_are_kept() -> None:
    text = EXAMPLE + "one more\nand another\n"
    assert Checkpoint.from_text(text).extensions == ("one more", "and another")
    assert Checkpoint.from_text(text).to_text() == text


def test_the_empty_tree_has_the_empty_root() -> None:
    tree = Checkpoint(origin="a", size=0, root=EMPTY_ROOT)
    assert Checkpoint.from_text(tree.to_text()) == tree
    with pytest.raises(MalformedError, match="empty tree"):
        Checkpoint.from_text(f"a\n0\n{ROOT}\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n\n",
        EXAMPLE[:-1],
        EXAMPLE + "\n",
        EXAMPLE + "more",
        EXAMPLE.replace("\n3\n", "\n03\n"),
        EXAMPLE.replace("\n3\n", "\n+3\n"),
        EXAMPLE.replace("\n3\n", "\n-3\n"),
        EXAMPLE.replace("\n3\n", "\n 3\n"),
        EXAMPLE.replace("\n3\n", "\n3_0\n"),
        EXAMPLE.replace("\n3\n", "\n\n"),
        EXAMPLE.replace("\n3\n", "\n\N{ARABIC-INDIC DIGIT THREE}\n"),
        EXAMPLE.replace("\n3\n", f"\n{2**63}\n"),
        EXAMPLE.replace("\n3\n", f"\n{'9' * 5000}\n"),
        EXAMPLE.replace("=", ""),
        EXAMPLE.replace("=", "=="),
        EXAMPLE.replace("Kk=", "Kl="),
        EXAMPLE.replace("Wqx3", ""),
        EXAMPLE.replace("ledger.example/prod-1", ""),
        EXAMPLE.replace("ledger", "led ger"),
        EXAMPLE.replace("ledger", "led\u00a0ger"),
        EXAMPLE.replace("ledger.example/prod-1", "tdl/batch/v1"),
        "one\n3\n",
    ],
)
def test_what_is_not_a_checkpoint(text: str) -> None:
    with pytest.raises(MalformedError):
        Checkpoint.from_text(text)


def test_every_changed_byte_of_a_checkpoint_is_noticed() -> None:
    known = Checkpoint.from_text(EXAMPLE)
    for at, was in enumerate(EXAMPLE):
        for char in {"0", "A", " ", "\n", "=", "\u00e9"} - {was}:
            try:
                found = Checkpoint.from_text(EXAMPLE[:at] + char + EXAMPLE[at + 1 :])
            except MalformedError:
                continue
            assert found != known
