"""The verbs `ledger audit open` and `ledger audit check`, as lab and auditor type them."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.prepared import Ran, Shell

TRUST = ("--trust", "ledger.d/trust.policy")


@pytest.fixture(scope="module")
def answered(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the prepared ledger with a challenge and its answer, beside the summary."""
    return _answered(prepared, tmp_path_factory.mktemp("answered"))


def _answered(prepared: Path, folder: Path) -> Path:
    from ledger.cli.main import main

    shutil.copytree(prepared, folder, dirs_exist_ok=True)
    summary, trust = str(folder / "summary.html"), str(folder / "ledger.d" / "trust.policy")
    challenge, answer = str(folder / "challenge.json"), str(folder / "answer.zip")
    place = ("--ledger", str(folder), "--quiet")
    draw = ("audit", "challenge", summary, "--trust", trust, "--out", challenge, "--quiet")
    assert main(draw) == 0
    assert main(("audit", "open", challenge, "--out", answer, *place)) == 0
    return folder


@pytest.fixture
def audit(answered: Path, empty: Shell) -> Shell:
    """A shell where lab and auditor have left their files."""
    shutil.copytree(answered, empty.folder, dirs_exist_ok=True)
    return empty


def check(shell: Shell, *more: str, answer: str = "answer.zip") -> Ran:
    """Check the answer as the auditor does."""
    return shell("audit", "check", answer, "--challenge", "challenge.json", *TRUST, *more)


def test_an_honest_answer_is_verified_without_a_ledger(audit: Shell) -> None:
    shutil.move(audit.folder / "ledger.db", audit.folder / "elsewhere.db")
    ran = check(audit)
    assert ran.code == 0, ran.err
    assert "audit of demo-1, version 1" in ran.out
    assert "All 3 records in public-dataset.text were opened" in ran.out
    assert "the log was not asked" in " ".join(ran.out.split())


def test_every_leaf_is_listed_with_what_was_checked(audit: Shell) -> None:
    ran = check(audit, "--leaves", "--steps")
    assert "crawled.text leaf 0, by records 0: record 2.0, steps 1 to 5 hold" in ran.out
    assert "4 Statement" in ran.out
    found = check(audit, "--json").json
    assert found["verdict"] == "verified"
    assert {one["outcome"] for one in found["draws"]} == {"passed"}
    trees = {leaf["tree"] for one in found["records"] for leaf in one["leaves"]}
    assert {"crawled.text", "public-dataset.text", "training"} <= trees


def test_the_log_can_be_asked_in_a_folder(audit: Shell) -> None:
    ran = check(audit, "--log", "ledger.d/public")
    assert ran.code == 0, ran.err
    assert "the log was not asked" not in " ".join(ran.out.split())
    assert check(audit, "--log", "nowhere").code == 5


def test_strict_takes_warnings_for_failures(audit: Shell) -> None:
    assert check(audit, "--strict").code == 4


def test_the_report_is_written(audit: Shell) -> None:
    assert check(audit, "--report", "report.json").code == 0
    report = json.loads((audit.folder / "report.json").read_bytes())
    assert (report["type"], report["verdict"]) == ("tdl/audit-report/v1", "verified")


def test_a_refused_record_is_named_with_the_reason(audit: Shell) -> None:
    refusal = ("--refuse", "1.0=under litigation")
    ran = audit("audit", "open", "challenge.json", "--out", "partly.zip", *refusal)
    assert ran.code == 0, ran.err
    assert "each counts as a failure" in ran.out
    ran = check(audit, answer="partly.zip")
    assert ran.code == 1
    assert "the lab says: under litigation" in " ".join(ran.out.split())


def test_everything_can_be_handed_over(audit: Shell) -> None:
    ran = audit("audit", "open", "challenge.json", "--out", "all.zip", "--all")
    assert "keep this file confidential" in " ".join(ran.out.split())
    assert check(audit, answer="all.zip").code == 0


def test_an_answer_after_the_deadline_counts_as_none(audit: Shell) -> None:
    ran = check(audit, "--received", "2999-01-01T00:00:00Z")
    assert ran.code == 1
    assert "after the deadline" in " ".join(ran.out.split())
    assert check(audit, "--received", "tomorrow").code == 2


def test_an_answer_to_another_challenge_is_not_ours(audit: Shell) -> None:
    draw = ("audit", "challenge", "summary.html", *TRUST, "--out", "second.json")
    assert audit(*draw).code == 0
    ran = audit("audit", "check", "answer.zip", "--challenge", "second.json", *TRUST)
    assert ran.code == 1
    assert "another challenge than ours: with other randomness" in " ".join(ran.err.split())


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("audit", "check", "gone.zip", "--challenge", "challenge.json"), 2, "cannot be read"),
        (("audit", "check", "answer.zip", "--challenge", "gone.json"), 2, "cannot be read"),
        (("audit", "check", "challenge.json", "--challenge", "challenge.json"), 1, "no package"),
        (("audit", "check", "answer.zip", "--challenge", "summary.html"), 2, "is no challenge"),
        (("audit", "open", "gone.json"), 2, "cannot be read"),
        (("audit", "open", "summary.html"), 2, "is no challenge"),
        (("audit", "open", "challenge.json", "--refuse", "1.0"), 2, "needs a reason"),
        (("audit", "open", "challenge.json", "--refuse", "one=x"), 2, "is not a record id"),
        (("audit", "open", "challenge.json", "--out", "answer.zip"), 2, "is there already"),
    ],
)
def test_bad_input_has_its_own_message(
    audit: Shell, words: tuple[str, ...], code: int, said: str
) -> None:
    trust = TRUST if words[1] == "check" else ()
    ran = audit(*words, *trust)
    assert (ran.code, said in " ".join(ran.err.split())) == (code, True), ran.err


def test_openings_of_another_version_do_not_answer(audit: Shell) -> None:
    """The summary is published again, which changes its statement; the first is challenged."""
    assert audit("summary", "demo-1", "--out", "again").code == 0
    newer = next((audit.folder / "again").glob("*-v2.html"))
    draw = ("audit", "challenge", str(newer), *TRUST, "--out", "newer.json")
    assert audit(*draw).code == 0
    assert audit("audit", "open", "newer.json", "--out", "newer.zip").code == 0
    ran = check(audit, answer="newer.zip")
    assert ran.code == 1
    assert "for summary" in " ".join(ran.err.split())
