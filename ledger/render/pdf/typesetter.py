"""Typst, as a function from a document to bytes.

The pages in `pages/` are the same for every document; its texts come as the file `view.json`, which
they read as data. Nothing else can be read: the compiler is given these files, and as its root the
folder of the pages.
"""

import json
import re
from pathlib import Path
from typing import Any, Final

import typst

from ledger.errors import InputError
from ledger.proof.pdf_slot import EVIDENCE, FORM, MARKER, split
from ledger.render.pdf.fonts import fonts, no_font
from ledger.render.pdf.view import view
from ledger.summary import document_json
from ledger.summary.document import Document

STANDARDS: Final = ["a-3a", "ua-1"]

PAGES: Final = Path(__file__).parent / "pages"
_compiler: Any = typst.Compiler
"""Its published types do not know that it takes several files."""
_LACKS = re.compile(
    r'the text `"(.+?)"` could not be displayed|disallowed codepoint `"(.+?)"`', re.DOTALL
)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]{1,6})\}")


def typeset(document: Document) -> bytes:
    """Return the PDF of a document, the slot for its evidence empty.

    Raises:
        InputError: No font has the letters of some text.
    """
    files = {
        **{path.name: path.read_bytes() for path in PAGES.glob("*.typ")},
        "view.json": json.dumps(view(document), ensure_ascii=False).encode(),
        FORM: document_json.to_bytes(document),
        EVIDENCE: MARKER,
    }
    written = compile_pages(files).rstrip(b"\n") + b"\n"
    # A Typst that writes PDF in another way must be noticed here, not by who verifies.
    split(written)
    return written


def compile_pages(files: dict[str, bytes]) -> bytes:
    """Return the PDF that Typst makes of `main.typ` and the files that it reads.

    Raises:
        InputError: No font has the letters of some text.
    """
    try:
        # Of several files, `main.typ` is the one to compile.
        compiler = _compiler(
            files, root=PAGES, font_paths=fonts(), ignore_system_fonts=True, sys_inputs={}
        )
        written = compiler.compile(format="pdf", pdf_standards=STANDARDS)
    except typst.TypstError as error:
        raise _told(error) from error
    assert isinstance(written, bytes)
    return written


def _told(error: typst.TypstError) -> InputError:
    """Return what Typst complains of as something that the user can mend."""
    found = (one or other for one, other in _LACKS.findall(error.diagnostic))
    letters = "".join(dict.fromkeys("".join(map(_unescaped, found))))
    if letters:
        return no_font(letters)
    return InputError(
        f"Typst cannot make a PDF of this document: {error.message}",
        hint="--to html makes a page of it; please report this",
    )


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
