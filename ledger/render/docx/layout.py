"""The page: A4, its columns and footers, and the rows that every table begins with."""

from ledger.render.docx.markup import NAMESPACES, cell, paragraph, prose, row, runs
from ledger.render.docx.script import closed
from ledger.render.docx.styles import HEAD_FILL
from ledger.summary.document import Document
from ledger.summary.wording import listed, long_date, number

WIDTH = 9638
"""Between the margins of 2 cm, in twentieths of a point, as all widths."""
LABEL_WIDTH = 3118
ANSWER_WIDTH = WIDTH - LABEL_WIDTH

_LONGEST = 70
"""Letters of a name in the footer, which is one line."""


def head_row(*columns: tuple[str, int]) -> str:
    """Return the row that names the columns, on each page again."""
    cells = (cell(prose(name, "TableHead"), width, HEAD_FILL) for name, width in columns)
    return row("".join(cells), "head")


def page(footer: str, *, columns: int = 1) -> str:
    """Return the properties of a section that begins where the one before ends."""
    return (
        f'<w:sectPr><w:footerReference w:type="default" r:id="{footer}"/>'
        '<w:type w:val="continuous"/><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1134" w:right="1134" w:bottom="1247" w:left="1134" w:header="567" '
        f'w:footer="567" w:gutter="0"/><w:cols w:num="{columns}" w:space="284"/></w:sectPr>'
    )


def end_of_section(footer: str, *, columns: int) -> str:
    """Return the paragraph, too small to see, that ends a section."""
    return f'<w:p><w:pPr><w:pStyle w:val="End"/>{page(footer, columns=columns)}</w:pPr></w:p>'


def footer(document: Document) -> str:
    """Return the footer part: which document this is, from which log, on which page."""
    version = f"version {number(document.version)} · {long_date(document.last_update)}"
    first = f"{_short(listed(document.models))} · {version}"
    log = f"log {_short(document.origin)} at size {number(document.size)}"
    pages = f"{runs('Page ')}{_count('PAGE')}{runs(' of ')}{_count('NUMPAGES')}"
    tab = "<w:r><w:tab/></w:r>"
    lines = (
        paragraph(runs(_short(document.title)), "Footer"),
        paragraph(runs(first), "Footer"),
        paragraph(runs(f"Computed from {log}") + tab + pages, "Footer"),
    )
    return f"<w:ftr {NAMESPACES}>{''.join(lines)}</w:ftr>"


def _count(field: str) -> str:
    """Return a field that the word processor fills in."""
    return f'<w:fldSimple w:instr=" {field} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def _short(name: str) -> str:
    return closed(name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…")
