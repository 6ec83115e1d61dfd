"""Documents of a Parquet file: its rows, or the texts in one column (needs pyarrow).

A row as it stands has no bytes of its own: its values lie in columns, encoded and compressed. Its
document is a line of JSON that says the row, spelled as docs/formats/document-tree.md defines, so
that any reader of the format comes to the same bytes, whatever the writer's compression.
"""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, BinaryIO, Final

from ledger.capture.counters import NoColumn, Uncountable
from ledger.capture.documents import Sink

_BATCH: Final = 1024


def cut_parquet(open_file: Callable[[], BinaryIO], column: str, sink: Sink) -> None:
    """Hand every row to `sink`: the text in `column`, or the whole row if it is empty.

    Raises:
        Uncountable: pyarrow is missing, the file cannot be read, it has no such column of texts,
            or a column has a type that has no spelling.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise Uncountable(
            "rows of Parquet are read with pyarrow: pip install 'training-data-ledger[parquet]'"
        ) from error
    with open_file() as file:
        try:
            source = pyarrow.parquet.ParquetFile(file, pre_buffer=False, buffer_size=1 << 20)
            schema = source.schema_arrow
            encode = _texts(schema, column) if column else _rows(schema)
            columns = [column] if column else None
            batches = source.iter_batches(batch_size=_BATCH, columns=columns, use_threads=False)
            for batch in batches:
                sink.whole(encode(batch))
        except (pyarrow.ArrowException, OSError, ValueError, OverflowError) as error:
            raise Uncountable(f"the Parquet file cannot be read: {error}") from error


def _texts(schema: Any, column: str) -> Callable[[Any], list[bytes]]:
    if column not in schema.names:
        raise NoColumn(f"no column {column!r}; the columns are {', '.join(schema.names[:20])}")
    kind = _stored(schema.field(column).type)
    if str(kind) not in ("string", "large_string", "string_view"):
        raise NoColumn(f"column {column!r} holds {kind}, expected texts")
    return lambda batch: [(text or "").encode() for text in batch.column(0).cast(kind).to_pylist()]


def _rows(schema: Any) -> Callable[[Any], list[bytes]]:
    names = schema.names
    if len(set(names)) != len(names):
        raise Uncountable("two columns have one name")
    kinds = [_stored(field.type) for field in schema]
    # The spelling of texts, and of floats, is that of Python's json module: see the format's page.
    spell = json.JSONEncoder(
        ensure_ascii=False, separators=(",", ":"), default=_other, check_circular=False
    ).encode

    def encode(batch: Any) -> list[bytes]:
        columns = [
            (column if column.type == kind else column.cast(kind)).to_pylist()
            for column, kind in zip(batch.columns, kinds, strict=True)
        ]
        return [spell(dict(zip(names, row, strict=True))).encode() for row in _across(columns)]

    def nothing(batch: Any) -> list[bytes]:
        return [b"{}"] * batch.num_rows

    return encode if names else nothing


def _across(columns: list[list[Any]]) -> Iterator[tuple[Any, ...]]:
    return zip(*columns, strict=True)


def _other(value: object) -> object:
    """Spell what JSON has no form for."""
    if isinstance(value, bytes):
        from base64 import b64encode

        return {"base64": b64encode(value).decode()}
    if isinstance(value, Decimal):
        return format(value, "f")
    raise Uncountable(f"a value of type {type(value).__name__} has no spelling")


def _stored(kind: Any) -> Any:
    """Return the type as which values of a type are spelled: points in time are whole numbers.

    Raises:
        Uncountable: The type has no spelling.
    """
    import pyarrow as arrow
    from pyarrow import types

    if types.is_timestamp(kind) or types.is_date64(kind) or types.is_time64(kind):
        return arrow.int64()
    if types.is_duration(kind):
        return arrow.int64()
    if types.is_date32(kind) or types.is_time32(kind):
        return arrow.int32()
    if types.is_float16(kind):
        return arrow.float32()
    if types.is_dictionary(kind):
        return _stored(kind.value_type)
    if isinstance(kind, arrow.BaseExtensionType):
        return _stored(kind.storage_type)
    if types.is_struct(kind):
        return _struct(kind)
    if types.is_map(kind):
        return arrow.map_(_stored(kind.key_type), _stored(kind.item_type))
    if types.is_fixed_size_list(kind):
        return arrow.list_(_renamed(kind), kind.list_size)
    if types.is_large_list(kind):
        return arrow.large_list(_renamed(kind))
    if types.is_list(kind):
        return arrow.list_(_renamed(kind))
    if types.is_nested(kind) or types.is_interval(kind):
        raise Uncountable(f"a column of type {kind} has no spelling")
    return kind


def _renamed(kind: Any) -> Any:
    return kind.value_field.with_type(_stored(kind.value_type))


def _struct(kind: Any) -> Any:
    import pyarrow as arrow

    fields = [kind.field(place) for place in range(kind.num_fields)]
    if len({field.name for field in fields}) != len(fields):
        raise Uncountable("two members of a column have one name")
    return arrow.struct([field.with_type(_stored(field.type)) for field in fields])
