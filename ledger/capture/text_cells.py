"""Documents that are the text in one column, of JSON Lines and of CSV.

A row counts as a document whatever it holds, so that numbers stay those of the rows: a text that is
absent or null is an empty document. A row that cannot be read, or that holds something else than a
text there, has no document to name: then the file gets no tree, and a note says which row it was.
"""

import csv
import io
import json
from collections.abc import Iterator

from ledger.capture.counters import Counted, NoColumn, Uncountable
from ledger.capture.cutters import lines_of
from ledger.capture.documents import Sink
from ledger.capture.lines import LONGEST_LINE, CsvRecords


class JsonTexts:
    """Cuts JSON Lines into the texts of a column."""

    def __init__(self, sink: Sink, column: str) -> None:
        self._sink = sink
        self._column = column
        self._held = b""
        self._rows = 0
        self._named = False

    def feed(self, data: bytes) -> None:
        """See Counter."""
        whole, end, rest = data.rpartition(b"\n")
        if not end:
            self._held += data
            if len(self._held) > LONGEST_LINE:
                raise Uncountable(f"a line is longer than {LONGEST_LINE >> 20} MiB")
            return
        documents = [self._text(line) for line in lines_of(self._held + whole)]
        self._held = rest
        if documents:
            self._sink.whole(documents)

    def finish(self) -> Counted:
        """See Counter."""
        self.feed(b"\n")
        if self._rows and not self._named:
            raise NoColumn(f"no row has a text {self._column!r}")
        return Counted({})

    def _text(self, line: bytes) -> bytes:
        self._rows += 1
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise Uncountable(f"row {self._rows:,} is not JSON: {error}") from error
        if not isinstance(row, dict):
            raise Uncountable(f"row {self._rows:,} is no object")
        self._named = self._named or self._column in row
        text = row.get(self._column)
        if text is None:
            return b""
        if not isinstance(text, str):
            raise Uncountable(f"row {self._rows:,} has no text as {self._column!r}")
        # JSON can spell half a surrogate pair, which strict UTF-8 cannot.
        return text.encode("utf-8", "surrogatepass")


class CsvTexts:
    """Cuts CSV or TSV into the texts of a column, as Python's csv module reads them."""

    def __init__(self, sink: Sink, delimiter: str, column: str) -> None:
        self._sink = sink
        self._column = column
        self._delimiter = delimiter
        self._records = CsvRecords(delimiter)
        self._place: int | None = None

    def feed(self, data: bytes) -> None:
        """See Counter."""
        for piece in self._records.feed(data):
            self._sink.whole(list(self._texts(piece)))

    def finish(self) -> Counted:
        """See Counter."""
        self._sink.whole(list(self._texts(self._records.rest())))
        return Counted({})

    def _texts(self, piece: bytes) -> Iterator[bytes]:
        # What is not UTF-8 goes through as the bytes that it is.
        encoding = "utf-8" if self._place is not None else "utf-8-sig"
        text = io.StringIO(piece.decode(encoding, "surrogateescape"), newline="")
        csv.field_size_limit(LONGEST_LINE)
        try:
            for cells in csv.reader(text, delimiter=self._delimiter):
                if cells and self._place is None:
                    self._place = self._find(cells)
                elif cells:
                    cell = cells[self._place or 0] if len(cells) > (self._place or 0) else ""
                    yield cell.encode("utf-8", "surrogateescape")
        except csv.Error as error:
            raise Uncountable(f"the CSV cannot be read: {error}") from error

    def _find(self, header: list[str]) -> int:
        if self._column not in header:
            raise NoColumn(f"no column {self._column!r}; the columns are {', '.join(header[:20])}")
        return header.index(self._column)
