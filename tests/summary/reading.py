"""What a test reads in a filled form: labelled texts, listed things, gaps."""

from ledger.summary.document import Document, Gap, Items, Labelled


def rows(document: Document, field_id: str) -> dict[str, str]:
    """Return the labelled texts of a field and of the things it lists; later ones win."""
    found: dict[str, str] = {}
    for value in document.field(field_id).values:
        if isinstance(value, Labelled):
            found |= {row.label: row.text for row in value.rows}
        if isinstance(value, Items):
            found |= {row.label: row.text for item in value.items for row in item.details}
    return found


def listed(document: Document, field_id: str) -> dict[str, str]:
    """Return the things that a field lists, with their links."""
    values = document.field(field_id).values
    return {i.name: i.link for v in values if isinstance(v, Items) for i in v.items}


def gaps(document: Document, field_id: str) -> list[Gap]:
    """Return the gaps of a field."""
    return [gap for gap in document.gaps if gap.field == field_id]
