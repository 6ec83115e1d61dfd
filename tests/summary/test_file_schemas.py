"""The published schemas are those of the tables, and judge files as the checks do."""

import json
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from ledger.errors import MalformedError
from ledger.summary.file_schemas import profile_schema, release_schema
from ledger.summary.profile import check_profile
from ledger.summary.profile_template import PROFILE_TEMPLATE
from ledger.summary.release_file import check_release_file
from ledger.summary.release_template import RELEASE_TEMPLATE
from tests.formats.file_schemas import FORMATS, schemas
from tests.summary.complete import PROFILE
from tests.summary.test_profile import uncommented
from tests.summary.test_release_file import uncommented as uncommented_release

PROFILES = Draft202012Validator(profile_schema(), format_checker=FormatChecker())
RELEASES = Draft202012Validator(release_schema(), format_checker=FormatChecker())


@pytest.mark.parametrize("name", ["provider.schema.json", "release.schema.json"])
def test_the_published_schema_is_made_from_the_table(name: str) -> None:
    assert (FORMATS / name).read_text(encoding="utf-8") == schemas()[name]
    Draft202012Validator.check_schema(json.loads(schemas()[name]))


def read(text: str) -> Any:
    """Return YAML as an editor's JSON: dates are texts."""
    return yaml.load(text, Loader=yaml.BaseLoader)


def answered(value: Any) -> Any:
    """Return what BaseLoader read, with yes and no as answers and nothing as null."""
    if isinstance(value, dict):
        return {key: answered(one) for key, one in value.items()}
    if isinstance(value, list):
        return [answered(one) for one in value]
    return {"yes": True, "no": False, "": None}.get(value, value)


@pytest.mark.parametrize("text", [PROFILE_TEMPLATE, uncommented()], ids=["commented", "filled"])
def test_the_template_of_the_profile_is_valid(text: str) -> None:
    # `language: "en"` is quoted, and nothing else in it is "no".
    assert list(PROFILES.iter_errors(answered(read(text)))) == []


@pytest.mark.parametrize("text", [RELEASE_TEMPLATE, uncommented_release(RELEASE_TEMPLATE)])
def test_the_template_of_the_release_file_is_valid(text: str) -> None:
    assert list(RELEASES.iter_errors(answered(read(text)))) == []


def test_a_full_profile_is_valid() -> None:
    assert list(PROFILES.iter_errors(PROFILE)) == []
    check_profile(PROFILE)


@pytest.mark.parametrize(
    "mapping",
    [
        {"provder": {}},
        {"provider": ["x"]},
        {"provider": {"name": 7}},
        {"provider": {"name": " "}},
        {"provider": {"sme": "no"}},
        {"provider": {"website": "example.org"}},
        {"provider": {"established_in": "France"}},
        {"publication": {"language": "English"}},
        {"publication": {"channels": []}},
        {"publication": {"channels": "https://a.org"}},
        {"show": {"sizes": "all"}},
        {"comments": {"2.1.z": "x"}},
    ],
)
def test_schema_and_check_refuse_the_same_profiles(mapping: Any) -> None:
    assert not PROFILES.is_valid(mapping)
    with pytest.raises(MalformedError):
        check_profile(mapping)


@pytest.mark.parametrize(
    "mapping",
    [
        {"dataset": ["a"]},
        {"datasets": "a"},
        {"market_date": "12/01/2026"},
        {"models": [{"link": "https://a.org"}]},
        {"models": [{"name": "m", "digest": "ab" * 32}]},
        {"continues_training": "no"},
        {"statements": {"provider.name": "x"}},
        {"statements": {"describe": {"langages": "x"}}},
        {"statements": {"describe.languages": 7}},
    ],
)
def test_schema_and_check_refuse_the_same_release_files(mapping: Any) -> None:
    assert not RELEASES.is_valid(mapping)
    with pytest.raises(MalformedError):
        check_release_file(mapping)
