"""One file: its digest by every road, its type, its counts, and what happens when it changes."""

import gzip
import hashlib
import io
import json
import os
import zlib
from pathlib import Path

import pytest
from blake3 import blake3
from hypothesis import given
from hypothesis import strategies as st

from ledger.capture import files
from ledger.capture.directories import Found, survey
from ledger.capture.files import (
    CHUNK,
    HUGE,
    Options,
    Running,
    Source,
    Stopped,
    Unreadable,
    read_file,
    read_small,
    read_source,
)
from ledger.capture.media import recognise
from ledger.capture.tokens import ColumnSum, LocalTokenizer
from ledger.errors import InputError


def source(name: str, data: bytes, size: int | None = None) -> Source:
    stream = io.BytesIO(data)
    return Source(
        name,
        len(data) if size is None else size,
        read=stream.read,
        read_at=lambda offset, size: data[offset : offset + size],
        open=lambda: io.BytesIO(data),
    )


def facts(name: str, data: bytes, options: Options = Options()) -> files.Facts:  # noqa: B008
    return read_source(source(name, data), options, Running())


def found(path: Path) -> Found:
    (item,) = survey([str(path)]).items
    assert isinstance(item, Found)
    return item


@given(st.binary(max_size=5000))
def test_the_digest_is_blake3_of_the_bytes(data: bytes) -> None:
    options = Options(sha256=True)
    read = facts("x.bin", data, options)
    assert read.digest == blake3(data).hexdigest()
    assert read.sha256 == hashlib.sha256(data).hexdigest()
    assert read.measures["bytes"] == read.size == len(data)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7, 2 << 20])
@pytest.mark.parametrize("name", ["x.bin", "x.txt", "x.jsonl"])
def test_small_and_chunked_reading_agree(tmp_path: Path, size: int, name: str) -> None:
    path = tmp_path / name
    path.write_bytes((b'{"a": "' + b"b" * 90 + b'"}\n') * (size // 100) + b"c" * (size % 100))
    item = found(path)
    chunked, whole = read_file(item, Options(), Running()), read_small(item, Options())
    assert chunked == whole
    assert whole.digest == blake3(path.read_bytes()).hexdigest()


def test_a_huge_file_hashed_by_all_cores_has_the_same_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert HUGE > 1 << 20
    monkeypatch.setattr(files, "HUGE", 1 << 20)
    path = tmp_path / "huge.bin"
    path.write_bytes(os.urandom(5 << 20))
    read = read_file(found(path), Options(), Running())
    assert read.digest == blake3(path.read_bytes()).hexdigest()


class Meddling(Running):
    """Does something to the file after the first chunk was read."""

    __slots__ = ("act",)

    def __init__(self, act: object) -> None:
        super().__init__()
        self.act = act

    def advance(self, size: int) -> None:
        super().advance(size)
        act, self.act = self.act, None
        if callable(act):
            act()


def appended(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def rewritten(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"other")
    os.utime(path, ns=(1, 1))  # the clock of a file system may be too coarse to tell


@pytest.mark.parametrize(
    "act",
    [appended, rewritten, lambda path: os.truncate(path, 10)],
    ids=["grown", "same size", "cut"],
)
def test_a_file_that_changes_while_it_is_read_is_not_recorded(tmp_path: Path, act: object) -> None:
    assert callable(act)
    path = tmp_path / "growing.jsonl"
    path.write_bytes(b'{"a": 1}\n' * 100_000)
    with pytest.raises(Unreadable, match="changed while it was read"):
        read_file(found(path), Options(), Meddling(lambda: act(path)))


def test_a_file_that_changed_between_walk_and_reading_is_read_as_it_is_now(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    item = found(path)
    path.write_bytes(b"newer")
    assert read_small(item, Options()).digest == blake3(b"newer").hexdigest()


def test_a_file_that_vanished_or_became_a_pipe_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x")
    item = found(path)
    path.unlink()
    with pytest.raises(Unreadable, match="No such file"):
        read_small(item, Options())
    with pytest.raises(Unreadable, match="No such file"):
        read_file(item, Options(), Running())
    os.mkfifo(path)
    with pytest.raises(Unreadable, match="no regular file"):
        read_file(item, Options(), Running())


def test_a_reading_nobody_waits_for_stops_at_the_next_chunk() -> None:
    running = Running()
    running.stopped = True
    with pytest.raises(Stopped):
        read_source(source("a.bin", b"x"), Options(), running)


@pytest.mark.parametrize("size", [3, 5])
def test_more_or_fewer_bytes_than_announced_are_a_change(size: int) -> None:
    with pytest.raises(Unreadable, match="4 bytes came"):
        read_source(source("a.bin", b"1234", size), Options(), Running())


@pytest.mark.parametrize(
    ("name", "data", "media_type", "modality"),
    [
        ("a.txt", b"hello", "text/plain", "text"),
        ("a.jpg", b"\x89PNG\r\n\x1a\n", "image/png", "image"),
        ("a.md", b"GIF with a dot", "text/markdown", "text"),
        ("a.txt", b"PAR for the course", "text/plain", "text"),
        ("README", "Grüße".encode(), "text/plain", "text"),
        ("README", b"a\0b", "application/octet-stream", "other"),
        ("README", b"\xff\xfe", "application/octet-stream", "other"),
        ("README", ("x" + "ü" * 2048).encode()[:4096], "text/plain", "text"),
        ("README", b"x" * 4095 + b"\xc3", "text/plain", "text"),
        ("a.docx", b"PK\3\4", None, "text"),
        ("a", b"PK\3\4", "application/zip", "other"),
        ("a.rtx", b"@c", None, "text"),
        ("a.ief", b"", None, "image"),
        ("a.webp", b"RIFF\0\0\0\0WEBP", "image/webp", "image"),
        ("sound", b"RIFF\0\0\0\0WAVE", "audio/wav", "audio"),
        ("a.mp3", b"ID3\4", "audio/mpeg", "audio"),
        ("a.mp4", b"\0\0\0\x20ftyp", "video/mp4", "video"),
        ("noext", bytes(257) + b"ustar", "application/x-tar", "other"),
        ("a.JSONL.GZ", b"\x1f\x8b\x08", "application/gzip", "text"),
        ("a.gz", b"\x1f\x8b\x08", "application/gzip", "other"),
        ("a.zst", b"(\xb5/\xfd", "application/zstd", "other"),
        (".", b"", "text/plain", "text"),
    ],
)
def test_what_a_file_is(name: str, data: bytes, media_type: str | None, modality: str) -> None:
    media = recognise(name, data)
    assert media.modality == modality
    assert media_type in (None, media.media_type)


@pytest.mark.parametrize(
    ("name", "data", "measures"),
    [
        ("a.txt", b"one\ntwo", {"documents": 1}),
        ("a.txt", b"", {"documents": 0}),
        ("a.pdf", b"%PDF-1.7", {"documents": 1}),
        ("a.png", b"\x89PNG\r\n\x1a\n", {"images": 1}),
        ("a.jsonl", b"{}\n\n{}", {"documents": 2}),
        ("a.csv", b'id,t\n1,"a\nb"\n2,c\n', {"documents": 2}),
        ("a.tsv", b"id\tt\n1\ta\n", {"documents": 1}),
        ("a.bin", b"\0", {}),
        ("a.mp4", b"\0", {}),
    ],
)
def test_what_is_counted(name: str, data: bytes, measures: dict[str, int]) -> None:
    assert facts(name, data).measures == {"bytes": len(data), **measures}


LINES = b'{"text": "one two"}\n' * 50_000


@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(LINES),
        gzip.compress(LINES[:20_000]) + gzip.compress(LINES[20_000:]) + bytes(512),
    ],
    ids=["one member", "two members and padding"],
)
def test_gzip_is_counted_by_what_it_holds(packed: bytes) -> None:
    read = facts("a.jsonl.gz", packed)
    assert read.measures == {"bytes": len(packed), "documents": 50_000}
    assert (read.media_type, read.notes) == ("application/gzip", ())


def test_zstandard_is_counted_by_what_it_holds() -> None:
    zstandard = pytest.importorskip("zstandard")
    packed = zstandard.compress(LINES[:20_000]) + zstandard.compress(LINES[20_000:])
    assert facts("a.json.zst", packed).measures["documents"] == 50_000
    (note,) = facts("a.json.zst", packed[:-5]).notes
    assert "cut off" in note


@pytest.mark.parametrize(
    ("packed", "reason"),
    [
        (gzip.compress(LINES, mtime=0)[:-4], "cut off"),
        (gzip.compress(LINES, mtime=0) + b"rubbish", "damaged"),
        (zlib.compress(LINES), "damaged"),
    ],
)
def test_damaged_gzip_is_recorded_uncounted_with_a_note(packed: bytes, reason: str) -> None:
    read = facts("a.jsonl.gz", packed)
    assert read.measures == {"bytes": len(packed)}
    assert reason in read.notes[0]


def test_a_broken_tar_is_recorded_uncounted_with_a_note() -> None:
    read = facts("a.tar", b"z" * 2048)
    assert read.measures == {"bytes": 2048}
    assert read.notes == ("not counted: not a tar header: size b'zzzzzzzzzzzz'",)


ROWS = [{"text": "eins\nzwei, drei", "n": 3}, {"text": 'say "hi"', "n": 4}]
CSV_ROWS = b'text,n\n"eins\nzwei, drei",3\n\n"say ""hi""",4\n'


def parquet_rows() -> bytes:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), file)
    return file.getvalue()


def token_files() -> list[tuple[str, bytes]]:
    lines = b"".join(json.dumps(row).encode() + b"\n" for row in ROWS)
    return [
        ("a.jsonl", lines),
        ("a.json", lines),
        ("a.json", json.dumps(ROWS).encode()),
        ("a.csv", CSV_ROWS),
        ("a.tsv", CSV_ROWS.replace(b",n", b"\tn").replace(b'",', b'"\t')),
        ("a.jsonl.gz", gzip.compress(lines)),
        ("a.parquet", parquet_rows()),
    ]


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> LocalTokenizer:
    tokenizers = pytest.importorskip("tokenizers")
    path = tmp_path_factory.mktemp("words") / "tokenizer.json"
    model = tokenizers.Tokenizer(tokenizers.models.WordLevel({"?": 0}, unk_token="?"))
    model.pre_tokenizer = tokenizers.pre_tokenizers.WhitespaceSplit()
    model.save(str(path))
    return LocalTokenizer(str(path))


def test_tokens_are_the_sum_of_a_column() -> None:
    for name, data in token_files():
        read = facts(name, data, Options(tokens=ColumnSum("n")))
        assert read.measures["tokens"] == 7, name
        assert "tokenizer" not in read.measures


def test_tokens_are_counted_with_a_local_tokenizer(tokenizer: LocalTokenizer) -> None:
    for name, data in token_files():
        read = facts(name, data, Options(tokens=tokenizer))
        assert read.measures["tokens"] == 5, name
        known = read.measures["tokenizer"]
        assert isinstance(known, dict)
        assert str(known["name"]).startswith("words")
        assert str(known["digest"]).startswith("blake3:")
    assert facts("a.txt", b"a b c", Options(tokens=tokenizer)).measures["tokens"] == 3
    assert "tokens" not in facts("a.bin", b"\0", Options(tokens=tokenizer)).measures


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.jsonl", b'{"n": 1}\n\n{"m": 2}\n', "line 3 has no 'n'"),
        ("a.jsonl", b'{"n": 1}\n{"n": 1.5}', "holds 1.5, expected an integer"),
        ("a.jsonl", b'{"n": -1}', "holds -1"),
        ("a.jsonl", b'{"n": true}', "holds True"),
        ("a.jsonl", b"{n: 1}", "line 1 is not JSON"),
        ("a.json", b'[{"n": 1}, {}]', "object 2 has no 'n'"),
        ("a.json", b"[", "not JSON"),
        ("a.csv", b"a,b\n1,2\n", "no column 'n'; the columns are a, b"),
        ("a.csv", b"a,n\n1,2\n3\n", "row 3 has no 'n'"),
        ("a.csv", b"n\n\xff\n", "not UTF-8"),
        ("a.parquet", b"PAR1", "Parquet"),
        ("a.jsonl.gz", gzip.compress(b'{"n": 1}', mtime=0)[:-2], "cut off"),
    ],
)
def test_tokens_that_cannot_be_counted_as_asked_fail_the_file(
    name: str, data: bytes, reason: str
) -> None:
    with pytest.raises(Unreadable, match="(?s)" + reason.replace("(", r"\(")):
        facts(name, data, Options(tokens=ColumnSum("n")))


def test_a_file_that_is_no_tokenizer_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    with pytest.raises(InputError, match="cannot be read"):
        LocalTokenizer(str(path))
    path.write_text("{}")
    with pytest.raises(InputError, match="cannot be read as a tokenizer file"):
        LocalTokenizer(str(path))
