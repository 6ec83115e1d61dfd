"""What a document says, and what it would have to say: named, not only noticed."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from ledger.errors import VerificationError

_AROUND = 30
"""Characters of what is the same that are shown before and behind a difference."""
_MOST = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """One place in which a document does not say what it would have to say.

    `field` is the id of a field of the form, `1.3.b`, or the name of a member of the document.
    """

    field: str
    shown: str
    expected: str


class DifferentError(VerificationError):
    """Something does not hold, and where it differs is known."""

    def __init__(self, message: str, differences: Sequence[Difference], hint: str | None = None):
        super().__init__(message, hint=hint)
        self.differences = tuple(differences)


def narrowed(field: str, shown: str, expected: str) -> Difference:
    """Return the difference of two texts, without most of what they have in common.

    It begins and ends between words, so that a number is shown whole.
    """
    start = sum(1 for _ in takewhile(_same, zip(shown, expected, strict=False)))
    room = min(len(shown), len(expected)) - start
    rest = zip(reversed(shown), reversed(expected), strict=False)
    end = min(room, sum(1 for _ in takewhile(_same, rest)))
    first = _word_start(shown, max(0, start - _AROUND) if start > _AROUND * 2 else 0)
    tail = max(0, end - _AROUND) if end > _AROUND * 2 else 0
    return Difference(field, _cut(shown, first, tail), _cut(expected, first, tail))


def _same(pair: tuple[str, str]) -> bool:
    return pair[0] == pair[1]


def _word_start(text: str, at: int) -> int:
    """Return where the word at a place begins; a narrow space is inside a number."""
    while at and text[at - 1] != " ":
        at -= 1
    return at


def _cut(text: str, first: int, tail: int) -> str:
    end = len(text) - tail
    while end < len(text) and text[end] != " ":
        end += 1
    part = text[first:end].strip()
    before, after = ("… " if first else ""), (" …" if end < len(text) else "")
    if len(part) > _MOST:
        part, after = part[:_MOST], " …"
    return f"{before}{part}{after}"
