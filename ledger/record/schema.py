"""The few types that record fields are built from; each checks a value and names what is wrong.

A schema is data: `Object({"size": required(Integer())})`. Checking walks value and schema together
and raises one MalformedError that gives the path, what was found, what was expected and, for a
name or word that does not exist, the nearest that does.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NoReturn, Protocol

from ledger.errors import MalformedError
from ledger.record.canonical import JSON, MAX_INTEGER, advice, check_text, type_name

MAX_TEXT = 65_536


class Shape(Protocol):
    """What a value must look like."""

    def check(self, value: object, path: str) -> None:
        """Raise MalformedError, naming `path`, unless `value` has this shape."""

    def describe(self) -> str:
        """Return what is expected, in a few words."""


@dataclass(frozen=True, slots=True)
class Text:
    """A string that says something: not empty, at most 65,536 characters."""

    def check(self, value: object, path: str) -> None:
        """See Shape."""
        if not isinstance(value, str):
            refuse(path, value, self)
        if not value.strip():
            raise MalformedError(f"{path}: an empty string says nothing; leave the field out")
        check_text(value, path)
        if len(value) > MAX_TEXT:
            raise MalformedError(f"{path}: {len(value)} characters, at most {MAX_TEXT} are allowed")

    def describe(self) -> str:
        """See Shape."""
        return "a string"


TEXT = Text()


@dataclass(frozen=True, slots=True)
class Pattern:
    """A string of a given form, such as a month or a digest."""

    form: re.Pattern[str]
    expected: str

    def check(self, value: object, path: str) -> None:
        """See Shape."""
        if not isinstance(value, str) or not self.form.fullmatch(value):
            refuse(path, value, self)

    def describe(self) -> str:
        """See Shape."""
        return self.expected


@dataclass(frozen=True, slots=True)
class Calendar(Pattern):
    """A string of a given form that begins with a date, which must be in the calendar."""

    def check(self, value: object, path: str) -> None:
        """See Shape."""
        Pattern.check(self, value, path)
        try:
            date.fromisoformat(str(value)[:10])
        except ValueError:
            raise MalformedError(f"{path}: {str(value)[:10]} is not in the calendar") from None


@dataclass(frozen=True, slots=True)
class Integer:
    """An integer from `least` to `most`, at most 2^53 - 1."""

    least: int = 0
    most: int = MAX_INTEGER

    def check(self, value: object, path: str) -> None:
        """See Shape."""
        if isinstance(value, bool) or not isinstance(value, int):
            refuse(path, value, self)
        if not self.least <= value <= self.most:
            most = "2^53 - 1" if self.most == MAX_INTEGER else self.most
            raise MalformedError(f"{path}: {value} is not from {self.least} to {most}")

    def describe(self) -> str:
        """See Shape."""
        return "an integer"


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def check(self, value: object, path: str) -> None:
        """See Shape."""
        if not isinstance(value, bool):
            refuse(path, value, self)

    def describe(self) -> str:
        """See Shape."""
        return "true or false"


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a closed list."""

    words: tuple[str, ...]

    def check(self, value: object, path: str) -> None:
        """See Shape."""
        if value not in self.words:
            raise MalformedError(
                f"{path}: {_shown(value)} is not one of {', '.join(self.words)}"
                f"{nearest(value, self.words)}"
            )

    def describe(self) -> str:
        """See Shape."""
        return f"one of {', '.join(self.words)}"


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of one shape, not empty; `ordered` means sorted by code point and distinct."""

    item: Shape
    ordered: bool = False

    def check(self, value: object, path: str) -> None:
        """See Shape."""
        if not isinstance(value, list) or not value:
            refuse(path, value, self)
        for index, item in enumerate(value):
            self.item.check(item, f"{path}.{index}")
        if self.ordered and value != sorted(set(value)):
            raise MalformedError(f"{path}: {_shown(value)} must be sorted, each item once")

    def describe(self) -> str:
        """See Shape."""
        return f"a list, not empty, of {self.item.describe()}"


@dataclass(frozen=True, slots=True)
class Member:
    """A named member of an object, and whether it must be there."""

    shape: Shape
    needed: bool = False


def required(shape: Shape) -> Member:
    """Return a member that must be there."""
    return Member(shape, needed=True)


def optional(shape: Shape) -> Member:
    """Return a member that may be absent: then it is unknown."""
    return Member(shape)


@dataclass(frozen=True, slots=True)
class Object:
    """An object with known member names."""

    members: Mapping[str, Member]
    missing: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        needed = frozenset(name for name, member in self.members.items() if member.needed)
        object.__setattr__(self, "missing", needed)

    def check(self, value: object, path: str) -> None:
        """See Shape."""
        if not isinstance(value, dict):
            refuse(path, value, self)
        if not value and not self.missing:
            raise MalformedError(f"{path}: an empty object says nothing; leave the field out")
        members = self.members
        for name, item in value.items():
            member = members.get(name)
            if member is None:
                raise unknown_name(join(path, str(name)), name, tuple(members))
            member.shape.check(item, join(path, name))
        absent = self.missing - value.keys()
        if absent:
            raise MalformedError(
                f"{join(path, min(absent))} is missing: expected "
                f"{members[min(absent)].shape.describe()}"
            )

    def describe(self) -> str:
        """See Shape."""
        return f"an object with {', '.join(sorted(self.missing) or sorted(self.members))}"


@dataclass(frozen=True, slots=True)
class MapOf:
    """An object with free names."""

    item: Shape

    def check(self, value: object, path: str) -> None:
        """See Shape."""
        if not isinstance(value, dict) or not value:
            refuse(path, value, self)
        for name, item in value.items():
            TEXT.check(name, join(path, str(name)))
            self.item.check(item, join(path, name))

    def describe(self) -> str:
        """See Shape."""
        return f"an object whose values are {self.item.describe()}"


@dataclass(frozen=True, slots=True)
class Either:
    """Any one of several shapes; errors speak of the one that fits the JSON type, else of all."""

    shapes: Sequence[Shape]

    def check(self, value: object, path: str) -> None:
        """See Shape."""
        problems = []
        for shape in self.shapes:
            try:
                return shape.check(value, path)
            except MalformedError as error:
                problems.append(error)
        if isinstance(value, list | dict):
            raise problems[-1]
        refuse(path, value, self)

    def describe(self) -> str:
        """See Shape."""
        return ", or ".join(shape.describe() for shape in self.shapes)


def join(path: str, name: str) -> str:
    """Return the path of member `name` of the value at `path`; a hostile name is cut short."""
    return f"{path}.{name[:80]}" if path else name[:80]


def refuse(path: str, value: object, shape: Shape) -> NoReturn:
    """Raise the error for a value of another type or form."""
    found = f"{type_name(value)} {_shown(value)}" if value is not None else "null"
    raise MalformedError(f"{path}: found {found}, expected {shape.describe()}{advice(value)}")


def unknown_name(path: str, name: str, names: tuple[str, ...]) -> MalformedError:
    """Return the error for a member that does not exist, with the nearest that does."""
    close = nearest(name, names)
    known = "" if close else f"; the names here are {', '.join(sorted(names))}"
    return MalformedError(f"{path}: there is no field {_shown(name)}{close}{known}")


def nearest(word: object, words: tuple[str, ...]) -> str:
    """Return `; did you mean 'x'?` for the nearest of `words`, or nothing if none is near."""
    from difflib import get_close_matches  # 8 ms to import, needed only when something is wrong

    close = get_close_matches(str(word), words, n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else ""


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def lookup(shape: Shape, path: Sequence[str]) -> Shape:
    """Return the shape at `path` below `shape`; list positions are numbers or left out.

    Raises:
        MalformedError: There is no such path; with the nearest name.
    """
    walked: list[str] = []
    for name in path:
        walked.append(name)
        shape = _step(shape, name, ".".join(walked))
    return shape


def _step(shape: Shape, name: str, path: str) -> Shape:
    if isinstance(shape, Either):
        shape = next((one for one in shape.shapes if isinstance(one, ListOf | Object)), shape)
    if isinstance(shape, ListOf):
        return shape.item if name.isdecimal() else _step(shape.item, name, path)
    if isinstance(shape, MapOf):
        return shape.item
    if isinstance(shape, Object):
        if name in shape.members:
            return shape.members[name].shape
        raise unknown_name(path, name, tuple(shape.members))
    raise MalformedError(f"{path}: {shape.describe()} has no field {name!r}")


Fields = dict[str, JSON]
"""A record's top-level fields by name."""
