"""A document as the tree of texts that its pages show; `pages/document.typ` draws it."""

from collections.abc import Iterator
from hashlib import sha256

from ledger.render.pdf.answers import link, node, weight
from ledger.render.pdf.code import qr_code
from ledger.render.pdf.texts import Tree, laid
from ledger.summary import document_json
from ledger.summary.document import Chart, Document, Field, Gap, Section
from ledger.summary.furniture import (
    CHARTS,
    KINDS,
    OPEN_POINTS,
    columns,
    count_of_points,
    identity,
    isolated,
    log,
    moment,
    said_beside,
    steps,
    supported,
)
from ledger.summary.html_values import is_number
from ledger.summary.wording import listed, long_date, number, percent, sentence

FILE = "summary.pdf"

_LONG = 10
"""Lines from which on an answer may be cut by the end of a page."""
_HUGE = 150
"""Lines from which on it takes several pages."""


def view(document: Document) -> Tree:
    """Return all texts of the pages, in their order, as JSON can hold them."""
    return laid(
        {
            "language": _language(document.language),
            "date": [int(part) for part in document.last_update.split("-")],
            "about": _about(document),
            "head": _head(document),
            "check": [
                {"text": step.text, **({"command": step.command} if step.command else {})}
                for step in steps(document, FILE)
            ],
            "code": _code(document),
            "contents": list(_contents(document)),
            "sections": [part for one in document.sections for part in _sections(one, document, 1)],
            "charts": [_chart(chart) for chart in document.charts],
            "numbered": any(_number(field.id) for field in document.fields()),
            "columns": columns(document),
            "points": [_point(gap, document) for gap in document.gaps],
            "foot": _foot(document),
        }
    )


def _number(name: str) -> str:
    return name if is_number(name) else ""


def _language(tag: str) -> Tree:
    """Return what Typst wants to know of a BCP 47 tag: language and region."""
    first, *more = tag.split("-")
    region = next((part for part in more if len(part) == 2 and part.isalpha()), None)
    return {"lang": first.lower() or "en", "region": region.upper() if region else None}


def _about(document: Document) -> Tree:
    """Return the properties of the file, which programs show and no page."""
    models = listed(document.models)
    return {
        "named": f"{document.title}: {models}, version {document.version}",
        "author": document.provider,
        "subject": f"{document.legal_basis} · {document.template_number}",
    }


def _names(names: tuple[str, ...]) -> str:
    return listed(isolated(name) for name in names)


def _head(document: Document) -> Tree:
    return {
        "basis": f"{document.legal_basis} · {document.template_number}",
        "title": document.title,
        "standing": document.standing,
        "rows": [
            {
                "label": line.label,
                "text": line.text,
                "open": not line.text,
                "link": link(line.link) if line.link else None,
            }
            for line in identity(document, _form(document))
        ],
        "points": count_of_points(document),
    }


def _code(document: Document) -> Tree:
    svg = qr_code(document.link) if document.link else ""
    if not svg:
        return None
    return {
        "svg": svg,
        "alt": f"QR code that leads to {document.link}",
        "link": link(document.link),
    }


def _contents(document: Document) -> Iterator[Tree]:
    """Yield the sections, two levels deep, and what comes after them."""
    for section in document.sections:
        for level, one in ((1, section), *((2, part) for part in section.sections)):
            if one.label:
                entry = {"id": f"s-{one.id}", "level": level, "label": one.label}
                yield {**entry, "number": _shown_number(one) if level == 1 else ""}
    for name, label, there in (
        ("charts", CHARTS, document.charts),
        ("open-points", OPEN_POINTS, document.gaps),
    ):
        if there:
            yield {"id": name, "level": 1, "label": label, "number": ""}


def _shown_number(section: Section) -> str:
    """Return the number of a section, unless its label begins with it."""
    return "" if section.label.startswith(section.id) else _number(section.id)


def _sections(section: Section, document: Document, level: int) -> Iterator[Tree]:
    """Yield a section and those in it, in order, each with its level."""
    yield {
        "id": f"s-{section.id}",
        "number": _shown_number(section),
        "label": section.label,
        "level": level,
        "fields": [
            _field(field, document, level + bool(section.label)) for field in section.fields
        ],
    }
    for part in section.sections:
        yield from _sections(part, document, level + 1)


def _field(field: Field, document: Document, level: int) -> Tree:
    lines = sum(map(weight, field.values))
    return {
        "id": field.id,
        "number": _number(field.id),
        "label": field.label,
        "level": level,
        "long": lines > _LONG,
        "huge": lines > _HUGE,
        "parts": [
            {
                "values": [node(value) for value in values],
                "rests": [{"owner": rest.owner, "how": rest.known} for rest in rests],
            }
            for values, rests in supported(field)
        ],
        "notes": [_note(gap) for gap in said_beside(field, document)],
    }


def _note(gap: Gap) -> str:
    return f"{KINDS[gap.severity]}: {sentence(gap.message)}"


def _chart(chart: Chart) -> Tree:
    largest = max((share.permille for share in chart.shares), default=0) or 1
    told = "; ".join(f"{share.label} {percent(share.permille)}" for share in chart.shares)
    return {
        "title": chart.title,
        "measure": f"Share of {chart.measure}",
        "alt": f"Bar chart. {chart.title}, share of {chart.measure}: {told}.",
        "shares": [
            {
                "label": share.label,
                "percent": percent(share.permille),
                "part": share.permille * 1000 // largest,
            }
            for share in chart.shares
        ],
    }


def _point(gap: Gap, document: Document) -> Tree:
    label = next((field.label for field in document.fields() if field.id == gap.field), "")
    return {
        "field": _number(gap.field) or label or gap.field,
        "to": gap.field if label else None,
        "severity": KINDS[gap.severity],
        "text": sentence(gap.message),
        "remedy": gap.remedy,
    }


def _foot(document: Document) -> Tree:
    at = document.no_later_than
    seen = f" · records logged no later than {moment(at)}" if at else ""
    return {
        "head": _short(f"{document.provider} · {_names(document.models)}".strip(" ·"), 130),
        "title": _short(document.title, 80),
        "version": f"Version {number(document.version)} · {long_date(document.last_update)}",
        "form": f"Form sha256:{_form(document)[:16]}…",
        "log": _short(log(document), 80) + seen,
    }


def _form(document: Document) -> str:
    return sha256(document_json.to_bytes(document)).hexdigest()


def _short(text: str, longest: int) -> str:
    """Return a text that fits the edge of a page: what is cut off stands on the first page."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
