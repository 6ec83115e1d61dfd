"""Rows of web archives: records of WARC files, lines of CDX indexes.

WARC 1.0 and 1.1 (ISO 28500): a row is a record of type `response`, `resource` or `conversion`. Its
columns are its header fields, by any case, such as `WARC-Target-URI`, `WARC-Date` and, in files of
extracted text, `WARC-Identified-Content-Language`. It counts with its block, for a `response`
without the HTTP header.

CDX: a line of CDXJ (`key timestamp {json}`) or of the older kind, whose first line says ` CDX` and
a letter for each column. Columns are the members of the JSON, or those letters. A line counts with
its column `length` (CDXJ) or `S`: the size of the compressed record that it points to.
"""

import json
from collections.abc import Iterator, Mapping

from ledger.capture.counters import Counted, Uncountable
from ledger.capture.lines import LONGEST_LINE
from ledger.capture.rows import DomainColumn, Row, Shares
from ledger.errors import InputError

_DOCUMENTS = frozenset({"response", "resource", "conversion"})
_LONGEST_HEADER = 1 << 20
URI, DATE = "warc-target-uri", "warc-date"


class WarcRecords:
    """Reads a WARC file as it comes: the header of each document, and the size of its block."""

    def __init__(self) -> None:
        self._held = b""
        self._left = 0
        """How much of the present block, and the two line ends after it, is still to come."""
        self._open: tuple[Mapping[str, str], int] | None = None
        self._http = b""
        self._in_http = False

    def feed(self, data: bytes) -> Iterator[tuple[Mapping[str, str], int]]:
        """Yield header fields in lower case, and bytes, of each document that ends in here.

        Raises:
            Uncountable: It is no WARC file.
        """
        self._held += data
        while self._held:
            if self._open is not None:
                if not self._take():
                    return
                yield self._done()
            elif not self._begin():
                return

    def finish(self) -> None:
        """Say whether the file ended where a record ends.

        Raises:
            Uncountable: It is cut off.
        """
        if self._held.strip() or (self._open is not None and self._left > 0):
            raise Uncountable("the WARC file is cut off")

    def _begin(self) -> bool:
        start = self._held.lstrip(b"\r\n")
        end = start.find(b"\r\n\r\n")
        if end < 0:
            if len(start) > _LONGEST_HEADER or not (start[:5] == b"WARC/"[: len(start[:5])]):
                raise Uncountable("a WARC record has no header")
            self._held = start
            return False
        fields = _fields(start[:end])
        self._held = start[end + 4 :]
        length = fields.get("content-length", "")
        if not (length.isascii() and length.isdigit()):
            raise Uncountable("a WARC record does not say how long it is")
        self._open, self._left = (fields, int(length)), int(length)
        self._http = b""
        self._in_http = fields.get("warc-type") == "response" and "http" in fields.get(
            "content-type", ""
        )
        return True

    def _take(self) -> bool:
        taken = self._held[: self._left]
        self._held = self._held[len(taken) :]
        self._left -= len(taken)
        if self._in_http and b"\r\n\r\n" not in self._http:
            self._http = (self._http + taken)[:_LONGEST_HEADER]
        return self._left == 0

    def _done(self) -> tuple[Mapping[str, str], int]:
        assert self._open is not None
        fields, size = self._open
        if self._in_http:
            size -= max(0, self._http.find(b"\r\n\r\n") + 4) if b"\r\n\r\n" in self._http else 0
        self._open = None
        return fields, size


def _fields(header: bytes) -> Mapping[str, str]:
    first, *lines = header.decode("utf-8", "replace").split("\r\n")
    if not first.startswith("WARC/"):
        raise Uncountable("a WARC record does not begin with its version")
    pairs = (line.partition(":") for line in lines)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


class WarcRows:
    """Rows of a WARC file; without a column of its own a domain is that of `WARC-Target-URI`."""

    def __init__(self, wanted: DomainColumn, shares: Shares) -> None:
        self._wanted = wanted
        self._shares = shares
        self._records = WarcRecords()

    def feed(self, data: bytes) -> None:
        """See Counter."""
        self._shares.add(
            self._row(fields, size)
            for fields, size in self._records.feed(data)
            if fields.get("warc-type") in _DOCUMENTS
        )

    def finish(self) -> Counted:
        """See Counter."""
        self._records.finish()
        return Counted({})

    def _row(self, fields: Mapping[str, str], size: int) -> Row:
        def named(column: str, usual: str) -> str | None:
            return fields.get(column.lower()) or fields.get(usual)

        wanted = self._wanted
        language = fields.get(wanted.language.lower()) if wanted.language else None
        url = (named(wanted.column, URI) or "").strip("<>")
        return Row(url, size, True, language=language, date=named(wanted.date, DATE))


class WarcDocuments:
    """Counts the documents of a WARC file."""

    def __init__(self) -> None:
        self._records = WarcRecords()
        self._count = 0

    def feed(self, data: bytes) -> None:
        """See Counter."""
        for fields, _ in self._records.feed(data):
            self._count += fields.get("warc-type") in _DOCUMENTS

    def finish(self) -> Counted:
        """See Counter."""
        self._records.finish()
        return Counted({"documents": self._count})


class CdxRows:
    """Rows of a CDX index of either kind."""

    def __init__(self, wanted: DomainColumn, shares: Shares) -> None:
        self._wanted = wanted
        self._shares = shares
        self._held = b""
        self._letters: list[str] | None = None
        self._read = self._naming = 0

    def feed(self, data: bytes) -> None:
        """See Counter."""
        *lines, self._held = (self._held + data).split(b"\n")
        if len(self._held) > LONGEST_LINE:
            raise Uncountable(f"a line is longer than {LONGEST_LINE >> 20} MiB")
        rows = (self._row(line.decode("utf-8", "replace").strip("\r\n")) for line in lines if line)
        self._shares.add(row for row in rows if row is not None)

    def finish(self) -> Counted:
        """See Counter.

        Raises:
            InputError: There are lines, and none has the columns that were named.
        """
        self.feed(b"\n")
        if self._read and not self._naming:
            names = " or ".join(repr(name) for name in self._wanted.named)
            raise InputError(
                f"no line has {names}",
                hint="--domain-column url for CDXJ, a for the older kind of CDX",
            )
        return Counted({})

    def _row(self, line: str) -> Row | None:
        if line.lstrip().startswith("CDX ") and self._letters is None:
            self._letters = line.split()[1:]
            return None
        if line.startswith("!"):  # the metadata lines of CDXJ
            return None
        self._read += 1
        columns = self._columns(line)
        if columns is None:
            return Row("", 0, is_broken=True)
        wanted = self._wanted
        self._naming += any(name in columns for name in wanted.named)
        url, language, date = (
            columns.get(name) for name in (wanted.column, wanted.language, wanted.date)
        )
        size = str(columns.get("S" if self._letters else "length", ""))
        counted = int(size) if size.isascii() and size.isdigit() else 0
        return Row(url, counted, True, language=language, date=date)

    def _columns(self, line: str) -> Mapping[str, object] | None:
        if self._letters is not None:
            cells = line.split(" ")
            return dict(zip(self._letters, cells, strict=False)) if len(cells) > 1 else None
        key, _, rest = line.partition(" ")
        time, _, text = rest.partition(" ")
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            return None
        return {"urlkey": key, "timestamp": time, **found} if isinstance(found, dict) else None
