"""What an answer rests on, in a few words."""

from collections.abc import Iterator
from itertools import groupby

from ledger.summary.document import Field, Support, Value
from ledger.summary.wording import counted, number


def supported(field: Field) -> Iterator[tuple[tuple[Value, ...], str]]:
    """Yield the values of a field, those together that rest on the same, and what that is.

    It says who keeps the facts and how they are known; `open` if nobody does.
    """
    places = groupby(range(len(field.values)), lambda place: _supports(field, place))
    for supports, group in places:
        yield tuple(field.values[place] for place in group), _said(supports)
    if not field.values:
        yield (), _said(field.rests_on)


def _supports(field: Field, place: int) -> tuple[Support, ...]:
    return tuple(one for one in field.rests_on if not one.of or place in one.of)


def _said(supports: tuple[Support, ...]) -> str:
    return "; ".join(dict.fromkeys(map(_words, supports))) or "open"


def _words(support: Support) -> str:
    if support.owner == "rule":
        return "form"
    if support.none:
        return f"{support.owner}: none in {counted(support.count, 'record')}"
    known = [str(basis.name) for basis in support.basis]
    if len(known) > 1:
        shares = " · ".join(f"{basis.name} {number(basis.count)}" for basis in support.basis)
        return f"{support.owner}: {shares} records"
    if support.owner == "ledger":
        noun = "domain" if support.what == "domains" else "record"
        known.append(counted(support.count, noun))
    return f"{support.owner}: {' · '.join(known)}" if known else support.owner
