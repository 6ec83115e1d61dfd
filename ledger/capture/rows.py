"""What rows say, added up: web domains by size, languages, and the months that they are from."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from ledger.capture.hosts import suffixes
from ledger.capture.languages import language_tags
from ledger.content.domains import NO_DOMAIN, Tally

# 2024-03-01T12:00:00Z, 2024-03, 20240301120000 (CDX); a year alone says no month.
_MONTH = re.compile(r"\s*(\d{4})-?(0[1-9]|1[0-2])(?=\D|$|\d{2}(?:\D|$|\d{6}))")


@dataclass(frozen=True, slots=True)
class DomainColumn:
    """Which columns of a row to read; an empty name reads none.

    `column` holds a URL or host, `text` what it counts with, `language` tags, `date` when the row
    was collected.
    """

    column: str = ""
    text: str = "text"
    language: str = ""
    date: str = ""

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that were asked for, the text's apart: it may be missing."""
        return tuple(name for name in (self.column, self.language, self.date) if name)


class Row(NamedTuple):
    """What a row says: its URL or host, the size of its text, its languages and its date."""

    url: object
    size: int
    has_text: bool = False
    is_broken: bool = False
    language: object = None
    date: object = None


class RowFacts(NamedTuple):
    """What the rows of a file say together."""

    tally: Tally | None = None
    languages: tuple[str, ...] = ()
    period: tuple[str, str] | None = None
    """The first and the last month, `YYYY-MM`."""


class Shares:
    """Adds up rows."""

    def __init__(self, wanted: DomainColumn) -> None:
        self._wanted = wanted
        self._suffixes = suffixes()
        self._amounts: dict[str, tuple[int, int]] = {}
        self._languages: set[str] = set()
        self._months: set[str] = set()
        self._rows = self._broken = self._texts = self._mute = self._undated = 0

    def add(self, rows: Iterable[Row]) -> None:
        """Count these rows."""
        wanted = self._wanted
        for row in rows:
            self._rows += 1
            self._broken += row.is_broken
            self._texts += row.has_text
            if wanted.column:
                domain = self._suffixes.domain(row.url) or NO_DOMAIN
                known = self._amounts.get(domain, (0, 0))
                self._amounts[domain] = (known[0] + row.size, known[1] + 1)
            if wanted.language:
                found = language_tags(row.language)
                self._languages.update(found)
                self._mute += not found
            if wanted.date:
                month = month_of(row.date)
                self._months.add(month)
                self._undated += not month

    def facts(self) -> RowFacts:
        """Return what was found."""
        months = sorted(self._months - {""})
        return RowFacts(
            Tally.of(self._suffixes.digest, self._amounts) if self._wanted.column else None,
            tuple(sorted(self._languages)),
            (months[0], months[-1]) if months else None,
        )

    def notes(self) -> Iterator[str]:
        """Yield what a reader of the facts should know."""
        wanted = self._wanted
        if self._broken:
            under = f": they are tallied under {NO_DOMAIN}" if wanted.column else ""
            yield f"{self._broken:,} of {self._rows:,} rows cannot be read{under}"
        if wanted.column and self._rows > self._broken and not self._texts:
            yield f"no row has a text {wanted.text!r}: domains are tallied by the bytes of the rows"
        if self._mute:
            yield f"{self._mute:,} of {self._rows:,} rows name no language"
        if self._undated:
            yield f"{self._undated:,} of {self._rows:,} rows name no month"


def month_of(value: object) -> str:
    """Return the month, `YYYY-MM`, of an ISO 8601 or CDX date; empty if it names none."""
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m")
    found = _MONTH.match(value) if isinstance(value, str) else None
    return f"{found[1]}-{found[2]}" if found else ""
