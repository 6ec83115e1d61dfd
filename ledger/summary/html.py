"""A document as one self-contained, accessible HTML page, with an empty slot for its evidence.

The page loads nothing and runs nothing; its Content-Security-Policy allows its own style sheet and
no more. The same document gives the same bytes. `ledger.proof.document_slot` fills the slot.
"""

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256

from ledger.proof.html_slot import HTML_START, SLOT_END, SLOT_START, form_element
from ledger.summary import document_json
from ledger.summary.document import Document, Field, Gap, Section, Support, Unstated
from ledger.summary.html_style import STYLE
from ledger.summary.html_values import isolated, text, value_html
from ledger.summary.wording import counted, listed, long_date, number, sentence

FILE = "summary.html"

KINDS = {
    "contradiction": "Contradiction",
    "missing": "Missing",
    "advice": "Recommended",
}
"""What the severities are called on the page."""


def render(document: Document) -> bytes:
    """Return the document as HTML with an empty slot."""
    page = f"{_head(document)}\n{_body(document)}\n"
    form = form_element(document_json.to_bytes(document))
    return HTML_START + page.encode() + form + SLOT_START + SLOT_END


def _policy() -> str:
    digest = b64encode(sha256(STYLE.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _head(document: Document) -> str:
    about = f"{listed(document.models)}, version {document.version}"
    return "\n".join(
        (
            f'<html lang="{text(document.language)}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_policy()}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            '<meta name="referrer" content="no-referrer">',
            f'<meta name="description" content="{text(document.title)}: {text(about)}">',
            f"<title>{text(document.title)}: {text(about)}</title>",
            f"<style>{STYLE}</style>",
            "</head>",
        )
    )


def _body(document: Document) -> str:
    head, *sections = document.sections
    rendered = "\n".join(_section(section, document, 2) for section in sections)
    return "\n".join(
        (
            "<body>",
            '<a class="skip" href="#answers">Skip to the answers</a>',
            '<main id="answers">',
            f"<header>\n{_front(document)}\n{_how_to_check(document)}\n</header>",
            _fields(head, document),
            rendered,
            _open_points(document),
            "</main>",
            _footer(document),
        )
    )


def _front(document: Document) -> str:
    rows = [
        ("Provider", isolated(document.provider) if document.provider else _unstated()),
        ("Model" if len(document.models) == 1 else "Models", _names(document.models)),
        ("Version", number(document.version)),
        ("Last update", long_date(document.last_update)),
        ("Training set", _training_set(document)),
        ("Computed from", _log(document)),
        ("Open points", _count_of_points(document)),
    ]
    lines = "\n".join(f"<dt>{label}</dt><dd>{content}</dd>" for label, content in rows)
    return (
        f'<p class="basis">{text(document.legal_basis)} · {text(document.template_number)}</p>\n'
        f"<h1>{text(document.title)}</h1>\n"
        f'<dl class="identity">\n{lines}\n</dl>'
    )


def _unstated() -> str:
    return '<span class="open">not stated</span>'


def _names(names: tuple[str, ...]) -> str:
    return listed([isolated(name) for name in names])


def _training_set(document: Document) -> str:
    release = (
        f" · release record {text(document.release_record)}" if document.release_record else ""
    )
    return f"{isolated(document.release)}, {counted(document.records, 'record')}{release}"


def _log(document: Document) -> str:
    return f"log {isolated(document.origin)} at size {number(document.size)}"


def _count_of_points(document: Document) -> str:
    counts = [
        counted(sum(gap.severity == severity for gap in document.gaps), one, many)
        for severity, one, many in (
            ("contradiction", "contradiction", "contradictions"),
            ("missing", "missing answer", "missing answers"),
            ("advice", "recommendation", "recommendations"),
        )
        if any(gap.severity == severity for gap in document.gaps)
    ]
    return f'<a href="#open-points">{listed(counts)}</a>' if counts else "none"


def _how_to_check(document: Document) -> str:
    return f"""<section class="about" aria-labelledby="check">
<h2 id="check">How to check this document</h2>
<ol>
<li>Save this page as a file, unchanged. It carries its own proof.</li>
<li>Run <code>ledger verify {FILE} --trust trust.policy</code>. It needs no network.</li>
<li>See that the verdict names the log <bdi>{text(document.origin)}</bdi>, and judge the answers: \
the proof shows what was recorded and when, not that it is true.</li>
</ol>
<p>The log holds the SHA-256 of this file as it is without its proof (with nothing between the \
tags of the element <code>tdl-evidence</code>). Any other change to the file changes that digest. \
Notes beside the answers say who keeps the fact, how it is known, and on how many records it \
rests.</p>
</section>"""


def _section(section: Section, document: Document, level: int) -> str:
    inner = "\n".join(_section(part, document, level + 1) for part in section.sections)
    fields = _fields(section, document) if section.fields else ""
    body = "\n".join(part for part in (_heading(section, level), fields, inner) if part)
    return f'<section aria-labelledby="s-{section.id}">\n{body}\n</section>' if level == 2 else body


def _heading(section: Section, level: int) -> str:
    name = f'id="s-{section.id}"'
    if level == 2:
        return f'<h2 class="number" {name}><span>{section.id}</span>{text(section.label)}</h2>'
    return f"<h{level} {name}>{text(section.label)}</h{level}>"


def _fields(section: Section, document: Document) -> str:
    return "<dl>\n" + "\n".join(_field(field, document) for field in section.fields) + "\n</dl>"


def _field(field: Field, document: Document) -> str:
    answer = "\n".join(value_html(value) for value in field.values)
    notes = "".join(_note(gap) for gap in _said_beside(field, document))
    long = " long" if len(answer) > 6000 else ""
    return f"""<div class="field{long}" id="f-{field.id}">
<dt><span class="id"><a href="#f-{field.id}">{field.id}</a></span> \
<span>{text(field.label)}</span></dt>
<dd class="answer">
{answer}{notes}
</dd>
<dd class="rests">{_rests_on(field)}</dd>
</div>"""


def _said_beside(field: Field, document: Document) -> Iterator[Gap]:
    """Yield the gaps of a field that its answer does not already tell."""
    told = {value.reason for value in field.values if isinstance(value, Unstated)}
    for gap in document.gaps:
        if gap.field == field.id and sentence(gap.message) not in told:
            yield gap


def _note(gap: Gap) -> str:
    kind = KINDS[gap.severity]
    return f'\n<p class="note" dir="auto">{kind}: {text(sentence(gap.message))}</p>'


def _rests_on(field: Field) -> str:
    lines = dict.fromkeys(_support(support) for support in field.rests_on)
    supports = "".join(f"<p>{line}</p>" for line in lines)
    return f'<span class="unseen">Rests on: </span>{supports}' if supports else ""


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


def _open_points(document: Document) -> str:
    if not document.gaps:
        return ""
    rows = "\n".join(_point(gap) for gap in document.gaps)
    columns = ("Field", "Kind", "What is open", "What closes it")
    head = "".join(f'<th scope="col">{name}</th>' for name in columns)
    return f"""<section aria-labelledby="open-points">
<h2 class="number" id="open-points">Open points</h2>
<table class="points">
<thead><tr>{head}</tr></thead>
<tbody>
{rows}
</tbody>
</table>
</section>"""


def _point(gap: Gap) -> str:
    remedy = f"<code>{text(gap.remedy)}</code>" if gap.remedy else ""
    return (
        f'<tr><th scope="row"><a href="#f-{gap.field}">{gap.field}</a></th>'
        f'<td class="kind">{KINDS[gap.severity]}</td>'
        f'<td dir="auto">{text(sentence(gap.message))}</td><td>{remedy}</td></tr>'
    )


def _footer(document: Document) -> str:
    return (
        f"<footer><p>{text(document.title)} · {_names(document.models)} · "
        f"version {number(document.version)} · {long_date(document.last_update)} · "
        f"log {isolated(document.origin)} at size {number(document.size)}</p></footer>"
    )
