"""RFC 3161 tokens by OpenSSL's time-stamping authority, and every way in which one is none."""

import random
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography.x509 import Certificate

from ledger.errors import InputError, LedgerError, MalformedError, StorageError, VerificationError
from ledger.log.timestamp import (
    ask_authority,
    check_token,
    keep_token,
    new_request,
    read_roots,
    token_path,
)
from tests.fakes import MemorySink
from tests.log.authority import Authority
from tests.log.doors import answering, saying

TEXT = "lab.example/log\n1\nWqx3HImawpLnS/Gv4ubjAvi1WIOy0b8Ze0amvqbavKk=\n"
OTHER = TEXT.replace("\n1\n", "\n2\n")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority") / "good")


@pytest.fixture(scope="module")
def token(authority: Authority) -> bytes:
    return authority.reply(new_request(TEXT).as_bytes())


def roots(authority: Authority) -> Sequence[Certificate]:
    return read_roots(authority.root.read_bytes())


def test_a_token(authority: Authority) -> None:
    before = int(time.time())
    with authority.serving() as url:
        token, stamped = ask_authority(url, TEXT, roots=roots(authority))
    assert stamped.authority == "CN=Test Authority"
    # The authority says to be off by at most 1.5 seconds, and seconds are rounded up.
    assert before + 1 <= stamped.time <= time.time() + 3
    assert check_token(token, TEXT, roots=roots(authority)) == stamped


def test_the_same_checkpoint_is_asked_for_with_another_nonce(authority: Authority) -> None:
    with authority.serving() as url:
        for _ in range(2):
            ask_authority(url, TEXT, roots=roots(authority))
    assert authority.queries[-1] != authority.queries[-2]


def test_a_token_on_another_text(authority: Authority, token: bytes) -> None:
    for text in (OTHER, TEXT[:-1], f"{TEXT}\n", ""):
        with pytest.raises(VerificationError, match="about something else"):
            check_token(token, text, roots=roots(authority))


def test_a_token_by_another_authority(token: bytes, tmp_path: Path) -> None:
    with pytest.raises(VerificationError, match="signature does not hold"):
        check_token(token, TEXT, roots=roots(Authority(tmp_path / "other")))


def test_a_token_that_answers_another_request(authority: Authority, tmp_path: Path) -> None:
    authority.instead = new_request(TEXT).as_bytes()
    try:
        with authority.serving() as url:
            with pytest.raises(VerificationError, match="answers another request"):
                ask_authority(url, TEXT, roots=roots(authority))
            with pytest.raises(VerificationError, match="about something else"):
                ask_authority(url, OTHER, roots=roots(authority))
    finally:
        authority.instead = None


def test_a_certificate_that_had_run_out(tmp_path: Path) -> None:
    expired = Authority(tmp_path / "expired", valid_days=(-20, -10))
    token = expired.reply(new_request(TEXT).as_bytes())
    with pytest.raises(VerificationError, match="signature does not hold"):
        check_token(token, TEXT, roots=roots(expired))
    # Without roots only the imprint is looked at: that is said where it happens.
    assert check_token(token, TEXT, roots=()).authority == "CN=Test Authority"


def test_a_digest_that_is_no_sha_256(authority: Authority) -> None:
    import rfc3161_client

    request = rfc3161_client.TimestampRequestBuilder().data(TEXT.encode()).build()
    with pytest.raises(VerificationError, match="about something else"):
        check_token(authority.reply(request.as_bytes()), TEXT, roots=roots(authority))


def test_every_changed_byte_is_noticed_or_says_nothing_else(
    authority: Authority, token: bytes
) -> None:
    said = check_token(token, TEXT, roots=roots(authority))
    chance = random.Random(5)
    for at in range(len(token)):
        changed = bytearray(token)
        changed[at] ^= 1 << chance.randrange(8)
        try:
            found = check_token(bytes(changed), TEXT, roots=roots(authority))
        except LedgerError:
            continue
        assert found == said, at


@pytest.mark.parametrize("data", [b"", b"0", b"hello", bytes(1000), bytes(100_001)])
def test_what_is_no_token(data: bytes) -> None:
    with pytest.raises(MalformedError):
        check_token(data, TEXT, roots=())


def test_a_refusal(authority: Authority) -> None:
    """RFC 3161's own way of saying no: a status, and no token."""
    refused = bytes.fromhex("30053003020102")
    with pytest.raises(VerificationError, match="gave no token: rejected"):
        check_token(refused, TEXT, roots=roots(authority))


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi",
        b"HTTP/1.1 302 Go\r\nLocation: /\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_what_is_no_answer(answer: bytes) -> None:
    with answering(saying(answer)) as url, pytest.raises(StorageError, match="answered "):
        ask_authority(url, TEXT, roots=())


def test_what_is_no_certificate() -> None:
    for data in (b"", b"hello", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        with pytest.raises(InputError, match="no certificates in PEM"):
            read_roots(data)


def test_the_first_token_stays() -> None:
    sink = MemorySink()
    assert [keep_token(sink, 7, data) for data in (b"one", b"two")] == [b"one", b"one"]
    assert sink.files == {token_path(7): b"one"}
