"""What a command prints: data to stdout, talk to stderr, and everything as JSON on request."""

import argparse
import json
import re
import shutil
import sys
import textwrap
from collections.abc import Sequence
from typing import TextIO

from ledger.record.canonical import JSON

EXIT_OK = 0
EXIT_NOT_VERIFIED = 1
EXIT_INPUT = 2
EXIT_CANNOT_TELL = 3
EXIT_WARNINGS = 4
EXIT_STORAGE = 5
EXIT_INTERRUPTED = 130
EXIT_STOPPED = 143

_MAX_WIDTH = 100
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_SPACES = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"


class Output:
    """Where a command's words go.

    Args:
        as_json: Print one JSON value to stdout instead of text.
        quiet: Print no talk.
        out: Standard output.
        err: Standard error.
    """

    def __init__(
        self,
        *,
        as_json: bool = False,
        quiet: bool = False,
        out: TextIO | None = None,
        err: TextIO | None = None,
    ) -> None:
        self.as_json = as_json
        self.quiet = quiet
        self.out = out or sys.stdout
        self.err = err or sys.stderr

    @property
    def width(self) -> int:
        """Columns to write in: the terminal's, at most 100."""
        return min(shutil.get_terminal_size((80, 24)).columns, _MAX_WIDTH)

    def data(self, value: JSON, text: str) -> None:
        """Print a command's result: `value` as JSON, or `text`."""
        if self.as_json:
            # Only UTF-8 holds every character; elsewhere JSON has escapes of its own.
            escaped = (self.out.encoding or "utf-8").lower().replace("-", "") != "utf8"
            text = json.dumps(value, ensure_ascii=escaped, indent=2, sort_keys=True)
        print(text, file=self.out)

    def say(self, text: str = "") -> None:
        """Tell the user something that is no data."""
        if not self.quiet:
            print(text, file=self.err, flush=True)

    def warn(self, text: str, hint: str | None = None) -> None:
        """Tell the user what is wrong, and on the next line what mends it."""
        print(self.wrapped(text, "        ", first="ledger: "), file=self.err)
        if hint:
            print(f"        try: {printable(hint)}", file=self.err)
        self.err.flush()

    def wrapped(self, text: str, indent: str = "", *, first: str = "") -> str:
        """Return `text` broken at the terminal's width: `first`, then lines with `indent`.

        It may quote what strangers wrote: nothing in it moves the cursor.
        """
        lines = text.splitlines() or [""]
        return "\n".join(
            textwrap.fill(
                printable(line),
                self.width,
                initial_indent=indent if number else first,
                subsequent_indent=indent,
                break_long_words=False,
                break_on_hyphens=False,
            )
            for number, line in enumerate(lines)
        )


def table(rows: Sequence[Sequence[str]], *, right: frozenset[int] = frozenset()) -> str:
    """Return rows as aligned columns, two spaces apart; `right` are the columns of numbers."""
    if not rows:
        return ""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if number in right else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def printable(text: str) -> str:
    """Return `text` with what would move the cursor, or is not UTF-8, written as escapes."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char in _SPACES else _escaped(char) for char in text
    )


def _escaped(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file name that is not UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def shortened(text: str, width: int) -> str:
    """Return `text` in at most `width` columns, its middle left out, escapes as in `printable`."""
    shown = printable(text)
    if len(shown) <= width:
        return shown
    head = (width - 1) // 2
    return f"{shown[:head]}…{shown[len(shown) - (width - 1 - head) :]}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return `1 file`, `2,311 files`; `3 entries` if `plural` says so."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def at_least_one(text: str) -> int:
    """Return the number that an option gives; the type of `--limit`."""
    if not (text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"expected a number from 1 on, not {text!r}")
    return int(text)


def duration(text: str) -> int:
    """Return the seconds that an option gives: `90s`, `10m`, `24h`, `7d`, or a bare number."""
    match = re.fullmatch(r"([1-9][0-9]{0,8})([smhd]?)", text)
    if not match:
        raise argparse.ArgumentTypeError(
            f"expected a time such as 90s, 10m, 24h or 7d, not {text!r}"
        )
    return int(match[1]) * _SECONDS[match[2] or "s"]


def sized(number: int) -> str:
    """Return a number of bytes for people: `812 B`, `4.1 MB`."""
    amount = float(number)
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if amount < 1000 or unit == "TB":
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    raise AssertionError("unreachable")
