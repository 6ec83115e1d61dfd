"""Each type of value as HTML. Every text passes `text()`, every link `link()`."""

import re
from html import escape
from urllib.parse import quote

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

_ALLOWED_CONTROLS = "\n\t"
_NUMBER = re.compile(r"[A-Za-z]{0,2}[0-9]{1,3}(\.[0-9A-Za-z]{1,3}){0,3}")


def text(value: str) -> str:
    """Return a text as HTML: escaped, and controls that HTML forbids replaced visibly."""
    plain = "".join(
        "\ufffd" if _is_forbidden(char) and char not in _ALLOWED_CONTROLS else char
        for char in value
    )
    return escape(plain, quote=True)


def _is_forbidden(char: str) -> bool:
    code = ord(char)
    return code < 0x20 or 0x7F <= code < 0xA0 or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code < 0xFDF0


def is_number(name: str) -> bool:
    """Answer whether the id of a section or field is a number that readers know it by: `2.1.c`."""
    return bool(_NUMBER.fullmatch(name)) and len(name) <= 7


def anchor(kind: str, name: str) -> str:
    """Return the id of the element of a section (`s`), field (`f`) or chart (`c`)."""
    return f"{kind}-{quote(name, safe='')}"


def href(kind: str, name: str) -> str:
    """Return the address of such an element inside the page."""
    return f"#{quote(anchor(kind, name), safe='')}"


def isolated(value: str) -> str:
    """Return a name inside a sentence: its own direction must not turn the sentence around."""
    return f"<bdi>{text(value)}</bdi>"


def sentence_html(value: str) -> str:
    """Return a sentence in which names stand between U+2068 and U+2069 (`furniture.isolated`)."""
    return text(value).replace("\u2068", "<bdi>").replace("\u2069", "</bdi>")


def link(address: str) -> str:
    """Return a link that shows its address, or plain text for what is no web address."""
    if not is_link(address):
        return isolated(address)
    return f'<a href="{text(address)}" rel="nofollow noopener noreferrer">{text(address)}</a>'


def paragraph(value: str, kind: str = "") -> str:
    """Return one paragraph, in the direction of its own first strong letter."""
    attribute = f' class="{kind}"' if kind else ""
    return f'<p{attribute} dir="auto">{text(value)}</p>'


def value_html(value: Value) -> str:
    """Return one value as HTML."""
    match value:
        case Text(paragraphs):
            return "\n".join(paragraph(one) for one in paragraphs)
        case YesNo(answer):
            return boxes((Choice("Yes", answer), Choice("No", not answer)))
        case Choices(options, note):
            return boxes(options) + (f"\n{paragraph(note, 'beside')}" if note else "")
        case Ranges(rows):
            return _ranges(rows)
        case Labelled(rows):
            return rows_html(rows)
        case Items(items, title):
            return _items(items, title)
        case Moment(iso, shown):
            return f'<p><time datetime="{text(iso)}">{text(shown)}</time></p>'
        case Period(start, end):
            return f"<p>{text(_from_to(start, end))}</p>"
        case Domains():
            return _domains(value)
        case NotApplicable(reason):
            return paragraph(reason, "none")
        case Unstated(reason):
            return f'<p dir="auto"><strong class="open">Not stated.</strong> {text(reason)}</p>'


def _from_to(start: str, end: str) -> str:
    if start and end:
        return f"From {month(start)} to {month(end)}"
    return period(start, end)


def boxes(options: tuple[Choice, ...]) -> str:
    """Return ticked and unticked boxes; the words say it too, for those who do not see them."""
    return '<ul class="boxes">\n' + "\n".join(_box(option) for option in options) + "\n</ul>"


def _box(option: Choice) -> str:
    mark, word = ("☒", "selected") if option.ticked else ("☐", "not selected")
    kind = ' class="ticked"' if option.ticked else ""
    return (
        f'<li{kind}><span class="box" aria-hidden="true">{mark}</span>{text(option.label)}'
        f'<span class="unseen"> ({word})</span></li>'
    )


def _ranges(rows: tuple[Range, ...]) -> str:
    head = '<th scope="col">Modality</th><th scope="col">Size</th>'
    body = "\n".join(
        f'<tr><th scope="row">{text(row.modality)}</th><td>{_size(row)}</td></tr>' for row in rows
    )
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def _size(row: Range) -> str:
    parts = [boxes(row.options)] if row.options else []
    parts += [paragraph(row.figure, "beside")] if row.figure else []
    parts += [paragraph(row.note, "beside")] if row.note else []
    return "".join(parts)


def rows_html(rows: tuple[Row, ...]) -> str:
    """Return names with a text each."""
    lines = (
        f'<div><dt dir="auto">{text(row.label)}</dt><dd dir="auto">{text(row.text)}</dd></div>'
        for row in rows
    )
    return '<dl class="rows">\n' + "\n".join(lines) + "\n</dl>"


def _items(items: tuple[Item, ...], title: str) -> str:
    head = f'<p class="listing">{text(title)}</p>\n' if title else ""
    return head + '<ul class="items">\n' + "\n".join(_item(item) for item in items) + "\n</ul>"


def _item(item: Item) -> str:
    address = f' <span class="link">{link(item.link)}</span>' if item.link else ""
    details = f"\n{rows_html(item.details)}\n" if item.details else ""
    name = f'<bdi class="name">{text(item.name)}</bdi>'
    return f"<li>{name}{address}{details}</li>"


def _domains(value: Domains) -> str:
    listing = "\n".join(f"<li>{isolated(name)}</li>" for name in value.names)
    digest = f"Digest of the full tally: {value.digest}" if value.digest else ""
    shown = f"{number(len(value.names))} of {counted(value.total, 'domain')}"
    parts = [
        paragraph(value.rule, "beside"),
        f'<ol class="domains" aria-label="{text(shown)}">\n{listing}\n</ol>',
        paragraph(digest, "beside") if digest else "",
    ]
    return "\n".join(part for part in parts if part)
