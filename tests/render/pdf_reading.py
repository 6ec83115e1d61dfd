"""What tests want to know of a PDF: its text, its structure, its fonts, its attachments."""

import io
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pikepdf
import pypdf


class Element(NamedTuple):
    """An element of the structure tree: `H1`, `P`, `Figure`."""

    kind: str
    title: str
    alt: str


class Pdf:
    """A PDF, opened with two libraries that are not the one that wrote it."""

    def __init__(self, data: bytes) -> None:
        self.file = pikepdf.open(io.BytesIO(data))
        self.pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]
        self.text = "\n".join(self.pages)

    def says(self, text: str) -> bool:
        """Answer whether the pages say this, however its lines are broken."""
        return squeezed(text) in squeezed(self.text)

    def elements(self) -> list[Element]:
        """Return the structure tree, in reading order."""
        return list(_elements(self.file.Root.StructTreeRoot.K))

    def fonts(self) -> dict[str, bool]:
        """Return the fonts' names, and whether each is inside the file."""
        found = {}
        for page in self.file.pages:
            for font in page.Resources.get("/Font", {}).values():
                below = font.DescendantFonts[0] if "/DescendantFonts" in font else font
                held = any(f"/FontFile{kind}" in below.FontDescriptor for kind in ("", "2", "3"))
                found[str(font.BaseFont).partition("+")[2]] = held
        return found

    def links(self) -> list[tuple[str, str]]:
        """Return what each link leads to and what it is called; an inner link leads to nothing."""
        return [
            (str(link.A.URI) if "/A" in link else "", str(link.get("/Contents", "")))
            for page in self.file.pages
            for link in page.get("/Annots", [])
        ]

    def metadata(self) -> str:
        """Return the XMP packet."""
        return bytes(self.file.Root.Metadata.read_bytes()).decode()


def squeezed(text: str) -> str:
    """Return a text without its spaces: where a line was broken is no difference."""
    return re.sub(r"\s+", "", text)


def _elements(node: Any) -> Iterator[Element]:
    if isinstance(node, pikepdf.Array):
        for one in node:
            yield from _elements(one)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        kind = str(node.S).removeprefix("/")
        yield Element(kind, str(node.get("/T", "")), str(node.get("/Alt", "")))
        if "/K" in node:
            yield from _elements(node.K)
