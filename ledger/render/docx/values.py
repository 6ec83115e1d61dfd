"""Each type of value as the paragraphs of an answer."""

from collections.abc import Iterable, Iterator

from ledger.render.docx.markup import (
    BULLETS,
    Numbers,
    box,
    link,
    paragraph,
    prose,
    runs,
)
from ledger.render.docx.script import closed
from ledger.summary.document import (
    Choice,
    Choices,
    Domains,
    Item,
    Items,
    Labelled,
    Moment,
    NotApplicable,
    Period,
    Range,
    Ranges,
    Row,
    Text,
    Unstated,
    Value,
    YesNo,
)
from ledger.summary.wording import NO_BREAK_SPACE, counted, month, number, period

_ONE_LINE = 60
"""Boxes stand in one line as long as their labels have no more letters than this together."""
_BETWEEN = "\u2003"


def paragraphs_of(values: Iterable[Value], field_id: str, numbers: Numbers) -> str:
    """Return values as paragraphs; never without one, since a content control must have one."""
    paragraphs = [part for value in values for part in _value(value, field_id, numbers)]
    return "".join(paragraphs) or prose("", "Answer")


def _value(value: Value, field_id: str, numbers: Numbers) -> Iterator[str]:
    match value:
        case Text(paragraphs):
            yield from (prose(one, "Answer") for one in paragraphs)
        case YesNo(said):
            yield from _boxes((Choice("Yes", said), Choice("No", not said)), field_id, numbers)
        case Choices(options, note):
            yield from _boxes(options, field_id, numbers)
            yield from _beside(note)
        case Ranges(rows):
            for row in rows:
                yield from _range(row, field_id, numbers)
        case Labelled(rows):
            yield from (_labelled(row, "Answer") for row in rows)
        case Items(items, title):
            yield from [prose(title, "Listing")] if title else []
            for item in items:
                yield from _item(item, numbers)
        case Moment(_, shown):
            yield prose(shown, "Answer")
        case Period(start, end):
            yield prose(_from_to(start, end), "Answer")
        case Domains():
            yield from _domains(value)
        case NotApplicable(reason):
            yield prose(reason, "NotAsked")
        case Unstated(reason):
            yield paragraph(runs("Not stated. ") + runs(reason), "Open")


def _beside(*notes: str) -> Iterator[str]:
    yield from (prose(note, "Beside") for note in notes if note)


# LibreOffice (7.4) takes the first paragraph of a content control for plain text: it loses what a
# run's style says and shows the code of a link. So emphasis is the paragraph's, and a link never
# stands in the first one.


def _boxes(options: tuple[Choice, ...], field_id: str, numbers: Numbers) -> Iterator[str]:
    shown = [_box(option, field_id, numbers) for option in options]
    if sum(len(option.label) for option in options) <= _ONE_LINE:
        yield paragraph(runs(_BETWEEN).join(shown), "Answer")
    else:
        yield from (paragraph(one, "Box") for one in shown)


def _box(option: Choice, field_id: str, numbers: Numbers) -> str:
    tag = f"tdl:{field_id}:{numbers.next_box(field_id)}"
    return box(tag, option.label, option.ticked, numbers) + runs(NO_BREAK_SPACE + option.label)


def _range(row: Range, field_id: str, numbers: Numbers) -> Iterator[str]:
    yield prose(row.modality, "Listing")
    yield from _boxes(row.options, field_id, numbers) if row.options else ()
    yield from _beside(row.figure, row.note)


def _labelled(row: Row, style: str) -> str:
    label = row.label.removesuffix(":")
    return paragraph(runs(f"{closed(label)}: ") + runs(row.text), style)


def _item(item: Item, numbers: Numbers) -> Iterator[str]:
    yield prose(item.name, "ListBullet", numbered=BULLETS)
    if item.link:
        yield paragraph(link(item.link, numbers), "Detail")
    yield from (_labelled(row, "Detail") for row in item.details)


def _from_to(start: str, end: str) -> str:
    if start and end:
        return f"From {month(start)} to {month(end)}"
    return period(start, end)


def _domains(value: Domains) -> Iterator[str]:
    yield prose(value.rule, "Answer")
    shown = f"{number(len(value.names))} of {counted(value.total, 'domain')}"
    yield prose(f"{shown}, in the list below this table." if value.names else shown, "Answer")
    yield from _beside(f"Digest of the full tally: {value.digest}" if value.digest else "")
