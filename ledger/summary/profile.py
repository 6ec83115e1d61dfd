"""The provider profile: what a document needs and no record can know.

`provider.yaml` holds contacts, policies and confirmations, once for all releases. This module
checks a parsed file by its keys (`profile_keys.py`); reading YAML is somebody else's work. What is
not set is absent, and an absent answer becomes a gap in the document, never a No.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ledger.errors import MalformedError
from ledger.summary.entries import Entered, Kind, found, known
from ledger.summary.entries import is_link as is_link
from ledger.summary.profile_keys import COMMENTS, SECTIONS

FILE = "provider.yaml"

_MEMBERS = "AT BE BG CY CZ DE DK EE EL ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU_MEMBERS = frozenset(_MEMBERS.split())
"""Codes of the 27 member states; Greece by its ISO code and by the EU's own."""

COMMENT_FIELDS = tuple(COMMENTS)
"""The optional fields of the EU form that a provider may use as it likes."""

SCHEMA: Mapping[str, Mapping[str, Kind]] = {
    section: {key: entry.kind for key, entry in entries.items()}
    for section, entries in SECTIONS.items()
}
"""Sections of the file, their keys, and what each key expects."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A checked profile: dotted paths to texts, answers and lists. Only set keys are present."""

    values: Mapping[str, Entered]

    def text(self, path: str) -> str:
        """Return the text at a path, empty when it is not set."""
        value = self.values.get(path, "")
        return value if isinstance(value, str) else ""

    def answer(self, path: str) -> bool | None:
        """Return the answer at a path, None when it is not set."""
        value = self.values.get(path)
        return value if isinstance(value, bool) else None

    def texts(self, path: str) -> tuple[str, ...]:
        """Return the list at a path, empty when it is not set; a text is a list of one."""
        value = self.values.get(path, ())
        if isinstance(value, str):
            return (value,)
        return value if isinstance(value, tuple) else ()


def check_profile(mapping: Mapping[str, object] | None) -> Profile:
    """Return the profile that a parsed `provider.yaml` states.

    Raises:
        MalformedError: A key that does not exist (with the nearest that does), or a value of the
            wrong kind; the message begins with the path.
    """
    return Profile(MappingProxyType(dict(_checked(mapping or {}))))


def _checked(mapping: Mapping[str, object]) -> Iterator[tuple[str, Entered]]:
    if not isinstance(mapping, Mapping):
        raise MalformedError(f"{FILE}: expected sections with keys, found {found(mapping)}")
    for section, keys in mapping.items():
        kinds = SCHEMA[known(section, SCHEMA, "", FILE)]
        if keys is None:
            continue
        if not isinstance(keys, Mapping):
            raise MalformedError(f"{section}: expected keys below it, found {found(keys)}")
        for key, value in keys.items():
            kind = kinds[known(key, kinds, f"{section}.", FILE)]
            if value is not None:
                yield f"{section}.{key}", kind.check(value, f"{section}.{key}")
