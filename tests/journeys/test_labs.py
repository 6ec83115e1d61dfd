"""Of three labs two cheat: an auditor with the public files and the three commands finds which."""

import shutil
from pathlib import Path

import pytest

from tests.journeys.cheating.lab import Lab, run
from tests.journeys.labs import Habit, behave, habits, make_labs

TRUST = ("--trust", "trust.policy")
CHALLENGE = ("--challenge", "challenge.json", *TRUST, "--log", "log")


def audited(place: Path, habit: Habit, folder: Path) -> bool:
    """Audit a lab as docs/audit.md says, and return whether it passes everything."""
    shutil.copytree(place / "public", folder)
    lab = Lab(place / "private")
    drawn = ("--precision", "10", "--contents", "40")
    if run(folder, "verify", "summary.html", *TRUST).code:
        return False
    assert run(folder, "audit", "challenge", "summary.html", *TRUST, *drawn).code == 0
    words = [str(folder / name) for name in ("challenge.json", "answer.zip")]
    behave(lab, habit, "answer", words)
    if run(folder, "audit", "check", "answer.zip", *CHALLENGE).code:
        return False
    listed = run(folder, "audit", "recount", "answer.zip", *CHALLENGE, "--json").json["wanted"]
    behave(lab, habit, "shards", [str(folder / "shards"), *(one["name"] for one in listed)])
    recount = ("audit", "recount", "answer.zip", "shards", *CHALLENGE, "--domain-column", "url")
    return run(folder, *recount).code == 0


@pytest.mark.parametrize("seed", [7])
def test_of_three_labs_the_two_that_cheat_are_found(seed: int, tmp_path: Path) -> None:
    behaviour = habits(seed)
    make_labs(tmp_path, behaviour, seed)
    passed = [
        audited(tmp_path / f"lab-{number}", habit, tmp_path / f"auditor-{number}")
        for number, habit in enumerate(behaviour, 1)
    ]
    assert passed == [habit == Habit() for habit in behaviour]


def test_seeds_choose_other_labs() -> None:
    chosen = [habits(seed) for seed in range(40)]
    assert all(sum(one == Habit() for one in behaviour) == 1 for behaviour in chosen)
    assert len({behaviour.index(Habit()) for behaviour in chosen}) == 3
    assert habits(3) == habits(3) != habits(4)
