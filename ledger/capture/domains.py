"""Rows of a file: the web domains, languages and dates that their columns name.

Rows come from JSON Lines, CSV, TSV, WARC and CDX as they are hashed, and from Parquet through
pyarrow after the hash. A row counts with the UTF-8 bytes of its text column. If it has none, it
counts with its own bytes as they stand in the file, without the line end; a Parquet row has no such
bytes, so there the column must exist. What names no host counts under `(none)`, and so does a row
that cannot be read: a tally covers all rows or is not made.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, BinaryIO

from ledger.capture.counters import Counted, Counter, Uncountable
from ledger.capture.lines import LONGEST_LINE, CsvRecords, Json
from ledger.capture.media import Form, Media
from ledger.capture.rows import DomainColumn, Row, RowFacts, Shares
from ledger.errors import InputError

_BATCH = 512
_OTHER_COLUMN = "name the columns with --domain-column and --text-column"


class Tallying:
    """What the rows of one file say, found while it is read. Why nothing is, a note says."""

    def __init__(self, media: Media, wanted: DomainColumn) -> None:
        self.notes: list[str] = []
        self._wanted = wanted
        self._is_parquet = media.form == "parquet" and not media.compression
        self._counter: Counter | None = None
        self._shares = Shares(wanted)
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

    def finish(self, open_file: Callable[[], BinaryIO]) -> RowFacts:
        """Return what was found, after the last chunk.

        Raises:
            InputError: The file has no such column, or pyarrow is missing.
        """
        if self._is_parquet:
            tally_parquet(open_file, self._wanted, self._shares)
        elif self._counter is None:
            return RowFacts()
        else:
            try:
                self._counter.finish()
            except Uncountable as reason:
                self._give_up(reason)
                return RowFacts()
        self.notes += self._shares.notes()
        return self._shares.facts()

    def _give_up(self, reason: Uncountable) -> None:
        self.notes.append(f"rows not read: {reason}")
        self._counter = None


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
    if form in ("warc", "cdx"):
        from ledger.capture.web_archives import CdxRows, WarcRows

        return WarcRows(wanted, shares) if form == "warc" else CdxRows(wanted, shares)
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
            names = " or ".join(repr(name) for name in self._wanted.named)
            raise InputError(f"no row has {names}", hint=_OTHER_COLUMN)
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
        wanted = self._wanted
        self._naming += any(name in found for name in wanted.named)
        # JSON can spell half a surrogate pair, which strict UTF-8 cannot.
        counted = sized(found.get(wanted.text), size, "surrogatepass")
        return Row(
            found.get(wanted.column),
            *counted,
            language=found.get(wanted.language),
            date=found.get(wanted.date),
        )


class CsvRows:
    """Rows of CSV or TSV: a row is a record after the header."""

    def __init__(self, wanted: DomainColumn, shares: Shares, delimiter: str) -> None:
        self._wanted = wanted
        self._shares = shares
        self._delimiter = delimiter
        self._records = CsvRecords(delimiter)
        self._header: dict[str, int] | None = None

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
        encoding = "utf-8" if self._header is not None else "utf-8-sig"
        lines = _Measured(block.decode(encoding, "surrogateescape"))
        csv.field_size_limit(LONGEST_LINE)
        try:
            for cells in csv.reader(lines, delimiter=self._delimiter):
                size = lines.taken()
                if cells and self._header is None:
                    self._find(cells)
                elif cells:
                    yield self._row(cells, size)
        except csv.Error as error:
            raise Uncountable(f"the CSV cannot be read: {error}") from error

    def _find(self, header: list[str]) -> None:
        check_named(header, self._wanted)
        self._header = {name: place for place, name in enumerate(header)}

    def _row(self, cells: list[str], size: int) -> Row:
        url, language, date = (
            self._cell(cells, name)
            for name in (self._wanted.column, self._wanted.language, self._wanted.date)
        )
        if self._wanted.column and url is None:
            return Row("", size, is_broken=True)
        text = self._cell(cells, self._wanted.text)
        counted = sized(text, size, "surrogateescape")
        return Row(url, *counted, language=language, date=date)

    def _cell(self, cells: list[str], name: str) -> str | None:
        assert self._header is not None
        place = self._header.get(name, len(cells))
        return cells[place] if place < len(cells) else None


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


def sized(text: object, size: int, errors: str) -> tuple[int, bool]:
    """Return how much a row counts, and whether that is its text."""
    return (len(text.encode("utf-8", errors)), True) if isinstance(text, str) else (size, False)


def check_named(columns: list[str], wanted: DomainColumn) -> None:
    """Check that a file has the columns that were named.

    Raises:
        InputError: It lacks one; with those that it has.
    """
    for name in wanted.named:
        if name not in columns:
            raise InputError(
                f"no column {name!r}; the columns are {', '.join(columns[:20])}",
                hint=_OTHER_COLUMN,
            )


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
    columns = list(dict.fromkeys((*wanted.named, *((wanted.text,) if wanted.column else ()))))
    with open_file() as file:
        try:
            source = pyarrow.parquet.ParquetFile(file)
            _check_columns(source.schema_arrow, wanted)
            for batch in source.iter_batches(batch_size=_BATCH, columns=columns):
                shares.add(_parquet_rows(batch, wanted))
        except (pyarrow.ArrowException, OSError) as error:
            raise InputError(f"the Parquet file cannot be read: {error}") from error


def _parquet_rows(batch: Any, wanted: DomainColumn) -> Iterator[Row]:
    def column(name: str) -> list[Any]:
        return batch.column(name).to_pylist() if name else [None] * batch.num_rows

    urls, languages, dates = map(column, (wanted.column, wanted.language, wanted.date))
    texts = column(wanted.text if wanted.column else "")
    for url, text, language, date in zip(urls, texts, languages, dates, strict=True):
        # A row without a text has no bytes: it is a document of its domain all the same.
        yield Row(url, len((text or "").encode()), True, language=language, date=date)


def _check_columns(schema: Any, wanted: DomainColumn) -> None:
    import pyarrow

    check_named(schema.names, wanted)
    if not wanted.column:
        return
    if wanted.text not in schema.names:
        raise InputError(
            f"no column {wanted.text!r}; the columns are {', '.join(schema.names[:20])}",
            hint=_OTHER_COLUMN,
        )
    kind = schema.field(wanted.text).type
    if not pyarrow.types.is_string(kind) and not pyarrow.types.is_large_string(kind):
        raise InputError(
            f"column {wanted.text!r} holds {kind}, expected texts: their bytes are what is tallied",
            hint=_OTHER_COLUMN,
        )
