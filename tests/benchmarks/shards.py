"""Data to record: made from a seed, so that two machines measure the same bytes.

Hashes do not care what they hash, but counting does. So the files are real ones of their formats:
lines of JSON, Parquet with a footer, tar archives with headers, plain text, unstructured bytes.
"""

import io
import json
import math
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

MIX = {"jsonl": 40, "parquet": 20, "txt": 15, "tar": 15, "bin": 10}
"""Percent of the files that have each suffix."""

_WORDS = """
    the record of every shard says where it came from and who may use it for what
""".split()  # noqa: SIM905 - it reads as what it is
_BLOCK = 4 << 20


def mixed_files(folder: Path, *, count: int, seed: int = 1) -> int:
    """Write `count` files of 1 to 64 MiB, in one folder a suffix, and return their bytes.

    Sizes are spread evenly over the logarithm, as shards of real corpora are: their mean is 15 MiB.
    """
    random = Random(seed)
    suffixes = random.choices(list(MIX), list(MIX.values()), k=count)
    # One size from each of `count` equal stretches: the sum hardly depends on the seed.
    sizes = [int(2 ** (20 + 6 * (place + random.random()) / count)) for place in range(count)]
    random.shuffle(sizes)
    blocks = {suffix: make(random) for suffix, make in _BLOCKS.items()}
    for number, (suffix, size) in enumerate(zip(suffixes, sizes, strict=True)):
        path = folder / suffix / f"part-{number:05}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            for piece in _file(suffix, size, number, blocks[suffix]):
                file.write(piece)
    return sum(path.stat().st_size for path in folder.rglob("*.*"))


def small_files(folder: Path, *, count: int, seed: int = 2) -> None:
    """Write `count` files of 1 to 8 KiB, a thousand in a folder; four of five are text."""
    random = Random(seed)
    text = _lines(random, lambda: _sentence(random))
    for number in range(count):
        suffix = ("txt", "txt", "md", "py", "json")[number % 5]
        path = folder / f"{number // 1000:03}" / f"{number:06}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        start = random.randrange(_BLOCK - 8192)
        body = text[start : start + random.randrange(1024, 8192)].decode()
        written = json.dumps({"number": number, "text": body}) if suffix == "json" else body
        path.write_text(f"{number}\n{written}" if suffix != "json" else written)


def _file(suffix: str, size: int, number: int, block: bytes) -> Iterator[bytes]:
    """Yield about `size` bytes; the head tells every file from every other."""
    if suffix == "parquet":
        yield b"PAR1" + number.to_bytes(8) + block[: size % _BLOCK]
        for _ in range(size // _BLOCK):
            yield block
        footer = _parquet_footer(rows=size // 600)
        yield footer + len(footer).to_bytes(4, "little") + b"PAR1"
        return
    if suffix == "tar":
        yield _tar_member(f"{number:08}.json", b"{}")
    elif suffix == "bin":
        yield number.to_bytes(8)
    else:
        yield b'{"number": %d}\n' % number
    for _ in range(size // len(block)):
        yield block
    yield bytes(10_240) if suffix == "tar" else block[: size % _BLOCK]


def _parquet_footer(rows: int) -> bytes:
    """Return the FileMetaData of a file with one column of text: version, schema, rows, groups."""
    column = b"\x15\x0c\x25\x02\x18\x04text\x25\x00\x00"
    root = b"\x48\x06schema\x15\x02\x00"
    return b"\x15\x02\x19\x2c" + root + column + b"\x16" + _varint(rows * 2) + b"\x19\x0c\x00"


def _varint(number: int) -> bytes:
    """Return an unsigned number in groups of seven bits, the lowest first."""
    groups = []
    while number >= 128:
        groups.append(number & 127 | 128)
        number >>= 7
    return bytes([*groups, number])


def _lines(random: Random, line: Callable[[], str]) -> bytes:
    lines: list[str] = []
    size = 0
    while size < _BLOCK:
        lines.append(line() + "\n")
        size += len(lines[-1])
    return "".join(lines).encode()[: _BLOCK - 1] + b"\n"


def _sentence(random: Random) -> str:
    # Half of the lines have up to 400 characters, a few have 8,000.
    words = int(math.exp(random.gauss(4.2, 0.9)))
    return " ".join(random.choices(_WORDS, k=max(1, words)))


def _json_line(random: Random) -> str:
    line = {"id": random.getrandbits(60), "text": _sentence(random), "lang": "en"}
    return json.dumps(line)


def _tar_member(name: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        header = tarfile.TarInfo(name)
        header.size = len(data)
        archive.addfile(header, io.BytesIO(data))
    return buffer.getvalue()[: 512 + (len(data) + 511) // 512 * 512]


def _tar_block(random: Random) -> bytes:
    """Return samples of an image of about 100 kB and a caption each."""
    members = []
    for number in range(40):
        image = b"\xff\xd8\xff\xe0" + random.randbytes(random.randrange(60_000, 140_000))
        members.append(_tar_member(f"{number:06}.jpg", image))
        members.append(_tar_member(f"{number:06}.txt", _sentence(random).encode()))
    return b"".join(members)


_BLOCKS: dict[str, Callable[[Random], bytes]] = {
    "jsonl": lambda random: _lines(random, lambda: _json_line(random)),
    "parquet": lambda random: random.randbytes(_BLOCK),
    "txt": lambda random: _lines(random, lambda: _sentence(random)),
    "tar": _tar_block,
    "bin": lambda random: random.randbytes(_BLOCK),
}
