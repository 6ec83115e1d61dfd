"""The profile says what is wrong with it, and the file that `init` writes says nothing."""

import re
from typing import Any

import pytest
import yaml

from ledger.errors import MalformedError
from ledger.summary.profile import SCHEMA, check_profile
from ledger.summary.profile_keys import SECTIONS
from ledger.summary.profile_template import PROFILE_TEMPLATE
from tests.summary.example import PROFILE


def test_the_file_that_init_writes_answers_nothing() -> None:
    assert not check_profile(yaml.safe_load(PROFILE_TEMPLATE)).values


def uncommented() -> str:
    """Return the file with every example switched on and every explanation left a comment."""
    keys = {key for section in SCHEMA.values() for key in section}
    lines = []
    for line in PROFILE_TEMPLATE.splitlines():
        example = re.match(r'  # ("?([a-z0-9_.]+)"?:|  )', line)
        is_example = example and (example[2] is None or example[2] in keys)
        lines.append(line.replace("# ", "", 1) if is_example else line)
    return "\n".join(lines)


def test_every_key_stands_in_that_file_with_an_example_that_is_valid() -> None:
    values = check_profile(yaml.safe_load(uncommented())).values
    keys = {f"{section}.{key}" for section, all_keys in SCHEMA.items() for key in all_keys}
    assert set(values) == keys


def test_every_key_is_explained_in_one_line() -> None:
    for section, entries in SECTIONS.items():
        for key, entry in entries.items():
            assert len(f"  # {entry.about}") <= 100, f"{section}.{key}"
            assert entry.about[-1] in ".?”", f"{section}.{key}"


def test_no_line_of_that_file_is_longer_than_a_terminal() -> None:
    assert [line for line in PROFILE_TEMPLATE.splitlines() if len(line) > 100] == []


def test_nothing_at_all_is_an_empty_profile() -> None:
    assert not check_profile(None).values
    assert check_profile({"provider": None}).text("provider.name") == ""
    assert check_profile({"confirm": {"crawled": None}}).answer("confirm.crawled") is None


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"provder": {}}, "provder: no such key in provider.yaml; did you mean provider?"),
        (
            {"confirm": {"crawlled": False}},
            "confirm.crawlled: no such key in provider.yaml; did you mean confirm.crawled?",
        ),
        (
            {"comments": {"2.1.z": "x"}},
            "comments.2.1.z: no such key in provider.yaml; did you mean comments.2.1.e?",
        ),
        ({"show": {"xyz": 1}}, "show.xyz: no such key in provider.yaml; there are sizes"),
        ({"provider": ["x"]}, "provider: expected keys below it, found a list"),
        ({"provider": {"name": 7}}, "provider.name: expected a text, found the number 7"),
        ({"provider": {"name": ["a"]}}, "provider.name: expected a text, found a list"),
        ({"provider": {"name": {"a": 1}}}, "provider.name: expected a text, found keys with val"),
        ({"provider": {"sme": "no"}}, "provider.sme: expected yes or no, found the text “no”"),
        ({"provider": {"sme": 1}}, "provider.sme: expected yes or no, found the number 1"),
        ({"provider": {"name": "  "}}, "provider.name: empty"),
        ({"provider": {"name": "a\0b"}}, "provider.name: holds a control character, U+0000"),
        ({"provider": {"name": "a\ud800b"}}, "provider.name: holds a control character, U+D800"),
        ({"provider": {"name": "x" * 65_537}}, "provider.name: 65537 characters, at most 65536"),
        ({"provider": {"established_in": "France"}}, "provider.established_in: expected a two"),
        ({"provider": {"website": "example.org"}}, "provider.website: expected a link (https://…"),
        ({"publication": {"summary_link": "javascript:alert(1)"}}, "publication.summary_link: exp"),
        ({"publication": {"summary_link": "https://"}}, "publication.summary_link: expected a li"),
        ({"publication": {"summary_link": "https://[::1"}}, "publication.summary_link: expected "),
        ({"publication": {"channels": "https://a.org"}}, "publication.channels: expected a list o"),
        ({"publication": {"channels": ["a.org"]}}, "publication.channels.0: expected a link (http"),
        ({"publication": {"channels": []}}, "publication.channels: empty"),
        ({"publication": {"language": "English"}}, "publication.language: expected a language ta"),
        ({"illegal_content": {"methods": ["a", 7]}}, "illegal_content.methods.1: expected a text"),
        (
            {"show": {"sizes": "all"}},
            "show.sizes: expected ranges, shares or figures, found the text “all”",
        ),
        ({"show": {"domains": "some"}}, "show.domains: expected required or all, found the text "),
        ({7: {}}, "7: no such key"),
    ],
)
def test_what_is_wrong_is_named_by_its_path(mapping: Any, message: str) -> None:
    with pytest.raises(MalformedError) as caught:
        check_profile(mapping)
    assert str(caught.value).startswith(message)


def test_a_profile_that_is_no_mapping_is_refused() -> None:
    with pytest.raises(MalformedError, match="expected sections"):
        check_profile(["provider"])  # type: ignore[arg-type]


def test_unquoted_norway_is_explained() -> None:
    with pytest.raises(MalformedError) as caught:
        check_profile(yaml.safe_load("provider:\n  established_in: NO"))
    assert caught.value.hint == 'for Norway write "NO"'


@pytest.mark.parametrize(
    ("line", "found", "hint"),
    [
        ("name: 1.0", "the number 1.0", 'put it in quotes: "1.0"'),
        ("name: 2026-12-01", "the date 2026-12-01", 'put it in quotes: "2026-12-01"'),
        ("name: off", "the answer no", 'put it in quotes: "no"'),
        ("website: example.org/a", "the text “example.org/a”", "https://example.org/a"),
        ('sme: "no"', "the text “no”", "write yes or no without quotes"),
    ],
)
def test_what_yaml_made_of_a_value_is_told(line: str, found: str, hint: str) -> None:
    with pytest.raises(MalformedError, match=re.escape(f"found {found}")) as caught:
        check_profile(yaml.safe_load(f"provider:\n  {line}"))
    assert caught.value.hint == hint


def test_a_hostile_value_is_not_spelt_out() -> None:
    bomb: list[Any] = ["x"] * 9
    for _ in range(12):
        bomb = [bomb] * 9
    with pytest.raises(MalformedError) as caught:
        check_profile({"provider": {"name": bomb}})
    assert len(str(caught.value)) < 100
    with pytest.raises(MalformedError) as caught:
        check_profile({"x" * 10_000: {}})
    assert len(str(caught.value)) < 300


def test_lists_are_kept_in_order() -> None:
    profile = check_profile({"rights_reservations": {"protocols": ["robots.txt", " TDMRep "]}})
    assert profile.texts("rights_reservations.protocols") == ("robots.txt", "TDMRep")
    assert profile.texts("crawling.site_types") == ()
    assert profile.text("rights_reservations.protocols") == ""


def test_a_text_is_a_list_of_one() -> None:
    assert check_profile({"crawling": {"captchas": "Left."}}).texts("crawling.captchas") == (
        "Left.",
    )


def test_texts_are_normalised_to_nfc() -> None:
    assert check_profile({"provider": {"name": "Cafe\u0301"}}).text("provider.name") == "Café"


def test_the_example_is_valid() -> None:
    assert check_profile(PROFILE).answer("rights_reservations.code_of_practice") is True
