"""The file: our parts in a package of python-docx, written again in the one spelling of the slot.

python-docx keeps the rules of packages: content types, relationships, core properties. Its default
template is not used, so that nothing of it is in a file of ours, and no date of today.
"""

from datetime import UTC, datetime
from io import BytesIO
from typing import Final
from zipfile import ZipFile

from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.package import Package as OpcPackage

from ledger.proof.docx_slot import EVIDENCE, FORM, write
from ledger.render.docx.markup import plain
from ledger.summary.document import Document
from ledger.summary.wording import listed

JSON: Final = "application/json"
RELATIONS: Final = {FORM: "urn:tdl:form", EVIDENCE: "urn:tdl:evidence"}
"""How the package names its two parts that Word does not know and leaves alone."""

_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_LONGEST_PROPERTY: Final = 255
"""Characters; python-docx refuses more."""


class Package:
    """A DOCX that is being filled."""

    def __init__(self, document: Document, form: bytes) -> None:
        self._package = OpcPackage()
        self._main = self._part("word/document.xml", CT.WML_DOCUMENT_MAIN, b"")
        self._package.relate_to(self._main, RT.OFFICE_DOCUMENT)
        for name, content in ((FORM, form), (EVIDENCE, b"")):
            self._package.relate_to(self._part(name, JSON, content), RELATIONS[name])
        self._describe(document)

    def relate(self, address: str) -> str:
        """Return the id of a new relationship to a web address."""
        name = f"link{len(self._main.rels) + 1}"
        self._main.rels.add_relationship(RT.HYPERLINK, address, name, is_external=True)
        return name

    def add(self, name: str, content_type: str, relation: str, markup: str) -> str:
        """Add a part that the text refers to, and return the id of the relationship."""
        part = self._part(f"word/{name}.xml", content_type, _encoded(markup))
        return self._main.relate_to(part, relation)

    def to_bytes(self, markup: str) -> bytes:
        """Return the file with this text."""
        self._main._blob = _encoded(markup)
        file = BytesIO()
        self._package.save(file)
        with ZipFile(file) as archive:
            return write({name: archive.read(name) for name in archive.namelist()})

    def _part(self, name: str, content_type: str, content: bytes) -> Part:
        return Part(PackURI(f"/{name}"), content_type, content, self._package)

    def _describe(self, document: Document) -> None:
        about = f"{document.title}: {listed(document.models)}, version {document.version}"
        when = datetime.fromisoformat(document.last_update).replace(tzinfo=UTC)
        core = self._package.core_properties
        core.title = _property(about)
        core.subject = _property(f"{document.legal_basis}, {document.template_number}")
        core.author = core.last_modified_by = _property(document.provider)
        core.language = _property(document.language)
        core.version = str(document.version)
        core.identifier = _property(f"{document.origin}#{document.size}")
        core.created = core.modified = when
        core.revision = 1


def _encoded(markup: str) -> bytes:
    return (_DECLARATION + markup).encode()


def _property(value: str) -> str:
    return plain(value)[:_LONGEST_PROPERTY]
