"""`ledger prove` and `ledger verify` on whole entries: tlog-proofs and COSE receipts."""

import json
from pathlib import Path

import pytest

from ledger.proof.cose_receipt import InclusionReceipt
from ledger.proof.tlog_proof import TlogProof
from tests.cli.prepared import ORIGIN, Shell


@pytest.fixture
def proved(shell: Shell) -> Shell:
    """A shell in a folder that has all forms of entry 1."""
    for form in ("note", "tlog-proof", "cose"):
        assert shell("prove", "1", "--out", f"e.{form}").code == 0
    return shell


def test_the_ending_says_the_form(proved: Shell) -> None:
    folder = proved.folder
    assert (folder / "e.note").read_bytes().startswith(f"tdl/batch/v1\n{ORIGIN}\n".encode())
    assert TlogProof.from_bytes((folder / "e.tlog-proof").read_bytes()).index == 1
    assert InclusionReceipt.from_bytes((folder / "e.cose").read_bytes()).index == 1


def test_a_record_stands_for_its_entry_and_to_for_out(proved: Shell) -> None:
    ran = proved("prove", "1.2", "--to", "other.cose", "--json")
    assert (ran.code, ran.json["entry"], ran.json["form"]) == (0, 1, ".cose")
    folder = proved.folder
    assert (folder / "other.cose").read_bytes() == (folder / "e.cose").read_bytes()


@pytest.mark.parametrize("form", ["tlog-proof", "cose"])
def test_a_proof_verifies_with_its_entry(proved: Shell, form: str) -> None:
    ran = proved("verify", f"e.{form}", "--entry", "e.note", "--json")
    assert ran.code == 0
    (found,) = ran.json["files"]
    assert found["verdict"] == "verified"
    assert found["kind"] == {"cose": "COSE receipt"}.get(form, form)
    assert len(found["steps"]) == 2
    assert found["warnings"][0].startswith("not witnessed: ")
    assert proved("verify", f"e.{form}", "--entry", "e.note", "--strict").code == 4


@pytest.mark.parametrize(("form", "step"), [("tlog-proof", "Entry"), ("cose", "Signature")])
def test_another_entry_does_not_verify(proved: Shell, form: str, step: str) -> None:
    proved("prove", "2", "--out", "other.note")
    ran = proved("verify", f"e.{form}", "--entry", "other.note", "--json")
    assert ran.code == 1
    assert ran.json["files"][0]["failed"] == f"step 2, {step}"


@pytest.mark.parametrize("form", ["tlog-proof", "cose"])
def test_without_the_entry_nothing_can_be_told(proved: Shell, form: str) -> None:
    ran = proved("verify", f"e.{form}")
    assert ran.code == 3
    assert "is about an entry, and does not hold it" in ran.out
    assert "--entry FILE" in ran.out


def test_a_receipt_is_not_enough_where_witnesses_are_asked_for(proved: Shell) -> None:
    trust = Path(proved.folder / "ledger.d" / "trust.policy").read_text()
    witness = "witness.example/w1+468d99bb+BHm1Vi6P5lT5QHixEuipi6eQH4U65pW+1+DjkQutBJZk"
    text = trust.replace("\nquorum none\n", f"\nwitness w {witness}\nquorum w\n")
    (proved.folder / "strict.policy").write_text(text)
    ran = proved("verify", "e.cose", "--entry", "e.note", "--trust", "strict.policy")
    assert ran.code == 3
    assert "carries no cosignatures" in " ".join(ran.out.split())


@pytest.mark.parametrize("form", ["tlog-proof", "cose"])
@pytest.mark.parametrize("cut", [1, 20, 60])
def test_what_is_cut_off_does_not_verify(proved: Shell, form: str, cut: int) -> None:
    data = (proved.folder / f"e.{form}").read_bytes()
    (proved.folder / f"e.{form}").write_bytes(data[:-cut])
    ran = proved("verify", f"e.{form}", "--entry", "e.note", "--json")
    assert ran.code == 1
    assert ran.json["files"][0]["reason"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("prove", "1"), "is an entry, and evidence is about records"),
        (("prove", "1", "--out", "x.json"), "is an entry, and evidence is about records"),
        (("prove", "x", "--out", "x.cose"), "is no entry"),
        (("prove", "01", "--out", "x.cose"), "is no entry"),
        (("prove", "1.0", "--closed", "--out", "x.cose"), "shows nothing of its records"),
        (("prove", "1.0", "--field", "source", "--out", "x.note"), "shows nothing"),
        (("prove", "999", "--out", "x.cose"), "999"),
        (("prove", "999", "--out", "x.tlog-proof"), "999"),
        (("prove", "999", "--out", "x.note"), "999"),
        (("verify", "e.cose", "--entry", "nowhere.note"), "nowhere.note cannot be read"),
        (("verify", "e.cose", "--entry", "."), "cannot be read"),
    ],
)
def test_what_cannot_be_is_said(proved: Shell, words: tuple[str, ...], said: str) -> None:
    ran = proved(*words)
    assert ran.code == 2, ran.err
    assert said in " ".join(ran.err.split())
    assert not list(proved.folder.glob("x.*"))


def test_several_proofs_of_one_entry_are_judged_together(proved: Shell) -> None:
    ran = proved("verify", "e.cose", "e.tlog-proof", "--entry", "e.note", "--json", "--quiet")
    assert [one["verdict"] for one in json.loads(ran.out)["files"]] == ["verified"] * 2
