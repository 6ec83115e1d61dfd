"""Tallying web domains: a row names a URL or host, and its text counts for that domain.

Rows come from JSON Lines, CSV and TSV as they are hashed, and from Parquet through pyarrow after
the hash. A row counts with the UTF-8 bytes of its text column. If it has none, it counts with its
own bytes as they stand in the file, without the line end; a Parquet row has no such bytes, so
there the column must exist. What names no host counts under `(none)`, and so does a row that cannot
be read: a tally covers all rows or is not made.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO, NamedTuple

from ledger.capture.counters import Counted, Counter, Uncountable
from ledger.capture.hosts import suffixes
from ledger.capture.lines import LONGEST_LINE, CsvRecords, Json
from ledger.capture.media import Form, Media
from ledger.content.domains import NO_DOMAIN, Tally
from ledger.errors import InputError

_BATCH = 512
_OTHER_COLUMN = "name the columns with --domain-column and --text-column"


@dataclass(frozen=True, slots=True)
class DomainColumn:
    """Where the URL or host of a row is, and where its text is."""

    column: str
    text: str = "text"


class Tallying:
    """The tally of one file, made while it is read. Why there is none, a note says."""

    def __init__(self, media: Media, wanted: DomainColumn) -> None:
        self.notes: list[str] = []
        self._wanted = wanted
        self._is_parquet = media.form == "parquet" and not media.compression
        self._counter: Counter | None = None
        self._shares = Shares()
        if self._is_parquet:
            return
        try:
            self._counter = _compressed(media, partial(_counter, media.form, wanted, self._shares))
        except Uncountable as reason:
            self._give_up(reason)

    def feed(self, data: bytes) -> None:
        """Take the next chunk.

        Raises:
            InputError: The file has no such column.
        """
        if self._counter is not None:
            try:
                self._counter.feed(data)
            except Uncountable as reason:
                self._give_up(reason)

    def finish(self, open_file: Callable[[], BinaryIO]) -> Tally | None:
        """Return the tally, after the last chunk.

        Raises:
            InputError: The file has no such column, or pyarrow is missing.
        """
        if self._is_parquet:
            tally_parquet(open_file, self._wanted, self._shares)
        elif self._counter is None:
            return None
        else:
            try:
                self._counter.finish()
            except Uncountable as reason:
                self._give_up(reason)
                return None
        self.notes += self._shares.notes(self._wanted)
        return self._shares.tally()

    def _give_up(self, reason: Uncountable) -> None:
        self.notes.append(f"domains not tallied: {reason}")
        self._counter = None


class Row(NamedTuple):
    """What a row says: its URL or host, and the size of its text."""

    url: object
    size: int
    has_text: bool = False
    is_broken: bool = False


class Shares:
    """Adds up rows by domain."""

    def __init__(self) -> None:
        self._suffixes = suffixes()
        self._amounts: dict[str, tuple[int, int]] = {}
        self._rows = self._broken = self._texts = 0

    def add(self, rows: Iterable[Row]) -> None:
        """Count these rows."""
        for url, size, has_text, is_broken in rows:
            domain = self._suffixes.domain(url) or NO_DOMAIN
            known = self._amounts.get(domain, (0, 0))
            self._amounts[domain] = (known[0] + size, known[1] + 1)
            self._rows += 1
            self._broken += is_broken
            self._texts += has_text

    def tally(self) -> Tally:
        """Return what was counted."""
        return Tally.of(self._suffixes.digest, self._amounts)

    def notes(self, wanted: DomainColumn) -> Iterator[str]:
        """Yield what a reader of the tally should know."""
        if self._broken:
            of = f"{self._broken:,} of {self._rows:,} rows"
            yield f"{of} cannot be read: they are tallied under {NO_DOMAIN}"
        if self._rows > self._broken and not self._texts:
            yield f"no row has a text {wanted.text!r}: domains are tallied by the bytes of the rows"


def _compressed(media: Media, make: Callable[[], Counter]) -> Counter:
    if not media.compression:
        return make()
    from ledger.capture.compression import Decompressed

    return Decompressed(make(), media.compression)


def _counter(form: Form, wanted: DomainColumn, shares: Shares) -> Counter:
    if form == "jsonl":
        return JsonRows(wanted, shares)
    if form == "json":
        return Json(partial(JsonRows, wanted, shares), NoRows)
    if form in ("csv", "tsv"):
        return CsvRows(wanted, shares, "," if form == "csv" else "\t")
    return NoRows()


class NoRows:
    """A Counter of what has no rows: it can only say so."""

    def feed(self, data: bytes) -> None:
        """See Counter."""
        raise Uncountable("the file has no rows")

    def finish(self) -> Counted:
        """See Counter."""
        raise Uncountable("the file has no rows")


class JsonRows:
    """Rows of JSON Lines: a row is a line that is not blank."""

    def __init__(self, wanted: DomainColumn, shares: Shares) -> None:
        self._wanted = wanted
        self._shares = shares
        self._held = b""
        self._read = self._naming = 0

    def feed(self, data: bytes) -> None:
        """See Counter."""
        *lines, self._held = (self._held + data).split(b"\n")
        if len(self._held) > LONGEST_LINE:
            raise Uncountable(f"a line is longer than {LONGEST_LINE >> 20} MiB")
        self._shares.add(self._row(line) for line in lines if line and not line.isspace())

    def finish(self) -> Counted:
        """See Counter.

        Raises:
            InputError: There are rows, and none has the column: its name must be wrong.
        """
        self.feed(b"\n")
        if self._read and not self._naming:
            raise InputError(f"no row has {self._wanted.column!r}", hint=_OTHER_COLUMN)
        return Counted({})

    def _row(self, line: bytes) -> Row:
        size = len(line.removesuffix(b"\r"))
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            return Row("", size, is_broken=True)
        if not isinstance(found, dict):
            return Row("", size, is_broken=True)
        self._read += 1
        self._naming += self._wanted.column in found
        text = found.get(self._wanted.text)
        url = found.get(self._wanted.column)
        # JSON can spell half a surrogate pair, which strict UTF-8 cannot.
        return Row(url, *_sized(text, size, "surrogatepass"))


class CsvRows:
    """Rows of CSV or TSV: a row is a record after the header."""

    def __init__(self, wanted: DomainColumn, shares: Shares, delimiter: str) -> None:
        self._wanted = wanted
        self._shares = shares
        self._delimiter = delimiter
        self._records = CsvRecords(delimiter)
        self._url: int | None = None
        self._text = -1

    def feed(self, data: bytes) -> None:
        """See Counter.

        Raises:
            InputError: The header has no such column.
        """
        for block in self._records.feed(data):
            self._shares.add(self._rows(block))

    def finish(self) -> Counted:
        """See Counter."""
        self._shares.add(self._rows(self._records.rest()))
        return Counted({})

    def _rows(self, block: bytes) -> Iterator[Row]:
        # What is not UTF-8 stays countable: each wrong byte is one character, and one byte again.
        encoding = "utf-8" if self._url is not None else "utf-8-sig"
        lines = _Measured(block.decode(encoding, "surrogateescape"))
        csv.field_size_limit(LONGEST_LINE)
        try:
            for cells in csv.reader(lines, delimiter=self._delimiter):
                size = lines.taken()
                if cells and self._url is None:
                    self._find(cells)
                elif cells:
                    yield self._row(cells, size)
        except csv.Error as error:
            raise Uncountable(f"the CSV cannot be read: {error}") from error

    def _find(self, header: list[str]) -> None:
        if self._wanted.column not in header:
            raise InputError(
                f"no column {self._wanted.column!r}; the columns are {', '.join(header[:20])}",
                hint=_OTHER_COLUMN,
            )
        self._url = header.index(self._wanted.column)
        if self._wanted.text in header:
            self._text = header.index(self._wanted.text)

    def _row(self, cells: list[str], size: int) -> Row:
        assert self._url is not None
        if len(cells) <= self._url:
            return Row("", size, is_broken=True)
        text = cells[self._text] if 0 <= self._text < len(cells) else None
        return Row(cells[self._url], *_sized(text, size, "surrogateescape"))


class _Measured:
    """The lines of a text, and how many bytes were taken since the last question."""

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self._taken = 0
        self._end = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            size = len(line.encode("utf-8", "surrogateescape"))
            self._end = len(line) - len(line.rstrip("\r\n"))
            self._taken += size
            yield line

    def taken(self) -> int:
        """Return the bytes of the lines since the last call, without the line end at their end."""
        size, self._taken = self._taken - self._end, 0
        return size


def _sized(text: object, size: int, errors: str) -> tuple[int, bool]:
    """Return how much a row counts, and whether that is its text."""
    return (len(text.encode("utf-8", errors)), True) if isinstance(text, str) else (size, False)


def tally_parquet(open_file: Callable[[], BinaryIO], wanted: DomainColumn, shares: Shares) -> None:
    """Count the rows of a Parquet file, reading the two columns in batches.

    Raises:
        InputError: pyarrow is missing, a column is, or the text column holds no texts.
    """
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise InputError(
            "reading a Parquet column needs pyarrow",
            hint="pip install 'training-data-ledger[parquet]'",
        ) from error
    columns = list(dict.fromkeys((wanted.column, wanted.text)))
    with open_file() as file:
        try:
            source = pyarrow.parquet.ParquetFile(file)
            _check_columns(source.schema_arrow, wanted)
            for batch in source.iter_batches(batch_size=_BATCH, columns=columns):
                urls, texts = (batch.column(name).to_pylist() for name in (columns[0], columns[-1]))
                rows = zip(urls, texts, strict=True)
                # A row without a text has no bytes: it is a document of its domain all the same.
                shares.add(Row(url, len((text or "").encode()), True) for url, text in rows)
        except (pyarrow.ArrowException, OSError) as error:
            raise InputError(f"the Parquet file cannot be read: {error}") from error


def _check_columns(schema: Any, wanted: DomainColumn) -> None:
    import pyarrow

    for name in (wanted.column, wanted.text):
        if name not in schema.names:
            raise InputError(
                f"no column {name!r}; the columns are {', '.join(schema.names[:20])}",
                hint=_OTHER_COLUMN,
            )
    kind = schema.field(wanted.text).type
    if not pyarrow.types.is_string(kind) and not pyarrow.types.is_large_string(kind):
        raise InputError(
            f"column {wanted.text!r} holds {kind}, expected texts: their bytes are what is tallied",
            hint=_OTHER_COLUMN,
        )
