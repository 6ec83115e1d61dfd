"""A document as one self-contained, accessible HTML page, with an empty slot for its evidence.

The page loads nothing and runs nothing; its Content-Security-Policy allows its own style sheet and
no more. The same document gives the same bytes. It serves every regime: what is said of a form's
sections and fields comes from the document alone.

    html_front.py    which document this is, its contents, how to check it
    html_fields.py   sections and fields, each answer beside what it rests on
    html_values.py   one value of each type
    html_charts.py   parts of a whole, where the provider shows amounts
    html_points.py   what is open, and what closes it
    html_style.py    the style sheet

Before the slot stands the filled form itself, for programs; `ledger.proof.html_slot` defines both.
"""

from base64 import b64encode
from hashlib import sha256

from ledger.proof.html_slot import HTML_START, SLOT_END, SLOT_START, form_element
from ledger.summary import document_json
from ledger.summary.document import Document
from ledger.summary.furniture import isolated, log
from ledger.summary.html_charts import charts
from ledger.summary.html_fields import sections
from ledger.summary.html_front import contents, front, how_to_check
from ledger.summary.html_points import points
from ledger.summary.html_style import STYLE
from ledger.summary.html_values import is_number, sentence_html, text
from ledger.summary.profile import is_link
from ledger.summary.wording import listed, long_date, number


def render(document: Document) -> bytes:
    """Return the document as HTML with an empty slot."""
    form = document_json.to_bytes(document)
    digest = sha256(form).hexdigest()
    page = f"{_head(document)}\n{_body(document, digest)}\n"
    return HTML_START + page.encode() + form_element(form) + SLOT_START + SLOT_END


def _policy() -> str:
    digest = b64encode(sha256(STYLE.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _head(document: Document) -> str:
    about = f"{text(document.title)}: {text(listed(document.models))}, version {document.version}"
    canonical = [f'<link rel="canonical" href="{text(document.link)}">']
    return "\n".join(
        (
            f'<html lang="{text(document.language)}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_policy()}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            '<meta name="referrer" content="no-referrer">',
            f'<meta name="description" content="{about}">',
            *(canonical if is_link(document.link) else []),
            f"<title>{about}</title>",
            f"<style>{STYLE}</style>",
            "</head>",
        )
    )


def _body(document: Document, digest: str) -> str:
    plain = "" if any(is_number(field.id) for field in document.fields()) else ' class="plain"'
    parts = (
        f"<body{plain}>",
        '<a class="skip" href="#answers">Skip to the answers</a>',
        f"<header>\n{front(document, digest)}\n{contents(document)}\n</header>",
        '<main id="answers">',
        sections(document),
        charts(document),
        points(document),
        how_to_check(document),
        "</main>",
        _footer(document),
    )
    return "\n".join(part for part in parts if part)


def _footer(document: Document) -> str:
    models = listed(isolated(name) for name in document.models)
    version = f"version {number(document.version)} · {long_date(document.last_update)}"
    line = f"{document.title} · {models} · {version} · {log(document)}"
    return f"<footer><p>{sentence_html(line)}</p></footer>"
