"""What stands before and after the form: which document this is, charts, open points, checking."""

from collections.abc import Iterator

from ledger.render.docx.form import Marks
from ledger.render.docx.layout import ANSWER_WIDTH, LABEL_WIDTH, WIDTH, head_row
from ledger.render.docx.markup import (
    Numbers,
    cell,
    inner_link,
    link,
    paragraph,
    prose,
    row,
    runs,
    table,
)
from ledger.render.docx.script import unmarked
from ledger.render.docx.styles import BAR, FILL
from ledger.summary.document import Chart, Document, Gap, Share
from ledger.summary.furniture import (
    CHARTS,
    CHECKING,
    KINDS,
    OPEN_POINTS,
    columns,
    count_of_points,
    identity,
    steps,
)
from ledger.summary.wording import percent, sentence

FILE = "summary.docx"

_BAR_WIDTH = 4300
_SHARE_WIDTH = 1100
_WHOLE = 1000
"""Characters of a point from which on its row may break over pages."""
_POINT_WIDTHS = {3: (850, 1650, 7138), 4: (850, 1650, 3288, 3850)}
"""By the number of columns."""


def head(document: Document, digest: str, numbers: Numbers) -> Iterator[str]:
    """Yield the title and the table that identifies the document; `digest` is of its form."""
    yield prose(document.title, "Title")
    yield prose(f"{document.legal_basis} · {document.template_number}", "Subtitle")
    if document.standing:
        yield prose(document.standing, "Standing")
    yield table(
        (_identity(label, content) for label, content in _identities(document, digest, numbers)),
        (LABEL_WIDTH, ANSWER_WIDTH),
        "Which document this is",
        head=False,
    )
    yield paragraph("", "Gap")


def _identities(document: Document, digest: str, numbers: Numbers) -> Iterator[tuple[str, str]]:
    for line in identity(document, digest):
        if line.link:
            yield line.label, link(line.link, numbers)
        elif line.text:
            yield line.label, runs(unmarked(line.text))
        else:
            yield line.label, runs("Not stated.", "Strong")
    points = count_of_points(document)
    yield OPEN_POINTS, runs(points) if points == "none" else inner_link("open_points", points)


def _identity(label: str, content: str) -> str:
    left = cell(prose(label, "Label"), LABEL_WIDTH, FILL)
    return row(left + cell(paragraph(content, "Answer"), ANSWER_WIDTH), "whole")


def charts(document: Document) -> Iterator[str]:
    """Yield a table for each chart: a name, a number and a bar as long as the number says."""
    if document.charts:
        yield prose(CHARTS, "Heading1")
    for chart in document.charts:
        yield prose(chart.title, "Heading2")
        yield _chart(chart)
        yield paragraph("", "End")


def _chart(chart: Chart) -> str:
    widths = (WIDTH - _SHARE_WIDTH - _BAR_WIDTH, _SHARE_WIDTH, _BAR_WIDTH)
    names = (f"Share of {chart.measure}", "Per cent", "As a bar")
    top = head_row(*zip(names, widths, strict=True))
    *others, last = [*chart.shares] or [Share("", 0)]
    rows = [_share(share, widths, "ChartRow") for share in others]
    return table([top, *rows, _share(last, widths, "Answer")], widths, chart.title)


def _share(share: Share, widths: tuple[int, ...], style: str) -> str:
    said = percent(share.permille)
    contents = (prose(share.label, style), prose(said, style), _bar(share.permille))
    return row("".join(map(cell, contents, widths)), "whole")


def _bar(permille: int) -> str:
    """Return an empty paragraph, shaded and as long as the share; screen readers pass it by."""
    room = _BAR_WIDTH - 226
    rest = room - room * permille // 1000
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{BAR}"/>' if permille else ""
    properties = f'<w:pStyle w:val="Bar"/>{shade}<w:ind w:right="{rest}"/>'
    return f"<w:p><w:pPr>{properties}</w:pPr></w:p>"


def open_points(document: Document, marks: Marks, numbers: Numbers) -> Iterator[str]:
    """Yield the table of gaps; `marks` are the bookmarks of the fields."""
    if not document.gaps:
        return
    number_ = numbers.next_id()
    start = f'<w:bookmarkStart w:id="{number_}" w:name="open_points"/>'
    yield paragraph(f'{start}{runs(OPEN_POINTS)}<w:bookmarkEnd w:id="{number_}"/>', "Heading1")
    names = columns(document)
    widths = _POINT_WIDTHS[len(names)]
    top = head_row(*zip(names, widths, strict=True))
    rows = (_point(gap, marks, widths) for gap in document.gaps)
    yield table([top, *rows], widths, OPEN_POINTS)
    yield paragraph("", "End")


def _point(gap: Gap, marks: Marks, widths: tuple[int, ...]) -> str:
    mark, shown = marks.get(gap.field, ("", gap.field))
    field = inner_link(mark, shown) if mark else runs(shown)
    contents = (
        paragraph(field, "Answer"),
        prose(KINDS[gap.severity], "Answer"),
        prose(sentence(gap.message), "Answer"),
        prose(gap.remedy, "Remedy"),
    )
    is_whole = len(gap.message + gap.remedy) < _WHOLE
    return row("".join(map(cell, contents, widths)), "whole" if is_whole else "long")


def how_to_check(document: Document, numbers: Numbers) -> Iterator[str]:
    """Yield the steps for a reader who wants to know whether this is what was logged."""
    yield prose(CHECKING, "Heading1")
    listed = numbers.next_list()
    for step in steps(document, FILE):
        said = unmarked(step.text)
        content = f"{runs(said + ' ')}{runs(step.command, 'Code')}" if step.command else runs(said)
        yield paragraph(content, "Step", numbered=listed)
