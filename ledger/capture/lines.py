r"""Documents in line formats: JSON Lines, CSV and TSV.

JSON Lines: a document is a line that is not blank. Nothing is parsed, so a file full of broken JSON
counts too; what is recorded is how many documents the file offers.

CSV: a document is a record after the first, which is the header. Quotes are read as Python's csv
module reads them (RFC 4180, and leniently beyond): a field that begins with a quote goes on to the
closing quote, over commas and line ends; a quote further inside a field is a character. Empty lines
are no records.

All scanning is done by C code of the standard library over whole chunks: on the machine at hand
7 to 10 GB/s for lines, about 1 GB/s for CSV chunks that have quotes in them.
"""

import json
import re
from collections.abc import Callable, Iterator
from io import BytesIO

from ledger.capture.counters import Counted, Counter, Uncountable

LONGEST_LINE = 64 << 20
"""A line that is longer is not held in memory: the file goes uncounted."""

_LINES_IN_PIECE = 1000
_is_blank = bytes.isspace


class JsonLines:
    """A Counter of lines that are not blank."""

    def __init__(self) -> None:
        self._documents = 0
        self._open = False  # the chunk before ended in a line already counted

    def feed(self, data: bytes) -> None:
        """See Counter."""
        blank = list(map(_is_blank, BytesIO(data)))
        if not blank:
            return
        self._documents += blank.count(False)
        if self._open and not blank[0]:
            self._documents -= 1
        if data.endswith(b"\n"):
            self._open = False
        else:
            self._open = not blank[-1] or (self._open and len(blank) == 1)

    def finish(self) -> Counted:
        """See Counter."""
        return Counted({"documents": self._documents}, media_type="application/jsonl")


class Csv:
    """A Counter of CSV records, without the header."""

    def __init__(self, delimiter: bytes = b",") -> None:
        # Possessive, so that an unclosed `"a""b` is not taken for a closed `"a"`. The quote comes
        # before the look at what precedes it: `re` finds a literal first byte twice as fast.
        closed = rb'[^"]*+(?:""[^"]*+)*+"'
        begins = rb'"(?<![^\r\n' + re.escape(delimiter) + rb']")'
        self._quoted = re.compile(begins + closed)
        self._begins = re.compile(begins)
        self._rest_of_quoted = re.compile(closed)
        self._held = b""
        self._inside = False  # the text held goes on within a quoted field
        self._records = 0

    def feed(self, data: bytes) -> None:
        """See Counter."""
        end = data.rfind(b"\n") + 1
        if not end:
            if len(self._held) + len(data) > LONGEST_LINE:
                raise Uncountable(f"a line is longer than {LONGEST_LINE >> 20} MiB")
            self._held += data
            return
        self._count(self._held + data[:end] if self._held else data[:end])
        self._held = data[end:]

    def finish(self) -> Counted:
        """See Counter."""
        if self._held:
            self._count(self._held + b"\n")
            self._held = b""
        if self._inside:
            self._records += 1
        return Counted({"documents": max(0, self._records - 1)})

    @property
    def between_records(self) -> bool:
        """Whether what was fed so far ends a record."""
        return not self._inside and not self._held

    def _count(self, text: bytes) -> None:
        """Count the records that end in `text`, which is whole lines."""
        if b'"' in text:
            text = self._without_quoted(text)
        elif self._inside:
            return
        if b"\r" in text:
            text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        lines = BytesIO(text).readlines()
        self._records += len(lines) - lines.count(b"\n")

    def _without_quoted(self, text: bytes) -> bytes:
        """Return the part outside quotes, a letter in place of each quoted field."""
        if self._inside:
            rest = self._rest_of_quoted.match(text)
            if rest is None:
                return b""
            self._inside = False
            text = b"x" + text[rest.end() :]
        text = self._quoted.sub(b"x", text)
        unclosed = self._begins.search(text)
        if unclosed is not None:
            self._inside = True
            begin = unclosed.start()
            end = max(text.rfind(b"\n", 0, begin), text.rfind(b"\r", 0, begin))
            text = text[: end + 1]
        return text


class CsvRecords:
    """Cuts CSV into pieces of whole records, for Python's csv module to parse."""

    def __init__(self, delimiter: str) -> None:
        self._boundary = Csv(delimiter.encode())
        self._held: list[bytes] = []

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield pieces that end with a record in `data`. May raise Uncountable."""
        for line in BytesIO(data):
            self._boundary.feed(line)
            self._held.append(line)
            if self._boundary.between_records and len(self._held) >= _LINES_IN_PIECE:
                yield self.rest()
        if self._boundary.between_records:
            yield self.rest()
        elif sum(map(len, self._held)) > LONGEST_LINE:
            raise Uncountable(f"a record is longer than {LONGEST_LINE >> 20} MiB")

    def rest(self) -> bytes:
        """Return what is left."""
        piece = b"".join(self._held)
        self._held = []
        return piece


class Json:
    """A Counter for `.json`: `whole` for one document, `lines` for JSON Lines under that name.

    Several public corpora name JSON Lines files `.json`. They are told by their first two lines,
    when each begins an object and the first is one.
    """

    def __init__(self, lines: Callable[[], Counter], whole: Callable[[], Counter]) -> None:
        self._lines = lines
        self._whole = whole
        self._head = b""
        self._counter: Counter | None = None

    def feed(self, data: bytes) -> None:
        """See Counter."""
        if self._counter is not None:
            self._counter.feed(data)
            return
        self._head += data
        if len(self._head) >= 1 << 20:
            self._choose()

    def finish(self) -> Counted:
        """See Counter."""
        self._choose()
        assert self._counter is not None
        return self._counter.finish()

    def _choose(self) -> None:
        if self._counter is None:
            self._counter = self._lines() if is_json_lines(self._head) else self._whole()
            self._counter.feed(self._head)
            self._head = b""


def count_lines(data: bytes) -> int:
    """Return how many lines of a whole file are not blank."""
    return list(map(_is_blank, BytesIO(data))).count(False)


def is_json_lines(head: bytes) -> bool:
    """Say whether the first two lines each begin an object, and the first is one."""
    first, _, rest = head.lstrip().partition(b"\n")
    if not first.startswith(b"{") or not rest.lstrip().startswith(b"{"):
        return False
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False
