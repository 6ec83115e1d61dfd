r"""Documents of line formats as they stand in the file: lines of JSON Lines, records of CSV.

A line is a document if it is not blank: if it has any byte but space, `\t`, `\n`, `\v`, `\f` and
`\r`. It goes without its line end, `\n` or `\r\n`; a `\r` at the end of the file falls away too.

A record of CSV is a document if it is not empty, and not the first, which is the header. It goes as
it stands, quotes and all, without the line end (`\r\n`, `\n` or `\r`) after it. Where fields begin
and end is told as `ledger.capture.lines` tells it for counting.
"""

import re

from ledger.capture.counters import Counted, Uncountable
from ledger.capture.documents import Sink
from ledger.capture.lines import LONGEST_LINE


def lines_of(data: bytes) -> list[bytes]:
    """Return the documents of complete lines."""
    lines = data.split(b"\n")
    if b"\r" in data:
        lines = [line[:-1] if line.endswith(b"\r") else line for line in lines]
    return [line for line in lines if line and not line.isspace()]


class LineCutter:
    """Cuts JSON Lines. A line of any length goes through in parts; nothing of it is held."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._open = False  # a line has begun and not ended
        self._blank = True  # and all of it so far is white space
        self._return = False  # and its last byte is a `\r`, which is held back

    def feed(self, data: bytes) -> None:
        """See Counter."""
        if self._open:
            head, end, data = data.partition(b"\n")
            self._part(head)
            if not end:
                return
            self._end()
        whole, _, rest = data.rpartition(b"\n")
        documents = lines_of(whole)
        if documents:
            self._sink.whole(documents)
        if rest:
            self._open = True
            self._part(rest)

    def finish(self) -> Counted:
        """See Counter."""
        if self._open:
            self._end()
        return Counted({})

    def _part(self, data: bytes) -> None:
        self._blank = self._blank and (not data or data.isspace())
        if self._return:
            data = b"\r" + data
        self._return = data.endswith(b"\r")
        self._sink.part(data[:-1] if self._return else data)

    def _end(self) -> None:
        if self._blank:
            self._sink.drop()
        else:
            self._sink.end()
        self._open, self._blank, self._return = False, True, False


class CsvCutter:
    """Cuts CSV or TSV into records; one of them, and a chunk, are held."""

    def __init__(self, sink: Sink, delimiter: bytes) -> None:
        self._sink = sink
        # A field is quoted or not; after a closing quote anything may follow up to the delimiter,
        # and a quote that never closes takes all the rest. Possessive throughout: no way back, so
        # the time is linear in the bytes.
        other = rb"[^\r\n" + re.escape(delimiter) + rb"]*+"
        field = rb'(?:"[^"]*+(?:""[^"]*+)*+(?:"|\Z))?+' + other
        record = field + rb"(?:" + re.escape(delimiter) + field + rb")*+"
        self._record = re.compile(rb"(" + record + rb")(\r\n|\n|\r|\Z)")
        self._held = b""
        self._header = True

    def feed(self, data: bytes) -> None:
        """See Counter."""
        self._held += data
        if len(self._held) > LONGEST_LINE + len(data):
            raise Uncountable(f"a record is longer than {LONGEST_LINE >> 20} MiB")
        found = []
        at = 0
        for record in self._record.finditer(self._held):
            # What the chunk cuts off may go on, and so may `\r` with `\n`.
            if record.end() == len(self._held) and record[2] != b"\n":
                break
            at = record.end()
            found.append(record[1])
        self._held = self._held[at:]
        self._take(found)

    def finish(self) -> Counted:
        """See Counter."""
        self._take([record[1] for record in self._record.finditer(self._held)])
        return Counted({})

    def _take(self, records: list[bytes]) -> None:
        documents = [record for record in records if record]
        if self._header and documents:
            self._header = False
            del documents[0]
        if documents:
            self._sink.whole(documents)
