"""Answers about domains: what is proof, what is promise, and each lie with its own message."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.checkpoint.trust import Trust
from ledger.errors import CannotTellError, LedgerError, MalformedError, VerificationError
from ledger.proof.verify import StepFailedError, StepUnclearError
from ledger.query.domain_answer import START, DomainAnswer, Ranked
from ledger.query.domain_check import VerifiedAnswer, check_document, verify_answer
from ledger.signing.note import sign_note
from ledger.tree.sums import SumOpening
from tests.makers import PUBLISHER, ROOT, STRANGER, TRUST
from tests.query.crawl_lists import SIZES, Asked, crawl_log, crawled_section, example_crawl, trees

ASKED = example_crawl()
"""Never changed by a test."""


def verified(answer: DomainAnswer) -> VerifiedAnswer:
    return verify_answer(DomainAnswer.from_bytes(answer.to_bytes()), TRUST)


@pytest.mark.parametrize("domain", [name for name in SIZES if name != "(none)"])
def test_a_name_of_the_list_is_present(domain: str) -> None:
    found = verified(ASKED.answer(domain))
    assert (found.answer.answer, found.is_proof, found.names) == ("present", True, 6)
    assert found.verified.steps[-1].means == f"the pseudonym is that of {domain}"


@settings(max_examples=50)
@given(st.from_regex(r"[a-z]{1,12}\.(test|example\.com)", fullmatch=True))
def test_any_other_name_is_absent(domain: str) -> None:
    found = verified(ASKED.answer(domain))
    assert (found.answer.answer, found.is_proof) == ("absent", True)


def test_without_the_key_it_is_a_promise_and_no_step_says_otherwise() -> None:
    found = verified(ASKED.answer("absent.example", with_key=False))
    assert not found.is_proof
    assert found.verified.steps[-1].means.startswith("lab.example/producer promises that")
    told = found.told()
    assert told.warning().startswith("a signed promise, not a proof")
    assert told.verdict().startswith("signed promise: absent.example is not on the crawl list")
    words = dict(told.lines())
    assert words["proof"].startswith("the pseudonym in this file is not among the 6 entries")
    assert words["promise"].startswith("that the pseudonym is that of absent.example")


def test_with_the_key_the_words_promise_nothing() -> None:
    told = verified(ASKED.answer("example.org", asked="www.example.org")).told()
    words = dict(told.lines())
    assert told.warning() == ""
    assert "promise" not in words
    assert words["present"].startswith("proof: example.org is on the crawl list")
    assert words["asked about"].startswith("www.example.org: the list is by registrable domain")


def test_without_the_key_no_pseudonym_but_those_needed_and_no_key_leaks() -> None:
    data = ASKED.answer("absent-2.example", with_key=False).to_bytes()
    assert data.startswith(START)
    assert b"07" * 32 not in data
    assert not [name for name in SIZES if name.encode() in data]


def test_where_nothing_was_crawled_every_name_is_absent() -> None:
    section = crawled_section(0).root
    asked = crawl_log({"private-licensed.text": section}, None)
    found = verified(asked.answer("example.org"))
    assert (found.answer.answer, found.names) == ("absent", 0)
    assert "counts no crawled records" in dict(found.told().lines())["proof"]
    # No name can be on an empty list, so nothing rests on whose pseudonym it is.
    assert verified(asked.answer("example.org", with_key=False)).is_proof


def test_crawled_data_without_a_list_answers_nothing() -> None:
    asked = crawl_log({"crawled.text": crawled_section(0).root}, None)
    with pytest.raises(StepUnclearError, match="commits to no list of domains"):
        verified(asked.answer("example.org"))


def test_a_sub_domain_is_answered_for_by_its_domain_alone() -> None:
    assert verified(ASKED.answer("example.org", asked="www.example.org")).names == 6
    with pytest.raises(MalformedError, match="does not answer for"):
        ASKED.answer("example.org", asked="anexample.org")


def test_a_publisher_may_answer() -> None:
    """Its key is registered in the same entry as the producer's."""
    assert verified(ASKED.answer("example.org", signer=PUBLISHER)).is_proof


@pytest.mark.parametrize(
    ("signer", "message"),
    [
        (STRANGER, "no key record in it registers that key"),
        (ROOT, "is a root key: it answers not"),
    ],
)
def test_only_the_lab_answers(signer: object, message: str) -> None:
    with pytest.raises(LedgerError, match=message):
        verified(ASKED.answer("example.org", signer=signer))  # type: ignore[arg-type]


def _other_list() -> Asked:
    """A list of the same names under another secret's context: another summary."""
    made = trees({**SIZES, "more.example": 1})
    return crawl_log({name: tree.root for name, tree in made.items()}, made["crawled.names"])


ABSENT = ASKED.answer("absent-2.example")
PRESENT = ASKED.answer("example.org")
OTHER = _other_list()

LIES: dict[str, tuple[Callable[[], DomainAnswer], str]] = {
    "proof of another name": (
        lambda: replace(PRESENT, proof=ASKED.answer("shop.example").proof),
        "what was signed is another answer",
    ),
    "absence of what is there": (
        lambda: replace(PRESENT, proof=ABSENT.proof),
        "is not between the neighbours|key .* is in the tree",
    ),
    "another key": (
        lambda: replace(ABSENT, name_key=bytes(32)),
        "not the one that the summary committed to",
    ),
    "another domain": (
        lambda: replace(ABSENT, domain="else.example", asked="else.example"),
        "what was signed is another answer",
    ),
    "another list": (
        lambda: replace(ABSENT, root=OTHER.answer("absent-2.example").root),
        "is not that of the tree crawled.names",
    ),
    "another summary": (
        lambda: replace(ABSENT, evidence=OTHER.crawl.evidence),
        "the answer is about another summary, version or release",
    ),
    "a tree too many": (
        lambda: replace(ABSENT, sections=(*ABSENT.sections, bytes(32))),
        "hashes of 4 trees, and summary 2.0 names 3",
    ),
    "the list held back": (
        lambda: replace(ABSENT, root=None),
        "it is not shown",
    ),
    "no signature of the lab's": (
        lambda: replace(ABSENT, note=sign_note("else\n", [PUBLISHER])),
        "ends in a pseudonym|what was signed is another answer",
    ),
    "a summary that is not shown": (
        lambda: replace(ABSENT, evidence=ASKED.log.evidence(ASKED.log.entry(0))),
        "shows one summary record whole, not 0",
    ),
}


@pytest.mark.parametrize("name", LIES)
def test_each_lie_has_its_own_message(name: str) -> None:
    make, message = LIES[name]
    with pytest.raises(StepFailedError, match=message):
        verified(make())


def test_a_false_pseudonym_is_found_with_the_key_alone() -> None:
    """The lie that a promise leaves room for: the absence of another name, signed."""
    text = ABSENT.note.text.replace("absent-2.example", "example.org")
    lie = replace(
        ABSENT, domain="example.org", asked="example.org", note=sign_note(text, [PUBLISHER])
    )
    with pytest.raises(StepFailedError, match="not that of example"):
        verified(lie)
    assert not verified(replace(lie, name_key=None)).is_proof


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_changed_byte_verifies(data: st.DataObject) -> None:
    whole = ABSENT.to_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = bytearray(whole)
    changed[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(LedgerError):
        verify_answer(DomainAnswer.from_bytes(bytes(changed)), TRUST)


@pytest.mark.parametrize("end", [0, 1, 100, -2])
def test_a_file_that_is_cut_off_says_so(end: int) -> None:
    with pytest.raises(MalformedError, match="cut off"):
        DomainAnswer.from_bytes(ABSENT.to_bytes()[:end])


def test_another_logs_answer_cannot_be_judged() -> None:
    trust = Trust.parse(f"log {STRANGER.key}\nquorum none\n".encode())
    with pytest.raises(CannotTellError):
        verify_answer(ABSENT, trust)


def test_a_leaf_that_says_more_is_refused() -> None:
    proof = PRESENT.proof
    assert isinstance(proof, SumOpening)
    more = replace(PRESENT, proof=replace(proof, leaf=replace(proof.leaf, ref=bytes([1]) * 32)))
    with pytest.raises(StepFailedError, match="leads to a root"):
        verified(more)


RANKS = trees()["crawled.rank"]
BOOKED = ASKED.answer("example.org", ranks=RANKS)


def test_the_bytes_booked_are_shown_where_they_are_asked_for() -> None:
    found = verified(BOOKED)
    assert found.bytes == SIZES["example.org"]
    assert dict(found.told().lines())["bytes"] == "900 bytes of content are booked for it"
    assert verified(PRESENT).bytes is None
    assert ASKED.answer("absent.example", ranks=RANKS).rank is None


@pytest.mark.parametrize(
    ("rank", "message"),
    [
        (ASKED.answer("shop.example", ranks=RANKS).rank, "booked for another name"),
        (OTHER.answer("example.org", ranks=trees({"example.org": 9})["crawled.rank"]).rank,
         "is not that of the tree crawled.rank"),
    ],
)  # fmt: skip
def test_bytes_of_another_leaf_or_tree_are_refused(rank: Ranked, message: str) -> None:
    with pytest.raises(StepFailedError, match=message):
        verified(replace(BOOKED, rank=rank))


def test_what_is_absent_has_no_bytes() -> None:
    with pytest.raises(MalformedError, match="has no rank"):
        replace(ABSENT, rank=BOOKED.rank)


def test_a_document_that_was_seen_is_held_against_the_list() -> None:
    found = verified(BOOKED)
    check_document(found, "example.org", 900)
    with pytest.raises(VerificationError, match="has 901 bytes, and 900 are booked"):
        check_document(found, "example.org", 901)
    with pytest.raises(VerificationError, match=r"is about example\.org"):
        check_document(found, "shop.example", 1)
    with pytest.raises(VerificationError, match="is not on the crawl list"):
        check_document(verified(ABSENT), "absent-2.example", 1)
    with pytest.raises(CannotTellError, match="shows no bytes"):
        check_document(verified(PRESENT), "example.org", 1)
    promise = verified(replace(BOOKED, name_key=None))
    with pytest.raises(CannotTellError, match="is a promise"):
        check_document(promise, "example.org", 1)


VECTOR = json.loads(
    (Path(__file__).parents[2] / "docs" / "formats" / "vectors" / "domain-answer.json").read_text(
        encoding="utf-8"
    )
)


@pytest.mark.parametrize("case", VECTOR["cases"], ids=lambda case: str(case["what"]))
def test_each_vector_has_its_verdict(case: dict[str, Any]) -> None:
    answer = DomainAnswer.from_bytes(case["file"].encode())
    trust = Trust.parse(VECTOR["trust"].encode())
    if "step" not in case:
        found = verify_answer(answer, trust)
        assert case["verdict"] == ("proof" if found.is_proof else "promise")
        return
    with pytest.raises((StepFailedError, StepUnclearError)) as caught:
        verify_answer(answer, trust)
    error = caught.value
    assert isinstance(error, StepFailedError | StepUnclearError)
    assert error.number == case["step"]
    is_unclear = isinstance(error, StepUnclearError)
    assert case["verdict"] == ("cannot tell" if is_unclear else "not verified")
