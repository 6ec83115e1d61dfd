"""Trust files (c2sp.org/tlog-policy): every bad line, and when a quorum is met."""

from collections.abc import Callable, Sequence
from typing import NoReturn

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from hypothesis import given
from hypothesis import strategies as st

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.cosignature import Ed25519Cosigner, MLDSA44Cosigner
from ledger.checkpoint.trust import MAX_LINES, MAX_SIZE, Trust
from ledger.errors import CannotTellError, LedgerError, MalformedError, VerificationError
from ledger.signing.keys import Ed25519Signer, KeyType, Signer, VerifierKey
from ledger.signing.note import Note, sign_note
from ledger.tree.hashing import Hash
from tests.makers import LOG, ORIGIN, STRANGER, TIME, TRUST, WITNESS, WITNESS_PQ, seed
from tests.record.twins import twins

TEXT = Checkpoint(origin=ORIGIN, size=5, root=Hash(bytes(range(32)))).to_text()
WITNESSES = [
    Ed25519Cosigner(f"w{at}.example", seed(100 + at), lambda at=at: TIME + at) for at in range(6)
]
LINES = "".join(f"witness w{at} {one.key}\n" for at, one in enumerate(WITNESSES))
LOG_LINE = f"log {LOG.key}\n"


def trust(text: str) -> Trust:
    return Trust.parse(text.encode())


def checkpoint(cosigners: Sequence[Signer] = ()) -> Note:
    return sign_note(TEXT, [LOG, *cosigners])


def is_met(policy: str, members: Sequence[int]) -> bool:
    try:
        trust(policy).check(checkpoint([WITNESSES[at] for at in members]))
    except VerificationError:
        return False
    return True


def test_a_whole_file() -> None:
    text = (
        "# whose checkpoints we believe\n\n"
        f"log {LOG.key} https://lab.example/log/\n"
        f"   \tlog\t{STRANGER.key}   \n"
        "  # a comment with spaces before it\n"
        f"witness one {WITNESS.key} https://witness.example/\n"
        f"witness two {WITNESS_PQ.key}\n"
        "group all-of-them all one two\n"
        "quorum all-of-them"
    )
    found = trust(text)
    assert [(log.key, log.url) for log in found.logs] == [
        (LOG.key, "https://lab.example/log/"),
        (STRANGER.key, None),
    ]
    assert [(one.name, one.url) for one in found.witnesses] == [
        ("one", "https://witness.example/"),
        ("two", None),
    ]
    assert (found.groups[0].needed, found.groups[0].members) == (2, ("one", "two"))
    assert found.quorum == "all-of-them"
    assert trust(LOG_LINE + "quorum none\n").quorum is None


BAD = {
    "": "no log",
    "quorum none": "no log",
    LOG_LINE: "0 quorum lines",
    LOG_LINE + "quorum none\nquorum none": "2 quorum lines",
    LOG_LINE + "quorum": "line 2: expected: quorum",
    LOG_LINE + "quorum none none": "line 2: expected: quorum",
    LOG_LINE + "quorum w9": "line 2: expected: quorum",
    "logs x": "line 1: 'logs' is not one of",
    "Log x": "line 1: 'Log' is not one of",
    "log": "line 1: expected: log",
    f"log {LOG.key} a b": "line 1: expected: log",
    "log nonsense": "line 1: 'nonsense' is not a vkey",
    LOG_LINE + LOG_LINE: "line 2: the key of .* stands in two lines",
    f"witness a {WITNESS.key} b c": "expected: witness",
    "witness a": "expected: witness",
    f"witness a {LOG.key}": "signs notes; a witness cosigns",
    f"witness none {WITNESS.key}": "'none' is taken",
    f"witness a {WITNESS.key}\nwitness a {WITNESS_PQ.key}": "line 2: the name 'a' is taken",
    f"witness a {WITNESS.key}\nwitness b {WITNESS.key}": "stands in two lines",
    LINES + "group g all": "expected: group",
    LINES + "group g": "expected: group",
    LINES + "group none all w0": "'none' is taken",
    LINES + "group w0 all w1": "'w0' is taken",
    LINES + "group g all g": "'g' is not defined above",
    LINES + "group g all w0 later\ngroup later all w1": "'later' is not defined above",
    LINES + "group g all w0 w0": "'w0' is in two groups",
    LINES + "group g all w0\ngroup h all w0": "'w0' is in two groups",
    LINES + "group g 0 w0": "'0' is not all, any, or 1 to 1",
    LINES + "group g 2 w0": "'2' is not all, any, or 1 to 1",
    LINES + "group g 01 w0": "'01' is not all, any",
    LINES + "group g -1 w0": "'-1' is not all, any",
    LINES + "group g ALL w0": "'ALL' is not all, any",
    LINES + f"group g {'9' * 5000} w0": "is not all, any",
    LINES + "group g \N{ARABIC-INDIC DIGIT ONE} w0": "is not all, any",
    LOG_LINE + "quorum none\r\n": "control characters",
    LOG_LINE + "quorum none\0": "control characters",
    LOG_LINE + "quorum none\x7f": "control characters",
    LOG_LINE + "quorum\u00a0none": "is not one of log, witness",
    LOG_LINE + "quorum none\n\u00a0# no comment": "is not one of log, witness",
    LOG_LINE + "quorum none\n\u2028": "is not one of log, witness",
    "#" * (MAX_SIZE + 1): "too large",
    "\n" * (MAX_LINES + 1): "too large",
}


@pytest.mark.parametrize("text", BAD, ids=lambda text: repr(text[-40:]))
def test_a_bad_file(text: str) -> None:
    with pytest.raises(MalformedError, match=BAD[text]):
        trust(text)


def test_bytes_that_are_not_utf_8() -> None:
    with pytest.raises(MalformedError, match="UTF-8"):
        Trust.parse(LOG_LINE.encode() + b"quorum none\n# \xff\n")


def test_one_public_key_is_one_witness_whatever_it_is_called() -> None:
    again = VerifierKey("again.example", KeyType.COSIGNATURE_ED25519, WITNESS.key.public)
    with pytest.raises(MalformedError, match="another witness's too"):
        trust(f"{LOG_LINE}witness a {WITNESS.key}\nwitness b {again}\nquorum a\n")


QUORUMS: dict[str, Callable[[set[int]], bool]] = {
    "quorum none": lambda _: True,
    "quorum w2": lambda have: 2 in have,
    "group g any w0 w1 w2\nquorum g": lambda have: bool(have & {0, 1, 2}),
    "group g all w0 w1 w2\nquorum g": lambda have: have >= {0, 1, 2},
    "group g 2 w0 w1 w2\nquorum g": lambda have: len(have & {0, 1, 2}) >= 2,
    "group g 3 w0 w1 w2 w3 w4\nquorum g": lambda have: len(have & {0, 1, 2, 3, 4}) >= 3,
    "group a 2 w0 w1 w2\ngroup b any w3 w4\ngroup c all a b\nquorum c": lambda have: (
        len(have & {0, 1, 2}) >= 2 and bool(have & {3, 4})
    ),
    "group a all w0 w1\ngroup b all w2 w3\ngroup c 2 a b w4\nquorum c": lambda have: (
        (have >= {0, 1}) + (have >= {2, 3}) + (4 in have) >= 2
    ),
    "group a any w0 w1\ngroup b all w2\nquorum b": lambda have: 2 in have,
}


@pytest.mark.parametrize("policy", QUORUMS)
def test_a_quorum_is_met_exactly_when_enough_cosigned(policy: str) -> None:
    for have in range(64):
        members = [at for at in range(6) if have >> at & 1]
        assert is_met(f"{LOG_LINE}{LINES}{policy}\n", members) == QUORUMS[policy](set(members))


def test_a_cosignature_that_fails_is_not_one_less_but_a_refusal() -> None:
    policy = f"{LOG_LINE}{LINES}group g any w0 w1\nquorum g\n"
    forged = sign_note(TEXT.replace("\n5\n", "\n6\n"), [WITNESSES[1]]).signatures
    note = checkpoint([WITNESSES[0]]).with_signatures(forged)
    with pytest.raises(VerificationError, match=r"w1\.example fails"):
        trust(policy).check(note)


def test_a_witness_counts_once() -> None:
    policy = f"{LOG_LINE}{LINES}group g 2 w0 w1\nquorum g\n"
    with pytest.raises(VerificationError, match="twice"):
        trust(policy).check(checkpoint([WITNESSES[0], WITNESSES[0]]))


def test_a_witness_we_do_not_know_does_not_count() -> None:
    unknown = Ed25519Cosigner("w0.example", seed(77), lambda: TIME)
    policy = f"{LOG_LINE}{LINES}quorum w0\n"
    with pytest.raises(VerificationError, match="cosigned by nobody"):
        trust(policy).check(checkpoint([unknown]))


def test_what_a_checked_checkpoint_says() -> None:
    found = TRUST.check(checkpoint([WITNESS, WITNESS_PQ]))
    assert found.checkpoint == Checkpoint.from_text(TEXT)
    assert (found.log, found.quorum, found.seen_at) == (LOG.key, "both", TIME + 1)
    assert [(one.name, one.time) for one in found.cosigned] == [("ed", TIME), ("pq", TIME + 1)]


def test_time_zero_is_no_time() -> None:
    silent = MLDSA44Cosigner("silent.example", seed(60), lambda: 0)
    policy = f"{LOG_LINE}witness s {silent.key}\nwitness w {WITNESS.key}\n"
    assert trust(policy + "quorum s").check(checkpoint([silent])).seen_at is None
    both = checkpoint([silent, WITNESS])
    assert trust(policy + "group g any s w\nquorum g\n").check(both).seen_at == TIME
    assert trust(policy + "group g all s w\nquorum g\n").check(both).seen_at is None


def test_t01_one_witness_of_a_quorum_cannot_set_the_time_back() -> None:
    times = (1_000, 1_800_000_000, 1_800_000_060)
    witnesses = [
        Ed25519Cosigner(f"w{at}.example", seed(80 + at), lambda time=time: time)
        for at, time in enumerate(times)
    ]
    lines = "".join(f"witness w{at} {one.key}\n" for at, one in enumerate(witnesses))
    found = trust(f"{LOG_LINE}{lines}group g 2 w0 w1 w2\nquorum g\n").check(checkpoint(witnesses))
    assert found.seen_at == times[1]
    unasked = trust(f"{LOG_LINE}{lines}quorum none\n").check(checkpoint(witnesses))
    assert unasked.seen_at is None


def test_another_log_is_neither_true_nor_false() -> None:
    with pytest.raises(CannotTellError, match=r"signed by no log .*lab\.example/log") as caught:
        TRUST.check(sign_note(TEXT, [STRANGER, WITNESS, WITNESS_PQ]))
    assert caught.value.hint
    imposter = Ed25519Signer(ORIGIN, seed(61))
    with pytest.raises(CannotTellError):
        TRUST.check(sign_note(TEXT, [imposter, WITNESS, WITNESS_PQ]))


def test_a_log_speaks_for_its_own_origin_only() -> None:
    both = trust(f"{LOG_LINE}log {STRANGER.key}\nquorum none\n")
    with pytest.raises(VerificationError, match=r"stranger\.example signed a checkpoint of"):
        both.check(sign_note(TEXT, [STRANGER]))
    assert both.check(sign_note(TEXT, [STRANGER, LOG])).log == LOG.key


def test_the_log_signature_is_needed_however_many_witnesses_sign() -> None:
    with pytest.raises(CannotTellError):
        TRUST.check(sign_note(TEXT, [WITNESS, WITNESS_PQ]))


def test_groups_may_nest_as_deep_as_a_file_can_be_long() -> None:
    depth = MAX_LINES - 10
    groups = "".join(f"group g{at + 1} any g{at}\n" for at in range(depth - 1))
    policy = f"{LOG_LINE}witness w0 {WITNESSES[0].key}\ngroup g0 any w0\n{groups}"
    assert is_met(f"{policy}quorum g{depth - 1}\n", [0])
    assert not is_met(f"{policy}quorum g{depth - 1}\n", [])


WORDS = st.sampled_from(
    [
        *["log", "witness", "group", "quorum", "none", "all", "any", "1", "2", "a", "b", "#"],
        *[str(LOG.key), str(WITNESS.key), str(WITNESS_PQ.key), *"\n\n\n\t\u00e9"],
    ]
)


@given(st.lists(WORDS, max_size=30).map(" ".join))
def test_any_words_give_trust_or_a_ledger_error(text: str) -> None:
    try:
        found = trust(text)
    except LedgerError:
        return
    assert found.logs


@given(st.binary(max_size=60))
def test_any_bytes_give_trust_or_a_ledger_error(data: bytes) -> None:
    with pytest.raises(LedgerError):
        Trust.parse(data)


def test_two_log_keys_of_one_name_and_id_are_refused() -> None:
    one, two = twins()
    assert one != two
    assert (one.name, one.id) == (two.name, two.id)
    with pytest.raises(MalformedError, match=r"line 2: the key of .* stands in two lines"):
        Trust.parse(f"log {one}\nlog {two}\nquorum none\n".encode())


LOG_PQ = MLDSA44Cosigner(ORIGIN, seed(62), lambda: 0)
PQ_LINES = sign_note(TEXT, [LOG_PQ, WITNESS_PQ]).signatures
EITHER = f"witness ed {WITNESS.key}\nwitness pq {WITNESS_PQ.key}\ngroup either any ed pq\n"


class _OldOpenSSL:
    """Stands for ML-DSA-44 on a machine that was built before it."""

    @staticmethod
    def from_public_bytes(data: bytes) -> NoReturn:
        raise UnsupportedAlgorithm("no ML-DSA")

    @staticmethod
    def from_seed_bytes(data: bytes) -> NoReturn:
        raise UnsupportedAlgorithm("no ML-DSA")


@pytest.fixture
def old_openssl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.checkpoint.cosignature.MLDSA44PublicKey", _OldOpenSSL)
    monkeypatch.setattr("ledger.checkpoint.cosignature.MLDSA44PrivateKey", _OldOpenSSL)


def both() -> Note:
    return sign_note(TEXT, [LOG, LOG_PQ, WITNESS, WITNESS_PQ])


def test_t16_signed_with_both_and_believed_with_either() -> None:
    choices: list[list[Signer]] = [[LOG], [LOG_PQ], [LOG, LOG_PQ]]
    for logs in choices:
        lines = "".join(f"log {one.key}\n" for one in logs)
        for quorum in ("quorum either", "quorum ed\n", "quorum pq\n"):
            found = trust(f"{lines}{EITHER}{quorum}").check(both())
            assert found.checkpoint == Checkpoint.from_text(TEXT)
            assert found.log in [one.key for one in logs]
            assert found.seen_at in (TIME, TIME + 1)


def test_t16_a_policy_may_ask_for_both() -> None:
    policy = f"{LOG_LINE}{EITHER.replace(' any ', ' all ')}quorum either\n"
    assert trust(policy).check(both()).seen_at == TIME + 1
    with pytest.raises(VerificationError, match="not met: cosigned by ed"):
        trust(policy).check(checkpoint([WITNESS]))


def test_t16_one_key_of_a_log_failing_is_a_refusal_even_if_the_other_holds() -> None:
    forged = sign_note(TEXT.replace("\n5\n", "\n6\n"), [LOG_PQ]).signatures
    with pytest.raises(VerificationError, match=f"the signature of {ORIGIN} fails"):
        trust(f"{LOG_LINE}log {LOG_PQ.key}\nquorum none\n").check(
            checkpoint([]).with_signatures(forged)
        )


def test_t16_a_machine_that_cannot_check_one_kind_goes_by_the_other(old_openssl: None) -> None:
    policy = f"{LOG_LINE}log {LOG_PQ.key}\n{EITHER}quorum either\n"
    note = sign_note(TEXT, [LOG, WITNESS]).with_signatures(PQ_LINES)
    found = trust(policy).check(note)
    assert (found.log, [one.name for one in found.cosigned]) == (LOG.key, ["ed"])


def test_t16_and_says_so_where_it_would_need_both(old_openssl: None) -> None:
    note = sign_note(TEXT, [LOG, WITNESS]).with_signatures(PQ_LINES)
    only_pq = trust(f"log {LOG_PQ.key}\nquorum none\n")
    with pytest.raises(CannotTellError, match="OpenSSL does not know ML-DSA-44") as caught:
        only_pq.check(note)
    assert "cryptography" in (caught.value.hint or "")
    needs = trust(f"{LOG_LINE}{EITHER.replace(' any ', ' all ')}quorum either\n")
    with pytest.raises(CannotTellError, match=r"not met: cosigned by ed; of pq: .*OpenSSL"):
        needs.check(note)
    with pytest.raises(CannotTellError, match="OpenSSL"):
        MLDSA44Cosigner(ORIGIN, seed(62), lambda: 0)
