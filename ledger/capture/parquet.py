"""Rows of a Parquet file, from the beginning of its footer.

    PAR1 … <FileMetaData, Thrift compact protocol> <uint32 length of it> PAR1

`FileMetaData` begins with version (field 1), schema (2) and num_rows (3): reading three fields
needs no library, and spares the tenth of a second that importing one takes. Only a sum of tokens
reads columns, with pyarrow (`training-data-ledger[parquet]`).

Sources: parquet-format README "File format" and parquet.thrift; Thrift compact protocol.
"""

from collections.abc import Callable
from typing import TypeAlias

from ledger.capture.counters import Counted, Uncountable

_LARGEST_FOOTER = 256 << 20
_STRINGS = frozenset({0, 4, 19})  # ConvertedType UTF8, ENUM and JSON
Value: TypeAlias = "int | bytes | bool | list[Value] | dict[int, Value]"


def count_rows(size: int, read: Callable[[int, int], bytes]) -> Counted:
    """Return the rows of a file of `size` bytes; `read(offset, size)` returns a part of it.

    Raises:
        Uncountable: There is no readable footer, or it is encrypted.
    """
    tail = read(max(0, size - 8), 8)
    if tail[4:] == b"PARE":
        raise Uncountable("the Parquet footer is encrypted")
    length = int.from_bytes(tail[:4], "little")
    if tail[4:] != b"PAR1" or not 0 < length <= min(size - 12, _LARGEST_FOOTER):
        raise Uncountable("there is no Parquet footer at the end")
    try:
        metadata = _Compact(read(size - 8 - length, length)).struct(last=3)
        rows, schema = metadata[3], metadata[2]
        if not isinstance(rows, int) or rows < 0 or not isinstance(schema, list):
            raise ValueError(f"num_rows is {rows!r}")
    except (IndexError, KeyError, ValueError, RecursionError) as error:
        raise Uncountable(f"the Parquet footer cannot be read: {error}") from error
    texts = any(isinstance(column, dict) and _is_text(column) for column in schema)
    return Counted({"documents": rows}, modality=("text",) if texts else None)


def _is_text(column: dict[int, Value]) -> bool:
    """Say whether a SchemaElement is a string: ConvertedType (6) or LogicalType (10) says so."""
    logical = column.get(10)
    return column.get(6) in _STRINGS or (isinstance(logical, dict) and 1 in logical)


class _Compact:
    """Values in Thrift's compact protocol; reading past the end raises IndexError."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def struct(self, last: int | None = None) -> dict[int, Value]:
        """Read a struct, or of it the fields up to number `last`."""
        fields: dict[int, Value] = {}
        number = 0
        while header := self._byte():
            delta = header >> 4
            number = number + delta if delta else self._signed()
            fields[number] = self._value(header & 15, in_list=False)
            if number == last:
                break
        return fields

    def _value(self, kind: int, *, in_list: bool) -> Value:
        match kind:
            case 1 | 2:
                return self._byte() == 1 if in_list else kind == 1
            case 3:
                return self._byte()
            case 4 | 5 | 6:
                return self._signed()
            case 7:
                return self._bytes(8)
            case 8:
                return self._bytes(self._unsigned())
            case 9 | 10:
                return self._list()
            case 12:
                return self.struct()
        raise ValueError(f"Thrift type {kind}")

    def _list(self) -> Value:
        header = self._byte()
        size = header >> 4 if header >> 4 != 15 else self._unsigned()
        return [self._value(header & 15, in_list=True) for _ in range(size)]

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def _bytes(self, size: int) -> bytes:
        if size > len(self._data) - self._at:
            raise IndexError("past the end")
        self._at += size
        return self._data[self._at - size : self._at]

    def _unsigned(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
            if shift > 63:
                raise ValueError("an integer of more than 64 bits")

    def _signed(self) -> int:
        value = self._unsigned()
        return value >> 1 ^ -(value & 1)
