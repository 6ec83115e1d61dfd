"""Adding witnesses to a trust file: it stays readable, and is never left half or wrong."""

import pytest

from ledger.checkpoint.trust import Trust
from ledger.client.quorum import add_witness
from ledger.errors import InputError, MalformedError
from ledger.witness.place import policy_lines
from tests.makers import LOG, WITNESS, WITNESS_PQ
from tests.witness.making import cosigners

TEXT = f"# ours\nlog {LOG.key}\nquorum none\n"
TWO_KEYS, NAME = policy_lines([one.key for one in cosigners(lambda: 1)], "http://w.example")
BOTH = "\n".join(TWO_KEYS)
ONE = f"witness one {WITNESS.key} http://one.example\n"
OTHER = f"witness other {WITNESS_PQ.key} http://other.example\n"


def test_one_after_the_other() -> None:
    """More than half must cosign: 1 of 1, 2 of 2, 2 of 3. A witness with two keys counts once."""
    text = TEXT
    found = []
    for lines in (ONE, f"# mine\n\n{BOTH}\n", OTHER):
        text = add_witness(text, lines)
        trust = Trust.parse(text.encode())
        group = trust.groups[-1]
        found.append((trust.quorum, group.needed, group.members))
    assert found == [
        ("witnesses", 1, ("one",)),
        ("witnesses", 2, ("one", NAME)),
        ("witnesses", 2, ("one", NAME, "other")),
    ]
    assert [one.url for one in trust.witnesses] == [
        "http://one.example",
        "http://w.example",
        "http://w.example",
        "http://other.example",
    ]
    assert text.startswith(f"# ours\nlog {LOG.key}\nwitness one ")
    assert text.count("quorum") == 1


def test_as_many_as_are_asked_for() -> None:
    text = add_witness(add_witness(TEXT, ONE), OTHER, needed=1)
    assert Trust.parse(text.encode()).groups[-1].needed == 1
    for needed in (-1, 3):
        with pytest.raises(InputError, match=f"{needed} of 2 witnesses is no quorum"):
            add_witness(add_witness(TEXT, ONE), OTHER, needed=needed)


def test_a_quorum_that_a_person_wrote_stays_theirs() -> None:
    for quorum in ("quorum one", "group mine any one\nquorum mine"):
        text = f"log {LOG.key}\n{ONE}{quorum}\n"
        with pytest.raises(InputError, match="a quorum of its own"):
            add_witness(text, OTHER)


@pytest.mark.parametrize(
    "lines",
    ["", "hello", f"log {LOG.key}", "quorum none", f"{ONE}quorum one", ONE + OTHER, "witness",
     "witness one", "group g any one", f"{ONE}group g any two", BOTH.replace("http://w", "x y")],
)  # fmt: skip
def test_what_is_no_witness(lines: str) -> None:
    with pytest.raises(MalformedError):
        add_witness(TEXT, lines)


def test_the_same_witness_again() -> None:
    with pytest.raises(MalformedError):
        add_witness(add_witness(TEXT, ONE), ONE)
