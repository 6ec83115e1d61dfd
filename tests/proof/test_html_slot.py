"""The filled form inside a page: whatever it says, it comes out as it went in, or not at all."""

import pytest

from ledger.errors import MalformedError
from ledger.proof.html_slot import (
    FORM_END,
    FORM_START,
    HTML_START,
    SLOT_END,
    SLOT_START,
    form_element,
    form_in,
    split,
    with_evidence,
)
from ledger.record.canonical import encode

EVIDENCE = b'{"type":"tdl/evidence/v1"}\n'


def page(form: bytes) -> bytes:
    return HTML_START + b"<p>Yes</p>\n" + form_element(form) + SLOT_START + SLOT_END


TEXTS = [
    "",
    "plain",
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "a & b &lt; c",
    "\u2028 and \u2029",
    "\\u003c is not <",
    "\\\\u003c \\< \\",
    '"quoted" \n\t\x00\x1f',
    "שלום 日本語 \U0001f511",
    SLOT_START.decode(),
    FORM_START.decode(),
]


@pytest.mark.parametrize("text", TEXTS, ids=repr)
def test_a_form_comes_out_as_it_went_in(text: str) -> None:
    form = encode({"answer": text, "z": [text]})
    bare = page(form)
    assert form_in(bare) == form
    assert form_in(with_evidence(bare, EVIDENCE)) == form
    inside = bare.partition(FORM_START)[2].partition(FORM_END)[0]
    assert not set(inside.decode()) & set("<>&\u2028\u2029")


def test_a_page_may_carry_no_form() -> None:
    assert form_in(HTML_START + b"<p>Yes</p>\n" + SLOT_START + SLOT_END) is None


GOOD = page(b'{"a":"<b>"}')


@pytest.mark.parametrize(
    "data",
    [
        GOOD.replace(b"<p>", form_element(b"{}") + b"<p>"),
        GOOD.replace(b"</script>\n<script type", b"</script>\n<p></p><script type"),
        GOOD.replace(b"\\u003c", b"\\u003C"),
        GOOD.replace(b"\\u003c", b"<"),
        GOOD.replace(b'"a"', b' "a"'),
        GOOD.replace(b'"a"', b'"\\u0061"'),
        GOOD.replace(b'{"a"', b'{"a":1,"a"'),
        GOOD.replace(b'{"a"', b'{"b":1,"a"'),
        GOOD.replace(b'"\\u003cb\\u003e"', b"1.5"),
        GOOD.replace(b'"\\u003cb\\u003e"', b"null"),
        GOOD.replace(b'"\\u003cb\\u003e"', b"NaN"),
        GOOD.replace(b'{"a"', b"\xff"),
        GOOD.replace(b'{"a"', b"[" * 5000),
        GOOD.replace(b'{"a":', b'{"a":"e\xcc\x81","b":'),
        GOOD.replace(FORM_END + SLOT_START, SLOT_START),
    ],
)
def test_a_form_in_another_place_or_spelling_is_refused(data: bytes) -> None:
    assert data != GOOD
    with pytest.raises(MalformedError):
        form_in(data)


def test_what_is_no_page_is_refused() -> None:
    for data in (b"", b"%PDF-1.7\n", GOOD[:-1], GOOD + b"\n"):
        with pytest.raises(MalformedError):
            form_in(data)
        with pytest.raises(MalformedError):
            split(data)
    with pytest.raises(MalformedError):
        with_evidence(GOOD, b"")
