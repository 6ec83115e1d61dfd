"""Base64 as every C2SP format writes it: RFC 4648 section 4, padded, one spelling per value."""

import binascii

from ledger.errors import MalformedError


def encode_base64(data: bytes) -> str:
    """Return the padded base64 of `data`, without line feeds."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def decode_base64(text: str, what: str) -> bytes:
    """Return the bytes whose base64 is exactly `text`; `what` names it in the error.

    Raises:
        MalformedError: Some other spelling: spaces, missing padding, stray bits, other alphabet.
    """
    try:
        data = binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError, ValueError) as error:
        raise MalformedError(f"{what} is not base64: {text[:60]!r}") from error
    if encode_base64(data) != text:  # stray bits under the padding would make a second spelling
        raise MalformedError(f"{what} is not canonical base64: {text[:60]!r}")
    return data
