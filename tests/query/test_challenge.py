"""Challenges: the worked example's seed, every mode's rules, and files that are none."""

from dataclasses import replace
from typing import Any

import pytest

from ledger.checkpoint.trust import Trust
from ledger.errors import CannotTellError, LedgerError, MalformedError, VerificationError
from ledger.query.challenge import Challenge, draws_needed, seconds_of
from ledger.query.randomness import Mode, Pulse, rand_of_witnesses, round_after, seed_of
from ledger.record.canonical import decode_object, encode
from ledger.signing.note import Note
from ledger.tree.sums import prefixed
from tests.makers import TIME, TRUST, TRUST_TEXT, UNWITNESSED, WITNESS, WITNESS_PQ
from tests.query.reports import C1, CHALLENGE, log_of
from tests.query.worked_example import EXAMPLE, STATEMENT

QUICKNET = {"name": "drand-quicknet", "genesis": 1_692_803_367, "period": 3}
ROUND = round_after(TIME + 1 + 60, genesis=1_692_803_367, period=3)


def pulse(**changes: Any) -> Pulse:
    return Pulse(**{**QUICKNET, "round": ROUND, "value": b"\x07" * 32, **changes})


def by_beacon(one: Pulse) -> Challenge:
    return replace(CHALLENGE, mode=Mode.BEACON, rand=one.rand(), pulse=one)


def by_witnesses() -> Challenge:
    return replace(CHALLENGE, mode=Mode.WITNESSES, rand=rand_of_witnesses(C1, TRUST))


def by_nobody() -> Challenge:
    return replace(CHALLENGE, mode=Mode.NOBODY, rand=b"", draws=8_828)


EVERY_MODE = [CHALLENGE, by_witnesses(), by_beacon(pulse()), by_nobody()]


def test_the_worked_example_has_its_seed() -> None:
    text = EXAMPLE["checkpoint_body"]
    found = seed_of(STATEMENT.audit_root(), text, Mode.REGULATOR, b"\x42" * 32)
    assert found.hex() == EXAMPLE["seed"]


@pytest.mark.parametrize("challenge", EVERY_MODE, ids=lambda one: one.mode.name)
def test_a_challenge_of_every_mode_is_sound_and_read_back(challenge: Challenge) -> None:
    assert challenge.check(TRUST).checkpoint.size == 13
    assert Challenge.from_bytes(challenge.to_bytes()) == challenge


def test_everything_that_is_fixed_goes_into_the_seed() -> None:
    other_root = replace(CHALLENGE, audit_root=replace_first(CHALLENGE.audit_root))
    other_tree = replace(CHALLENGE, checkpoint=log_of(14).checkpoint().to_bytes())
    other_rand = replace(CHALLENGE, rand=bytes(32))
    challenges = [*EVERY_MODE, other_root, other_tree, other_rand]
    assert len({one.seed() for one in challenges}) == len(challenges)
    fewer = replace(C1, signatures=C1.signatures[:1])  # who cosigned does not change the seed
    assert replace(CHALLENGE, checkpoint=fewer.to_bytes()).seed() == CHALLENGE.seed()


def replace_first(value: bytes) -> Any:
    return type(CHALLENGE.audit_root)(bytes([value[0] ^ 1]) + value[1:])


def test_the_witnesses_randomness_is_their_timed_signatures_in_the_trust_file_s_order() -> None:
    lines = {one.name: one.signature for one in C1.signatures}
    expected = lines[WITNESS.key.name] + lines[WITNESS_PQ.key.name]
    assert rand_of_witnesses(C1, TRUST) == expected
    turned = Note(C1.text, (C1.signatures[0], *reversed(C1.signatures[1:])))
    assert rand_of_witnesses(turned, TRUST) == expected


def refused(challenge: Challenge, trust: Trust, expected: type[LedgerError]) -> str:
    with pytest.raises(expected) as caught:
        challenge.check(trust)
    return str(caught.value)


def test_a_challenge_that_was_drawn_before_the_numbers_stood_is_refused() -> None:
    early = replace(CHALLENGE, drawn_at="2027-01-15T08:00:00Z", deadline=None)
    assert "before its checkpoint was cosigned" in refused(early, TRUST, VerificationError)
    before = replace(CHALLENGE, checkpoint=log_of(12).checkpoint().to_bytes())
    assert "before the summary was fixed" in refused(before, TRUST, VerificationError)


def test_a_mode_s_randomness_has_to_be_what_it_says() -> None:
    own = replace(by_witnesses(), rand=b"\x00" * 100)
    assert "not the signatures" in refused(own, TRUST, VerificationError)
    only_one = Note(C1.text, C1.signatures[:2])
    missing = replace(by_witnesses(), checkpoint=only_one.to_bytes())
    one_enough = Trust.parse(TRUST_TEXT.replace(" all ", " any ").encode())
    assert "pq has not cosigned" in refused(missing, one_enough, CannotTellError)
    assert "rests on witnesses" in refused(by_witnesses(), UNWITNESSED, CannotTellError)
    chosen = by_beacon(pulse(round=ROUND + 1))
    assert f"cosignature is {ROUND}" in refused(chosen, TRUST, VerificationError)
    assert "rests on witnesses" in refused(by_beacon(pulse()), UNWITNESSED, CannotTellError)


def test_a_beacon_s_first_round_is_more_than_a_minute_after_the_latest_cosignature() -> None:
    assert round_after(99, genesis=100, period=30) == 1
    assert [round_after(time, genesis=100, period=30) for time in (100, 129, 130)] == [2, 2, 3]
    one = pulse()
    assert one.genesis + (one.round - 1) * one.period > TIME + 61
    assert one.genesis + (one.round - 2) * one.period <= TIME + 61
    expected = prefixed(b"drand-quicknet") + ROUND.to_bytes(8) + prefixed(b"\x07" * 32)
    assert one.rand() == expected


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rand": bytes(31)}, "draws 32 bytes"),
        ({"mode": Mode.NOBODY, "draws": 8_828}, "`rand` is empty"),
        ({"mode": Mode.NOBODY, "rand": b""}, "it takes 8828, where the lab draws for itself"),
        ({"mode": Mode.BEACON}, "belongs to mode 3"),
        ({"pulse": pulse()}, "belongs to mode 3"),
        ({"mode": Mode.BEACON, "pulse": pulse()}, "not what the beacon said"),
        ({"draws": 458}, "458 draws cannot exclude 1 % with 99 % confidence: it takes 459"),
        ({"claims": 6}, "it takes 637"),
        ({"draws": 2_000_000}, "1 to 1000000 draws"),
        ({"contents": 460}, "no more contents"),
        ({"attempt": 0}, "the first or a later one"),
        ({"confidence": "100"}, "no percentage"),
        ({"precision": "0.0"}, "no percentage"),
        ({"precision": "1e-1"}, "no percentage"),
        ({"deadline": "2027-01-15T08:00:01Z"}, "is not after the draw"),
        ({"drawn_at": "2027-02-30T08:00:01Z"}, "not in the calendar"),
        ({"summary": "12"}, "<log index>.<position>"),
    ],
)
def test_a_challenge_that_breaks_a_rule_cannot_be_made(
    changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(MalformedError, match=message):
        replace(CHALLENGE, **changes)


def test_a_beacon_has_its_own_times_and_a_value_of_some_length() -> None:
    for changes in ({"period": 30}, {"genesis": 0}, {"value": b"short"}, {"name": "A"}):
        with pytest.raises(MalformedError):
            pulse(**changes)
    assert pulse(name="of-our-city", genesis=0, period=60).rand()


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("type", "tdl/audit-challenge/v2"),
        ("mode", 5),
        ("mode", True),
        ("rand", "AB" * 32),
        ("draws", "459"),
        ("more", 1),
        ("beacon", {}),
        ("checkpoint", 1),
    ],
)
def test_a_file_that_states_something_else_is_refused(member: str, value: Any) -> None:
    stated = decode_object(CHALLENGE.to_bytes()[:-1], "a challenge")
    stated[member] = value
    with pytest.raises(MalformedError):
        Challenge.from_bytes(encode(stated) + b"\n")


def test_a_file_that_is_cut_off_or_too_large_is_refused() -> None:
    data = CHALLENGE.to_bytes()
    for wrong in (data[:-1], data[: len(data) // 2], b"", b" " * (2 * 2**20 + 1)):
        with pytest.raises(MalformedError):
            Challenge.from_bytes(wrong)


def test_how_many_draws_a_challenge_needs() -> None:
    assert draws_needed("99", "1", claims=1, mode=Mode.REGULATOR) == 459
    assert draws_needed("99.9", "0.1", claims=1, mode=Mode.BEACON) == 6_905
    assert draws_needed("99", "5", claims=1, mode=Mode.NOBODY) == 1_730
    assert seconds_of("2027-01-15T08:00:01Z") == TIME + 1
