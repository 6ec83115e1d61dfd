"""`ledger check --criteria aial`: our own reading, and said to be that."""

from tests.cli.prepared import RELEASE, Shell


def test_the_reading_says_whose_it_is_and_what_raises_the_grade(shell: Shell) -> None:
    ran = shell("check", RELEASE, "--criteria", "aial")
    assert ran.code == 0
    first, *_ = ran.out.splitlines()
    assert first == f"{RELEASE}: our own reading, made by a program; not the researchers' score"
    assert "doi 10.5281/zenodo.18803975" in ran.out
    assert "set provider.name in provider.yaml" in ran.out
    assert max(map(len, ran.out.splitlines())) <= 80


def test_scores_come_first_then_what_is_missed_then_what_nobody_here_decides(shell: Shell) -> None:
    out = shell("check", RELEASE, "--criteria", "aial").out
    marks = ("All sections", "Not met:", "where and how it is published", "statements are true")
    assert sorted(marks, key=out.index) == list(marks)


def test_all_lists_every_check(shell: Shell) -> None:
    listed = shell("check", RELEASE, "--criteria", "aial", "--all").out
    found = shell("check", RELEASE, "--criteria", "aial", "--json").json
    checks = [one for section in found["sections"] for one in section["checks"]]
    assert len(checks) == 242
    lines = listed.splitlines()
    assert all(any(f"  {one['id']} " in line for line in lines) for one in checks)


def test_the_json_adds_up(shell: Shell) -> None:
    found = shell("check", RELEASE, "--criteria", "aial", "--json").json
    usefulness = ("Accessibility", "Comprehension")
    worth = {"met": 2, "partly": 1, "missed": 0}
    decided = [
        one
        for section in found["sections"]
        for one in section["checks"]
        if one["dimension"] in usefulness and one["verdict"] in worth
    ]
    points = sum(worth[one["verdict"]] * one["weight"] for one in decided)
    assert found["usefulness"]["half_points"] == points
    assert found["usefulness"]["maximum"] == sum(one["weight"] for one in decided)
    assert "not the researchers' score" in found["standing"]


def test_other_criteria_are_not_known(shell: Shell) -> None:
    ran = shell("check", RELEASE, "--criteria", "mine")
    assert (ran.code, "aial" in ran.err) == (2, True)


def test_the_criteria_are_about_one_form(shell: Shell) -> None:
    ran = shell("check", RELEASE, "--criteria", "aial", "--template", "ab2013")
    assert ran.code == 2
    assert "reads the form eu, not ab2013" in ran.err


def test_every_check_of_no_criteria_is_refused_with_the_command_meant(shell: Shell) -> None:
    ran = shell("check", RELEASE, "--all")
    assert ran.code == 2
    assert f"try: ledger check {RELEASE} --criteria aial --all" in ran.err
