"""`release.yaml`: what a provider says of one release, beside what the records of its data say.

    datasets: [books, web]
    market_date: 2026-12-01
    models:
      - name: model-7b-1.0
        link: https://example.org/model-7b
    statements:
      describe.languages: Mostly English.

This module knows its keys and checks a parsed file; reading YAML is somebody else's work. It ends
in the same release record as the options of `ledger release create` (docs/formats/record.md).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from ledger.errors import MalformedError
from ledger.summary.entries import (
    ANSWER,
    DATE,
    DIGEST,
    LINK,
    TEXT,
    TEXTS,
    Entered,
    Entry,
    Kind,
    found,
    known,
    plain_text,
)
from ledger.summary.profile_keys import SECTIONS

FILE = "release.yaml"

MODEL: Mapping[str, Entry] = {
    "name": Entry(TEXT, "The versioned name of a model that the release covers.", "model-7b-1.0"),
    "link": Entry(LINK, "Its documentation.", "https://example.org/model-7b"),
    "market_date": Entry(
        DATE, "When it is placed on the Union market, if not with the others.", "2026-12-01"
    ),
    "digest": Entry(DIGEST, "The digest of its weights.", f"sha256:{'0' * 64}"),
}
BASE: Mapping[str, Entry] = {
    "model": Entry(TEXT, "A model that it was made from.", "base-7b"),
    "summary_link": Entry(
        LINK, "The public summary of that model.", "https://example.com/base-7b/summary"
    ),
    "of": Entry(TEXT, "Which of the models above was made from it.", "model-7b-1.0"),
}
SINGLE: Mapping[str, Entry] = {
    "datasets": Entry(TEXTS, "The datasets that it was trained on, by name.", "[books, web]"),
    "market_date": Entry(
        DATE, "When it is placed on the Union market: all models, unless one has its own date.",
        "2026-12-01",
    ),
    "modified": Entry(
        ANSWER, "Is it modified from a model that is already on the Union market?", "yes"
    ),
    "continues_training": Entry(
        ANSWER, "Is it trained on new or dynamic data after this?", "no"
    ),
}  # fmt: skip
LISTS: Mapping[str, tuple[Mapping[str, Entry], str]] = {
    "models": (MODEL, "name"),
    "based_on": (BASE, "model"),
}
"""Keys with a list of objects: what these hold, and which member must be there."""

STATEMENTS = "statements"
SPEAKING = ("rights_reservations", "illegal_content", "content_types", "crawling", "describe")
"""Sections of `provider.yaml` whose texts a release may say in its own way, and `comments`."""


def _sayable() -> Iterator[tuple[str, Kind]]:
    for section in (*SPEAKING, "comments"):
        for key, entry in SECTIONS[section].items():
            if entry.kind in (TEXT, TEXTS):
                yield f"{section}.{key}", TEXT


SAYABLE: Mapping[str, Kind] = dict(_sayable())
"""Every path that `statements` may hold. A list of the profile is one text here."""

KEYS = (*SINGLE, *LISTS, STATEMENTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFile:
    """A checked release file. Models and base models are members of the release record."""

    datasets: tuple[str, ...] = ()
    market_date: str | None = None
    modified: bool | None = None
    continues_training: bool | None = None
    models: tuple[Mapping[str, str], ...] = ()
    based_on: tuple[Mapping[str, str], ...] = ()
    statements: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def check_release_file(mapping: object) -> ReleaseFile:
    """Return what a parsed `release.yaml` states.

    Raises:
        MalformedError: A key that does not exist (with the nearest that does), a value of the
            wrong kind, or statements that exclude each other; the message begins with the path.
    """
    if mapping is None:
        return ReleaseFile()
    if not isinstance(mapping, Mapping):
        raise MalformedError(f"{FILE}: expected keys with values, found {found(mapping)}")
    values: dict[str, Any] = {}
    for key, value in mapping.items():
        name = known(key, KEYS, "", FILE)
        if value is not None:
            values[name] = _value(name, value)
    if names := repeated(values.get("datasets", ())):
        raise MalformedError(f"datasets: {names[0]} is named twice")
    stated = ReleaseFile(**values)
    check_models(stated.models, stated.based_on, stated.modified)
    return stated


def _value(name: str, value: object) -> Any:
    if name == STATEMENTS:
        return MappingProxyType(dict(_statements(value)))
    if name in SINGLE:
        return SINGLE[name].kind.check(value, name)
    members, needed = LISTS[name]
    if not isinstance(value, list):
        raise MalformedError(
            f"{name}: expected a list, found {found(value)}", hint=f"- {needed}: …, one line each"
        )
    return tuple(_object(one, members, needed, f"{name}.{at}") for at, one in enumerate(value))


def _object(
    value: object, members: Mapping[str, Entry], needed: str, path: str
) -> Mapping[str, Entered]:
    if isinstance(value, str):
        return {needed: plain_text(value, path)}
    if not isinstance(value, Mapping):
        raise MalformedError(f"{path}: expected a name, or keys with values, found {found(value)}")
    checked = {}
    for key, member in value.items():
        name = known(key, members, f"{path}.", FILE)
        if member is not None:
            checked[name] = members[name].kind.check(member, f"{path}.{name}")
    if needed not in checked:
        raise MalformedError(f"{path}.{needed} is missing: expected {members[needed].kind.said}")
    return checked


def _statements(value: object) -> Iterator[tuple[str, str]]:
    """Yield paths and texts; `describe.languages: …` and `languages` below `describe` are one."""
    if not isinstance(value, Mapping):
        raise MalformedError(f"{STATEMENTS}: expected keys with texts, found {found(value)}")
    said: set[str] = set()
    for key, text in value.items():
        below = text.items() if isinstance(text, Mapping) else [("", text)]
        for inner, words in below:
            path = known(f"{key}.{inner}".rstrip("."), SAYABLE, f"{STATEMENTS}.", FILE)
            if path in said:
                raise MalformedError(f"{STATEMENTS}.{path}: said twice")
            said.add(path)
            if words is not None:
                yield path, plain_text(words, f"{STATEMENTS}.{path}")


def check_models(
    models: tuple[Mapping[str, str], ...],
    based_on: tuple[Mapping[str, str], ...],
    modified: bool | None,
    name: str = "",
) -> None:
    """Check that models and what they were made from fit together.

    Args:
        models: As in the release record: `name`, `link`, `market_date`, `digest`.
        based_on: As `release.dependencies` there: `model`, `summary_link`, `of`.
        modified: Whether it is a modification of a model on the Union market, where said.
        name: The release's name, which stands for a model where none is listed.

    Raises:
        MalformedError: They exclude each other.
    """
    names = [one["name"] for one in models]
    if twice := repeated(names):
        raise MalformedError(
            f"models: two models are called {twice[0]}", hint="give each a versioned name"
        )
    there = names or ([name] if name else [])
    for place, base in enumerate(based_on):
        made = base.get("of")
        if made and there and made not in there:
            raise MalformedError(
                f"based_on.{place}.of: no model {made} is listed; there are {', '.join(there)}",
                hint="name it under models, or leave `of` out",
            )
    if modified is False and based_on:
        raise MalformedError(
            f"modified: no, but based_on names {based_on[0]['model']}", hint="leave one of them out"
        )
    if modified and not based_on:
        raise MalformedError(
            "modified: yes, but based_on names no model", hint="based_on: [{model: NAME}]"
        )


def repeated(names: tuple[str, ...] | list[str]) -> list[str]:
    """Return the names that are there more than once."""
    return [name for place, name in enumerate(names) if name in names[:place]]
