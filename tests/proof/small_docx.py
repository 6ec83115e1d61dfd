"""The parts of the smallest DOCX that Word opens, with a form inside and room for evidence."""

from ledger.proof.docx_slot import EVIDENCE, FORM, TYPES

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"

PARTS: dict[str, bytes] = {
    TYPES: (
        f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package'
        f'.relationships+xml"/><Default Extension="json" ContentType="application/json"/>'
        f'<Override PartName="/word/document.xml" ContentType="{MAIN}"/></Types>'
    ).encode(),
    "_rels/.rels": (
        f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}" Target="word/document.xml"/>'
        f'<Relationship Id="rId2" Type="urn:tdl:form" Target="{FORM}"/>'
        f'<Relationship Id="rId3" Type="urn:tdl:evidence" Target="{EVIDENCE}"/></Relationships>'
    ).encode(),
    FORM: b'{"answer":"Yes"}',
    "word/document.xml": (
        f'{DECLARATION}<w:document xmlns:w="{WORD}"><w:body><w:p><w:r>'
        f"<w:t>2.3.a Yes</w:t></w:r></w:p></w:body></w:document>"
    ).encode(),
    EVIDENCE: b"",
}
"""By name, in the order of the file."""
