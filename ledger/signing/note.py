"""Signed notes: a text and signatures on it (c2sp.org/signed-note).

    <text, each line ended by LF>
    <empty line>
    — <key name> <base64 of 4-byte key id and signature>
    ...

The dash is U+2014. The border between text and signatures is the last empty line. UTF-8 only, and
no control character below U+0020 but LF.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self

from ledger.errors import CannotTellError, MalformedError, VerificationError
from ledger.signing.base64 import decode_base64, encode_base64
from ledger.signing.keys import Signer, Verifier, VerifierKey, check_name

MAX_SIGNATURES = 100
MAX_NOTE_SIZE = 1_000_000
"""Limits, so that a hostile note costs little: an ML-DSA-44 line alone is 3.3 kB."""

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_DASH = "\N{EM DASH} "


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line: who says to have signed (name and id), and the signature bytes."""

    name: str
    key_id: bytes
    signature: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.key_id) != 4 or not self.signature:
            raise MalformedError(
                f"the signature line of {self.name!r} holds no key id and signature"
            )

    def __str__(self) -> str:
        """Return the line, without its line feed."""
        return f"{_DASH}{self.name} {encode_base64(self.key_id + self.signature)}"

    @classmethod
    def parse(cls, line: str) -> Self:
        """Return the signature whose line is exactly `line`."""
        name, space, encoded = line.removeprefix(_DASH).partition(" ")
        if not line.startswith(_DASH) or not space:
            raise MalformedError(f"{line[:60]!r} is not a signature line")
        data = decode_base64(encoded, f"the signature of {name[:60]!r}")
        return cls(name, data[:4], data[4:])

    def is_by(self, key: VerifierKey) -> bool:
        """Say whether both name and id are those of `key`; the signature is not checked here."""
        return self.name == key.name and self.key_id == key.id


@dataclass(frozen=True, slots=True)
class Note:
    """A text with signatures, none of which has been checked yet."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def __post_init__(self) -> None:
        if not self.text.endswith("\n"):
            raise MalformedError("the text of a note ends with a line feed")
        if _CONTROL.search(self.text):
            raise MalformedError("the text of a note holds a control character")
        if not 1 <= len(self.signatures) <= MAX_SIGNATURES:
            raise MalformedError(
                f"a note has 1 to {MAX_SIGNATURES} signatures, not {len(self.signatures)}"
            )

    def to_bytes(self) -> bytes:
        """Return the note in its one byte form."""
        lines = "".join(f"{signature}\n" for signature in self.signatures)
        return f"{self.text}\n{lines}".encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the note whose `to_bytes` is exactly `data`.

        Raises:
            MalformedError: `data` is no signed note.
        """
        if len(data) > MAX_NOTE_SIZE:
            raise MalformedError(f"a note has at most {MAX_NOTE_SIZE} bytes, not {len(data)}")
        try:
            content = data.decode()
        except UnicodeDecodeError as error:
            raise MalformedError("a note is UTF-8 text") from error
        text, border, lines = content.rpartition("\n\n")
        if not border or not lines.endswith("\n"):
            raise MalformedError("a note is a text, an empty line and signature lines")
        signatures = tuple(NoteSignature.parse(line) for line in lines[:-1].split("\n"))
        return cls(text + "\n", signatures)

    def with_signatures(self, more: Iterable[NoteSignature]) -> Self:
        """Return the note with more signatures at its end."""
        return replace(self, signatures=(*self.signatures, *more))


def sign_note(text: str, signers: Sequence[Signer]) -> Note:
    """Return the note of `text` with one signature a signer, in their order."""
    return Note(text, tuple(signature_by(signer, text) for signer in signers))


def signature_by(signer: Signer, text: str) -> NoteSignature:
    """Return the signer's line on `text`."""
    return NoteSignature(signer.key.name, signer.key.id, signer.sign(text))


def check_note(note: Note, verifiers: Sequence[Verifier]) -> tuple[VerifierKey, ...]:
    """Check a note's signatures by known keys, and return those keys in the note's order.

    Lines by unknown keys are ignored, also where only the name or only the id is known; and so are
    those of a kind that this machine cannot check, as long as another line holds.

    Raises:
        VerificationError: A known key's signature fails, or one known key signed twice.
        CannotTellError: No known key signed, or none that can be checked here.
    """
    known = {(verifier.key.name, verifier.key.id): verifier for verifier in verifiers}
    signed: list[VerifierKey] = []
    unchecked: CannotTellError | None = None
    for line in note.signatures:
        verifier = known.get((line.name, line.key_id))
        if verifier is None:
            continue
        if verifier.key in signed:
            raise VerificationError(f"{line.name} signed the same note twice")
        try:
            verifier.verify(note.text, line.signature)
        except (VerificationError, MalformedError) as error:
            raise VerificationError(f"the signature of {line.name} fails: {error}") from error
        except CannotTellError as error:
            unchecked = error
            continue
        signed.append(verifier.key)
    if unchecked is not None and not signed:
        raise CannotTellError(f"no signature can be checked: {unchecked}", hint=unchecked.hint)
    if not signed:
        names = ", ".join(sorted({line.name for line in note.signatures}))
        raise CannotTellError(f"no key that we know signed this; it is signed by {names[:300]}")
    return tuple(signed)
