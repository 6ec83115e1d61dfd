"""The profile says what is wrong with it, and the file that `init` writes says nothing."""

import re
from typing import Any

import pytest
import yaml

from ledger.errors import MalformedError
from ledger.summary.profile import PROFILE_TEMPLATE, SCHEMA, check_profile
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
    comments = {key for key in keys if key.startswith("comments.")}
    assert keys - comments <= set(values) <= keys
    assert comments & set(values)


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
        ({"provider": {"name": 7}}, "provider.name: expected a text, found a number 7; quote it"),
        ({"provider": {"sme": "no"}}, "provider.sme: expected yes or no, found 'no'"),
        ({"provider": {"name": "  "}}, "provider.name: empty"),
        ({"provider": {"name": "a\0b"}}, "provider.name: holds a control character"),
        ({"provider": {"established_in": "France"}}, "provider.established_in: expected a two"),
        ({"publication": {"summary_link": "javascript:alert(1)"}}, "publication.summary_link: exp"),
        ({"show": {"sizes": "all"}}, "show.sizes: expected ranges, shares or figures, found 'all'"),
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


def test_texts_are_normalised_to_nfc() -> None:
    assert check_profile({"provider": {"name": "Cafe\u0301"}}).text("provider.name") == "Café"


def test_the_example_is_valid() -> None:
    assert check_profile(PROFILE).answer("rights_reservations.code_of_practice") is True
