"""An audit's report as one self-contained, accessible HTML page, in the look of the documents."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import sha256

from ledger.query.report import Report
from ledger.summary.html_style import STYLE
from ledger.summary.html_values import sentence_html, text
from ledger.summary.report_page import (
    COLUMNS,
    FAILURE_COLUMNS,
    Fact,
    Figures,
    Found,
    ReportPage,
    report_page,
)

_MORE = """
.verdict { margin: 1.7rem 0 1.9rem; padding: 1rem 1.35rem 1.1rem; background: var(--faint);
  border-left: 4px solid var(--accent); }
.verdict.bad { border-left-color: var(--open); }
.verdict strong { display: block; font: 600 1.25rem/1.35 var(--sans); color: var(--accent); }
.verdict.bad strong { color: var(--open); }
.verdict p { max-width: 44rem; margin-top: 0.3rem; }
.said { list-style: none; max-width: 46rem; }
.said li { padding: 0.6rem 0; border-top: 1px solid var(--rule); }
.said li:first-child { border-top: 0; }
.identity code { line-height: 1.75rem; }
main > section { margin-top: 2.75rem; }
h2 { font: 400 1.5rem/1.25 var(--serif); border-bottom: 1px solid var(--ink);
  padding-bottom: 0.4rem; margin-bottom: 0.6rem; break-after: avoid; }
.figures { font: 0.875rem/1.5 var(--sans); }
.figures thead th { vertical-align: bottom; }
.figures td, .figures thead th + th { text-align: right; padding-left: 0.5rem; }
.figures tbody th { font: 0.875rem/1.5 var(--sans); overflow-wrap: anywhere; }
.figures td, .figures thead th { overflow-wrap: normal; word-break: normal; }
.figures td { white-space: nowrap; }
.found td, .found tbody th { font-size: 0.9375rem; }
.found td:nth-child(3), .found td:nth-child(2) { white-space: nowrap; }
.meaning { max-width: 46rem; padding-left: 1.2rem; }
.meaning li { margin-top: 0.35rem; }
@media (max-width: 46rem) {
  .figures thead, .found thead { position: absolute; clip-path: inset(50%); }
  .figures tr, .found tr { display: block; border-bottom: 1px solid var(--rule);
    padding: 0.6rem 0; }
  .figures td, .figures tbody th, .found td, .found tbody th { display: block; border: 0;
    padding: 0.05rem 0; text-align: left; }
  .figures td { display: grid; grid-template-columns: 11rem 1fr; }
  .figures td::before { content: attr(data-label); color: var(--quiet); }
  .figures tbody th { font-weight: 600; }
  .figures td:empty { display: none; }
}
"""


def render(report: Report) -> bytes:
    """Return the report as a page. The same report gives the same bytes."""
    page = report_page(report)
    parts = (_head(page), _body(page))
    return ("<!DOCTYPE html>\n" + "\n".join(parts) + "\n</html>\n").encode()


def _head(page: ReportPage) -> str:
    style = STYLE + _MORE
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return "\n".join(
        (
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{text(page.title)}: {text(page.verdict)}</title>",
            f"<style>{style}</style>",
            "</head>",
        )
    )


def _body(page: ReportPage) -> str:
    bad = "" if page.is_good else " bad"
    parts = (
        "<body>",
        '<a class="skip" href="#findings">Skip to the findings</a>',
        "<header>",
        f'<p class="basis">{text(page.basis)}</p>',
        f"<h1>{sentence_html(page.title)}</h1>",
        f'<div class="verdict{bad}"><strong>{text(page.verdict)}</strong>',
        f"<p>{sentence_html(page.standing)}</p></div>",
        f'<dl class="identity">\n{_lines(page.facts)}\n</dl>',
        "</header>",
        "<main>",
        _section("findings", "What the draws show", _list(page.sentences, "said")),
        _section("sections", "Section by section", _figures(page.figures)),
        _section("failures", "Draws that failed", _failures(page)),
        _section("untold", "What could not be told", _list(page.untold, "meaning")),
        _section("notes", "What else was seen", _list(page.notes, "meaning")),
        _section("meaning", "What this means, and what not", _list(page.meaning, "meaning")),
        _section("again", "How to check this again", _again(page)),
        "</main>",
        _foot(page),
        "</body>",
    )
    return "\n".join(part for part in parts if part)


def _section(name: str, title: str, content: str) -> str:
    if not content:
        return ""
    return f'<section id="{name}">\n<h2>{title}</h2>\n{content}\n</section>'


def _lines(facts: Iterable[Fact]) -> str:
    def shown(fact: Fact) -> str:
        return f"<code>{text(fact.text)}</code>" if fact.is_code else sentence_html(fact.text)

    return "\n".join(f"<dt>{text(one.label)}</dt><dd>{shown(one)}</dd>" for one in facts)


def _list(sentences: Sequence[str], kind: str) -> str:
    if not sentences:
        return ""
    items = "\n".join(f"<li>{sentence_html(one)}</li>" for one in sentences)
    return f'<ul class="{kind}">\n{items}\n</ul>'


def _heads(labels: Iterable[str]) -> str:
    cells = "".join(f'<th scope="col">{text(one)}</th>' for one in labels)
    return f"<thead><tr>{cells}</tr></thead>"


def _figures(rows: Sequence[Figures]) -> str:
    lines = []
    for row in rows:
        cells = "".join(
            f'<td data-label="{text(label)}">{text(cell)}</td>'
            for label, cell in zip(COLUMNS[1:], row.cells, strict=True)
        )
        lines.append(f'<tr><th scope="row">{text(row.name)}</th>{cells}</tr>')
    body = "\n".join(lines)
    return f'<table class="figures">\n{_heads(COLUMNS)}\n<tbody>\n{body}\n</tbody>\n</table>'


def _failures(page: ReportPage) -> str:
    if not page.failures:
        return "<p>None.</p>"

    def row(one: Found) -> str:
        cells = "".join(f"<td>{text(cell)}</td>" for cell in (one.record, one.outcome))
        return (
            f'<tr><th scope="row">{text(one.draw)}</th>{cells}'
            f"<td>{sentence_html(one.reason)}</td></tr>"
        )

    body = "\n".join(row(one) for one in page.failures)
    table = f'<table class="found">\n{_heads(FAILURE_COLUMNS)}\n<tbody>\n{body}\n</tbody>\n</table>'
    return f"{table}\n<p>{text(page.left_out)}</p>" if page.left_out else table


def _again(page: ReportPage) -> str:
    return (
        "<p>This page proves nothing by itself. Whoever has the challenge, the lab's answer and a"
        " trust file gets the same result:</p>\n"
        f"<p><code>{text(page.command)}</code></p>"
    )


def _foot(page: ReportPage) -> str:
    line = (
        f"{page.title} · {page.provider} · The totals of sections may be confidential between the"
        " auditor and the provider"
    )
    return f"<footer><p>{sentence_html(line)}</p></footer>"
