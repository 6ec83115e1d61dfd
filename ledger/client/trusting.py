"""The ledger's own trust file, kept in step with the keys that sign its checkpoints.

Only `log` lines are added or taken away, and all else stays as people wrote it.
"""

import os
import secrets

from ledger.client.home import Home
from ledger.signing.keys import VerifierKey


def add_log_key(home: Home, key: VerifierKey) -> None:
    """Add a `log` line for `key`, after the lines of the log's other keys."""
    lines = _lines(home)
    own = [place for place, line in enumerate(lines) if _key_of(line).startswith(f"{key.name}+")]
    if not own or any(_key_of(line) == str(key) for line in lines):
        return
    url = lines[own[-1]].split()[2:3]
    lines.insert(own[-1] + 1, " ".join(["log", str(key), *url]))
    _write(home, lines)


def drop_log_key(home: Home, key: VerifierKey) -> None:
    """Take the `log` line of `key` away, unless it is the last one."""
    lines = _lines(home)
    kept = [line for line in lines if _key_of(line) != str(key)]
    if kept != lines and any(map(_key_of, kept)):
        _write(home, kept)


def _lines(home: Home) -> list[str]:
    try:
        return home.trust.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return []


def _key_of(line: str) -> str:
    """Return the vkey of a `log` line; empty for other lines."""
    words = line.split()
    return words[1] if len(words) > 1 and words[0] == "log" else ""


def _write(home: Home, lines: list[str]) -> None:
    draft = home.trust.with_name(f".{home.trust.name}.{secrets.token_hex(4)}")
    try:
        draft.write_text("\n".join(lines), encoding="utf-8")
        os.replace(draft, home.trust)
    finally:
        draft.unlink(missing_ok=True)
