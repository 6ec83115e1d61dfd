"""The styles, lists and settings of the file: what a person changes to change its look."""

from ledger.render.docx.markup import BULLETS, NAMESPACES, text

FONT = "Arial"
INK, QUIET, OPEN, BLUE = "1A1A1A", "595959", "8A3B00", "1F3864"
RULE, FILL, HEAD_FILL, BAR = "BFC5D2", "F6F7FA", "E6EAF2", "4A6FA5"

_MONO = (
    '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/>'
    '<w:sz w:val="17"/><w:szCs w:val="17"/>'
)

_PARAGRAPHS = (
    # id, name, based on, paragraph properties, run properties
    ("Title", "Title", "Normal", '<w:keepNext/><w:spacing w:before="0" w:after="120"/>',
     f'<w:b/><w:bCs/><w:color w:val="{BLUE}"/><w:sz w:val="36"/><w:szCs w:val="36"/>'),
    ("Subtitle", "Subtitle", "Normal", '<w:keepNext/><w:spacing w:after="200"/>',
     f'<w:color w:val="{QUIET}"/>'),
    ("Standing", "Standing", "Normal",
     f'<w:pBdr><w:left w:val="single" w:sz="18" w:space="8" w:color="{OPEN}"/></w:pBdr>'
     '<w:spacing w:after="200"/><w:ind w:left="200"/>', ""),
    ("TableHead", "Table Head", "Normal", '<w:keepNext/><w:spacing w:before="40" w:after="40"/>',
     f'<w:b/><w:bCs/><w:color w:val="{BLUE}"/><w:sz w:val="17"/><w:szCs w:val="17"/>'),
    ("Label", "Field Label", "Normal", '<w:spacing w:before="40" w:after="20"/>', ""),
    ("Answer", "Answer", "Normal", '<w:spacing w:before="40" w:after="40"/>', ""),
    ("Listing", "Answer Heading", "Answer", '<w:keepNext/><w:spacing w:before="80" w:after="20"/>',
     "<w:b/><w:bCs/>"),
    ("Box", "Check Box", "Answer", '<w:spacing w:before="0" w:after="0" w:line="270" '
     'w:lineRule="exact"/>', ""),
    ("ListBullet", "List Bullet", "Answer", '<w:spacing w:before="60" w:after="20"/>',
     "<w:b/><w:bCs/>"),
    ("ListNumber", "List Number", "Answer", '<w:spacing w:before="20" w:after="20"/>', ""),
    ("Step", "Step", "ListNumber", "<w:keepNext/><w:keepLines/>", ""),
    ("Detail", "List Detail", "Answer", '<w:spacing w:before="0" w:after="20"/>'
     '<w:ind w:left="284"/>', ""),
    ("Beside", "Answer Note", "Answer", "", f'<w:color w:val="{QUIET}"/>'),
    ("NotAsked", "Not Applicable", "Answer", "", f'<w:color w:val="{QUIET}"/>'),
    ("Open", "Open Answer", "Answer", "", f'<w:color w:val="{OPEN}"/>'),
    ("Support", "Rests On", "Normal", '<w:spacing w:before="20" w:after="40"/>',
     f'<w:color w:val="{QUIET}"/><w:sz w:val="16"/><w:szCs w:val="16"/>'),
    ("Remedy", "Remedy", "Answer", "", _MONO),
    ("ChartRow", "Chart Row", "Answer", "<w:keepNext/>", ""),
    ("Bar", "Chart Bar", "Normal", '<w:spacing w:before="60" w:after="60"/>', ""),
    ("Gap", "Gap", "Normal", '<w:spacing w:before="0" w:after="120" w:line="20" '
     'w:lineRule="exact"/>', '<w:sz w:val="2"/><w:szCs w:val="2"/>'),
    ("End", "Section End", "Normal", '<w:spacing w:before="0" w:after="0" w:line="20" '
     'w:lineRule="exact"/>', '<w:sz w:val="2"/><w:szCs w:val="2"/>'),
    ("Footer", "footer", "Normal",
     '<w:tabs><w:tab w:val="right" w:pos="9638"/></w:tabs><w:spacing w:before="0" w:after="0"/>',
     f'<w:color w:val="{QUIET}"/><w:sz w:val="15"/><w:szCs w:val="15"/>'),
)  # fmt: skip

_HEADINGS = ((1, 28, 360, 120), (2, 23, 280, 100), (3, 20, 240, 80), (4, 20, 200, 80))
"""Level, size in half points, space before and after in twentieths of a point."""

_CHARACTERS = (
    ("Strong", "Strong", "<w:b/><w:bCs/>"),
    ("Quiet", "Quiet", f'<w:color w:val="{QUIET}"/><w:sz w:val="16"/><w:szCs w:val="16"/>'),
    ("Hyperlink", "Hyperlink", '<w:color w:val="0B4FA8"/><w:u w:val="single"/>'),
    ("Code", "Code", _MONO),
)  # fmt: skip


def styles(language: str) -> str:
    """Return the styles part; `language` is what spelling is checked against."""
    parts = [_defaults(language)]
    parts += [_heading(*heading) for heading in _HEADINGS]
    parts += [_paragraph(*style) for style in _PARAGRAPHS]
    parts += [_character(*style) for style in _CHARACTERS]
    return f"<w:styles {NAMESPACES}>{''.join(parts)}{_table()}</w:styles>"


def _defaults(language: str) -> str:
    return (
        "<w:docDefaults><w:rPrDefault><w:rPr>"
        f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
        f'<w:color w:val="{INK}"/><w:sz w:val="19"/><w:szCs w:val="19"/>'
        f'<w:lang w:val="{text(language)}" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
        "</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>"
        '<w:spacing w:after="100" w:line="259" w:lineRule="auto"/></w:pPr></w:pPrDefault>'
        "</w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal">'
        '<w:name w:val="Normal"/><w:qFormat/></w:style>'
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList">'
        '<w:name w:val="No List"/><w:uiPriority w:val="99"/><w:semiHidden/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal">'
        '<w:name w:val="Normal Table"/><w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr>'
        '<w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/>'
        '<w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>'
        '<w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
    )


def _heading(level: int, size: int, before: int, after: int) -> str:
    return (
        f'<w:style w:type="paragraph" w:styleId="Heading{level}"><w:name w:val="heading {level}"/>'
        '<w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:qFormat/>'
        f'<w:pPr><w:keepNext/><w:keepLines/><w:spacing w:before="{before}" w:after="{after}"/>'
        f'<w:outlineLvl w:val="{level - 1}"/></w:pPr>'
        f'<w:rPr><w:b/><w:bCs/><w:color w:val="{BLUE}"/><w:sz w:val="{size}"/>'
        f'<w:szCs w:val="{size}"/></w:rPr></w:style>'
    )


def _paragraph(name: str, shown: str, based_on: str, paragraph: str, run: str) -> str:
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{shown}"/>'
        f'<w:basedOn w:val="{based_on}"/><w:qFormat/>'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def _character(name: str, shown: str, run: str) -> str:
    return (
        f'<w:style w:type="character" w:styleId="{name}"><w:name w:val="{shown}"/>'
        f'<w:basedOn w:val="DefaultParagraphFont"/><w:qFormat/><w:rPr>{run}</w:rPr></w:style>'
    )


def _table() -> str:
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{RULE}"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    return (
        '<w:style w:type="table" w:styleId="Form"><w:name w:val="Form"/>'
        f'<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>{edges}</w:tblBorders>'
        '<w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="113" w:type="dxa"/>'
        '<w:bottom w:w="40" w:type="dxa"/><w:right w:w="113" w:type="dxa"/></w:tblCellMar>'
        "</w:tblPr></w:style>"
    )


def lists(count: int) -> str:
    """Return the numbering part: one list with bullets, and the others up to `count` numbered."""
    numbered = "".join(
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0">'
        '<w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        for number in range(BULLETS + 1, count + 1)
    )
    return (
        f"<w:numbering {NAMESPACES}>{_abstract(0, 'bullet', '•', 284)}"
        f"{_abstract(1, 'decimal', '%1.', 560)}"
        f'<w:num w:numId="{BULLETS}"><w:abstractNumId w:val="0"/></w:num>{numbered}</w:numbering>'
    )


def _abstract(number: int, kind: str, shown: str, indent: int) -> str:
    return (
        f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="singleLevel"/>'
        f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val="{shown}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{indent}" w:hanging="{indent}"/></w:pPr></w:lvl></w:abstractNum>'
    )


SETTINGS = (
    f'<w:settings {NAMESPACES}><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
    '<w:characterSpacingControl w:val="doNotCompress"/><w:compat>'
    '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" '
    'w:val="15"/></w:compat><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'
)
"""Without the mode Word opens the file as one of 2007, where boxes cannot be ticked."""
