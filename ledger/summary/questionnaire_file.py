"""A questionnaire as a file: what it may say, and what is wrong with it.

    title: Which models taught this model
    sections:
      - title: Teachers
        questions:
          - id: T1
            label: Which models generated data that the model was trained on?
            answer:
              - facts: generators
              - profile: describe.generators

Reading YAML is somebody else's work; this module checks what was read
(docs/regulations/own-questions.md).
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from types import MappingProxyType

from ledger.errors import MalformedError
from ledger.record.patterns import TEMPLATE
from ledger.summary.eu.form import SECTIONS
from ledger.summary.eu.template import all_fields
from ledger.summary.facets import FACETS
from ledger.summary.profile import SCHEMA
from ledger.summary.questionnaire import (
    HEAD,
    Origin,
    OwnQuestion,
    OwnSection,
    Questionnaire,
)
from ledger.summary.regime import regime_names

MEMBERS = ("name", "title", "occasion", "standing", "public", "sections")
SECTION_MEMBERS = ("id", "title", "questions")
QUESTION_MEMBERS = ("id", "label", "answer")

ID = re.compile(r"[A-Za-z0-9](?:[._-]?[A-Za-z0-9]){0,31}")
LONGEST = 2000
"""Characters of one text; a question is no essay."""
MOST = 500
"""Questions in one file."""

OWN = "Questions of their author's own; no law or authority stands behind their form."
"""Stands on a document whose questionnaire does not say what it is."""


def check_questionnaire(mapping: object, *, name: str, digest: str) -> Questionnaire:
    """Return the questionnaire that a parsed file states.

    Args:
        mapping: What the YAML says.
        name: What it is called when it does not say: the file's name without its ending.
        digest: `sha256:<hex>` of the file's bytes.

    Raises:
        MalformedError: A member that does not exist or is missing, an id used twice, an origin
            that there is not; the message begins with the path, and names the nearest.
    """
    stated = _members(mapping, MEMBERS, "")
    own = _text(stated["name"], "name") if "name" in stated else name
    if not TEMPLATE.form.fullmatch(own) or own in regime_names():
        taken = f"{own!r} is a template already" if own in regime_names() else f"{own!r} is none"
        raise MalformedError(
            f"name: {taken}; expected lower-case letters, digits and single hyphens",
            hint="name: our-questions",
        )
    public = stated.get("public", False)
    if not isinstance(public, bool):
        raise MalformedError(f"public: expected yes or no, found {_shown(public)}")
    questionnaire = Questionnaire(
        name=own,
        title=_text(_needed(stated, "title", ""), "title"),
        occasion=_text(stated["occasion"], "occasion") if "occasion" in stated else "",
        standing=_text(stated["standing"], "standing") if "standing" in stated else OWN,
        public=public,
        sections=tuple(_sections(_needed(stated, "sections", ""))),
        digest=digest,
    )
    _check_ids(questionnaire)
    return questionnaire


def _sections(value: object) -> Iterator[OwnSection]:
    for number, section in enumerate(_list(value, "sections", 50), 1):
        path = f"sections[{number}]"
        stated = _members(section, SECTION_MEMBERS, path)
        yield OwnSection(
            _id(stated["id"], f"{path}.id") if "id" in stated else str(number),
            _text(_needed(stated, "title", path), f"{path}.title"),
            tuple(_questions(_needed(stated, "questions", path), f"{path}.questions")),
        )


def _questions(value: object, path: str) -> Iterator[OwnQuestion]:
    for number, question in enumerate(_list(value, path, 200), 1):
        at = f"{path}[{number}]"
        stated = _members(question, QUESTION_MEMBERS, at)
        yield OwnQuestion(
            _id(_needed(stated, "id", at), f"{at}.id"),
            _text(_needed(stated, "label", at), f"{at}.label"),
            tuple(_origins(_needed(stated, "answer", at), f"{at}.answer")),
        )


def _origins(value: object, path: str) -> Iterator[Origin]:
    for one in [value] if isinstance(value, Mapping) else _list(value, path, 10):
        stated = _members(one, tuple(ORIGINS), path)
        if len(stated) != 1:
            raise MalformedError(f"{path}: expected one of {', '.join(ORIGINS)} in each place")
        ((kind, what),) = stated.items()
        text = _text(what, f"{path}: {kind}")
        if text not in ORIGINS[kind]:
            raise MalformedError(
                f"{path}: {kind}: there is no {text!r}{_nearest(text, ORIGINS[kind])}"
            )
        yield kind, text


def _profile_paths() -> tuple[str, ...]:
    return tuple(f"{section}.{key}" for section, keys in SCHEMA.items() for key in keys)


ORIGINS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "facts": tuple(FACETS),
        "eu": tuple(field.id for field in all_fields(SECTIONS)),
        "profile": _profile_paths(),
    }
)
"""What each kind of origin may name."""


def _check_ids(questionnaire: Questionnaire) -> None:
    """Check that each id is there once: sections and questions may share none among themselves."""
    sections = [HEAD.id, *(section.id for section in questionnaire.sections)]
    questions = [question.id for question in HEAD.questions]
    questions += [one.id for section in questionnaire.sections for one in section.questions]
    for what, ids in (("section", sections), ("question", questions)):
        twice = [one for number, one in enumerate(ids) if one in ids[:number]]
        if twice:
            raise MalformedError(f"the id {twice[0]!r} is that of another {what}")
    if len(questions) > MOST:
        raise MalformedError(f"{len(questions)} questions; at most {MOST}")


def _members(value: object, known: tuple[str, ...], path: str) -> Mapping[str, object]:
    where = path or "the file"
    if not isinstance(value, Mapping):
        raise MalformedError(f"{where}: expected {', '.join(known)}, found {_shown(value)}")
    for name in value:
        if name not in known:
            raise MalformedError(
                f"{where}: there is no {str(name)[:60]!r}{_nearest(str(name), known)}"
            )
    return value


def _needed(stated: Mapping[str, object], name: str, path: str) -> object:
    if stated.get(name) is None:
        raise MalformedError(f"{path or 'the file'}: {name} is missing")
    return stated[name]


def _list(value: object, path: str, most: int) -> list[object]:
    if not isinstance(value, list) or not value:
        raise MalformedError(f"{path}: expected a list of at least one, found {_shown(value)}")
    if len(value) > most:
        raise MalformedError(f"{path}: {len(value)} places; at most {most}")
    return value


def _text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise MalformedError(f"{path}: expected a text, found {_shown(value)}; quote it")
    text = " ".join(unicodedata.normalize("NFC", value).split())
    if not text:
        raise MalformedError(f"{path}: empty")
    if len(text) > LONGEST:
        raise MalformedError(f"{path}: {len(text)} characters; at most {LONGEST}")
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in text):
        raise MalformedError(f"{path}: holds a control character")
    return text


def _id(value: object, path: str) -> str:
    text = _text(value, path)
    if not ID.fullmatch(text):
        raise MalformedError(
            f"{path}: expected letters and digits such as A1 or 2.b, found {text[:60]!r}"
        )
    return text


def _nearest(word: str, words: tuple[str, ...]) -> str:
    near = get_close_matches(word[:80], words, n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else f"; there are {', '.join(words[:60])}"


def _shown(value: object) -> str:
    """Return a value in a few words. Never all of a list: aliases in YAML can make it endless."""
    if isinstance(value, list | dict):
        return ("a list" if isinstance(value, list) else "keys") if value else f"{value}"
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
