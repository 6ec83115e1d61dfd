"""An audit's report as PDF/A-3a, made to PDF/UA-1, with the report itself attached."""

import json
from typing import Final

from ledger.errors import InputError
from ledger.query.report import Report
from ledger.render.pdf.texts import Tree, laid
from ledger.summary.report_page import COLUMNS, FAILURE_COLUMNS, ReportPage, report_page

FILE: Final = "report.json"


def render(report: Report) -> bytes:
    """Return the report's pages. The same report gives the same bytes.

    Raises:
        InputError: The extra `pdf` is not installed, or no font has the letters of some text.
    """
    try:
        from ledger.render.pdf.typesetter import PAGES, compile_pages
    except ModuleNotFoundError as error:
        if error.name not in ("typst", "segno"):
            raise
        raise InputError(
            f"PDF needs {error.name}, which is not installed",
            hint='pip install "training-data-ledger[pdf]"',
        ) from error
    return compile_pages(
        {
            # Of several files Typst compiles the one of this name.
            "main.typ": (PAGES / "report.typ").read_bytes(),
            "style.typ": (PAGES / "style.typ").read_bytes(),
            "view.json": json.dumps(view(report), ensure_ascii=False).encode(),
            FILE: report.to_bytes(),
        }
    )


def view(report: Report) -> Tree:
    """Return all texts of the pages, in their order, as JSON can hold them."""
    page = report_page(report)
    date = report.checked_at[:10]
    return laid(
        {
            "about": {"named": f"{page.title}: {page.verdict}", "author": page.provider},
            "date": [int(part) for part in date.split("-")],
            "basis": page.basis,
            "title": page.title,
            "verdict": page.verdict,
            "standing": page.standing,
            "good": page.is_good,
            "facts": [
                {"label": one.label, "text": one.text, "code": one.is_code} for one in page.facts
            ],
            "columns": list(COLUMNS),
            "figures": [[one.name, *one.cells] for one in page.figures],
            "found": {
                "columns": list(FAILURE_COLUMNS),
                "rows": [[one.draw, one.record, one.outcome, one.reason] for one in page.failures],
                "more": page.left_out,
            },
            "lists": _lists(page),
            "command": page.command,
            "foot": {
                "head": f"{page.provider} · {page.title}",
                "title": page.title,
                "version": page.verdict,
                "form": f"Checked {date}",
                "log": "The totals of sections may be confidential",
            },
        }
    )


def _lists(page: ReportPage) -> Tree:
    return {
        "sentences": list(page.sentences),
        "untold": list(page.untold),
        "notes": list(page.notes),
        "meaning": list(page.meaning),
    }
