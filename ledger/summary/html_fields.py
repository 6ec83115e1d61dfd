"""Sections and fields on the page: each answer, and in the margin beside it what it rests on."""

from collections.abc import Iterator

from ledger.summary.document import Document, Field, Gap, Section
from ledger.summary.furniture import KINDS, Rest, said_beside, supported
from ledger.summary.html_values import anchor, href, is_number, text, value_html
from ledger.summary.wording import sentence

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
    notes = "\n".join(_note(gap) for gap in said_beside(field, document))
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
    for values, rests in supported(field):
        if values:
            answer = "\n".join(map(value_html, values))
            yield f'<dd class="answer">\n{answer}\n</dd>'
        if rests:
            lines = "".join(f"<p>{_rest(rest)}</p>" for rest in rests)
            yield f'<dd class="rests"><span class="unseen">Rests on: </span>{lines}</dd>'


def _note(gap: Gap) -> str:
    kind = KINDS[gap.severity]
    return f'<p class="note" dir="auto">{kind}: {text(sentence(gap.message))}</p>'


def _rest(rest: Rest) -> str:
    return f'<span class="owner">{rest.owner}</span> {rest.known}'.rstrip()
