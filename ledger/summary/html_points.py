"""The table of what is open in a form, and what closes each point."""

from ledger.summary.document import Document, Field, Gap
from ledger.summary.furniture import KINDS, OPEN_POINTS, columns
from ledger.summary.html_values import href, is_number, text
from ledger.summary.wording import sentence


def points(document: Document) -> str:
    """Return the open points as a section; nothing if there are none."""
    if not document.gaps:
        return ""
    fields = {field.id: field for field in document.fields()}
    names = columns(document)
    rows = "\n".join(_point(gap, fields.get(gap.field), len(names)) for gap in document.gaps)
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    return f"""<section aria-labelledby="open-points">
<h2 class="number" id="open-points">{OPEN_POINTS}</h2>
<table class="points">
<thead><tr>{head}</tr></thead>
<tbody>
{rows}
</tbody>
</table>
</section>"""


def _point(gap: Gap, field: Field | None, columns: int) -> str:
    remedy = f"<code>{text(gap.remedy)}</code>" if gap.remedy else ""
    last = f"<td>{remedy}</td>" if columns > 3 else ""
    return (
        f'<tr><th scope="row">{_name(gap, field)}</th>'
        f'<td class="kind">{KINDS[gap.severity]}</td>'
        f'<td dir="auto">{text(sentence(gap.message))}</td>{last}</tr>'
    )


def _name(gap: Gap, field: Field | None) -> str:
    """Return the field's number with a link to it; its label where it has none."""
    if field is None:
        return text(gap.field)
    shown = gap.field if is_number(gap.field) else field.label
    return f'<a href="{href("f", gap.field)}">{text(shown)}</a>'
