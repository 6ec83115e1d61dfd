"""Parts of a whole as bars: a table whose last column draws what its numbers say.

The numbers and names are text, so they wrap, can be read aloud and copied, and nothing is said by
colour; the bars are pictures beside them. A document holds charts only where its provider shows
amounts.
"""

from ledger.summary.document import Chart, Document, Share
from ledger.summary.furniture import CHARTS
from ledger.summary.html_values import anchor, text
from ledger.summary.wording import percent

COLUMNS = ("Part", "Share")


def charts(document: Document) -> str:
    """Return the charts as a section; nothing if there are none."""
    if not document.charts:
        return ""
    figures = "\n".join(_chart(chart) for chart in document.charts)
    return f"""<section aria-labelledby="charts">
<h2 class="number" id="charts">{CHARTS}</h2>
{figures}
</section>"""


def _chart(chart: Chart) -> str:
    rows = "\n".join(_row(share) for share in chart.shares)
    head = "".join(f'<th scope="col">{name}</th>' for name in COLUMNS)
    name = anchor("c", chart.id)
    return f"""<figure class="chart" aria-labelledby="{name}">
<figcaption id="{name}">{text(chart.title)}</figcaption>
<table>
<thead class="unseen"><tr>{head}</tr></thead>
<tbody>
{rows}
</tbody>
</table>
</figure>"""


def _row(share: Share) -> str:
    return (
        f'<tr><th scope="row" dir="auto">{text(share.label)}</th>'
        f"<td>{percent(share.permille)}{_bar(share.permille)}</td></tr>"
    )


def _bar(permille: int) -> str:
    """Return a bar of the whole's length, filled as far as the part goes."""
    return (
        '<svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" '
        'focusable="false"><rect class="whole" width="1000" height="10"/>'
        f'<rect class="part" width="{permille}" height="10"/></svg>'
    )
