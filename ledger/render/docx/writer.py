"""A document, part by part, into a package."""

from hashlib import sha256

from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT

from ledger.render.docx import front, layout
from ledger.render.docx.form import Form
from ledger.render.docx.markup import NAMESPACES, Numbers
from ledger.render.docx.package import Package
from ledger.render.docx.styles import SETTINGS, lists, styles
from ledger.summary import document_json
from ledger.summary.document import Document


def write(document: Document) -> bytes:
    """Return the file of a document, its evidence part empty."""
    filled = document_json.to_bytes(document)
    package = Package(document, filled)
    footer = package.add("footer1", CT.WML_FOOTER, RT.FOOTER, layout.footer(document))
    numbers = Numbers(package.relate)
    form = Form(document, numbers, footer)
    body = "".join(
        (
            *front.head(document, sha256(filled).hexdigest(), numbers),
            *form.body(),
            *front.charts(document),
            *front.open_points(document, form.marks, numbers),
            *front.how_to_check(document, numbers),
            layout.page(footer),
        )
    )
    package.add("styles", CT.WML_STYLES, RT.STYLES, styles(document.language))
    package.add("numbering", CT.WML_NUMBERING, RT.NUMBERING, lists(numbers.lists))
    package.add("settings", CT.WML_SETTINGS, RT.SETTINGS, SETTINGS)
    return package.to_bytes(f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>")
