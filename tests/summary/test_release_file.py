"""The release file says what is wrong with it; its template says nothing until filled in."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ledger.errors import MalformedError
from ledger.summary.release_file import (
    BASE,
    MODEL,
    SAYABLE,
    SINGLE,
    ReleaseFile,
    check_models,
    check_release_file,
)
from ledger.summary.release_template import RELEASE_TEMPLATE

DIGEST = "sha256:" + "ab" * 32


def uncommented(template: str) -> str:
    """Return the file with every example switched on and every explanation left a comment."""
    lines = [re.sub(r"^# (?=[a-z_]+:|  )", "", line) for line in template.splitlines()]
    return "\n".join(lines)


def test_the_template_answers_nothing() -> None:
    assert check_release_file(yaml.safe_load(RELEASE_TEMPLATE)) == ReleaseFile()


def test_every_key_stands_in_the_template_with_an_example_that_is_valid() -> None:
    stated = check_release_file(yaml.safe_load(uncommented(RELEASE_TEMPLATE)))
    assert all(getattr(stated, key) is not None for key in SINGLE)
    assert [set(one) for one in stated.models] == [set(MODEL)]
    assert [set(one) for one in stated.based_on] == [set(BASE)]
    assert set(stated.statements) == set(SAYABLE)


def test_the_example_of_the_page_is_valid() -> None:
    page = (Path(__file__).parents[2] / "docs/profile.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert [one["name"] for one in check_release_file(yaml.safe_load(example)).models] == [
        "poet-7b-1.0",
        "poet-70b-1.0",
    ]


def test_no_line_of_the_template_is_longer_than_a_terminal() -> None:
    assert [line for line in RELEASE_TEMPLATE.splitlines() if len(line) > 100] == []


def test_a_filled_file_is_what_the_release_record_holds() -> None:
    stated = check_release_file(
        yaml.safe_load(
            f"""
            datasets: [web, books]
            market_date: 2026-12-01
            models:
              - {{name: m-base, market_date: 2026-11-20, digest: "{DIGEST}"}}
              - m-chat
            based_on: [{{model: b, summary_link: https://b.example/summary, of: m-chat}}]
            continues_training: no
            statements:
              describe.languages: Mostly German.
              comments: {{"1.3.g": Counted after deduplication.}}
            """
        )
    )
    assert stated.datasets == ("web", "books")
    assert stated.market_date == "2026-12-01"
    assert stated.models == (
        {"name": "m-base", "market_date": "2026-11-20", "digest": DIGEST},
        {"name": "m-chat"},
    )
    assert stated.based_on == (
        {"model": "b", "summary_link": "https://b.example/summary", "of": "m-chat"},
    )
    assert stated.continues_training is False
    assert stated.modified is None
    assert stated.statements == {
        "describe.languages": "Mostly German.",
        "comments.1.3.g": "Counted after deduplication.",
    }


@pytest.mark.parametrize(
    ("mapping", "message", "hint"),
    [
        ({"dataset": ["a"]}, "dataset: no such key in release.yaml; did you mean datasets?", None),
        (["a"], "release.yaml: expected keys with values, found a list", None),
        ({"datasets": "a"}, "datasets: expected a list of texts, found the text “a”", "a list of "),
        ({"datasets": ["a", "b", "a"]}, "datasets: a is named twice", None),
        (
            {"market_date": "12/01/2026"},
            "market_date: expected a date as YYYY-MM-DD, found the text “12/01/2026”",
            "12/01/2026 can be read in two ways; write 2026-01-12 or 2026-12-01",
        ),
        ({"market_date": "31.12.2026"}, "market_date: expected a date", "write 2026-12-31"),
        ({"market_date": "2026-02-30"}, "market_date: 2026-02-30 is not in the calendar", None),
        ({"market_date": 20261201}, "market_date: expected a date as YYYY-MM-DD, found", None),
        ({"continues_training": "no"}, "continues_training: expected yes or no", "write yes or no"),
        ({"models": "m"}, "models: expected a list, found the text “m”", "- name: …"),
        ({"models": [7]}, "models.0: expected a name, or keys with values, found the number", None),
        ({"models": [{"link": "https://a.org"}]}, "models.0.name is missing", None),
        (
            {"models": [{"name": "m", "digest": "ab" * 32}]},
            "models.0.digest: expected a digest",
            "say which digest it is: sha256:…",
        ),
        (
            {"models": [{"name": "m", "date": "2026-12-01"}]},
            "models.0.date: no such key in release.yaml; did you mean models.0.market_date?",
            None,
        ),
        ({"models": ["m", {"name": "m"}]}, "models: two models are called m", "give each a"),
        (
            {"models": ["m"], "based_on": [{"model": "b", "of": "n"}]},
            "based_on.0.of: no model n is listed; there are m",
            "name it under models",
        ),
        ({"modified": False, "based_on": ["b"]}, "modified: no, but based_on names b", "leave one"),
        ({"modified": True}, "modified: yes, but based_on names no model", "based_on: [{model"),
        (
            {"statements": {"describe.langages": "x"}},
            "statements.describe.langages: no such key in release.yaml; did you mean statements.de",
            None,
        ),
        ({"statements": {"provider.name": "x"}}, "statements.provider.name: no such key", None),
        ({"statements": {"describe": {"languages": 7}}}, "statements.describe.languages: ", None),
        (
            {"statements": {"describe": {"labels": "a"}, "describe.labels": "b"}},
            "statements.describe.labels: said twice",
            None,
        ),
        ({"statements": ["x"]}, "statements: expected keys with texts, found a list", None),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_path(mapping: Any, message: str, hint: str | None) -> None:
    with pytest.raises(MalformedError) as caught:
        check_release_file(mapping)
    assert str(caught.value).startswith(message)
    if hint:
        assert str(caught.value.hint).startswith(hint)


def test_a_release_without_models_is_one_model_of_its_name() -> None:
    base = ({"model": "b", "of": "m-1"},)
    check_models((), base, True, "m-1")
    with pytest.raises(MalformedError, match=r"no model m-1 is listed; there are m-2"):
        check_models((), base, True, "m-2")
