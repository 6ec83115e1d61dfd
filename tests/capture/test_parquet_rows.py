"""Rows of Parquet as documents: every type has one spelling (docs/formats/document-tree.md)."""

import io
import math
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest

from ledger.capture import DocumentTree, Options
from ledger.capture.parquet_rows import cut_parquet
from tests.capture.reading import read
from tests.capture.test_documents import Taken, check


def rows(table: Any, column: str = "", **options: object) -> list[bytes]:
    taken = Taken()
    data = written(table, **options)
    cut_parquet(lambda: io.BytesIO(data), column, taken)
    return taken.documents


def written(table: Any, **options: object) -> bytes:
    file = io.BytesIO()
    parquet.write_table(table, file, **options)
    return file.getvalue()


SPELLED = [
    (arrow.array([-1, None], arrow.int8()), ["-1", "null"]),
    (arrow.array([2**64 - 1], arrow.uint64()), ["18446744073709551615"]),
    (arrow.array([True, False, None]), ["true", "false", "null"]),
    (arrow.array([0.1, 1.0], arrow.float32()), ["0.10000000149011612", "1.0"]),
    (arrow.array([1.5], arrow.float16()), ["1.5"]),
    (
        arrow.array([1e300, -0.0, 1e16, 123456789012345.6, 0.0001, 0.00001, 5e-324]),
        ["1e+300", "-0.0", "1e+16", "123456789012345.6", "0.0001", "1e-05", "5e-324"],
    ),
    (arrow.array([math.nan, math.inf, -math.inf]), ["NaN", "Infinity", "-Infinity"]),
    (arrow.array(['é\u2028"\\/\n\t\x01\x7f', ""]), ['"é\u2028\\"\\\\/\\n\\t\\u0001\x7f"', '""']),
    (arrow.array([b"\0\xff", None]), ['{"base64":"AP8="}', "null"]),
    (arrow.array([b"ab"], arrow.binary(2)), ['{"base64":"YWI="}']),
    (arrow.array([date(1970, 1, 3)]), ["2"]),
    (arrow.array([5], arrow.time32("ms")), ["5"]),
    (arrow.array([5], arrow.time64("ns")), ["5"]),
    (arrow.array([10**18 + 1], arrow.timestamp("ns", "UTC")), ["1000000000000000001"]),
    (arrow.array([7], arrow.timestamp("us")), ["7"]),
    (arrow.array([7], arrow.timestamp("s")), ["7000"]),  # Parquet stores milliseconds
    (arrow.array([7], arrow.duration("us")), ["7"]),
    (arrow.array([Decimal("1.50"), Decimal(0)], arrow.decimal128(9, 2)), ['"1.50"', '"0.00"']),
    (arrow.array([Decimal(0)], arrow.decimal128(30, 12)), ['"0.000000000000"']),
    (arrow.array(["a", "b"]).dictionary_encode(), ['"a"', '"b"']),
    (arrow.array([["x", None], [], None]), ['["x",null]', "[]", "null"]),
    (arrow.array([[1.0, 2.0]], arrow.list_(arrow.float32(), 2)), ["[1.0,2.0]"]),
    (arrow.array([[1]], arrow.list_(arrow.timestamp("ns"))), ["[1]"]),
    (
        arrow.array(
            [{"b": 1, "a": [b"x"]}, None],
            arrow.struct([("b", arrow.int32()), ("a", arrow.list_(arrow.binary()))]),
        ),
        ['{"b":1,"a":[{"base64":"eA=="}]}', "null"],
    ),
    (
        arrow.array([[("k", 1)], None], arrow.map_(arrow.string(), arrow.timestamp("us"))),
        ['[["k",1]]', "null"],
    ),
    (arrow.nulls(1), ["null"]),
]


@pytest.mark.parametrize(
    ("array", "spelled"), SPELLED, ids=lambda one: str(getattr(one, "type", ""))
)
def test_a_value_has_one_spelling(array: Any, spelled: list[str]) -> None:
    expected = [f'{{"v":{one}}}'.encode() for one in spelled]
    assert rows(arrow.table({"v": array})) == expected
    # Whatever the writer chose, the row is the same.
    assert rows(arrow.table({"v": array}), compression="zstd", use_dictionary=False) == expected


def test_columns_come_in_the_order_of_the_file_and_batches_do_not_show() -> None:
    count = 2_500
    table = arrow.table({"n": list(range(count)), "b": ["x"] * count})
    assert rows(table, row_group_size=700) == [
        b'{"n":%d,"b":"x"}' % number for number in range(count)
    ]


def test_texts_of_a_column() -> None:
    table = arrow.table({"text": ["An article.", None, "é"], "n": [1, 2, 3]})
    assert rows(table, "text") == [b"An article.", b"", "é".encode()]
    found = read("a.parquet", written(table), Options(documents=DocumentTree("text")))
    check(found, [b"An article.", b"", "é".encode()], "row", "text")


def test_a_table_without_a_spelling_gets_no_tree() -> None:
    twice = arrow.Table.from_arrays([arrow.array([1]), arrow.array([2])], names=["a", "a"])
    facts = read("a.parquet", written(twice), Options(documents=DocumentTree()))
    assert facts.documents is None
    assert facts.notes == ("no tree of documents: two columns have one name",)
    number = read(
        "a.parquet", written(arrow.table({"text": [1]})), Options(documents=DocumentTree("text"))
    )
    assert number.notes == ("no tree of documents: column 'text' holds int64, expected texts",)
