"""What a witness decides: the table of c2sp.org/tlog-witness, row by row, and its clock."""

from pathlib import Path

import pytest

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.cosignature import MLDSA44Cosigner, split_timed, verifier_of
from ledger.log.witnesses import SIZE_TYPE, parse_lines, request_of, size_of
from ledger.signing.base64 import encode_base64
from ledger.signing.keys import Ed25519Signer, Signer
from ledger.signing.note import Note, check_note, sign_note
from ledger.witness.service import MAX_BODY
from ledger.witness.state import WitnessState, log_id
from tests.makers import LOG, ORIGIN, STRANGER, TIME, WITNESS, seed
from tests.witness.making import (
    FORKED,
    LEAVES,
    NAME,
    Made,
    checkpoint,
    cosigners,
    proof,
    request,
    witness,
)

KEYS = [signer.key for signer in cosigners(lambda: 1)]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return witness(tmp_path)


def ask(made: Made, old: int, new: int) -> int:
    return made.service.add_checkpoint(request(old, new)).status


def test_both_keys_cosign_with_the_time(made: Made) -> None:
    answer = made.service.add_checkpoint(request(0, 7))
    assert (answer.status, answer.media_type) == (200, "text/plain")
    lines = parse_lines(answer.body)
    assert [line.is_by(key) for line, key in zip(lines, KEYS, strict=True)] == [True, True]
    note = checkpoint(7).with_signatures(lines)
    assert check_note(note, [verifier_of(key) for key in [LOG.key, *KEYS]]) == (LOG.key, *KEYS)
    assert [split_timed(line.signature)[0] for line in lines] == [TIME, TIME]


def test_growing(made: Made) -> None:
    for old, new in [(0, 0), (0, 1), (1, 1), (1, 2), (2, 255), (255, 256), (256, 300)]:
        assert ask(made, old, new) == 200, (old, new)
    assert [outcome.size for outcome in made.outcomes] == [0, 1, 1, 2, 255, 256, 300]


def test_what_it_shows_is_what_it_answered(made: Made) -> None:
    assert made.service.checkpoint(log_id(ORIGIN)).status == 404
    answers = [made.service.add_checkpoint(request(*sizes)) for sizes in [(0, 7), (7, 9)]]
    shown = Note.from_bytes(made.service.checkpoint(log_id(ORIGIN)).body)
    assert shown == checkpoint(9).with_signatures(parse_lines(answers[1].body))


def test_what_it_shows_holds_checked_lines_only(made: Made) -> None:
    """Whoever submits may have added lines: they are nobody's that we know."""
    note = checkpoint(7, by=[STRANGER, LOG, WITNESS])
    answer = made.service.add_checkpoint(request_of(0, (), note))
    shown = Note.from_bytes(made.service.checkpoint(log_id(ORIGIN)).body)
    assert shown == checkpoint(7).with_signatures(parse_lines(answer.body))


def test_404_an_unknown_log(made: Made) -> None:
    tree = Checkpoint.from_text(checkpoint(7).text.replace(ORIGIN, "other.example"))
    note = sign_note(tree.to_text(), [LOG])
    assert made.service.add_checkpoint(request_of(0, (), note)).status == 404


def test_403_nobody_we_know_signed(made: Made) -> None:
    imposter = Ed25519Signer(ORIGIN, seed(99))
    for signers in ([STRANGER], [imposter], [WITNESS]):
        note = checkpoint(7, by=signers)
        assert made.service.add_checkpoint(request_of(0, (), note)).status == 403


def test_403_a_known_signature_that_fails(made: Made) -> None:
    """Even beside a good one: two keys of this log, of which one contradicts the other."""
    second = MLDSA44Cosigner(ORIGIN, seed(60), lambda: 0)
    made.state.add_log(second.key)
    good = checkpoint(7, by=[LOG, second])
    assert made.service.add_checkpoint(request_of(0, (), good)).status == 200
    forged = checkpoint(8, by=[second]).signatures
    bad = checkpoint(9).with_signatures(forged)
    assert made.service.add_checkpoint(request_of(7, proof(7, 9), bad)).status == 403
    twice = checkpoint(9, by=[LOG, LOG])
    assert made.service.add_checkpoint(request_of(7, proof(7, 9), twice)).status == 403


def test_either_key_of_a_log_is_enough(made: Made) -> None:
    second = MLDSA44Cosigner(ORIGIN, seed(60), lambda: 0)
    made.state.add_log(second.key)
    steps: list[tuple[int, int, list[Signer]]]
    steps = [(0, 4, [LOG]), (4, 5, [second]), (5, 6, [LOG, second])]
    for old, size, signers in steps:
        body = request_of(old, proof(old, size), checkpoint(size, by=signers))
        assert made.service.add_checkpoint(body).status == 200


def test_a_log_key_that_was_taken_away(made: Made) -> None:
    assert ask(made, 0, 7) == 200
    assert made.state.remove_log(LOG.key)
    assert ask(made, 7, 9) == 404
    made.state.add_log(LOG.key)
    assert ask(made, 0, 9) == 409, "what it has seen, it has seen"


def test_400_old_is_larger(made: Made) -> None:
    assert ask(made, 0, 7) == 200
    assert made.service.add_checkpoint(request_of(7, (), checkpoint(5))).status == 400
    assert made.service.add_checkpoint(request_of(8, (), checkpoint(5))).status == 400


@pytest.mark.parametrize("old", [0, 6, 8, 9])
def test_409_names_the_size(made: Made, old: int) -> None:
    assert ask(made, 0, 7) == 200
    answer = made.service.add_checkpoint(request(old, 9))
    assert (answer.status, answer.media_type, answer.body) == (409, SIZE_TYPE, b"7\n")
    assert size_of(answer) == 7


def test_409_comes_before_the_proof(made: Made) -> None:
    assert size_of(made.service.add_checkpoint(request_of(5, [LEAVES[0]] * 3, checkpoint(9)))) == 0


def test_422_a_proof_that_does_not_hold(made: Made) -> None:
    assert ask(made, 0, 7) == 200
    good = proof(7, 12)
    changed = [*good[:-1], LEAVES[0]]
    for bad in ([], good[:-1], [*good, LEAVES[0]], good[::-1], changed, proof(6, 12)):
        answer = made.service.add_checkpoint(request_of(7, bad, checkpoint(12)))
        assert answer.status == 422, bad
    assert ask(made, 7, 12) == 200


def test_422_a_proof_where_there_is_nothing_to_prove(made: Made) -> None:
    assert made.service.add_checkpoint(request_of(0, proof(5, 7), checkpoint(7))).status == 422
    assert ask(made, 0, 7) == 200
    assert made.service.add_checkpoint(request_of(7, proof(5, 7), checkpoint(7))).status == 422


def test_422_the_same_size_with_another_root_is_kept_as_proof(made: Made) -> None:
    assert ask(made, 0, 7) == 200
    fork = checkpoint(7, leaves=FORKED)
    # Whatever size it is said to go on from.
    for old, status in ((0, 409), (7, 422), (7, 422)):
        assert made.service.add_checkpoint(request_of(old, (), fork)).status == status
    (kept,) = made.state.contradictions()
    assert Note.from_bytes(kept.checkpoint) == fork
    assert ask(made, 7, 9) == 200, "the history that it saw first goes on"


def test_422_entries_in_a_tree_of_none(made: Made) -> None:
    text = checkpoint(7).text.replace("\n7\n", "\n0\n")
    answer = made.service.add_checkpoint(request_of(0, (), sign_note(text, [LOG])))
    assert answer.status == 422


GOOD = request(0, 7)
HASH = encode_base64(LEAVES[0]).encode()
MALFORMED = {
    "nothing": b"",
    "no checkpoint": b"old 0\n\n",
    "no old": GOOD.removeprefix(b"old 0\n"),
    "no empty line": GOOD.replace(b"old 0\n\n", b"old 0\n"),
    "leading zero": GOOD.replace(b"old 0", b"old 00"),
    "sign": GOOD.replace(b"old 0", b"old +0"),
    "two spaces": GOOD.replace(b"old 0", b"old  0"),
    "capital": GOOD.replace(b"old 0", b"Old 0"),
    "space at the end": GOOD.replace(b"old 0", b"old 0 "),
    "carriage return": GOOD.replace(b"old 0\n", b"old 0\r\n"),
    "digits of others": GOOD.replace(b"old 0", "old \N{ARABIC-INDIC DIGIT ZERO}".encode()),
    "huge": GOOD.replace(b"old 0", b"old " + b"9" * 5000),
    "no hash": GOOD.replace(b"old 0\n", b"old 0\nabc\n"),
    "short hash": GOOD.replace(b"old 0\n", b"old 0\nAAAA\n"),
    "unpadded hash": GOOD.replace(b"old 0\n", b"old 0\n" + HASH[:-1] + b"\n"),
    "64 hashes": GOOD.replace(b"old 0\n", b"old 0\n" + (HASH + b"\n") * 64),
    "not UTF-8": GOOD.replace(b"old 0\n", b"old 0\n\xff\n"),
    "no signature": b"old 0\n\n" + checkpoint(7).text.encode(),
    "no note": b"old 0\n\nhello\n",
    "another note": request_of(0, (), sign_note("tdl/batch/v1\nx\n", [LOG])),
    "cut off": GOOD[:-1],
    "more": GOOD + b"x",
    "size in words": GOOD.replace(b"\n7\n", b"\nseven\n"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_400_what_is_no_request(made: Made, case: str) -> None:
    answer = made.service.add_checkpoint(MALFORMED[case])
    assert answer.status == 400, answer.body
    assert answer.body.startswith(b"the request is malformed: ")
    assert ask(made, 0, 7) == 200


def test_413_what_is_too_large(made: Made) -> None:
    assert made.service.add_checkpoint(bytes(MAX_BODY + 1)).status == 413


def test_t26_the_clock_never_runs_backwards(made: Made) -> None:
    times = []
    for size, clock in enumerate([TIME, TIME - 86_400, 0, -5, TIME + 10, TIME + 5]):
        made.clock.time = clock
        answer = made.service.add_checkpoint(request(max(size - 1, 0), size))
        times += [split_timed(line.signature)[0] for line in parse_lines(answer.body)[:1]]
    assert times == [TIME, TIME, TIME, TIME, TIME + 10, TIME + 10]


def test_nor_after_a_restart(made: Made, tmp_path: Path) -> None:
    assert ask(made, 0, 7) == 200
    made.state.close()
    again = Made(WitnessState.open(tmp_path / "witness.db"))
    again.clock.time = TIME - 1000
    answer = again.service.add_checkpoint(request(7, 9))
    assert split_timed(parse_lines(answer.body)[0].signature)[0] == TIME


def test_a_clock_that_was_never_set_is_no_zero(made: Made) -> None:
    """Time 0 would mean: no statement about time."""
    made.clock.time = 0
    answer = made.service.add_checkpoint(request(0, 7))
    assert split_timed(parse_lines(answer.body)[0].signature)[0] == 1


def test_every_decision_is_told(made: Made) -> None:
    for body in (request(0, 7), request(0, 9), b"?"):
        made.service.add_checkpoint(body)
    assert [(one.status, one.origin, one.old, one.size) for one in made.outcomes] == [
        (200, ORIGIN, 0, 7),
        (409, ORIGIN, 0, 9),
        (400, "", 0, 0),
    ]
    assert [one.reason for one in made.outcomes][:2] == ["cosigned", "the last size is 7, not 0"]


def test_the_name_of_the_witness_is_on_both_lines(made: Made) -> None:
    assert {key.name for key in made.service.keys} == {NAME}
