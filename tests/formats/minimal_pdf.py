"""A PDF of one page, written by hand: the same bytes whatever library makes the real ones."""

from ledger.proof.pdf_slot import MARKER

_FILE = "<</Length %d/Type/EmbeddedFile%s/Subtype/application#2Fjson/Params<</Size %d/ModDate%s>>>>"
_NAMED = "<</Type/Filespec/F(%s)/UF(%s)/EF<</F %d 0 R/UF %d 0 R>>/AFRelationship/%s/Desc(%s)>>"
_DATE = "(D:20261124000000Z)"


def minimal_pdf(said: str, form: bytes = b"{}", *, deflated: bool = False) -> bytes:
    """Return a document as PDF without evidence, whose page says one line of ASCII.

    `form` is stored as it is; `deflated` says that it is deflated.
    """
    packed = "/Filter/FlateDecode" if deflated else ""
    shown = f"BT /F1 24 Tf 72 720 Td ({said}) Tj ET".encode()
    objects = [
        _bytes("<</Type/Pages/Count 1/Kids[2 0 R]>>"),
        _bytes(
            "<</Type/Page/Parent 1 0 R/MediaBox[0 0 595 842]/Contents 3 0 R"
            "/Resources<</Font<</F1 4 0 R>>>>>>"
        ),
        _stream(f"<</Length {len(shown)}>>", shown),
        _bytes("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"),
        _bytes(_NAMED % ("form.json", "form.json", 7, 7, "Data", "The filled form")),
        _bytes(_NAMED % ("evidence.json", "evidence.json", 8, 8, "Supplement", "The evidence")),
        _stream(_FILE % (len(form), packed, len(form), _DATE), form),
        _stream(_FILE % (len(MARKER), "", len(MARKER), _DATE), MARKER),
        _bytes("<</Title(Summary)>>"),
        _bytes(
            "<</Type/Catalog/Pages 1 0 R/Names<</EmbeddedFiles"
            "<</Names[(evidence.json)6 0 R(form.json)5 0 R]>>>>/AF[6 0 R 5 0 R]>>"
        ),
    ]
    return _file(objects, root=10, info=9)


def _bytes(text: str) -> bytes:
    return text.encode() + b"\n"


def _stream(head: str, content: bytes) -> bytes:
    return head.encode() + b"\nstream\n" + content + b"\nendstream\n"


def _file(objects: list[bytes], *, root: int, info: int) -> bytes:
    written = bytearray(b"%PDF-1.7\n%\x80\x80\x80\x80\n\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(written))
        written += b"%d 0 obj\n%sendobj\n" % (number, body)
    table = len(written)
    size = len(objects) + 1
    written += b"xref\n0 %d\n0000000000 65535 f\r\n" % size
    written += b"".join(b"%010d 00000 n\r\n" % offset for offset in offsets)
    written += (
        b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[(bWluaW1hbA==)(bWluaW1hbA==)]>>\n"
        % (
            size,
            root,
            info,
        )
    )
    return bytes(written + b"startxref\n%d\n%%%%EOF\n" % table)
