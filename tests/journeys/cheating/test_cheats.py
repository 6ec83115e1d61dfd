"""Labs that cheat: each is caught at the level that the protocol promises, with its own message."""

from pathlib import Path

import pytest

from ledger.query.report import Report
from tests.cli.prepared import Ran
from tests.journeys.cheating import answers, books, contents
from tests.journeys.cheating.auditor import Auditor
from tests.journeys.cheating.cheat import CHEATS, Cheat
from tests.journeys.cheating.lab import Lab

STORIES = (answers, books, contents)


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A lab with its records and its frozen set; not to be changed."""
    return Lab.make(tmp_path_factory.mktemp("honest") / "lab")


@pytest.fixture
def lab(honest: Lab, tmp_path: Path) -> Lab:
    """A copy of it."""
    return honest.copy(tmp_path / "lab")


@pytest.fixture
def auditor(lab: Lab, tmp_path: Path) -> Auditor:
    """An auditor who has the lab's trust file."""
    return Auditor.of(tmp_path / "auditor", lab)


def said(ran: Ran) -> str:
    """Return what a command says, without its line breaks."""
    return " ".join((ran.out + ran.err).split())


def test_an_honest_lab_passes(lab: Lab, auditor: Auditor) -> None:
    log = ("--log", str(lab.folder / "ledger.d" / "public"))
    ran = auditor.audit(lab.publish(), *log)
    assert (ran.code, ran.json["verdict"]) == (0, "verified")


@pytest.mark.parametrize("cheat", CHEATS.values(), ids=CHEATS.keys())
def test_a_cheat_is_caught(cheat: Cheat, lab: Lab, auditor: Auditor) -> None:
    ran = cheat.story(lab, auditor)
    assert ran.code == cheat.code, ran
    assert cheat.says in said(ran)
    assert not ran.out.startswith("✓")
    assert ran.json.get("verdict") != "verified"


def test_there_are_many_cheats_and_each_is_told_by_its_own_words() -> None:
    assert len(CHEATS) >= 25
    assert len({cheat.says for cheat in CHEATS.values()}) == len(CHEATS)
    assert {cheat.story.__module__ for cheat in CHEATS.values()} == {s.__name__ for s in STORIES}


def test_an_honest_lab_passes_with_its_files(lab: Lab, auditor: Auditor) -> None:
    ran = contents.recounted(lab, auditor, "--report", "report.html")
    assert (ran.code, ran.json["verdict"], ran.json["missing"]) == (0, "verified", [])
    assert {one["outcome"] for one in ran.json["recounts"]} == {"same"}
    report = Report.from_bytes((auditor.folder / "report.json").read_bytes())
    assert report.contents["private-licensed.text"][1] == 0
    assert sum(done for done, _ in report.contents.values()) > 20


def test_files_of_a_challenge_that_asks_for_none_are_not_counted(
    lab: Lab, auditor: Auditor
) -> None:
    answers.answered(lab, auditor)
    words = ("audit", "recount", "answer.zip", "--challenge", "challenge.json")
    ran = auditor.run(*words, "--trust", "trust.policy")
    assert ran.code == 2
    assert "--contents" in ran.err


def test_a_rule_that_was_not_told_leaves_the_verdict_open(lab: Lab, auditor: Auditor) -> None:
    ran = contents.recounted(lab, auditor, rules=())
    assert (ran.code, ran.json["verdict"]) == (3, "verified")
    (what,) = {left["what"] for one in ran.json["recounts"] for left in one["open"]}
    assert what == "domains"
