import pytest
from blake3 import blake3
from hypothesis import given
from hypothesis import strategies as st

from ledger.content.digest import Digest
from ledger.errors import MalformedError

EMPTY = "blake3:af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"


def test_the_digest_of_nothing() -> None:
    assert str(Digest.of(b"")) == EMPTY
    assert Digest.parse(EMPTY) == Digest.of(b"")


@given(st.binary())
def test_text_and_value_say_the_same(data: bytes) -> None:
    digest = Digest.of(data)
    assert digest.value == blake3(data).digest()
    assert Digest.parse(str(digest)) == digest


@pytest.mark.parametrize(
    "text",
    [
        "",
        EMPTY.upper(),
        EMPTY.replace("af", "AF"),
        EMPTY[:-1],
        EMPTY + "0",
        EMPTY + "\n",
        " " + EMPTY,
        EMPTY.removeprefix("blake3:"),
        EMPTY.replace("blake3", "sha256"),
        EMPTY.replace(":", "-"),
        EMPTY.replace("9", "\N{ARABIC-INDIC DIGIT NINE}"),
    ],
)
def test_a_digest_has_one_spelling(text: str) -> None:
    with pytest.raises(MalformedError, match="expected blake3:<64 lower-case hex digits>"):
        Digest.parse(text)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_digest_has_32_bytes(size: int) -> None:
    with pytest.raises(MalformedError, match=f"not {size}"):
        Digest(bytes(size))
