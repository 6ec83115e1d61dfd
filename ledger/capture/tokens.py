"""Tokens of a file: the sum of a column, or the text column through a local tokenizer.

Rows come from JSON Lines, CSV or TSV as they are hashed, a text file is one row, and a Parquet
column is read with pyarrow after the hash. What cannot be read as asked is an error of that file: a
sum with holes would be a wrong number in a document that people rely on.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from blake3 import blake3

from ledger.capture.counters import Counted
from ledger.capture.lines import LONGEST_LINE, CsvRecords
from ledger.capture.media import Form
from ledger.errors import InputError
from ledger.record.canonical import JSON

_BATCH = 512
_BATCH_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class ColumnSum:
    """Tokens were counted before: add up the integers in a column.

    Whose tokens they are the file does not say: `measures.tokenizer` must be declared.
    """

    column: str

    @property
    def tokenizer(self) -> dict[str, JSON] | None:
        """What is known about the tokenizer: nothing."""
        return None

    def count(self, values: list[object]) -> int:
        """Return the sum of `values`.

        Raises:
            InputError: One of them is not a whole number.
        """
        total = 0
        for value in values:
            number = int(value) if isinstance(value, str) and value.isdecimal() else value
            if isinstance(number, bool) or not isinstance(number, int) or number < 0:
                raise InputError(f"column {self.column!r} holds {value!r}, expected an integer")
            total += number
        return total


class LocalTokenizer:
    """Count tokens with a `tokenizer.json`, without special tokens, on this machine only."""

    def __init__(self, path: str, column: str = "text") -> None:
        try:
            from tokenizers import Tokenizer
        except ImportError as error:
            raise InputError(
                "counting tokens needs the package tokenizers",
                hint="pip install 'training-data-ledger[tokenizers]'",
            ) from error
        try:
            with open(path, "rb") as file:
                data = file.read()
            self._tokenizer = Tokenizer.from_buffer(data)
        except Exception as error:  # tokenizers raises bare Exception for a file it cannot read
            raise InputError(f"{path} cannot be read as a tokenizer file: {error}") from error
        self.column = column
        name = path.replace("\\", "/").rstrip("/").split("/")
        # `tokenizer.json` says nothing; the folder it lies in usually is the model's name.
        shown = name[-2] if name[-1] == "tokenizer.json" and len(name) > 1 else name[-1]
        self.tokenizer: dict[str, JSON] | None = {
            "name": shown,
            "digest": f"blake3:{blake3(data).hexdigest()}",
        }

    def count(self, values: list[object]) -> int:
        """Return how many tokens `values` have.

        Raises:
            InputError: One of them is not a text.
        """
        texts = []
        for value in values:
            if not isinstance(value, str):
                raise InputError(f"column {self.column!r} holds {value!r}, expected a text")
            texts.append(value)
        encodings = self._tokenizer.encode_batch(texts, add_special_tokens=False)
        return sum(len(encoding) for encoding in encodings)


Tokens = ColumnSum | LocalTokenizer


class RowTokens:
    """A Counter that hands the named column of every row to `tokens`."""

    def __init__(self, tokens: Tokens, form: Form) -> None:
        self._tokens = tokens
        self._rows = _rows(form, tokens.column)
        self._waiting: list[object] = []
        self._weight = 0
        self._total = 0

    def feed(self, data: bytes) -> None:
        """See Counter."""
        self._take(self._rows.feed(data))

    def finish(self) -> Counted:
        """See Counter."""
        self._take(self._rows.rest())
        self._count()
        return Counted({"tokens": self._total})

    def _take(self, values: Iterable[object]) -> None:
        for value in values:
            self._waiting.append(value)
            self._weight += len(value) if isinstance(value, str) else 1
            if len(self._waiting) >= _BATCH or self._weight >= _BATCH_BYTES:
                self._count()

    def _count(self) -> None:
        self._total += self._tokens.count(self._waiting) if self._waiting else 0
        self._waiting = []
        self._weight = 0


class _Rows(Protocol):
    def feed(self, data: bytes) -> Iterator[object]:
        """Yield the values of the rows that end in `data`."""

    def rest(self) -> Iterator[object]:
        """Yield the values of what is left at the end."""


def _rows(form: Form, column: str) -> _Rows:
    if form == "jsonl":
        return _JsonRows(column)
    if form == "json":
        return _JsonDocument(column)
    if form in ("csv", "tsv"):
        return _CsvRows(column, "," if form == "csv" else "\t")
    return _WholeText(column)


class _JsonRows:
    def __init__(self, column: str) -> None:
        self._column = column
        self._held = b""
        self._line = 0

    def feed(self, data: bytes) -> Iterator[object]:
        *lines, self._held = (self._held + data).split(b"\n")
        _check_length(self._held)
        return map(self._value, filter(self._is_row, lines))

    def rest(self) -> Iterator[object]:
        return map(self._value, filter(self._is_row, [self._held]))

    def _is_row(self, line: bytes) -> bool:
        self._line += 1
        return bool(line) and not line.isspace()

    def _value(self, line: bytes) -> object:
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError(f"line {self._line} is not JSON: {error}") from error
        if not isinstance(row, dict) or self._column not in row:
            raise InputError(f"line {self._line} has no {self._column!r}", hint=_OTHER_COLUMN)
        return row[self._column]


class _JsonDocument:
    """One JSON text: an object is a row, an array holds rows."""

    def __init__(self, column: str) -> None:
        self._column = column
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[object]:
        self._held += data
        _check_length(self._held)
        return iter(())

    def rest(self) -> Iterator[object]:
        try:
            value = json.loads(self._held)
        except (ValueError, RecursionError) as error:
            raise InputError(f"not JSON: {error}") from error
        for number, row in enumerate(value if isinstance(value, list) else [value], 1):
            if not isinstance(row, dict) or self._column not in row:
                raise InputError(f"object {number} has no {self._column!r}", hint=_OTHER_COLUMN)
            yield row[self._column]


class _CsvRows:
    def __init__(self, column: str, delimiter: str) -> None:
        self._column = column
        self._delimiter = delimiter
        self._records = CsvRecords(delimiter)
        self._position: int | None = None
        self._row = 0

    def feed(self, data: bytes) -> Iterator[object]:
        for piece in self._records.feed(data):
            yield from self._values(piece)

    def rest(self) -> Iterator[object]:
        return self._values(self._records.rest())

    def _values(self, piece: bytes) -> Iterator[object]:
        try:
            text = piece.decode("utf-8-sig" if self._row == 0 else "utf-8")
        except UnicodeDecodeError as error:
            raise InputError(f"after row {self._row}: not UTF-8: {error}") from error
        # The module refuses fields beyond 128 KiB unless told otherwise, for the whole process.
        csv.field_size_limit(LONGEST_LINE)
        try:
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=self._delimiter):
                yield from self._value(row)
        except csv.Error as error:
            raise InputError(f"after row {self._row}: {error}") from error

    def _value(self, row: list[str]) -> Iterator[str]:
        self._row += bool(row)
        if not row:
            return
        if self._position is None:
            self._position = self._find(row)
        elif len(row) > self._position:
            yield row[self._position]
        else:
            raise InputError(f"row {self._row} has no {self._column!r}")

    def _find(self, header: list[str]) -> int:
        if self._column not in header:
            raise InputError(
                f"no column {self._column!r}; the columns are {', '.join(header[:20])}",
                hint=_OTHER_COLUMN,
            )
        return header.index(self._column)


class _WholeText:
    def __init__(self, column: str) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[object]:
        self._held += data
        _check_length(self._held)
        return iter(())

    def rest(self) -> Iterator[object]:
        try:
            yield self._held.decode()
        except UnicodeDecodeError as error:
            raise InputError(f"not UTF-8: {error}") from error


def count_parquet(open_file: Callable[[], BinaryIO], tokens: Tokens) -> int:
    """Return the tokens of a Parquet file, reading the one column in batches.

    Raises:
        InputError: pyarrow is missing, or the column is.
    """
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise InputError(
            "reading a Parquet column needs pyarrow",
            hint="pip install 'training-data-ledger[parquet]'",
        ) from error
    with open_file() as file:
        try:
            source = pyarrow.parquet.ParquetFile(file)
            names = source.schema_arrow.names
            if tokens.column not in names:
                raise InputError(
                    f"no column {tokens.column!r}; the columns are {', '.join(names[:20])}",
                    hint=_OTHER_COLUMN,
                )
            batches = source.iter_batches(batch_size=_BATCH, columns=[tokens.column])
            return sum(tokens.count(batch.column(0).to_pylist()) for batch in batches)
        except pyarrow.ArrowException as error:
            raise InputError(f"the Parquet file cannot be read: {error}") from error


_OTHER_COLUMN = "name the column with --tokens-column or --text-column"


def _check_length(held: bytes | bytearray) -> None:
    if len(held) > LONGEST_LINE:
        raise InputError(f"a text is longer than {LONGEST_LINE >> 20} MiB")
