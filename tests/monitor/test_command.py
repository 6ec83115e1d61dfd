"""The commands of whoever watches: age, proofs of misbehaviour, and a loop that does not die."""

import json
import signal
from pathlib import Path

import pytest

from ledger.checkpoint.cosignature import Ed25519Cosigner
from ledger.log.web import Answer
from ledger.monitor.state import StateFile
from tests.cli.prepared import Shell, spawn
from tests.formats.misbehaviour_cases import TRUSTS, Case, all_cases
from tests.makers import LOG, WITNESS, example_log, seed
from tests.monitor.published import serving_log, shards, small_log

LONG_AGO, NEVER_YET = 1_600_000_000, 4_000_000_000
POLICY = f"log {LOG.key}\nwitness w {WITNESS.key}\nquorum w\n"
CODES = {"verified": 0, "not verified": 1, "malformed": 1, "cannot tell": 3}


def write_evidence(time: int) -> None:
    """Write evidence that the quorum saw at `time`, and the trust file."""
    log = example_log()
    log.cosigners = (Ed25519Cosigner(WITNESS.key.name, seed(6), lambda: time),)
    Path("old.json").write_bytes(log.evidence(log.entry(0)).to_bytes())
    Path("trust.policy").write_text(POLICY)


@pytest.mark.parametrize(
    ("time", "words", "code"),
    [
        (LONG_AGO, ("--max-age", "24h"), 0),
        (LONG_AGO, ("--max-age", "24h", "--strict"), 4),
        (LONG_AGO, ("--strict",), 0),
        (LONG_AGO, ("--max-age", "99999999d", "--strict"), 0),
        (NEVER_YET, ("--max-age", "1s", "--strict"), 0),
    ],
)
def test_t40_evidence_may_be_too_old(
    empty: Shell, time: int, words: tuple[str, ...], code: int
) -> None:
    write_evidence(time)
    ran = empty("verify", "old.json", "--trust", "trust.policy", *words)
    assert ran.code == code, ran
    is_old = words[:2] == ("--max-age", "24h")
    assert ("days old: the log may have said more" in " ".join(ran.out.split())) == is_old
    assert "2020-09-13 12:26 UTC, by a witness" in ran.out or time == NEVER_YET


@pytest.mark.parametrize("text", ["", "0", "1.5h", "-1h", "1w", "h", "24 h"])
def test_a_time_that_is_none(empty: Shell, text: str) -> None:
    write_evidence(LONG_AGO)
    ran = empty("verify", "old.json", "--trust", "trust.policy", f"--max-age={text}")
    assert ran.code == 2
    assert "expected a time such as 90s, 10m, 24h or 7d" in " ".join(ran.err.split())


@pytest.mark.parametrize("case", list(all_cases()), ids=lambda case: str(case.name))
def test_verify_says_of_a_claim_what_the_vector_says(empty: Shell, case: Case) -> None:
    Path("claim.json").write_text(case.claim, "utf-8")
    Path("trust.policy").write_text(TRUSTS[case.trust], "utf-8")
    ran = empty("verify", "claim.json", "--trust", "trust.policy", "--json")
    if not case.claim.startswith('{"claim":'):
        assert ran.code == 3  # it is no claim at all
        return
    assert ran.code == CODES[case.verdict], ran
    (found,) = ran.json["files"]
    assert found["kind"] == "misbehaviour"


def test_a_loop_outlives_its_log(empty: Shell) -> None:
    """The first look finds it down; the second finds it, and what is new is told a line each."""
    log, asked = small_log(4), []

    def respond(path: str) -> Answer:
        asked.append(path)
        if len(asked) == 1:
            return Answer(500, "text/plain", b"", {})
        return log.respond(path)

    Path("trust.policy").write_text(POLICY)
    with serving_log(respond) as url:
        words = ("--state", "s.json", "--trust", "trust.policy", "--every", "1s", "--max-age", "9d")
        process = spawn("monitor", url, *words, "--json", folder=empty.folder)
        assert process.stdout is not None
        try:
            lines = [json.loads(process.stdout.readline()) for _ in range(4)]
            log.append(*shards(1, first=100))
            while (line := json.loads(process.stdout.readline())).get("size") != 5:
                lines.append(line)
        finally:
            process.send_signal(signal.SIGINT)
            _, err = process.communicate()
    told = [line["what"] for line in lines if line["what"] != "clock-ahead"]
    assert told[:4] == ["look", *["key-event"] * 3]
    assert (lines[0]["verdict"], lines[0]["exit_code"]) == ("unreachable", 5)
    assert line["checked_entries"] == 5
    assert process.returncode == 130
    assert b"Traceback" not in err


@pytest.mark.parametrize("url", ["", "ftp://a/", "http://", "a b", "http://user@host/"])
def test_an_address_that_is_none(empty: Shell, url: str) -> None:
    Path("trust.policy").write_text(POLICY)
    ran = empty("monitor", url, "--trust", "trust.policy", "--state", "s.json", "--once")
    assert ran.code == 2
    assert "is no URL to ask" in ran.err
    assert not Path("s.json").exists()


def test_two_monitors_do_not_share_a_state(empty: Shell) -> None:
    Path("trust.policy").write_text(POLICY)
    with serving_log(small_log(4).respond) as url:
        words = ("monitor", url, "--trust", "trust.policy", "--once", "--max-age", "99999d")
        with StateFile(Path("s.json")).locked():
            ran = empty(*words, "--state", "s.json")
            assert ran.code == 2
            assert "another monitor is at work with s.json" in " ".join(ran.err.split())
            assert empty(*words, "--state", "other.json").code in (0, 4)
            assert not Path("s.json").exists()
        assert empty(*words, "--state", "s.json").code in (0, 4)


def test_an_unreachable_log(empty: Shell) -> None:
    Path("trust.policy").write_text(POLICY)
    words = ("--trust", "trust.policy", "--state", "s.json", "--once")
    assert empty("monitor", "http://127.0.0.1:1", *words).code == 5
    assert not Path("s.json").exists()


def test_without_a_trust_file_nobody_can_be_watched(empty: Shell) -> None:
    assert empty("monitor", "http://127.0.0.1:1", "--state", "s.json", "--once").code == 3
