"""Sections and fields on the page: each answer, and in the margin beside it what it rests on."""

from collections.abc import Iterator
from itertools import groupby

from ledger.summary.document import Document, Field, Gap, Section, Support, Unstated
from ledger.summary.html_points import KINDS
from ledger.summary.html_values import anchor, href, is_number, text, value_html
from ledger.summary.wording import counted, number, sentence

LONG = 6000
"""Characters of HTML from which a field may break over pages of paper."""

_DEEPEST = 6
"""HTML has no deeper heading."""


def sections(document: Document) -> str:
    """Return all sections with their fields, in the order of the form."""
    return "\n".join(_section(section, document, 2) for section in document.sections)


def heading(section: Section) -> str:
    """Return what stands over a section: its number, unless the label begins with it, and label."""
    label = text(section.label)
    if not is_number(section.id) or section.label.startswith(section.id):
        return label
    return f"<span>{text(section.id)}</span>{label}"


def _section(section: Section, document: Document, level: int) -> str:
    inner = [_section(part, document, level + 1) for part in section.sections]
    fields = _fields(section, document) if section.fields else ""
    body = "\n".join(part for part in (_heading(section, level), fields, *inner) if part)
    if level > 2:
        return body
    if not section.label:
        return f'<div class="untitled">\n{body}\n</div>'
    return f'<section aria-labelledby="{anchor("s", section.id)}">\n{body}\n</section>'


def _heading(section: Section, level: int) -> str:
    if not section.label:
        return ""
    tag = f"h{min(level, _DEEPEST)}"
    kind = ' class="number"' if level == 2 else ""
    label = heading(section) if level == 2 else text(section.label)
    return f'<{tag}{kind} id="{anchor("s", section.id)}">{label}</{tag}>'


def _fields(section: Section, document: Document) -> str:
    return "<dl>\n" + "\n".join(_field(field, document) for field in section.fields) + "\n</dl>"


def _field(field: Field, document: Document) -> str:
    parts = "\n".join(_parts(field))
    notes = "\n".join(_note(gap) for gap in _said_beside(field, document))
    said = f'{parts}\n<dd class="notes">{notes}</dd>' if notes else parts
    long = " long" if len(parts) > LONG else ""
    return (
        f'<div class="field{long}" id="{anchor("f", field.id)}">\n{_label(field)}\n{said}\n</div>'
    )


def _label(field: Field) -> str:
    label = f'<span dir="auto">{text(field.label)}</span>'
    if not is_number(field.id):
        return f"<dt>{label}</dt>"
    shown = f'<span class="id"><a href="{href("f", field.id)}">{text(field.id)}</a></span>'
    return f"<dt>{shown} {label}</dt>"


def _parts(field: Field) -> Iterator[str]:
    """Yield the values, those together that rest on the same, and beside them what that is."""
    numbered = list(enumerate(field.values))
    for supports, group in groupby(numbered, lambda one: _supports_of(field, one[0])):
        answer = "\n".join(value_html(value) for _, value in group)
        yield f'<dd class="answer">\n{answer}\n</dd>'
        if supports:
            lines = "".join(f"<p>{line}</p>" for line in dict.fromkeys(map(_support, supports)))
            yield f'<dd class="rests"><span class="unseen">Rests on: </span>{lines}</dd>'


def _supports_of(field: Field, place: int) -> tuple[Support, ...]:
    return tuple(one for one in field.rests_on if not one.of or place in one.of)


def _said_beside(field: Field, document: Document) -> Iterator[Gap]:
    """Yield the gaps of a field that its answer does not already tell."""
    told = {value.reason for value in field.values if isinstance(value, Unstated)}
    for gap in document.gaps:
        if gap.field == field.id and sentence(gap.message) not in told:
            yield gap


def _note(gap: Gap) -> str:
    kind = KINDS[gap.severity]
    return f'<p class="note" dir="auto">{kind}: {text(sentence(gap.message))}</p>'


def _support(support: Support) -> str:
    if support.owner == "rule":
        return '<span class="owner">form</span>'
    owner = f'<span class="owner">{support.owner}</span>'
    if support.none:
        return f"{owner} none in {counted(support.count, 'record')}"
    known = [basis.name for basis in support.basis]
    if len(known) > 1:
        shares = (f"{basis.name} {number(basis.count)}" for basis in support.basis)
        return f"{owner} {' · '.join(shares)} records"
    if support.owner != "ledger":
        return f"{owner} {' · '.join(known)}"
    noun = "domain" if support.what == "domains" else "record"
    return f"{owner} {' · '.join([*known, counted(support.count, noun)])}"
