"""`ledger check`: gaps, contradictions, lints, what is due, and what one answer rests on."""

import json
import re

import pytest

from tests.cli.prepared import RELEASE, Shell

FACTS = """\
market_date: 2026-11-20
continues_training: yes
models: [m-base, m-base-chat]
statements:
  comments: {"1.3.g": Toxicity filters were run over all text.}
"""


@pytest.fixture
def filled(shell: Shell) -> Shell:
    """Give the prepared ledger with a release that has facts and lints."""
    (shell.folder / "release.yaml").write_text(FACTS, encoding="utf-8")
    (shell.folder / "ledger.d/provider.yaml").write_text(
        "confirm: {crawled: no}\nprovider: {name: Lab, established_in: FR}\n"
        "representative: {name: R}\ncrawling: {captchas: Left.}\n"
    )
    ran = shell("release", "create", "m", "--facts", "release.yaml", "--dataset", "books")
    assert ran.code == 0, ran.err
    return shell


def test_everything_is_told_in_its_order(filled: Shell) -> None:
    ran = filled("check", "m")
    assert ran.code == 0
    first, *_ = ran.out.splitlines()
    assert first.startswith("✗ 1.1.b  representative.name is given")
    told = re.findall(r"^([✗·~]) ", ran.out.split("What a careful")[0], re.M)
    assert told == sorted(told, key="✗·~".index)
    assert re.search(r"^~ 1\.3\.g  “Toxic” belongs in 3\.1 .*\(L15\)", ran.out, re.M)
    assert "✗ The first summary was due by 20/11/2026" in ran.out
    last = ran.out.splitlines()[-1]
    assert re.fullmatch(r"m: 2 contradictions, \d+ missing answers, \d+ recommendations, .*", last)
    assert last.endswith("1 lint")


def test_the_lines_fit_a_terminal(filled: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for words in (("check", "m"), ("check", "m", "--field", "2.1.c")):
        long = [line for line in filled(*words).out.splitlines() if len(line) > 80]
        # A command is not broken in the middle of a word.
        assert [line for line in long if " " in line.strip()] == []


def test_the_same_as_json(filled: Shell) -> None:
    value = filled("check", "m", "--json").json
    assert set(value) == {"release", "gaps", "lints", "due"}
    assert [one["rule"] for one in value["lints"]] == ["L15"]
    assert value["due"]["by"] == "2026-11-20"
    assert value["due"]["now"] is True
    assert value["gaps"][0]["severity"] == "contradiction"


def test_strict_asks_for_what_is_required(filled: Shell) -> None:
    assert filled("check", "m", "--strict").code == 4
    assert filled("check", "m").code == 0


def test_after_a_summary_nothing_is_due_until_training_goes_on(shell: Shell) -> None:
    assert "No update is due" in shell("check", RELEASE).out
    more = shell(
        "add", "data/books", "--set", "dataset.name=more", "--set", "source.category=other"
    )
    assert more.code == 0, more.err
    datasets = [word for name in ("books", "web", "more") for word in ("--dataset", name)]
    assert shell("release", "create", RELEASE, *datasets).code == 0
    due = shell("check", RELEASE, "--json").json["due"]
    assert (due["what"], due["now"]) == ("update", True)
    assert "a new kind of source, other sources" in due["reasons"]


def test_freezing_the_same_set_again_is_no_further_training(shell: Shell) -> None:
    assert shell("release", "create", RELEASE, "--dataset", "books", "--dataset", "web").code == 0
    assert shell("check", RELEASE, "--json").json["due"]["what"] == "nothing"


def test_an_answer_is_followed_to_its_records(shell: Shell) -> None:
    value = shell("check", RELEASE, "--field", "2.1.c", "--json").json
    (rest,) = [one for one in value["rests_on"] if one["owner"] == "ledger"]
    assert (rest["records"], rest["more"], rest["count"]) == (["1.0-1.2"], 0, 3)
    shown = shell("show", "1.0", "--json").json
    assert json.dumps(shown).count("books")
    ran = shell("check", RELEASE, "--field", "2.3.a")
    assert "Yes" in ran.out
    assert "2.0-2.1" in ran.out
    whole = shell("check", RELEASE, "--field", "1.3.a")
    assert "1.0-1.2, 2.0-2.1" in whole.out


def test_an_answer_of_the_profile_is_said_to_be_one(filled: Shell) -> None:
    ran = filled("check", "m", "--field", "2.3.a")
    assert "provider.yaml: confirm.crawled" in ran.out
    assert "none of 3 records is of this kind" in ran.out
    ran = filled("check", "m", "--field", "1.3.g")
    assert "release record: statements.comments.1.3.g" in ran.out


def test_many_ranges_are_counted(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.cli.check_field.SHOWN", 1)
    assert "1.0-1.2, and 2 records more" in shell("check", RELEASE, "--field", "1.3.a").out


def test_what_an_answer_shows(filled: Shell) -> None:
    sized = filled("check", "m", "--field", "1.3.b").out
    assert "  Text: no range is ticked; Alternatively" in sized
    profile = filled.folder / "ledger.d/provider.yaml"
    site = "https://lab.example"
    long = "A sentence that is said. " * 30
    stated = (
        f'provider: {{name: Lab, website: "{site}"}}\ncomments: {{"1.3.g": "{long.strip()}"}}\n'
    )
    profile.write_text(stated)
    assert f"  Website: {site}" in filled("check", "m", "--field", "1.1.a").out
    filled(
        "add", "data/web", "--set", "dataset.name=w", "--set", "source.category=crawled", *TOKENS
    )
    assert filled("release", "create", "w", "--dataset", "w").code == 0
    assert "  Text: Less than 1 billion tokens" in filled("check", "w", "--field", "1.3.b").out
    whole = " ".join(filled("check", "w", "--field", "1.3.g").out.split())
    assert whole.count("A sentence that is said.") == 30


TOKENS = ("--set", "measures.tokens=7", "--set", "measures.tokenizer.name=t")


def test_an_open_field_is_told_apart_from_its_gap(shell: Shell) -> None:
    ran = shell("check", RELEASE, "--field", "1.1.a")
    lines = ran.out.splitlines()
    assert lines[1] == "  Not stated."
    assert lines[2].startswith("· 1.1.a  name of the provider")
    assert "set provider.name in provider.yaml" in lines[3]
    value = shell("check", RELEASE, "--field", "1.1.a", "--json").json
    assert value["answer"] == ["Not stated."]
    assert value["gaps"][0]["missing"] == "name of the provider"
    assert value["rests_on"] == []


def test_a_long_answer_is_cut_and_can_be_seen_whole(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.cli.check_field.LINES", 1)
    monkeypatch.setattr("ledger.cli.check_field.SHOWN", 1)
    line = ("check", RELEASE, "--field", "1.3.a")
    assert ", and 2 records more: --all" in shell(*line).out
    assert "1.0-1.2, 2.0-2.1" in shell(*line, "--all").out
    line = ("check", RELEASE, "--field", "2.1.c")
    assert re.search(r"… and \d+ more lines?: --all shows all", shell(*line).out)
    assert "--all" not in shell(*line, "--all").out


def test_a_field_that_there_is_not(shell: Shell) -> None:
    ran = shell("check", RELEASE, "--field", "2.1.cc")
    assert ran.code == 2
    assert "the form has no field '2.1.cc'; did you mean '2.1.c'?" in ran.err
    ran = shell("check", RELEASE, "--field", "2.1.c", "--template", "ab2013")
    assert (ran.code, "asks about the EU's form" in ran.err) == (2, True)


def test_the_template_of_a_release_file(shell: Shell) -> None:
    ran = shell("release", "template")
    assert (ran.code, ran.out.startswith("# What you say of one release")) == (0, True)
    (shell.folder / "release.yaml").write_text(ran.out)
    made = shell("release", "create", "x", "--facts", "release.yaml", "--dataset", "books")
    assert made.code == 0, made.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("create",), "which release? create needs a NAME"),
        (("create", "x"), "a release is trained on at least one dataset"),
        (("create", "x", "--facts", "none.yaml"), "there is no file none.yaml"),
        (
            ("create", "x", "--dataset", "books", "--market-date", "12/01/2026"),
            "market_date: expec",
        ),
        (("create", "x", "--dataset", "books", "--model", "m=nolink"), "models.0.link: expected a"),
    ],
)
def test_what_is_wrong_with_a_release_is_told(
    shell: Shell, words: tuple[str, ...], message: str
) -> None:
    ran = shell("release", *words)
    assert ran.code == 2
    assert message in ran.err.replace("\n        ", " ")
