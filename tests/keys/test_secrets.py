"""Threat T17: no seed in a message, a traceback, a log or the database."""

import base64
import io
import logging
import random
import sqlite3
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeAlias

import pytest

from ledger import Ledger
from ledger.errors import LedgerError
from ledger.keys.files import close_key, load_key, new_key
from ledger.keys.forms import KeyLine, Secret, new_line
from ledger.keys.passphrase import close_line
from ledger.signing.keys import KeyType

ERRORS = 10_000
WINDOW = 8
"""Bytes of a seed that count as a leak: what is left is 2^192 tries."""


def spellings(secret: bytes) -> set[str]:
    """Return how parts of a secret could stand in a text: hex, base64 at any offset, repr."""
    found = set()
    for at in range(0, len(secret) - WINDOW + 1, 3):
        part = secret[at : at + WINDOW]
        found |= {part.hex(), part.hex().upper(), repr(part)[2:-1]}
    for shift in (secret, b"\x01" + secret, b"\x06" + secret, b"\x04" + secret):
        encoded = base64.b64encode(shift).decode().rstrip("=")
        found |= {encoded[at : at + 11] for at in range(len(encoded) - 10)}
    return found


def test_the_search_finds_what_it_looks_for() -> None:
    secret = random.Random(1).randbytes(32)
    needles = spellings(secret)
    line = new_line("a", KeyType.ED25519, Secret(secret)).to_text()
    for leak in (secret.hex(), base64.b64encode(secret).decode(), repr(secret), line, line[20:45]):
        assert any(needle in leak for needle in needles)
    assert not any(needle in repr(Secret(secret)) for needle in needles)


Way: TypeAlias = Callable[[], object]


class Chaos:
    """Makes errors around one key file, each in another way."""

    def __init__(self, folder: Path, line: KeyLine, dice: random.Random) -> None:
        self.path = folder / "producer.key"
        self.line = line
        self.dice = dice
        self.closed = close_line(line, "right", (10, 8, 1))

    def ways(self) -> list[Callable[[], Way]]:
        return [
            self.mutated,
            self.mutated,
            self.mutated,
            self.mode,
            self.twice,
            self.misused,
            self.cut,
            self.wrong_passphrase,
        ]

    def write(self, content: bytes, mode: int = 0o600) -> None:
        self.path.unlink(missing_ok=True)
        self.path.touch(0o600)
        self.path.write_bytes(content)
        self.path.chmod(mode)

    # Each prepares the file and returns what then fails: no variable of a test holds the seed then.

    def mutated(self) -> Way:
        text = bytearray(self.line.to_text().encode())
        for _ in range(self.dice.randint(1, 3)):
            text[self.dice.randrange(len(text))] = self.dice.randrange(256)
        self.write(bytes(text))
        return partial(load_key, self.path)

    def cut(self) -> Way:
        text = self.line.to_text().encode()
        self.write(text[: self.dice.randrange(len(text))] * self.dice.randint(1, 2))
        return partial(load_key, self.path)

    def mode(self) -> Way:
        self.write(self.line.to_text().encode(), 0o640)
        return partial(load_key, self.path)

    def twice(self) -> Way:
        self.write(self.line.to_text().encode())
        return partial(new_key, self.path, "lab.example/producer")

    def misused(self) -> Way:
        """Sign what the key does not sign: the frames of the error hold the signer."""
        self.write(self.line.to_text().encode())
        return partial(load_key(self.path).sign, "\ud800")

    def wrong_passphrase(self) -> Way:
        self.write(self.closed.to_text().encode())
        if self.dice.random() < 0.5:
            return partial(close_key, self.path, "new", passphrase="wrong")
        return partial(load_key, self.path, "wrong")


def error_of(way: Way) -> LedgerError | UnicodeEncodeError | None:
    """Return how it fails; a traceback begins here, and has none of the test's own variables."""
    try:
        way()
    except (LedgerError, UnicodeEncodeError) as error:
        return error
    return None


def told(error: BaseException, log: logging.Logger) -> Iterator[str]:
    """Yield everything that could be written down about an error."""
    yield str(error)
    yield repr(error)
    yield str(getattr(error, "hint", ""))
    # With the values of all variables, as some services that collect errors keep them.
    yield "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    log.error("could not sign", exc_info=error)


@pytest.mark.parametrize("type", [KeyType.ED25519, KeyType.COSIGNATURE_ML_DSA_44])
def test_t17_no_seed_in_ten_thousand_errors(tmp_path: Path, type: KeyType) -> None:
    dice = random.Random(17)
    secret = dice.randbytes(32)
    needles = spellings(secret)
    line = new_line("lab.example/producer", type, Secret(secret))
    chaos = Chaos(tmp_path, line, dice)
    written = io.StringIO()
    log = logging.Logger("t17")
    log.addHandler(logging.StreamHandler(written))
    errors = 0
    texts: set[str] = set()
    while errors < ERRORS // 2:
        error = error_of(dice.choice(chaos.ways())())
        if error is not None:
            errors += 1
            texts.update(told(error, log))
    found = "\n".join(texts) + written.getvalue()
    assert [needle for needle in needles if needle in found] == []


def test_t17_no_seed_in_the_database_and_beside_the_keys(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.txt").write_text("one shard\n")
    with Ledger.create(tmp_path, origin="lab.example/t17") as ledger:
        ledger.add(tmp_path / "data", set=["dataset.name=a", "source.category=other"])
        ledger.release("r-1", datasets=["a"])
        ledger.summary("r-1", folder=tmp_path)
        keys = ledger.home.keys
        url = ledger.home.url
    needles: set[str] = set()
    for path in keys.glob("*.key"):
        secret = base64.b64decode(path.read_text().split("+", 4)[4])[1:]
        needles |= spellings(secret)
    assert len(list(keys.glob("*.key"))) == 4
    database = sqlite3.connect(url.removeprefix("sqlite:///"))
    dump = "\n".join(database.iterdump())
    database.close()
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.parent != keys]
    raw = b"".join(path.read_bytes() for path in files)
    seeds = [base64.b64decode(path.read_text().split("+", 4)[4])[1:] for path in keys.glob("*.key")]
    assert [needle for needle in needles if needle in dump or needle in raw.decode("latin-1")] == []
    assert not any(seed[:WINDOW] in raw or seed in raw for seed in seeds)
