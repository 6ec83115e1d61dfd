"""`ledger timestamp`, and `ledger verify --timestamp`, with OpenSSL's own authority."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.cli.timestamp import EXAMPLE
from tests.cli.prepared import Shell
from tests.log.authority import Authority

TRUST = ("--trust", "ledger.d/trust.policy")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority") / "good")


@pytest.fixture
def url(authority: Authority) -> Iterator[str]:
    with authority.serving() as url:
        yield url


def stamp(shell: Shell, url: str, authority: Authority) -> Path:
    """Have the served checkpoint stamped, and return the token's path."""
    ran = shell("timestamp", "--tsa", url, "--tsa-roots", str(authority.root), "--json")
    assert ran.code == 0, ran.err
    return Path(ran.json["file"])


def test_the_example_of_timestamp_works(shell: Shell, url: str, authority: Authority) -> None:
    words = EXAMPLE.replace("https://tsa.example/", url)
    ran = shell(*shlex.split(words.replace("tsa-root.pem", str(authority.root)))[1:])
    assert ran.code == 0, ran.err
    assert re.fullmatch(
        r"\d entries logged no later than 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC\n"
        r"  by CN=Test Authority\n  in ledger\.d/public/timestamps/\d\.tsr\n",
        ran.out,
    ), ran.out
    assert ran.err == ""


def test_without_roots_nobody_checks_who_signed_and_it_says_so(shell: Shell, url: str) -> None:
    ran = shell("timestamp", "--tsa", url)
    assert (ran.code, "signature was not checked" in ran.err) == (0, True)


def test_the_first_token_stays_and_is_not_asked_for_twice(
    shell: Shell, url: str, authority: Authority
) -> None:
    token = stamp(shell, url, authority)
    data, asked = token.read_bytes(), len(authority.queries)
    assert stamp(shell, url, authority) == token
    assert token.read_bytes() == data
    assert len(authority.queries) == asked


def test_evidence_with_a_token_says_when(shell: Shell, url: str, authority: Authority) -> None:
    assert shell("prove", "1.0", "--out", "e.json").code == 0
    without = shell("verify", "e.json", *TRUST)
    assert "logged no later than  not known: no witness says" in without.out
    token = stamp(shell, url, authority)
    given = ("--timestamp", str(token), "--tsa-roots", str(authority.root))
    ran = shell("verify", "e.json", *TRUST, *given)
    assert ran.code == 0
    assert re.search(
        r"logged no later than  20\d\d-\d\d-\d\d \d\d:\d\d UTC, by the time-stamping authority\n"
        r" +CN=Test Authority\n",
        ran.out,
    ), ran.out


def test_a_token_that_is_not_about_it(
    shell: Shell, url: str, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> None:
    token = str(stamp(shell, url, authority))
    good = ("--timestamp", token, "--tsa-roots", str(authority.root))
    assert shell("withdraw", "1.2", "--reason", "a copy").code == 0
    assert shell("publish").code == 0
    assert shell("prove", "1.0", "--out", "newer.json").code == 0
    ran = shell("verify", "newer.json", *TRUST, *good)
    assert ran.code == 1
    assert "Timestamp: the token is about something else than this checkpoint" in ran.out
    other = Authority(tmp_path_factory.mktemp("authority") / "other")
    ran = shell("verify", "newer.json", *TRUST, *good[:3], str(other.root))
    assert ran.code == 1


def test_bad_usage(shell: Shell, authority: Authority) -> None:
    assert shell("prove", "1.0", "--out", "e.json").code == 0
    base = ("verify", "e.json", *TRUST, "--timestamp")
    cases = [
        ((*base, "e.json"), 3, "no certificates to believe the token by"),
        ((*base, "none", "--tsa-roots", str(authority.root)), 2, "none cannot be read"),
        ((*base, "e.json", "--tsa-roots", "none"), 2, "none cannot be read"),
        ((*base, "e.json", "--tsa-roots", "e.json"), 2, "holds no certificates"),
        (("timestamp", "--tsa", "http://127.0.0.1:1/"), 5, "cannot be reached"),
        (("timestamp", "--tsa", "tsa.example"), 2, "no URL to ask"),
    ]
    for words, code, complaint in cases:
        ran = shell(*words)
        assert (ran.code, ran.out) == (code, ""), (words, ran)
        assert complaint in ran.err
    ran = shell(*base, "e.json", "--tsa-roots", str(authority.root))
    assert (ran.code, "it is no RFC 3161 token" in ran.out) == (1, True)
