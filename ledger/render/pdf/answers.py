"""Each type of value as a node of the tree that `pages/answers.typ` draws."""

from ledger.render.pdf.texts import Tree
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
from ledger.summary.profile import is_link
from ledger.summary.wording import counted, month, number, period

_LONG = 1200
"""Characters from which on an item may be cut by the end of a page."""


def node(value: Value) -> Tree:
    """Return a value as its kind and what there is to show."""
    match value:
        case Text(paragraphs):
            return {"kind": "text", "paragraphs": paragraphs}
        case YesNo(answer):
            return _boxes((Choice("Yes", answer), Choice("No", not answer)))
        case Choices(options, note):
            return _boxes(options, note)
        case Ranges(rows):
            return {"kind": "sizes", "rows": [_size(row) for row in rows]}
        case Labelled(rows):
            return {"kind": "rows", "rows": _rows(rows)}
        case Items(items, title):
            return {"kind": "items", "title": title, "items": [_item(item) for item in items]}
        case Moment(_, shown):
            return {"kind": "text", "paragraphs": [shown]}
        case Period(start, end):
            return {"kind": "text", "paragraphs": [_from_to(start, end)]}
        case Domains():
            return _domains(value)
        case NotApplicable(reason):
            return {"kind": "not_applicable", "reason": reason}
        case Unstated(reason):
            return {"kind": "unstated", "reason": reason}


def weight(value: Value) -> int:
    """Return about how many lines a value takes: what is long may go on on the next page."""
    match value:
        case Text(paragraphs):
            return sum(2 + len(one) // 70 for one in paragraphs)
        case Choices(options, note):
            return 1 + len(options) // 3 + len(note) // 70
        case Ranges(rows):
            return sum(1 + len(row.options) + len(row.note) // 70 for row in rows)
        case Labelled(rows):
            return sum(1 + len(row.text) // 50 for row in rows)
        case Items(items):
            return sum(2 + sum(1 + len(row.text) // 50 for row in item.details) for item in items)
        case Domains(names):
            return 2 + len(names) // 3
        case NotApplicable(reason) | Unstated(reason):
            return 1 + len(reason) // 70
    return 1


def _boxes(options: tuple[Choice, ...], note: str = "") -> Tree:
    return {"kind": "boxes", "options": _options(options), "note": note}


def _options(options: tuple[Choice, ...]) -> list[Tree]:
    return [{"label": option.label, "ticked": option.ticked} for option in options]


def _size(row: Range) -> Tree:
    return {
        "modality": row.modality,
        "options": _options(row.options),
        "beside": [text for text in (row.figure, row.note) if text],
    }


def _rows(rows: tuple[Row, ...]) -> list[Tree]:
    return [{"label": row.label, "text": row.text} for row in rows]


def _item(item: Item) -> Tree:
    said = [item.name, item.link, *(row.label + row.text for row in item.details)]
    return {
        "name": item.name,
        "link": link(item.link),
        "details": _rows(item.details),
        "long": sum(map(len, said)) > _LONG,
    }


def link(address: str) -> Tree:
    """Return an address and whether it leads anywhere; nothing else becomes a link."""
    if not address:
        return None
    return {"shown": address, "to": address if is_link(address) else None}


def _from_to(start: str, end: str) -> str:
    if start and end:
        return f"From {month(start)} to {month(end)}"
    return period(start, end)


def _domains(value: Domains) -> Tree:
    shown = f"{number(len(value.names))} of {counted(value.total, 'domain')}"
    digest = f"Digest of the full tally: {value.digest}" if value.digest else ""
    return {
        "kind": "domains",
        "rule": value.rule,
        "count": shown,
        "names": [
            {"number": number(place), "name": name} for place, name in enumerate(value.names, 1)
        ],
        "digest": digest,
    }
