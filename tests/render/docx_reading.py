"""Reads a DOCX as a stranger's program would: parts by zipfile, answers by the tag."""

import io
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from zipfile import ZipFile

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
RELS = "{http://schemas.openxmlformats.org/package/2006/relationships}"


class Docx:
    """The parts of a file, and what is in its text."""

    def __init__(self, data: bytes) -> None:
        with ZipFile(io.BytesIO(data)) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.document = self.tree("word/document.xml")

    def tree(self, name: str) -> Element:
        """Return a part as a tree; the parser raises if it is not well formed."""
        return ElementTree.fromstring(self.parts[name])

    def lines(self, tag: str) -> list[str]:
        """Return the paragraphs of every control with this tag, in order."""
        return [
            shown(paragraph)
            for control in self.controls()
            if name(control) == tag
            for paragraph in control.iter(f"{W}p")
        ]

    def controls(self) -> Iterator[Element]:
        """Yield each content control, boxes included."""
        return self.document.iter(f"{W}sdt")

    def boxes(self, field_id: str) -> list[tuple[str, bool]]:
        """Return the title and state of each box of a field."""
        return [
            (value(control, "sdtPr", "alias"), checked.get(f"{W14}val") == "1")
            for control in self.controls()
            if name(control).startswith(f"tdl:{field_id}:")
            for checked in control.iter(f"{W14}checked")
        ]

    def styled(self, style: str) -> list[str]:
        """Return the text of each paragraph of a style."""
        return [
            shown(paragraph)
            for paragraph in self.document.iter(f"{W}p")
            if value(paragraph, "pPr", "pStyle") == style
        ]

    def relations(self, part: str) -> dict[str, tuple[str, str, str]]:
        """Return type, target and mode of each relationship of a part (empty: the package)."""
        folder, _, file = part.rpartition("/")
        path = f"{folder}/_rels/{file}.rels".lstrip("/")
        return {
            relation.attrib["Id"]: (
                relation.attrib["Type"],
                relation.attrib["Target"],
                relation.attrib.get("TargetMode", "Internal"),
            )
            for relation in self.tree(path).iter(f"{RELS}Relationship")
        }


def name(control: Element) -> str:
    """Return the tag of a content control."""
    return value(control, "sdtPr", "tag")


def value(element: Element, *path: str) -> str:
    """Return the value of an element's property, empty without one."""
    found = element.find("/".join(f"{W}{step}" for step in path))
    return "" if found is None else found.get(f"{W}val", "")


def shown(paragraph: Element) -> str:
    """Return what a reader of a paragraph sees."""
    marks = {f"{W}br": "\n", f"{W}tab": "\t"}
    parts = (
        element.text or "" if element.tag == f"{W}t" else marks.get(element.tag, "")
        for run in paragraph.iter(f"{W}r")
        for element in run
    )
    return "".join(parts)
