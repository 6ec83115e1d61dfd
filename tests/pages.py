"""Runs what the pages show: console blocks in a shell, Python blocks in one namespace, in order.

In a console block a line that begins with `$ ` is a command, which lines with `> ` continue, and
what follows is its output, standard output before standard error. `…` stands for any text in a
line, and for any lines when it stands alone. `cd FOLDER` alone holds for the commands after it, in
later blocks too; `cd` alone leads back to where the page began.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.cli.prepared import python_path

_BLOCK = re.compile(r"^```(console|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Command:
    """A command and the output that a page promises."""

    line: str
    expected: str


def blocks(page: Path) -> Iterator[tuple[str, str]]:
    """Yield the language and the text of each block that runs."""
    for match in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        yield match[1], match[2]


def commands(block: str) -> Iterator[Command]:
    """Yield the commands of a console block."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        line, _, expected = part.partition("\n")
        while expected.startswith("> "):
            more, _, expected = expected.removeprefix("> ").partition("\n")
            line = f"{line}\n{more}"
        yield Command(line, expected)


def run_page(page: Path, folder: Path) -> int:
    """Run every block of a page in `folder`; return how many there were."""
    tools = folder.parent / f"{folder.name}-bin"
    tools.mkdir()
    script = tools / "ledger"
    script.write_text(
        f"#!{sys.executable}\nfrom ledger.cli.main import entry\n\nentry()\n", encoding="utf-8"
    )
    script.chmod(0o755)
    namespace: dict[str, object] = {}
    count = 0
    before = Path.cwd()
    place = folder
    os.chdir(folder)
    try:
        for language, text in blocks(page):
            count += 1
            if language == "python":
                exec(compile(text, f"{page.name}, block {count}", "exec"), namespace)
                continue
            for command in commands(text):
                word, _, name = command.line.partition(" ")
                if word == "cd":
                    place = place / name if name else folder
                    continue
                _check(command, _run(command.line, place, tools), page)
    finally:
        os.chdir(before)
    return count


def _run(line: str, folder: Path, tools: Path) -> str:
    run = subprocess.run(
        ["sh", "-c", line],
        cwd=folder,
        env={
            "PATH": f"{tools}:/usr/bin:/bin",
            "PYTHONPATH": python_path(),
            "COLUMNS": "80",
            "LC_ALL": "C.UTF-8",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return run.stdout + run.stderr


def _check(command: Command, found: str, page: Path) -> None:
    if not matches(command.expected, found):
        raise AssertionError(
            f"{page.name} says of `{command.line}`:\n{command.expected}\nbut it prints:\n{found}"
        )


def matches(expected: str, found: str) -> bool:
    """Say whether output is as a page shows it, with its elisions."""
    pattern = ""
    for line in expected.strip("\n").split("\n"):
        if line.strip() == "…":
            pattern += r"(?:.*\n)*"
        else:
            pattern += ".*".join(map(re.escape, line.rstrip().split("…"))) + r"[ ]*\n"
    return re.fullmatch(pattern, found.strip("\n") + "\n") is not None
