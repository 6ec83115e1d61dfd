"""A ledger as the examples of the command line find it, and a shell to type them into.

data/  books/b-0.txt … web/w-0.jsonl …       summary.html summary.jsonld
datasets books (3 shards, entry 1) and web (2, of two sites), release demo-1 with a first summary
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import ledger
from ledger.capture import DomainColumn
from ledger.cli.main import main

ORIGIN = "lab.example/cli"
RELEASE = "demo-1"


@dataclass(frozen=True)
class Ran:
    """What a command line came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON value on standard output."""
        return json.loads(self.out)


class Shell:
    """Runs command lines in this process, in a folder, as a terminal would."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capture = capture

    def __call__(self, *words: str) -> Ran:
        """Run `ledger` with these words."""
        self._capture.readouterr()
        code: int | str | None
        try:
            code = main(words)
        except SystemExit as left:
            code = left.code
        assert isinstance(code, int)
        out, err = self._capture.readouterr()
        return Ran(code, out, err)


def spawn(
    *words: str | bytes, folder: Path, env: Mapping[str, str] | None = None
) -> "subprocess.Popen[bytes]":
    """Start `ledger` with these words in a process of its own."""
    return subprocess.Popen(
        command(*words),
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": python_path(), **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def command(*words: str | bytes) -> Sequence[str | bytes]:
    """Return the command that runs `ledger`, installed or not."""
    return [sys.executable, "-c", "from ledger.cli.main import entry; entry()", *words]


def python_path() -> str:
    """Return the folder that holds the package under test."""
    assert ledger.__file__ is not None
    return str(Path(ledger.__file__).parents[1])


def make_data(folder: Path) -> None:
    """Write the shards of the examples."""
    for name, count, text in (
        ("books", 3, "A page of book {}.\n"),
        ("web", 2, '{{"url": "https://site-{0}.example/", "text": "{0}"}}\n'),
    ):
        (folder / name).mkdir(parents=True)
        ending = "txt" if name == "books" else "jsonl"
        for number in range(count):
            path = folder / name / f"{name[0]}-{number}.{ending}"
            path.write_text(text.format(number) * (number + 1), encoding="utf-8")


def prepare(folder: Path) -> None:
    """Make the ledger, with the SDK."""
    make_data(folder / "data")
    with ledger.Ledger.create(folder, origin=ORIGIN) as made:
        for name, category in (("books", "public_dataset"), ("web", "crawled")):
            made.add(
                folder / "data" / name,
                domains=DomainColumn("url") if name == "web" else None,
                set=[f"dataset.name={name}", f"source.category={category}", "rights.licence=MIT"],
            )
        made.release(RELEASE, datasets=["books", "web"])
        summary = made.summary(RELEASE, folder=folder)
    for path in summary.files:
        shutil.copy(path, folder / f"summary{path.suffix}")
