r"""The slot of an HTML document, and the filled form beside it.

A page begins with `<!doctype html>` and a line feed, and ends with the slot and nothing else:

    <script type="text/plain" id="tdl-evidence">BASE64</script>
    </body>
    </html>

The opening tag occurs once in the file. Without evidence there is nothing between the tags. On the
line before stands the form that the page shows, as canonical JSON in which five characters are
spelt so that nothing in it can end the element (`<`, `>`, `&`, U+2028 and U+2029 as `\u003c`, …):

    <script type="application/json" id="tdl-form">JSON</script>

No other script is in the page: it could show what stands in the slot, which the digest leaves out.

A page need not carry its form; a page that does carries it once, in this place and spelling.
docs/formats/document.md is normative.
"""

import json
import re
from typing import Final

from ledger.errors import MalformedError
from ledger.record.canonical import JSON, decode, encode
from ledger.signing.base64 import decode_base64, encode_base64

HTML_START: Final = b"<!doctype html>\n"
SLOT_START: Final = b'<script type="text/plain" id="tdl-evidence">'
SLOT_END: Final = b"</script>\n</body>\n</html>\n"
FORM_START: Final = b'<script type="application/json" id="tdl-form">'
FORM_END: Final = b"</script>\n"

_SPELT: Final = {
    ord(character): f"\\u{ord(character):04x}" for character in ("<", ">", "&", "\u2028", "\u2029")
}

_SCRIPT: Final = re.compile(rb"<script", re.IGNORECASE)

_HINT: Final = "ask its publisher for the file as `ledger summary` wrote it"


def is_html(data: bytes) -> bool:
    """Answer whether the bytes begin like a document as HTML; `split` says if they are one."""
    return data.startswith(HTML_START)


def split(data: bytes) -> tuple[bytes, bytes | None]:
    """Return the page with its slot empty, and the evidence; None when it was empty.

    Raises:
        MalformedError: A slot that is missing, doubled or not at the end, or in another spelling.
    """
    if not is_html(data):
        raise MalformedError("a document as HTML begins with <!doctype html> and a line feed")
    found = data.count(SLOT_START)
    if found != 1:
        raise MalformedError(f"an HTML document has one slot for evidence, found {found}")
    if len(_SCRIPT.findall(data)) != found + data.count(FORM_START):
        # A script could show a reader what stands in the slot, which the digest leaves out.
        raise MalformedError(
            "an HTML document has no script but its form and its slot; found another", hint=_HINT
        )
    if not data.endswith(SLOT_END):
        raise MalformedError("an HTML document ends with its slot for evidence; found more or less")
    start = data.index(SLOT_START) + len(SLOT_START)
    end = len(data) - len(SLOT_END)
    content = data[start:end]
    if not content:
        return data, None
    evidence = decode_base64(content.decode("latin-1"), "what the slot for evidence holds")
    return data[:start] + data[end:], evidence


def with_evidence(document: bytes, evidence: bytes) -> bytes:
    """Return the page with evidence in its slot, in the place of what was there.

    Raises:
        MalformedError: As `split`, or the evidence is empty.
    """
    if not evidence:
        raise MalformedError("evidence of no bytes")
    empty, _ = split(document)
    return empty.removesuffix(SLOT_END) + encode_base64(evidence).encode() + SLOT_END


def form_element(form: bytes) -> bytes:
    """Return the element, and its line feed, that carries canonical JSON inside a page."""
    return FORM_START + _spelt(form) + FORM_END


def form_in(data: bytes) -> bytes | None:
    """Return the filled form that the page carries, as canonical JSON; None if it carries none.

    Raises:
        MalformedError: As `split`, or the element is doubled, in another place or spelling.
    """
    empty, _ = split(data)
    found = empty.count(FORM_START)
    if not found:
        return None
    head = empty.removesuffix(SLOT_START + SLOT_END)
    if found != 1 or not head.endswith(FORM_END):
        raise MalformedError(
            f"an HTML document carries its form once, just before its slot; found {found}",
            hint=_HINT,
        )
    content = head[head.index(FORM_START) + len(FORM_START) :].removesuffix(FORM_END)
    form = encode(_loaded(content))
    if _spelt(form) != content:
        raise MalformedError("the form inside the page is not in its one spelling", hint=_HINT)
    decode(form)
    return form


def _spelt(form: bytes) -> bytes:
    return form.decode().translate(_SPELT).encode()


def _loaded(content: bytes) -> JSON:
    """Return the value of JSON whose spelling is judged by writing it again."""
    try:
        value: JSON = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"the form inside the page is no JSON: {error}", hint=_HINT) from error
    return value
