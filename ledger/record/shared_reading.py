r"""Reading a body of shards without reading again and again what they share.

A thousand shards of a dataset have the same description, letter by letter. Decoded, checked,
encoded and compared for each of them, it takes most of the time that a body takes. Here it is
recognised by its text: between the values of its own fields, a record has word by word what the
one before had.

Only what the plain way (`ledger.record.submission`) would accept is accepted here, with the same
result; a test compares the two on good bodies and on changed ones. For everything else the answer
is None, and the plain way says what is wrong.
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from ledger.errors import LedgerError
from ledger.record.batch import SealedRecord
from ledger.record.canonical import check_value, encode, scan
from ledger.record.record import OWN_FIELDS, Record
from ledger.record.schema import Fields
from ledger.signing.base64 import decode_base64

_NAME: Final = re.compile('"([a-z_]{1,40})":')
_SECRET: Final = re.compile(r'},"secret":"([A-Za-z0-9+/]{43}=)"}')
_START, _MIDDLE, _RECORD, _END = '{"note":', ',"records":[', '{"fields":{', "]}"


class Parts(NamedTuple):
    """A body taken apart: the note, and where its records begin."""

    note: bytes
    text: str
    at: int


class NotPlainError(Exception):
    """The text is not in the form that is read here; the plain way says whether it is in any."""


def split_note(data: bytes) -> Parts | None:
    """Return the note of a body, and where its records begin; None if it is not so simple."""
    try:
        text = data.decode()
        if not text.startswith(_START):
            return None
        note, end = scan(text, len(_START))
        if not isinstance(note, str) or not text.startswith(_MIDDLE, end):
            return None
        if encode(note).decode() != text[len(_START) : end]:
            return None
    except (LedgerError, ValueError, RecursionError):
        return None
    return Parts(note.encode(), text, end + len(_MIDDLE))


def read_shards(parts: Parts, count: int) -> tuple[SealedRecord, ...] | None:
    """Return the `count` records of a body of shards; None if the plain way has to read it."""
    reader = _Reader(parts.text, parts.at)
    try:
        records = []
        for number in range(count):
            if number:
                reader.skip(",")
            records.append(reader.record())
        reader.skip(_END)
    except (NotPlainError, LedgerError, ValueError, RecursionError):
        return None
    return tuple(records) if reader.at == len(parts.text) else None


class _Template(NamedTuple):
    """What the next record most likely looks like: the last one, but for its own fields."""

    pieces: tuple[tuple[str, str], ...]
    """Text that is there word by word, and the name of the own field whose value comes after it."""
    tail: str
    model: Record


_SEEN: Final[dict[str, tuple[_Template, ...]]] = {}
"""Templates of bodies before, by their first piece: a producer sends many small ones alike.

It changes how long reading takes, and nothing else. Threads may lose each other's additions.
"""
_MOST_KEYS, _MOST_ALIKE, _LONGEST = 64, 4, 8_192
_FIRST_OWN: Final = '"claimed_at":'
"""The first field of a record that is its own: only `basis` is before it."""


def _key(text: str, at: int) -> str:
    """Return the first piece of the template that a record at a place could have."""
    end = text.find(_FIRST_OWN, at, at + _LONGEST)
    return "" if end == -1 else text[at : end + len(_FIRST_OWN)]


def _remember(template: _Template) -> None:
    length = len(template.tail) + sum(len(piece) for piece, _ in template.pieces)
    if length > _LONGEST:
        return
    first = template.pieces[0][0]
    known = _SEEN.get(first, ())
    if not known and len(_SEEN) >= _MOST_KEYS:
        _SEEN.clear()
    _SEEN[first] = (template, *known)[:_MOST_ALIKE]


class _Reader:
    """Reads records one after the other; `at` is the place of the next character."""

    def __init__(self, text: str, at: int) -> None:
        self._text = text
        self.at = at
        self._template: _Template | None = None

    def skip(self, expected: str) -> None:
        """Go past what has to be here."""
        if not self._text.startswith(expected, self.at):
            raise NotPlainError
        self.at += len(expected)

    def record(self) -> SealedRecord:
        """Read one record with its secret."""
        record = self._alike() or self._anew()
        found = _SECRET.match(self._text, self.at)
        if found is None:
            raise NotPlainError
        self.at = found.end()
        return SealedRecord.of(record, decode_base64(found[1], "a secret"))

    def _alike(self) -> Record | None:
        """Read a record that differs from one before in its own fields; None if it is not so."""
        if self._template is not None:
            return self._fitting(self._template)
        for template in _SEEN.get(_key(self._text, self.at), ()):
            record = self._fitting(template)
            if record is not None:
                self._template = template
                return record
        return None

    def _fitting(self, template: _Template) -> Record | None:
        """Read a record that a template fits; None if it does not."""
        pieces, tail, model = template
        text, at = self._text, self.at
        own: Fields = {}
        places = []
        for piece, name in pieces:
            if not text.startswith(piece, at):
                return None
            begin = at + len(piece)
            own[name], at = scan(text, begin)
            places.append((name, begin, at))
        if not text.startswith(tail, at):
            return None
        self.at = at + len(tail)
        record = model.sharing(own)
        for name, begin, end in places:
            if record.encoded[name] != text[begin:end].encode():
                raise NotPlainError
        return record

    def _anew(self) -> Record:
        """Read a record field by field, check all of it, and expect the next to be like it."""
        texts, fields = self._fields()
        record = Record.parse("shard", fields)
        for name, value in fields.items():
            check_value(value, ("records", 0, "fields", name))
            if record.encoded[name] != texts[name].encode():
                raise NotPlainError
        self._template = _template(texts, record)
        _remember(self._template)
        return record

    def _fields(self) -> tuple[dict[str, str], Fields]:
        """Read the fields of a record, in order and each once: texts and values by name."""
        self.skip(_RECORD)
        texts: dict[str, str] = {}
        fields: Fields = {}
        last = ""
        while True:
            found = _NAME.match(self._text, self.at)
            if found is None or found[1] <= last:
                raise NotPlainError
            last = found[1]
            fields[last], self.at = scan(self._text, found.end())
            texts[last] = self._text[found.end() : self.at]
            if not self._text.startswith(",", self.at):
                return texts, fields
            self.at += 1


def _template(texts: Mapping[str, str], model: Record) -> _Template:
    """Return the template of a record whose fields have these texts."""
    pieces = []
    piece = _RECORD
    for name, text in texts.items():
        if name in OWN_FIELDS:
            pieces.append((f'{piece}"{name}":', name))
            piece = ","
        else:
            piece += f'"{name}":{text},'
    # What follows the last own field ends with a comma too many, or is nothing but one.
    return _Template(tuple(pieces), piece[:-1], model)
