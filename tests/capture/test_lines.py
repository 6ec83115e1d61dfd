"""JSON Lines and CSV: the same number wherever the chunks are cut, and what the csv module says."""

import csv
import io
import json
from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ledger.capture.counters import Counter, One
from ledger.capture.lines import Csv, Json, JsonLines, count_lines

TRICKY_LINES = b'{"a": 1}\n\n  \n\r\n{"b": 2}\r\n\t{"c": 3}\n{"d": 4}'


def documents(counter: Counter, *chunks: bytes) -> int:
    for chunk in chunks:
        counter.feed(chunk)
    return counter.finish().measures["documents"]


def cut(data: bytes, places: list[int]) -> list[bytes]:
    marks = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[start:end] for start, end in pairwise(marks)]


def test_json_lines_count_the_same_at_every_cut() -> None:
    for one in range(len(TRICKY_LINES)):
        for two in range(one, len(TRICKY_LINES)):
            parts = TRICKY_LINES[:one], TRICKY_LINES[one:two], TRICKY_LINES[two:]
            assert documents(JsonLines(), *parts) == 4


@given(st.lists(st.sampled_from([b"{}", b"", b" ", b"\t\r", b"x"])), st.lists(st.integers(0)))
def test_json_lines_are_the_lines_that_are_not_blank(lines: list[bytes], places: list[int]) -> None:
    data = b"\n".join(lines)
    expected = sum(1 for line in lines if line.strip())
    assert documents(JsonLines(), *cut(data, places)) == expected
    assert count_lines(data) == expected


def records(text: str, delimiter: str) -> int:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return max(0, sum(1 for row in rows if row) - 1)


@given(
    st.text(alphabet='a",\n\t\r x', max_size=60),
    st.lists(st.integers(0), max_size=6),
    st.sampled_from([",", "\t"]),
)
@example('h\n"a""b\nc"\n', [6], ",")
@example('a,"b"c"d,"e\nf"\n', [], ",")
@example('h\n5" nail,"x\ny"\n"open\n', [3, 9], ",")
def test_csv_records_are_those_of_the_csv_module(
    text: str, places: list[int], delimiter: str
) -> None:
    # A lone carriage return ends a record for the csv module only sometimes: it is an error inside
    # a line that a file was not opened to split.
    text = text.replace("\r", "\r\n")
    counter = Csv(delimiter.encode())
    assert documents(counter, *cut(text.encode(), places)) == records(text, delimiter)


@given(
    st.lists(st.lists(st.text(), min_size=1, max_size=4), max_size=8),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    st.lists(st.integers(0), max_size=4),
)
def test_csv_that_the_csv_module_wrote_has_as_many_records_as_rows(
    rows: list[list[str]], quoting: Literal[0, 1, 2], places: list[int]
) -> None:
    rows = [[cell.replace("\r", "\n").replace("\0", "") or "-" for cell in row] for row in rows]
    written = io.StringIO()
    csv.writer(written, quoting=quoting).writerows(rows)
    data = written.getvalue().encode(errors="replace")
    assert documents(Csv(), *cut(data, places)) == max(0, len(rows) - 1)


@pytest.mark.parametrize(
    ("text", "count", "media_type"),
    [
        (b'{"a": 1}\n{"a": 2}\n', 2, "application/jsonl"),
        (b'\n{"a": 1}\n\n{"a": 2}', 2, "application/jsonl"),
        (b'{\n"a": {\n}}', 1, None),
        (b'{"a": 1}\n', 1, None),
        (b'[\n{"a": 1},\n{"a": 2}]', 1, None),
        (b"", 0, None),
    ],
)
def test_json_files_that_hold_json_lines_are_told_by_their_first_two_lines(
    text: bytes, count: int, media_type: str | None
) -> None:
    for size in (1, len(text) or 1):
        counter = Json(JsonLines, lambda: One("documents"))
        for start in range(0, len(text), size):
            counter.feed(text[start : start + size])
        found = counter.finish()
        assert (found.measures["documents"], found.media_type) == (count, media_type)


def test_json_lines_far_into_a_large_json_file_are_counted() -> None:
    line = json.dumps({"text": "x" * 5000}).encode() + b"\n"
    assert documents(Json(JsonLines, lambda: One("documents")), *[line] * 500) == 500
