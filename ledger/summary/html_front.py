"""What a page says of itself: which document this is, its contents, and how to check it."""

from collections.abc import Iterator

from ledger.summary.document import Document, Section, Show
from ledger.summary.html_fields import heading
from ledger.summary.html_values import href, isolated, link, text
from ledger.summary.wording import counted, listed, long_date, number

SHOWN: dict[Show, str] = {
    "ranges": "size ranges only, as the provider chose",
    "shares": "size ranges and shares, as the provider chose",
    "figures": "exact figures, as the provider chose",
}
"""What is said of the amounts that a provider shows."""

POINTS = (
    ("contradiction", "contradiction", "contradictions"),
    ("missing", "missing answer", "missing answers"),
    ("advice", "recommendation", "recommendations"),
)


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
    unstated = '<span class="open">not stated</span>'
    yield "Provider", isolated(document.provider) if document.provider else unstated
    names = [isolated(name) for name in document.models]
    yield "Model" if len(names) == 1 else "Models", listed(names)
    yield "Version", f"{number(document.version)}, of {long_date(document.last_update)}"
    if document.link:
        yield "Authoritative copy", link(document.link)
    yield "Training set", _training_set(document)
    yield "Computed from", f"log {isolated(document.origin)} at size {number(document.size)}"
    if document.no_later_than:
        yield "Logged no later than", _moment(document.no_later_than)
    yield "Amounts shown", SHOWN[document.show]
    yield "Digest of the form", f"<code>{digest}</code>"
    yield "Proof", 'inside this file: <a href="#check">how to check it</a>'
    yield "Open points", _count_of_points(document)


def _training_set(document: Document) -> str:
    record = document.release_record
    release = f" · release record {text(record)}" if record else ""
    return f"{isolated(document.release)}, {counted(document.records, 'record')}{release}"


def _moment(iso: str) -> str:
    """Return a time in UTC, `2026-11-24T09:15:02Z`, as readers write it."""
    day, _, time = iso.partition("T")
    shown = f"{long_date(day)}, {time.removesuffix('Z')} UTC" if day.count("-") == 2 else iso
    return f'<time datetime="{text(iso)}">{text(shown)}</time>'


def _count_of_points(document: Document) -> str:
    counts = [
        counted(sum(gap.severity == severity for gap in document.gaps), one, many)
        for severity, one, many in POINTS
        if any(gap.severity == severity for gap in document.gaps)
    ]
    return f'<a href="#open-points">{listed(counts)}</a>' if counts else "none"


def contents(document: Document) -> str:
    """Return the table of contents, two levels deep."""
    entries = [_entry(section) for section in document.sections if section.label]
    others = {
        "charts": "Parts of the whole" if document.charts else "",
        "open-points": "Open points" if document.gaps else "",
        "check": "How to check this document",
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
    origin = isolated(document.origin)
    steps = (
        "Keep the file as you received it. Its proof is inside, whether it is HTML, PDF, DOCX or "
        "JSON-LD; a program that saves it anew writes another file.",
        f"Get the trust file of the log {origin} from somebody whom you trust, not from whoever "
        "gave you this file.",
        "Run <code>ledger verify FILE --trust trust.policy</code> with the file’s name. It needs "
        "no network and no account.",
        f"See that the verdict names the log {origin}. It holds the digest of every other byte of "
        "this file: a changed word is found, and a changed figure is named.",
        "Judge the answers. The proof shows what was recorded and when, not that it is true; the "
        "notes beside them say who keeps each fact, how it is known, and on how many records.",
    )
    lines = "\n".join(f"<li>{step}</li>" for step in steps)
    return (
        '<section class="about" aria-labelledby="check">\n'
        f'<h2 id="check">How to check this document</h2>\n<ol>\n{lines}\n</ol>\n</section>'
    )
