"""JSON Schemas of `provider.yaml` and `release.yaml`, from the tables that check them.

For editors and for other programs. Where a schema cannot say a rule (no two models of one name, a
date that the calendar has) the check in `profile.py` and `release_file.py` is the stricter one.
"""

from collections.abc import Mapping
from typing import Any

from ledger.summary import profile, release_file
from ledger.summary.entries import Entry
from ledger.summary.profile_keys import SECTIONS
from ledger.summary.profile_template import ABOUT
from ledger.summary.release_file import LISTS, SAYABLE, SINGLE, STATEMENTS

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def profile_schema() -> dict[str, Any]:
    """Return the schema of `provider.yaml`."""
    sections = {
        name: _nullable(_object(entries, " ".join(ABOUT[name].split())))
        for name, entries in SECTIONS.items()
    }
    return _file(profile.FILE, "What a provider states once for all releases", sections)


def release_schema() -> dict[str, Any]:
    """Return the schema of `release.yaml`."""
    members: dict[str, Any] = {key: _entry(entry) for key, entry in SINGLE.items()}
    for key, (entries, needed) in LISTS.items():
        one = {**_object(entries), "required": [needed]}
        name = {"type": "string", "minLength": 1, "pattern": r"\S"}
        members[key] = {"type": ["array", "null"], "items": {"anyOf": [name, one]}}
    members[STATEMENTS] = _nullable(_statements())
    return _file(release_file.FILE, "What a provider states of one release", members)


def _statements() -> dict[str, Any]:
    """Return the schema of statements: dotted paths, or keys below their section."""
    said: dict[str, Any] = {}
    below: dict[str, dict[str, Any]] = {}
    for path, kind in SAYABLE.items():
        section, _, key = path.partition(".")
        text = _nullable({"description": SECTIONS[section][key].about, **kind.schema})
        said[path] = below.setdefault(section, {})[key] = text
    for section, keys in below.items():
        said[section] = {"type": "object", "additionalProperties": False, "properties": keys}
    return {"type": "object", "additionalProperties": False, "properties": said}


def _file(name: str, about: str, members: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "$schema": DRAFT,
        "title": name,
        "description": about,
        "type": ["object", "null"],
        "additionalProperties": False,
        "properties": dict(members),
    }


def _object(entries: Mapping[str, Entry], about: str = "") -> dict[str, Any]:
    properties = {key: _entry(entry) for key, entry in entries.items()}
    said = {"description": about} if about else {}
    return {**said, "type": "object", "additionalProperties": False, "properties": properties}


def _entry(entry: Entry) -> dict[str, Any]:
    return _nullable({"description": entry.about, **entry.kind.schema})


def _nullable(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of a key that may stand there without a value: it then says nothing."""
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], None]}
    return {**schema, "type": [schema["type"], "null"]}
