"""What stands before and after the form: which document this is, charts, open points, checking."""

import re
from collections.abc import Iterator
from typing import Final

from ledger.render.docx.form import KINDS, Marks
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
from ledger.render.docx.script import closed
from ledger.render.docx.styles import BAR, FILL
from ledger.summary.document import Chart, Document, Gap, Share, Show
from ledger.summary.wording import counted, listed, long_date, number, percent, sentence

FILE = "summary.docx"

SHOWN: Final[dict[Show, str]] = {
    "ranges": "size ranges only, as the provider chose",
    "shares": "size ranges and shares, as the provider chose",
    "figures": "exact figures, as the provider chose",
}
"""What is said of the amounts that a provider shows."""

_BAR_WIDTH = 4300
_SHARE_WIDTH = 1100
_WHOLE = 1000
"""Characters of a point from which on its row may break over pages."""
_POINT_WIDTHS = (850, 1650, 3288, 3850)


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
    provider = document.provider
    yield "Provider", runs(provider) if provider else runs("Not stated.", "Strong")
    yield "Model" if len(document.models) == 1 else "Models", runs(_names(document.models))
    yield "Version", runs(number(document.version))
    yield "Last update", runs(long_date(document.last_update))
    if document.link:
        yield "Published at", link(document.link, numbers)
    yield "Training set", runs(_training_set(document))
    log = f"log {closed(document.origin)} at size {number(document.size)}"
    yield "Computed from", runs(log)
    if document.no_later_than:
        yield "Log seen by a witness", runs(f"no later than {_moment(document.no_later_than)}")
    yield "Amounts shown", runs(SHOWN[document.show])
    yield "Digest of the form", runs(f"sha256:{digest}")
    yield "Open points", _count_of_points(document)


def _moment(iso: str) -> str:
    """Return `2026-11-24T10:31:07Z` as `24/11/2026, 10:31:07 UTC`."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", iso):
        return iso
    day, _, time = iso.removesuffix("Z").partition("T")
    return f"{long_date(day)}, {time} UTC"


def _identity(label: str, content: str) -> str:
    left = cell(prose(label, "Label"), LABEL_WIDTH, FILL)
    return row(left + cell(paragraph(content, "Answer"), ANSWER_WIDTH), "whole")


def _names(names: tuple[str, ...]) -> str:
    return listed(closed(name) for name in names)


def _training_set(document: Document) -> str:
    record = f" · release record {document.release_record}" if document.release_record else ""
    return f"{closed(document.release)}, {counted(document.records, 'record')}{record}"


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
    return inner_link("open_points", listed(counts)) if counts else runs("none")


def charts(document: Document) -> Iterator[str]:
    """Yield a table for each chart: a name, a number and a bar as long as the number says."""
    if document.charts:
        yield prose("Parts of the whole", "Heading1")
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
    yield paragraph(f'{start}{runs("Open points")}<w:bookmarkEnd w:id="{number_}"/>', "Heading1")
    names = ("Field", "Kind", "What is open", "What closes it")
    top = head_row(*zip(names, _POINT_WIDTHS, strict=True))
    rows = (_point(gap, marks) for gap in document.gaps)
    yield table([top, *rows], _POINT_WIDTHS, "Open points")
    yield paragraph("", "End")


def _point(gap: Gap, marks: Marks) -> str:
    mark, shown = marks.get(gap.field, ("", gap.field))
    field = inner_link(mark, shown) if mark else runs(shown)
    contents = (
        paragraph(field, "Answer"),
        prose(KINDS[gap.severity], "Answer"),
        prose(sentence(gap.message), "Answer"),
        prose(gap.remedy, "Remedy"),
    )
    is_whole = len(gap.message + gap.remedy) < _WHOLE
    return row("".join(map(cell, contents, _POINT_WIDTHS)), "whole" if is_whole else "long")


def how_to_check(document: Document, numbers: Numbers) -> Iterator[str]:
    """Yield the steps for a reader who wants to know whether this is what was logged."""
    yield prose("How to check this document", "Heading1")
    origin = closed(document.origin)
    steps = (
        runs(
            "Keep the file as you received it: it carries its own proof. A word processor that "
            "saves it writes another file, without the proof."
        ),
        _command("Get the verifier once: ", "pip install training-data-ledger")
        + runs(f". Get the trust file of the log {origin} from somebody whom you trust."),
        _command("Check, without a network: ", f"ledger verify {FILE} --trust trust.policy")
        + runs("."),
        runs(
            f"See that the verdict names the log {origin}. It holds the SHA-256 of this file as it "
            "is without its proof; any other character would have changed that."
        ),
        runs(
            "Judge the answers: the proof shows what was recorded and when, not that it is true. "
            "Grey notes say who keeps each fact, how it is known, and on how many records it rests."
        ),
    )
    listed_ = numbers.next_list()
    yield from (paragraph(step, "Step", numbered=listed_) for step in steps)


def _command(before: str, command: str) -> str:
    return runs(before) + runs(command, "Code")
