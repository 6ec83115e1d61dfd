from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.checkpoint.cosignature import verifier_of
from ledger.errors import CannotTellError, LedgerError, MalformedError, VerificationError
from ledger.signing.keys import Ed25519Signer, NoteVerifier, VerifierKey
from ledger.signing.note import (
    MAX_NOTE_SIZE,
    MAX_SIGNATURES,
    Note,
    NoteSignature,
    check_note,
    sign_note,
)
from tests.makers import LOG, PRODUCER, STRANGER, seed
from tests.vectors import FOLDER, load

TEXT = "lab.example/log\nhello\n"
NOTE = sign_note(TEXT, [LOG, PRODUCER])
KNOWN = [NoteVerifier(LOG.key), NoteVerifier(PRODUCER.key)]


def verdict(note: bytes, vkey: str) -> bool:
    try:
        check_note(Note.from_bytes(note), [verifier_of(VerifierKey.parse(vkey))])
    except LedgerError:
        return False
    return True


@pytest.mark.parametrize("case", load("go-made-log/notes.json"), ids=lambda case: case["desc"])
def test_notes_that_go_made(case: dict[str, object]) -> None:
    vkey = (FOLDER / "go-made-log/log.vkey").read_text().strip()
    assert verdict(str(case["note"]).encode(), vkey) == case["valid"]


def test_the_bytes_of_a_note() -> None:
    data = NOTE.to_bytes()
    assert data.startswith(f"{TEXT}\n\u2014 lab.example/log ".encode())
    assert Note.from_bytes(data) == NOTE
    assert check_note(NOTE, KNOWN) == (LOG.key, PRODUCER.key)


def texts() -> st.SearchStrategy[str]:
    letters = st.characters(exclude_categories=["Cs"], min_codepoint=32)
    return st.lists(st.text(letters, max_size=8), min_size=1, max_size=5).map(
        lambda lines: "".join(f"{line}\n" for line in lines)
    )


@given(texts(), st.integers(1, 3))
def test_notes_come_back(text: str, count: int) -> None:
    note = sign_note(text, [Ed25519Signer(f"n{at}", seed(at)) for at in range(count)])
    assert Note.from_bytes(note.to_bytes()) == note


def test_every_changed_byte_of_a_note_is_noticed() -> None:
    data = NOTE.to_bytes()
    for at in range(len(data)):
        for change in (1, 2, 0x20, 0x80):
            changed = bytearray(data)
            changed[at] ^= change
            with suppress(LedgerError):
                found = Note.from_bytes(bytes(changed))
                assert found != NOTE
                # A line whose name or id changed is by a key that we do not know; the rest holds.
                assert check_note(found, KNOWN) != (LOG.key, PRODUCER.key)
        with suppress(MalformedError):
            assert Note.from_bytes(data[:at]) != NOTE


def test_the_border_is_the_last_empty_line() -> None:
    text = "first\n\nsecond\n\n\u2014 not.a.signature AAAAAAAA\n\nlast\n"
    note = Note.from_bytes(sign_note(text, [LOG]).to_bytes())
    assert note.text == text
    assert check_note(note, KNOWN) == (LOG.key,)


LINE = str(NOTE.signatures[0])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"\n\n",
        TEXT.encode(),
        f"{TEXT}\n".encode(),
        f"{TEXT}\n{LINE}".encode(),
        f"{TEXT}\n{LINE}\n\n".encode(),
        f"{TEXT}\n {LINE}\n".encode(),
        f"{TEXT}\n{LINE} \n".encode(),
        f"{TEXT}{LINE}\n".encode(),
        f"{TEXT}\n{LINE}\nmore\n".encode(),
        f"{TEXT}\n- a AAAAAAAA\n".encode(),
        f"{TEXT}\na AAAAAAAA\n".encode(),
        f"{TEXT}\n\u2013 a AAAAAAAA\n".encode(),
        f"{TEXT}\n\u2014 a AAAA\n".encode(),
        f"{TEXT}\n\u2014 a AAAAAA==\n".encode(),
        f"{TEXT}\n\u2014 a+b AAAAAAAA\n".encode(),
        f"{TEXT}\n\u2014  AAAAAAAA\n".encode(),
        f"{TEXT}\n\u2014 a  AAAAAAAA\n".encode(),
        f"{TEXT}\n\u2014 a AAAAAAA\n".encode(),
        f"tab\there\n\n{LINE}\n".encode(),
        f"{TEXT}\n{LINE}\n".replace("\n", "\r\n").encode(),
        f"nul\0\n\n{LINE}\n".encode(),
        b"\xff" + NOTE.to_bytes(),
        NOTE.to_bytes()[:30] + b"\xed\xa0\x80" + NOTE.to_bytes()[30:],
        f"{TEXT}\n".encode() + f"{LINE}\n".encode() * (MAX_SIGNATURES + 1),
        b"a" * MAX_NOTE_SIZE + NOTE.to_bytes(),
    ],
)
def test_what_is_not_a_note(data: bytes) -> None:
    with pytest.raises(MalformedError):
        Note.from_bytes(data)


def test_a_text_needs_its_last_line_feed_and_a_note_its_signature() -> None:
    with pytest.raises(MalformedError, match="line feed"):
        Note("text", NOTE.signatures)
    with pytest.raises(MalformedError, match="not 0"):
        Note(TEXT, ())


def test_unknown_signatures_are_ignored() -> None:
    assert check_note(sign_note(TEXT, [STRANGER, LOG, STRANGER]), KNOWN) == (LOG.key,)


@pytest.mark.parametrize("part", ["name", "id"])
def test_a_line_is_unknown_if_only_name_or_id_matches(part: str) -> None:
    line = NOTE.signatures[0]
    near = (
        NoteSignature(line.name, PRODUCER.key.id, b"not by the log")
        if part == "name"
        else NoteSignature("other.example", line.key_id, b"not by the log")
    )
    assert check_note(Note(TEXT, (near, line)), KNOWN) == (LOG.key,)
    with pytest.raises(CannotTellError, match="no key that we know"):
        check_note(Note(TEXT, (near,)), KNOWN)


def test_a_line_is_by_a_key_of_that_name_and_id() -> None:
    line = NOTE.signatures[0]
    assert line.is_by(LOG.key)
    assert not NoteSignature("other.example", line.key_id, line.signature).is_by(LOG.key)
    assert not NoteSignature(line.name, b"none", line.signature).is_by(LOG.key)


@pytest.mark.parametrize(
    ("key_id", "signature"), [(b"abc", b"x"), (b"abcde", b"x"), (b"abcd", b"")]
)
def test_a_line_holds_a_key_id_and_a_signature(key_id: bytes, signature: bytes) -> None:
    with pytest.raises(MalformedError, match="no key id and signature"):
        NoteSignature("a", key_id, signature)


def test_no_known_signature_is_neither_true_nor_false() -> None:
    with pytest.raises(CannotTellError, match=r"signed by stranger\.example"):
        check_note(sign_note(TEXT, [STRANGER]), KNOWN)
    with pytest.raises(CannotTellError):
        check_note(NOTE, [])


def test_one_failing_known_signature_spoils_the_note() -> None:
    good, other = sign_note(TEXT, [LOG]), sign_note("other\n", [PRODUCER])
    with pytest.raises(VerificationError, match=r"lab\.example/producer fails"):
        check_note(good.with_signatures(other.signatures), KNOWN)
    cut = NoteSignature(PRODUCER.key.name, PRODUCER.key.id, b"short")
    with pytest.raises(VerificationError, match=r"lab\.example/producer fails"):
        check_note(good.with_signatures([cut]), KNOWN)


def test_a_known_key_signs_once() -> None:
    with pytest.raises(VerificationError, match="twice"):
        check_note(sign_note(TEXT, [LOG, LOG]), KNOWN)
