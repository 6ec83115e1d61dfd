"""Where evidence goes, a file or standard output, and how paths are shown to be typed again."""

import sys
from pathlib import Path
from shlex import quote

from ledger.cli.output import Output
from ledger.record.canonical import JSON

STDOUT = "-"


def write_evidence(
    data: bytes,
    out: str,
    *,
    facts: dict[str, JSON],
    text: str,
    trust: Path,
    output: Output,
    options: str | None = "",
) -> None:
    """Write evidence and say what was written, and how to verify it.

    Args:
        data: The evidence file.
        out: Its path; `-` writes it to standard output, and nothing else goes there.
        facts: What --json prints, besides file and size.
        text: What is printed otherwise, after the path.
        trust: The trust file to verify with.
        output: Where words go.
        options: What else `ledger verify` needs; None if it does not verify this.
    """
    from ledger.client.summarising import write_files

    if out == STDOUT:
        sys.stdout.buffer.write(data)
        return
    path = Path(out)
    write_files({path: data})
    output.data({"file": str(path), "bytes": len(data), **facts}, f"{path}: {text}")
    if options is not None:
        output.say(f"next: ledger verify {shown_path(path)} {options}--trust {shown_path(trust)}")


def near(path: str | Path) -> str:
    """Return a path as seen from the current folder, if it lies below it."""
    path, here = Path(path), Path.cwd()
    is_below = path.is_absolute() and path.is_relative_to(here)
    return str(path.relative_to(here) if is_below else path)


def shown_path(path: str | Path) -> str:
    """Return a path as one would type it in the current folder."""
    return quote(near(path))
