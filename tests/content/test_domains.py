import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.content.domains import NO_DOMAIN, Share, Tally, digest_of, is_domain
from ledger.errors import MalformedError

LIST = "sha256:" + "ab" * 32
OTHER = "sha256:" + "cd" * 32
HEAD = f"tdl/domains/v1\nsuffix-list {LIST}\n"

NAMES = st.from_regex(r"[a-z0-9-]{1,9}\.[a-z]{2,5}", fullmatch=True) | st.just(NO_DOMAIN)
AMOUNTS = st.tuples(st.integers(0, 2**40), st.integers(1, 2**40))
TALLIES = st.dictionaries(NAMES, AMOUNTS, max_size=8).map(lambda one: Tally.of(LIST, one))


@given(TALLIES)
def test_a_tally_is_read_from_its_own_bytes(tally: Tally) -> None:
    assert Tally.from_bytes(tally.to_bytes()) == tally
    assert tally.digest == digest_of([LIST], iter(tally.shares))


@given(TALLIES)
def test_none_is_not_counted_as_a_domain(tally: Tally) -> None:
    assert tally.count == len([one for one in tally.shares if one.domain != NO_DOMAIN])


@given(st.lists(TALLIES, min_size=1, max_size=4))
def test_a_sum_holds_what_its_parts_hold_in_any_order(tallies: list[Tally]) -> None:
    merged = Tally.merged(tallies)
    assert merged == Tally.merged(reversed(tallies))
    for of in ("bytes", "documents"):
        parts = sum(getattr(share, of) for tally in tallies for share in tally.shares)
        assert sum(getattr(share, of) for share in merged.shares) == parts


@given(TALLIES, st.data())
def test_every_changed_byte_is_refused_or_another_tally(tally: Tally, data: st.DataObject) -> None:
    changed = bytearray(tally.to_bytes())
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        read = Tally.from_bytes(bytes(changed))
    except MalformedError:
        return
    assert read != tally


def test_a_sum_over_two_lists_names_both() -> None:
    merged = Tally.merged([Tally.of(OTHER, {"a.example": (1, 1)}), Tally.of(LIST, {})])
    assert merged.to_bytes().decode() == f"{HEAD}suffix-list {OTHER}\na.example 1 1\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tdl/domains/v1\n",
        HEAD[:-1],
        HEAD.replace("v1", "v2"),
        HEAD.replace("sha256:", "blake3:"),
        HEAD + f"suffix-list {LIST}\n",
        HEAD + "b.example 1 1\na.example 1 1\n",
        HEAD + "a.example 1 1\na.example 1 1\n",
        HEAD + "a.example 1 0\n",
        HEAD + "a.example 01 1\n",
        HEAD + "a.example -1 1\n",
        HEAD + "a.example 9223372036854775808 1\n",
        HEAD + "a.example 1\n",
        HEAD + "a.example  1 1\n",
        HEAD + "a.example 1 1\r\n",
        HEAD + "a.example 1 1",
        HEAD + "a.example 1 1\n\n",
        HEAD + "A.example 1 1\n",
        HEAD + "a.example. 1 1\n",
        HEAD + "example 1 1\n",
        HEAD + "192.0.2.7 1 1\n",
        HEAD + "caf\u00e9.example 1 1\n",
        HEAD + "(other) 1 1\n",
        HEAD + f"a.example 1 1\nsuffix-list {OTHER}\n",
    ],
)
def test_other_spellings_are_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        Tally.from_bytes(text.encode())


def test_a_sum_of_nothing_and_a_sum_too_large_are_refused() -> None:
    with pytest.raises(MalformedError, match="suffix list"):
        Tally.merged([])
    half = Tally.of(LIST, {"a.example": (2**62, 1)})
    with pytest.raises(MalformedError, match="cannot have"):
        Tally.merged([half, half])


@pytest.mark.parametrize(
    ("text", "answer"),
    [("a.example", True), ("a_b.c-d.example", True), ("xn--strae-oqa.de", True),
     ("example", False), ("", False), (".example", False), ("a..example", False),
     ("1.2.3.4", False), ("a.4", False), ("4.a", True), ("a.example\n", False),
     (f"{'a' * 63}.example", True), (f"{'a' * 64}.example", False),
     (".".join(["abcd"] * 50 + ["ab"]), True), (".".join(["abcd"] * 51), False)],
)  # fmt: skip
def test_what_a_domain_looks_like(text: str, answer: bool) -> None:
    assert is_domain(text) is answer


def test_shares_come_sorted_by_name() -> None:
    tally = Tally.of(LIST, {"b.example": (1, 1), NO_DOMAIN: (2, 2), "a.example": (3, 3)})
    assert tally.shares == (
        Share(NO_DOMAIN, 2, 2),
        Share("a.example", 3, 3),
        Share("b.example", 1, 1),
    )
