"""WordprocessingML as text: runs, paragraphs, links, content controls, tables.

Every text passes `text()`. Elements stand in the order that the schema wants (ECMA-376 part 1,
17), since Word takes another order for damage.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from html import escape
from typing import Literal
from urllib.parse import quote, urlsplit

from ledger.render.docx.script import Script, is_rtl, pieces

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="w14"'
)

TICKED, EMPTY = "☒", "☐"
BULLETS = 1
"""The numbered list 1 of the file is the one with bullets; further ones count."""

_FORBIDDEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_BREAKS = re.compile(r"([\n\t])")
_MAX_LINK = 2000
"""Word refuses a link of more than 2,083 characters, and with it the file."""
_MAX_TAG = 64

_SCRIPTS: dict[Script, str] = {
    "plain": "",
    "rtl": "<w:rtl/>",
    "chinese": '<w:lang w:eastAsia="zh-CN"/>',
    "japanese": '<w:lang w:eastAsia="ja-JP"/>',
    "korean": '<w:lang w:eastAsia="ko-KR"/>',
}
_FONTS: dict[Script, str] = {
    "chinese": '<w:rFonts w:hint="eastAsia" w:eastAsia="Microsoft YaHei"/>',
    "japanese": '<w:rFonts w:hint="eastAsia" w:eastAsia="Yu Gothic"/>',
    "korean": '<w:rFonts w:hint="eastAsia" w:eastAsia="Malgun Gothic"/>',
}
_BOX_FONT = (
    '<w:rFonts w:ascii="MS Gothic" w:hAnsi="MS Gothic" w:eastAsia="MS Gothic" w:hint="eastAsia"/>'
)


class Numbers:
    """What a file counts: content controls and bookmarks, boxes of a field, lists, links."""

    def __init__(self, relate: Callable[[str], str]) -> None:
        self._relate = relate
        self._ids = 0
        self._links: dict[str, str] = {}
        self._boxes: Counter[str] = Counter()
        self.lists = BULLETS
        """The number of the last list."""

    def next_id(self) -> int:
        """Return a number that nothing else in the file has."""
        self._ids += 1
        return self._ids

    def next_list(self) -> int:
        """Return the number of a new list, which counts from 1."""
        self.lists += 1
        return self.lists

    def next_box(self, field_id: str) -> int:
        """Return the place of the next box of a field, from 1."""
        self._boxes[field_id] += 1
        return self._boxes[field_id]

    def relation(self, address: str) -> str:
        """Return the id of the relationship that leads to a web address."""
        if address not in self._links:
            self._links[address] = self._relate(address)
        return self._links[address]


def plain(value: str) -> str:
    """Return a text without characters that XML forbids: they are replaced visibly."""
    return _FORBIDDEN.sub("\ufffd", value)


def text(value: str) -> str:
    """Return a text as XML."""
    return escape(plain(value), quote=True)


def runs(value: str, style: str = "") -> str:
    """Return a text as runs, one for each script in it."""
    return "".join(_run(piece, script, style) for script, piece in pieces(value))


def _run(value: str, script: Script, style: str) -> str:
    named = f'<w:rStyle w:val="{style}"/>' if style else ""
    properties = named + _FONTS.get(script, "") + _SCRIPTS[script]
    start = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    content = "".join(map(_text, _BREAKS.split(value)))
    return f"<w:r>{start}{content}</w:r>"


def _text(value: str) -> str:
    if value in ("\n", "\t"):
        return "<w:br/>" if value == "\n" else "<w:tab/>"
    return f'<w:t xml:space="preserve">{text(value)}</w:t>' if value else ""


def paragraph(content: str, style: str = "", *, rtl: bool = False, numbered: int = 0) -> str:
    """Return a paragraph of ready content; `numbered` is the list that it is an item of."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if numbered:
        properties += f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{numbered}"/></w:numPr>'
    properties += "<w:bidi/>" if rtl else ""
    start = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f"<w:p>{start}{content}</w:p>"


def prose(value: str, style: str = "", *, numbered: int = 0) -> str:
    """Return a text as a paragraph, in the direction of its first strong letter."""
    return paragraph(runs(value), style, rtl=is_rtl(value), numbered=numbered)


def link(address: str, numbers: Numbers) -> str:
    """Return a link that shows its address, or plain text for what Word cannot follow."""
    target = _target(address)
    if not target:
        return runs(address)
    shown = runs(address, "Hyperlink")
    return f'<w:hyperlink r:id="{numbers.relation(target)}" w:history="1">{shown}</w:hyperlink>'


def _target(address: str) -> str:
    """Return the address as a URI that Word opens without a complaint; empty if there is none."""
    if not address.startswith(("https://", "http://")):
        return ""
    try:
        host = urlsplit(address).hostname or ""
        encoded = quote(address, safe="/:?#[]@!$&'()*+,;=%-._~")
    except ValueError:
        return ""
    is_host = re.fullmatch(r"[\w.-]+", host) is not None and "[" not in address
    is_whole = re.search(r"%(?![0-9A-Fa-f]{2})", encoded) is None and encoded.count("#") <= 1
    return encoded if is_host and is_whole and len(encoded) <= _MAX_LINK else ""


def inner_link(bookmark: str, content: str) -> str:
    """Return a link to a bookmark of the same file."""
    shown = runs(content, "Hyperlink")
    return f'<w:hyperlink w:anchor="{bookmark}" w:history="1">{shown}</w:hyperlink>'


def bookmark(name: str, content: str, numbers: Numbers) -> str:
    """Return content that links can lead to."""
    number = numbers.next_id()
    start = f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>'
    return f'{start}{content}<w:bookmarkEnd w:id="{number}"/>'


def control(tag: str, title: str, content: str, numbers: Numbers) -> str:
    """Return paragraphs as a content control, where a program finds them by the tag."""
    return (
        f'<w:sdt><w:sdtPr><w:alias w:val="{_name(title)}"/><w:tag w:val="{_name(tag)}"/>'
        f'<w:id w:val="{numbers.next_id()}"/></w:sdtPr>'
        f"<w:sdtContent>{content}</w:sdtContent></w:sdt>"
    )


def box(tag: str, title: str, ticked: bool, numbers: Numbers) -> str:
    """Return a check box that can be ticked and unticked."""
    mark = TICKED if ticked else EMPTY
    return (
        f'<w:sdt><w:sdtPr><w:rPr>{_BOX_FONT}</w:rPr><w:alias w:val="{_name(title)}"/>'
        f'<w:tag w:val="{_name(tag)}"/><w:id w:val="{numbers.next_id()}"/>'
        f'<w14:checkbox><w14:checked w14:val="{int(ticked)}"/>'
        '<w14:checkedState w14:val="2612" w14:font="MS Gothic"/>'
        '<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox></w:sdtPr>'
        f"<w:sdtContent><w:r><w:rPr>{_BOX_FONT}</w:rPr><w:t>{mark}</w:t></w:r></w:sdtContent>"
        "</w:sdt>"
    )


def _name(value: str) -> str:
    """Return a tag or title: Word refuses more than 64 characters, surrogates counted."""
    short = plain(value).encode("utf-16-le")[: 2 * _MAX_TAG].decode("utf-16-le", "ignore")
    return escape(" ".join(short.split()), quote=True)


def cell(content: str, width: int, fill: str = "") -> str:
    """Return a cell; its content must end with a paragraph."""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>{content}</w:tc>'


def row(cells: str, kind: Literal["head", "whole", "long"] = "long") -> str:
    """Return a row: a `head` is repeated on each page, a `whole` one stays on one page."""
    properties = "" if kind == "long" else "<w:cantSplit/>"
    properties += "<w:tblHeader/>" if kind == "head" else ""
    start = f"<w:trPr>{properties}</w:trPr>" if properties else ""
    return f"<w:tr>{start}{cells}</w:tr>"


def table(rows: Iterable[str], widths: Iterable[int], title: str, *, head: bool = True) -> str:
    """Return a table; `title` is what a screen reader calls it."""
    columns = list(widths)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in columns)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="Form"/><w:tblW w:w="{sum(columns)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblLook w:val="04A0" w:firstRow="{int(head)}" '
        'w:lastRow="0" w:firstColumn="1" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/>'
        f'<w:tblCaption w:val="{_name(title)}"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )
