"""What a page says of itself: which document this is, its contents, and how to check it."""

from collections.abc import Iterator

from ledger.summary.document import Document, Section
from ledger.summary.furniture import (
    CHARTS,
    CHECKING,
    OPEN_POINTS,
    Step,
    count_of_points,
    identity,
    is_draft,
    steps,
)
from ledger.summary.html_fields import heading
from ledger.summary.html_values import href, link, sentence_html, text

FILE = "summary.html"


def front(document: Document, digest: str) -> str:
    """Return the title and the table that identifies the document; `digest` is of its form."""
    lines = "\n".join(f"<dt>{label}</dt><dd>{said}</dd>" for label, said in _rows(document, digest))
    standing = f'<p class="standing" dir="auto">{text(document.standing)}</p>\n'
    return (
        f'<p class="basis">{text(document.legal_basis)} · {text(document.template_number)}</p>\n'
        f"<h1>{text(document.title)}</h1>\n"
        f"{standing if document.standing else ''}"
        f'<dl class="identity">\n{lines}\n</dl>'
    )


def _rows(document: Document, digest: str) -> Iterator[tuple[str, str]]:
    for line in identity(document, digest):
        if not line.text:
            yield line.label, '<span class="open">not stated</span>'
        elif line.link:
            yield line.label, link(line.link)
        else:
            shown = sentence_html(line.text)
            yield line.label, f"<code>{shown}</code>" if line.is_code else shown
    proof = 'inside this file: <a href="#check">how to check it</a>'
    yield "Proof", "none, this is a draft" if is_draft(document) else proof
    points = count_of_points(document)
    yield OPEN_POINTS, points if points == "none" else f'<a href="#open-points">{points}</a>'


def contents(document: Document) -> str:
    """Return the table of contents, two levels deep."""
    entries = [_entry(section) for section in document.sections if section.label]
    others = {
        "charts": CHARTS if document.charts else "",
        "open-points": OPEN_POINTS if document.gaps else "",
        "check": CHECKING,
    }
    entries += [
        f'<li><a href="#{name}">{label}</a></li>' for name, label in others.items() if label
    ]
    listing = "\n".join(entries)
    head = '<h2 id="contents">Contents</h2>'
    return f'<nav aria-labelledby="contents">\n{head}\n<ol>\n{listing}\n</ol>\n</nav>'


def _entry(section: Section) -> str:
    inner = "\n".join(
        f'<li><a href="{href("s", part.id)}">{text(part.label)}</a></li>'
        for part in section.sections
        if part.label
    )
    title = f'<a href="{href("s", section.id)}">{heading(section)}</a>'
    return f"<li>{title}\n<ol>\n{inner}\n</ol></li>" if inner else f"<li>{title}</li>"


def how_to_check(document: Document) -> str:
    """Return five lines for a reader who wants to know whether this is what was logged."""
    lines = "\n".join(f"<li>{_step(step)}</li>" for step in steps(document, FILE))
    return (
        '<section class="about" aria-labelledby="check">\n'
        f'<h2 id="check">{CHECKING}</h2>\n<ol>\n{lines}\n</ol>\n</section>'
    )


def _step(step: Step) -> str:
    command = f" <code>{text(step.command)}</code>" if step.command else ""
    return f"{sentence_html(step.text)}{command}"
