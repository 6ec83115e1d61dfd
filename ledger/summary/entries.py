"""Entries of the files that people fill in: what each expects, how it is checked, its JSON Schema.

`provider.yaml` (`profile.py`) and `release.yaml` (`release_file.py`) are tables of entries. The
check, the commented template and the published JSON Schema all read the same table, so they cannot
say different things. Values arrive as a YAML parser gives them, with its oddities: an unquoted `NO`
is the answer no, `1.0` a number, `2026-12-01` a date.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, NoReturn, TypeAlias
from urllib.parse import urlsplit

from ledger.errors import MalformedError
from ledger.summary.countries import COUNTRIES, MEANT

Entered: TypeAlias = str | bool | tuple[str, ...]
"""What an entry holds once it is checked: a text, an answer, or a list of texts."""

LONGEST = 65_536
"""Characters of one text: what a record can hold."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What an entry expects: in words, as a check, and as a JSON Schema."""

    said: str
    check: Callable[[object, str], Entered]
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a file: what it expects, one line on what it is for, an example as YAML."""

    kind: Kind
    about: str
    example: str


def known(key: object, keys: Iterable[str], where: str, file: str) -> str:
    """Return a key that there is.

    Raises:
        MalformedError: There is none; with the nearest that there is, or with all.
    """
    names = tuple(keys)
    if isinstance(key, str) and key in names:
        return key
    near = get_close_matches(_named(key), names, n=1, cutoff=0.5)
    advice = f"did you mean {where}{near[0]}?" if near else f"there are {', '.join(names)}"
    raise MalformedError(f"{where}{_named(key)}: no such key in {file}; {advice}")


def found(value: object) -> str:
    """Return what was found, in words; hostile values are cut short and never spelt out whole."""
    match value:
        case bool():
            return "the answer " + ("yes" if value else "no")
        case int() | float():
            return f"the number {str(value)[:40]}"
        case date():
            return f"the date {value.isoformat()}"
        case str():
            return f"the text “{_cut(value)}”"
        case Mapping():
            return "keys with values"
        case list() | tuple():
            return "a list"
        case None:
            return "nothing"
    return f"a value of the type {type(value).__name__}"


def _cut(text: str) -> str:
    return text if text.isprintable() and len(text) <= 60 else f"{text[:60]!r}"[1:-1] + "…"


def _named(key: object) -> str:
    """Return a key as it was written; one that is no scalar is only said to be there."""
    scalar = isinstance(key, (str, bool, int, float, date))
    return _cut(str(key)[:80]) if scalar else f"({type(key).__name__})"


def _refuse(kind: str, value: object, path: str, hint: str | None = None) -> NoReturn:
    raise MalformedError(f"{path}: expected {kind}, found {found(value)}", hint=hint)


def plain_text(value: object, path: str, said: str = "a text") -> str:
    """Return a text in NFC without space around it.

    Raises:
        MalformedError: It is no text, is empty or too long, or holds characters that cannot stand
            in a document.
    """
    if isinstance(value, (bool, int, float, date)):
        _refuse(said, value, path, f'put it in quotes: "{_yaml(value)}"')
    if isinstance(value, (list, tuple)):
        _refuse(said, value, path, "write one text; this key takes no list")
    if not isinstance(value, str):
        _refuse(said, value, path)
    text = unicodedata.normalize("NFC", value).strip()
    if not text:
        raise MalformedError(f"{path}: empty; leave the key out when there is nothing to say")
    if len(text) > LONGEST:
        raise MalformedError(f"{path}: {len(text)} characters, at most {LONGEST} are allowed")
    for char in text:
        category = unicodedata.category(char)
        if category in ("Cc", "Cs") and char not in "\n\t":
            raise MalformedError(f"{path}: holds a control character, U+{ord(char):04X}")
    return text


def _yaml(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)[:40]


def is_link(text: str) -> bool:
    """Answer whether a text is a web address that a page may link to."""
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return False
    plain = not any(char.isspace() or char in '<>"\\^`{|}' for char in text)
    return parts.scheme in ("https", "http") and bool(host) and plain


def _text(value: object, path: str) -> str:
    return plain_text(value, path)


def _answer(value: object, path: str) -> bool:
    if isinstance(value, bool):
        return value
    hint = None
    if isinstance(value, str) and value.strip().lower() in ("yes", "no", "true", "false"):
        hint = "write yes or no without quotes"
    _refuse(ANSWER.said, value, path, hint)


def _link(value: object, path: str) -> str:
    text = plain_text(value, path, LINK.said)
    if is_link(text):
        return text
    bare = is_link(f"https://{text}") and "." in text and ":" not in text
    _refuse(LINK.said, text, path, f"https://{text}" if bare and len(text) < 80 else None)


def _country(value: object, path: str) -> str:
    if value is False:
        # YAML 1.1 reads an unquoted NO as the answer no.
        raise MalformedError(
            f"{path}: expected {COUNTRY.said}, found no", hint='for Norway write "NO"'
        )
    text = plain_text(value, path, COUNTRY.said)
    if text in COUNTRIES:
        return text
    code = MEANT.get(text.upper(), text.upper())
    _refuse(COUNTRY.said, text, path, f"write {code}" if code in COUNTRIES else None)


_LANGUAGE = r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?(?:-[a-z0-9]{4,8})*"


def _language(value: object, path: str) -> str:
    if value is False:
        _refuse(LANGUAGE.said, value, path, 'for Norwegian write "no"')
    text = plain_text(value, path, LANGUAGE.said)
    if re.fullmatch(_LANGUAGE, text):
        return text
    _refuse(LANGUAGE.said, text, path)


_DATE = r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_OTHER_DATE = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})")


def _date(value: object, path: str) -> str:
    if isinstance(value, datetime):
        _refuse(DATE.said, value, path, "leave the time of day out")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (bool, int, float)) or not isinstance(value, str):
        _refuse(DATE.said, value, path)
    text = plain_text(value, path, DATE.said)
    if not re.fullmatch(_DATE, text):
        _refuse(DATE.said, text, path, _as_iso(text))
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise MalformedError(f"{path}: {text} is not in the calendar") from None


def _as_iso(text: str) -> str | None:
    """Return how a date in another spelling would be written; both ways where it can be two."""
    spelt = _OTHER_DATE.fullmatch(text)
    if spelt is None:
        return None
    first, second, year = int(spelt[1]), int(spelt[2]), spelt[3]
    ways = [
        f"{year}-{month:02}-{day:02}"
        for month, day in dict.fromkeys([(second, first), (first, second)])
        if 1 <= month <= 12 and 1 <= day <= 31
    ]
    if len(ways) == 2:
        return f"{text} can be read in two ways; write {ways[0]} or {ways[1]}"
    return f"write {ways[0]}" if ways else None


_DIGEST = r"(?:blake3|sha256):[0-9a-f]{64}"


def _digest(value: object, path: str) -> str:
    text = plain_text(value, path, DIGEST.said)
    if re.fullmatch(_DIGEST, text):
        return text
    bare = re.fullmatch(r"[0-9a-fA-F]{64}", text)
    _refuse(DIGEST.said, text, path, "say which digest it is: sha256:…" if bare else None)


def choice(*words: str) -> Kind:
    """Return the kind of an entry that takes one of several words."""
    said = f"{', '.join(words[:-1])} or {words[-1]}"

    def check(value: object, path: str) -> str:
        text = plain_text(value, path, said)
        if text not in words:
            _refuse(said, text, path)
        return text

    return Kind(said, check, {"enum": list(words)})


def list_of(kind: Kind, said: str) -> Kind:
    """Return the kind of an entry that takes a list, not empty, of one kind."""

    def check(value: object, path: str) -> tuple[str, ...]:
        if not isinstance(value, (list, tuple)):
            hint = "a list of one: [ … ], or a line that begins with “- ”"
            _refuse(said, value, path, hint if isinstance(value, str) else None)
        if not value:
            raise MalformedError(f"{path}: empty; leave the key out when there is nothing to say")
        every = (kind.check(one, f"{path}.{place}") for place, one in enumerate(value))
        return tuple(one for one in every if isinstance(one, str))

    return Kind(said, check, {"type": "array", "minItems": 1, "items": kind.schema})


TEXT = Kind(
    "a text", _text, {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": r"\S"}
)
ANSWER = Kind("yes or no", _answer, {"type": "boolean"})
LINK = Kind("a link (https://…)", _link, {"type": "string", "pattern": r'^https?://[^\s<>"]+$'})
COUNTRY = Kind(
    "a two-letter country code such as FR", _country, {"type": "string", "enum": sorted(COUNTRIES)}
)
LANGUAGE = Kind(
    "a language tag such as en or pt-BR",
    _language,
    {"type": "string", "pattern": f"^{_LANGUAGE}$"},
)
DATE = Kind(
    "a date as YYYY-MM-DD",
    _date,
    {"type": "string", "format": "date", "pattern": f"^{_DATE}$"},
)
DIGEST = Kind(
    "a digest, sha256:<hex> or blake3:<hex>", _digest, {"type": "string", "pattern": f"^{_DIGEST}$"}
)
TEXTS = list_of(TEXT, "a list of texts")
LINKS = list_of(LINK, "a list of links")
