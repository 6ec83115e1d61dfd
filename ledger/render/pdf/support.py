"""What an answer rests on, as the quiet lines beside it."""

from collections.abc import Iterator
from itertools import groupby

from ledger.render.pdf.texts import Tree
from ledger.summary.document import Field, Support, Value
from ledger.summary.wording import counted, number


def supported(field: Field) -> Iterator[tuple[list[Value], list[Tree]]]:
    """Yield the values of a field, those together that rest on the same, and what that is."""
    numbered = enumerate(field.values)
    for lines, group in groupby(numbered, lambda one: _lines(_supports_of(field, one[0]))):
        yield [value for _, value in group], lines
    if not field.values:
        yield [], _lines(field.rests_on)


def _supports_of(field: Field, place: int) -> tuple[Support, ...]:
    return tuple(one for one in field.rests_on if not one.of or place in one.of)


def _lines(supports: tuple[Support, ...]) -> list[Tree]:
    return [{"owner": owner, "how": how} for owner, how in dict.fromkeys(map(_line, supports))]


def _line(support: Support) -> tuple[str, str]:
    """Return who keeps the fact, and how it is known on how many records."""
    if support.owner == "rule":
        return "form", ""
    if support.none:
        return support.owner, f"none in {counted(support.count, 'record')}"
    return support.owner, _known(support)


def _known(support: Support) -> str:
    known: list[str] = [basis.name for basis in support.basis]
    if len(known) > 1:
        shares = " · ".join(f"{basis.name} {number(basis.count)}" for basis in support.basis)
        return f"{shares} records"
    if support.owner == "ledger":
        noun = "domain" if support.what == "domains" else "record"
        known.append(counted(support.count, noun))
    return " · ".join(known)
