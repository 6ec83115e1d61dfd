import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import MalformedError
from ledger.signing.base64 import decode_base64, encode_base64


@given(st.binary())
def test_bytes_come_back(data: bytes) -> None:
    assert decode_base64(encode_base64(data), "it") == data


@pytest.mark.parametrize(
    "text",
    [
        "Zg",
        "Zg=",
        "Zg===",
        "Zh==",
        "Zm9=",
        "Z g==",
        "Zg==\n",
        "\nZg==",
        "Zg==Zg==",
        "Z-_=",
        "=",
        "====",
        "Z",
        "Zg==\0",
        "\u0396g==",
    ],
)
def test_another_spelling_is_malformed(text: str) -> None:
    with pytest.raises(MalformedError, match="it is not"):
        decode_base64(text, "it")


@given(st.text("AZaz09+/=", max_size=12))
def test_what_is_read_is_written_the_same(text: str) -> None:
    try:
        data = decode_base64(text, "it")
    except MalformedError:
        return
    assert encode_base64(data) == text
