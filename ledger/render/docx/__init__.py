"""A document as DOCX: an editable form in the official order, its answers in content controls.

    script.py    direction and script of texts
    markup.py    runs, paragraphs, links, controls, tables
    styles.py    styles, lists, settings
    values.py    each type of value as paragraphs
    layout.py    page and footer
    form.py      sections, fields, answers;  front.py  what stands before and after
    package.py   the file

Each answer is in a content control tagged `tdl:` and the field's id, each box in one tagged
`tdl:<id>:<n>`, where programs find it and people change it. The same document gives the same
bytes. `ledger.proof.docx_slot` says how the file holds its evidence.
"""

from ledger.errors import InputError
from ledger.summary.document import Document


def render(document: Document) -> bytes:
    """Return the document with an empty slot for its evidence.

    Raises:
        InputError: The extra `docx` is not installed.
    """
    try:
        from ledger.render.docx.writer import write
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith(("docx", "lxml")):
            raise
        raise InputError(
            "DOCX needs python-docx, which is not installed",
            hint='pip install "training-data-ledger[docx]"',
        ) from error
    return write(document)
