"""Limits on words, and numbers with the digits that the form asks for."""

from dataclasses import replace

from ledger.summary import remedies
from ledger.summary.answer import Answer, Answerer
from ledger.summary.document import Gap, Items, Labelled, Row, Text, Value
from ledger.summary.filing import Filing
from ledger.summary.wording import counted, number


def limited(words: int, path: str, answer: Answerer) -> Answerer:
    """Return the answerer with a gap when its answer has more words than the form allows.

    `path` is where the provider's own words stand, which is what can be shortened. A text over the
    limit is shown whole: cutting it would change what is said.
    """

    def checked(filing: Filing) -> Answer:
        given = answer(filing)
        if (used := count_words(given.values)) <= words:
            return given
        what = f"{counted(used, 'word')}, and the form allows {number(words)}"
        remedy = f"shorten: {remedies.set_profile(path)}"
        return replace(given, gaps=(*given.gaps, Gap("", "missing", what, remedy)))

    return checked


def count_words(values: tuple[Value, ...]) -> int:
    """Return how many words the texts of an answer have, labels of rows and names included."""
    return sum(len(text.split()) for value in values for text in _texts(value))


def _texts(value: Value) -> tuple[str, ...]:
    if isinstance(value, Text):
        return value.paragraphs
    if isinstance(value, Labelled):
        return tuple(part for row in value.rows for part in _row(row))
    if isinstance(value, Items):
        rows = (row for item in value.items for row in item.details)
        return (*(item.name for item in value.items), *(t for row in rows for t in _row(row)))
    return ()


def _row(row: Row) -> tuple[str, str]:
    return row.label, row.text


def significant(value: int, digits: int, *, down: bool = False) -> int:
    """Return a number with so many significant digits: rounded to the nearest, halves up, or down.

    What is "at least" so much is rounded down, or the words would not hold.
    """
    unit = int("1" + "0" * max(0, len(str(value)) - digits))
    return (value + (0 if down else unit // 2)) // unit * unit
