"""The witness client: who cosigned, who did not and why, and who has seen more than we have."""

import re
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack

import pytest

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.cosignature import Ed25519Cosigner, MLDSA44Cosigner
from ledger.checkpoint.trust import Trust
from ledger.errors import MalformedError, StorageError
from ledger.log.witnesses import SIZE_TYPE, Asked, Witnesses, monitoring_path
from ledger.signing.base64 import decode_base64
from ledger.signing.keys import Signer
from ledger.signing.note import Note, sign_note
from ledger.tree.hashing import Hash, leaf_hash, root_of
from ledger.tree.proofs import check_consistency, prove_consistency
from tests.makers import LOG, ORIGIN, STRANGER, TIME, WITNESS, WITNESS_PQ, LeafReader, seed
from tests.witness.scripted import (
    Reply,
    Request,
    ScriptedWitness,
    cosigned,
    hanging,
    honest,
    lines,
    moved,
    scripted,
    status,
)

LEAVES = [leaf_hash(b"%d" % number) for number in range(40)]
OTHER = Ed25519Cosigner("other.example", seed(90), lambda: TIME)


def note(size: int, signers: Sequence[Signer] = (LOG,)) -> Note:
    tree = Checkpoint(origin=ORIGIN, size=size, root=root_of(LEAVES[:size]))
    return sign_note(tree.to_text(), signers)


def prove(size: int) -> Callable[[int], list[Hash]]:
    return lambda old: prove_consistency(old, size, LeafReader(LEAVES))


def trust(*witnesses: ScriptedWitness) -> Trust:
    text = "".join(one.lines for one in witnesses)
    return Trust.parse(f"log {LOG.key}\n{text}quorum none\n".encode())


def cosign(size: int, *witnesses: ScriptedWitness, seconds: float = 30) -> Asked:
    return Witnesses(trust(*witnesses), seconds=seconds).cosign(note(size), prove(size))


def test_a_witness_that_knows_nothing_is_asked_once() -> None:
    with scripted([WITNESS]) as witness:
        asked = cosign(7, witness)
    assert (asked.failures, asked.ahead) == ((), ())
    assert "".join(f"{line}\n" for line in asked.lines).encode() == lines([WITNESS], note(7).text)
    (request,) = witness.requests
    assert (request.target, request.old, request.proof) == ("POST /add-checkpoint", 0, ())
    assert request.note == note(7)


def test_a_witness_that_knows_more_names_its_size_and_gets_a_proof() -> None:
    with scripted([WITNESS]) as witness:
        witness.size = 5
        asked = cosign(12, witness)
    assert len(asked.lines) == 1
    assert [request.old for request in witness.requests] == [0, 5]
    proof = [Hash(decode_base64(line, "a hash")) for line in witness.requests[1].proof]
    check_consistency(
        old=5, new=12, old_root=root_of(LEAVES[:5]), new_root=root_of(LEAVES[:12]), proof=proof
    )


def test_a_size_is_remembered() -> None:
    with scripted([WITNESS]) as witness:
        client = Witnesses(trust(witness))
        for size in (3, 3, 9):
            assert client.cosign(note(size), prove(size)).lines
    assert [request.old for request in witness.requests] == [0, 3, 3]


def test_a_witness_that_moves_on_meanwhile_is_followed() -> None:
    """Another server of the same log may be publishing too."""
    with scripted([WITNESS], moved(2), moved(4), cosigned) as witness:
        assert cosign(9, witness).lines
    assert [request.old for request in witness.requests] == [0, 2, 4]


def test_a_witness_that_never_settles_is_left() -> None:
    with scripted([WITNESS], *map(moved, range(1, 20))) as witness:
        asked = cosign(30, witness)
    assert (asked.lines, asked.ahead) == ((), ())
    assert asked.failures == ("witness.example/ed: it named another size 4 times",)
    assert len(witness.requests) == 4


def test_a_witness_that_is_ahead() -> None:
    with scripted([WITNESS], moved(31)) as witness:
        asked = cosign(30, witness)
    assert asked == Asked((), (), (("witness.example/ed", 31),))


def test_an_old_memory_of_more_does_not_stop_the_log() -> None:
    """The witness was set up anew, say: what counts is what it says now."""
    with scripted([WITNESS], moved(31), honest) as witness:
        client = Witnesses(trust(witness))
        assert client.cosign(note(30), prove(30)).ahead
        assert client.cosign(note(30), prove(30)).lines


def test_several_witnesses_in_the_order_of_the_trust_file() -> None:
    with ExitStack() as stack:
        witnesses = [stack.enter_context(scripted([one])) for one in (WITNESS_PQ, OTHER, WITNESS)]
        asked = cosign(7, *witnesses)
    assert [line.name for line in asked.lines] == [
        "witness.example/pq",
        "other.example",
        "witness.example/ed",
    ]


def test_they_are_asked_at_the_same_time() -> None:
    """Each answers only when all have been asked."""
    all_here = threading.Barrier(3, timeout=60)

    def wait(witness: ScriptedWitness, request: Request) -> bytes:
        all_here.wait()
        return cosigned(witness, request)

    with ExitStack() as stack:
        keys = (WITNESS, WITNESS_PQ, OTHER)
        asked = cosign(7, *[stack.enter_context(scripted([one], wait)) for one in keys])
    assert len(asked.lines) == 3


def test_two_keys_at_one_address_are_one_question() -> None:
    with scripted([WITNESS, WITNESS_PQ]) as witness:
        asked = cosign(7, witness)
    assert [line.name for line in asked.lines] == ["witness.example/ed", "witness.example/pq"]
    assert len(witness.requests) == 1


def test_one_of_two_keys_is_missing() -> None:
    with scripted([WITNESS, WITNESS_PQ]) as witness:
        known = trust(witness)
        witness.signers = [WITNESS]
        asked = Witnesses(known).cosign(note(7), prove(7))
    assert [line.name for line in asked.lines] == ["witness.example/ed"]
    assert asked.failures == (
        "witness.example/pq: the answer has 0 cosignatures of witness.example/pq",
    )


def test_a_hanging_witness_costs_its_time_and_not_the_others() -> None:
    with scripted([WITNESS], hanging) as one, scripted([OTHER]) as two:
        asked = cosign(7, one, two, seconds=0.5)
    assert [line.name for line in asked.lines] == ["other.example"]
    (failure,) = asked.failures
    assert "did not answer within" in failure


def test_lines_of_others_are_not_kept() -> None:
    """A witness cannot smuggle a line into our checkpoint: not even a good one of another."""
    known = lines([STRANGER, WITNESS, OTHER], note(7).text)
    with scripted([WITNESS], status(200, known)) as one, scripted([OTHER], status(503)) as two:
        asked = cosign(7, one, two)
    assert [line.name for line in asked.lines] == ["witness.example/ed"]


def _forged() -> bytes:
    return lines([WITNESS], note(8).text)


BAD: dict[str, tuple[Reply, str]] = {
    "another tree": (status(200, _forged()), "does not verify"),
    "no line": (status(200, b""), "not a signature line"),
    "nonsense": (status(200, b"thanks!\n"), "not a signature line"),
    "no text": (status(200, b"\xff\xfe"), "not UTF-8"),
    "another key": (status(200, lines([OTHER], note(7).text)), "0 cosignatures of witness.exa"),
    "twice": (status(200, lines([WITNESS] * 2, note(7).text)), "2 cosignatures of witness.exa"),
    "101 lines": (status(200, lines([WITNESS] * 101, note(7).text)), "more than 100 lines"),
    "an empty line": (status(200, lines([WITNESS], note(7).text) + b"\n"), "not a signature lin"),
    "too much": (status(200, b"x" * 500_001), "more than 500000 bytes"),
    "400": (status(400, b"what?\n"), "answered 400: what?"),
    "403": (status(403, b""), "answered 403"),
    "404": (status(404, b"a\x1bb \xff\n\n"), "answered 404: a.b .$"),
    "422": (status(422), "answered 422: no"),
    "500": (status(500), "answered 500"),
    "302": (status(302), "answered 302"),
    "204": (status(204, b""), "answered 204"),
    "409 in words": (status(409, b"same size, other root\n"), "answered 409: same size, other"),
    "409 of another type": (status(409, b"3\n"), "answered 409: 3"),
    "409 without a size": (status(409, b"three\n", SIZE_TYPE), "answered 409: three"),
    "409 negative": (status(409, b"-1\n", SIZE_TYPE), "answered 409: -1"),
    "409 zeros": (status(409, b"007\n", SIZE_TYPE), "answered 409: 007"),
    "409 huge": (status(409, b"9" * 5000, SIZE_TYPE), "answered 409: 999"),
    "409 of the size we named": (moved(0), "answered 409: 0"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_cosignature(case: str) -> None:
    reply, reason = BAD[case]
    with scripted([WITNESS], reply) as bad, scripted([OTHER]) as good:
        asked = cosign(7, bad, good)
    assert [line.name for line in asked.lines] == ["other.example"]
    (failure,) = asked.failures
    assert failure.startswith("witness.example/ed: ")
    assert re.search(reason, failure), failure
    assert asked.ahead == ()


@pytest.mark.parametrize("kind", [Ed25519Cosigner, MLDSA44Cosigner])
def test_a_cosignature_without_a_time_is_none(kind: type[Ed25519Cosigner]) -> None:
    with scripted([kind("zero.example", seed(91), lambda: 0)]) as witness:
        asked = cosign(7, witness)
    assert (asked.lines, asked.failures) == (
        (),
        ("zero.example: the cosignature says no time",),
    )


def test_a_line_without_an_address_is_not_asked() -> None:
    text = f"log {LOG.key}\nwitness w {WITNESS.key}\nquorum w\n"
    asked = Witnesses(Trust.parse(text.encode())).cosign(note(7), prove(7))
    assert asked == Asked((), ("w: the trust file gives no URL for it",), ())


def test_an_address_that_is_none() -> None:
    text = f"log {LOG.key}\nwitness w {WITNESS.key} gopher://w.example\nquorum w\n"
    asked = Witnesses(Trust.parse(text.encode())).cosign(note(7), prove(7))
    assert "no URL to ask" in asked.failures[0]


def test_our_own_failure_to_prove_is_not_the_witness_s() -> None:
    def fail(_: int) -> list[Hash]:
        raise StorageError("the disk is gone")

    with scripted([WITNESS], moved(3)) as witness, pytest.raises(StorageError, match="disk"):
        Witnesses(trust(witness)).cosign(note(7), fail)


def test_proofs_are_asked_for_one_at_a_time() -> None:
    busy = threading.Lock()

    def careful(old: int) -> list[Hash]:
        assert busy.acquire(blocking=False), "two threads ask for proofs"
        try:
            return prove_consistency(old, 30, LeafReader(LEAVES))
        finally:
            busy.release()

    with ExitStack() as stack:
        cosigners = [Ed25519Cosigner(f"w{at}.example", seed(at), lambda: TIME) for at in range(9)]
        witnesses = [stack.enter_context(scripted([one])) for one in cosigners]
        for witness in witnesses:
            witness.size = 5
        assert len(Witnesses(trust(*witnesses)).cosign(note(30), careful).lines) == 9


def test_what_is_no_checkpoint_is_not_sent() -> None:
    with scripted([WITNESS]) as witness, pytest.raises(MalformedError):
        Witnesses(trust(witness)).cosign(sign_note("hello\n", [LOG]), prove(1))
    assert witness.requests == []


def shown(size: int, signers: Sequence[Signer]) -> Reply:
    return status(200, note(size, signers).to_bytes())


def test_t20_at_the_start_witnesses_say_what_they_saw() -> None:
    """By the monitoring path where there is one, by refusing a checkpoint that is known else."""
    with ExitStack() as stack:
        replies: list[tuple[Signer, list[Reply]]] = [
            (WITNESS, [shown(20, [LOG, WITNESS])]),
            (WITNESS_PQ, [status(404), moved(21)]),
            (OTHER, [status(500), status(500)]),
        ]
        witnesses = [stack.enter_context(scripted([key], *said)) for key, said in replies]
        seen = Witnesses(trust(*witnesses)).seen(ORIGIN, note(9))
    assert seen == {"witness.example/ed": 20, "witness.example/pq": 21}
    assert witnesses[0].requests[0].target == f"GET /{monitoring_path(ORIGIN)}"
    assert witnesses[1].requests[1].note == note(9)


def test_a_monitoring_path_is_believed_only_with_the_witness_s_signature() -> None:
    for bad in (shown(20, [LOG]), shown(20, [LOG, OTHER]), status(200, b"20\n")):
        with scripted([WITNESS], bad, moved(4)) as witness:
            assert Witnesses(trust(witness)).seen(ORIGIN, note(9)) == {"witness.example/ed": 4}


def test_a_log_without_a_checkpoint_offers_none() -> None:
    with scripted([WITNESS], status(404)) as witness:
        assert Witnesses(trust(witness)).seen(ORIGIN, None) == {}
    assert len(witness.requests) == 1


def test_a_new_witness_takes_the_published_checkpoint() -> None:
    with scripted([WITNESS]) as witness:
        assert Witnesses(trust(witness)).seen(ORIGIN, note(9)) == {"witness.example/ed": 9}


def test_no_witnesses() -> None:
    client = Witnesses(trust())
    assert client.seen(ORIGIN, None) == {}
    assert client.cosign(note(7), prove(7)) == Asked((), (), ())
