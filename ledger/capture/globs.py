"""Patterns over names: `*` and `?` stay within a folder, `**` crosses folders.

*.jsonl          files of that kind, in any folder (a pattern without `/` speaks of base names)
web/*.jsonl      in the folder web, not below it
web/**           everything below web
**/raw/*.txt     in any folder called raw
part-[0-9].csv   one of some characters; [!0-9] for none of them
"""

import re

from ledger.errors import InputError


def compile_glob(pattern: str) -> re.Pattern[str]:
    """Return the expression that a whole name must match.

    Raises:
        InputError: The pattern is empty, absolute or has a `[` without `]`.
    """
    if not pattern or pattern.startswith("/"):
        raise InputError(
            f"pattern {pattern!r}: expected a path relative to the folder, such as web/**/*.jsonl"
        )
    parts = [] if "/" in pattern else ["(?:.*/)?"]
    position = 0
    while position < len(pattern):
        part, position = _translate(pattern, position)
        parts.append(part)
    return re.compile("".join(parts), re.DOTALL)


def _translate(pattern: str, at: int) -> tuple[str, int]:
    """Return the expression for what stands at a position, and the position after it."""
    if pattern.startswith("**/", at) and (at == 0 or pattern[at - 1] == "/"):
        return "(?:.*/)?", at + 3
    if pattern.startswith("**", at):
        return ".*", at + 2
    char = pattern[at]
    if char == "*":
        return "[^/]*", at + 1
    if char == "?":
        return "[^/]", at + 1
    if char == "[":
        return _characters(pattern, at)
    return re.escape(char), at + 1


def _characters(pattern: str, at: int) -> tuple[str, int]:
    start = at + 2 if pattern[at + 1 : at + 2] == "!" else at + 1
    end = pattern.find("]", start + 1)
    if end < 0:
        raise InputError(f"pattern {pattern!r}: a [ without ]")
    inside = re.sub(r"([\\\[\]^&~|])", r"\\\1", pattern[start:end])
    try:
        re.compile(f"[{inside}]")
    except re.error as error:
        raise InputError(f"pattern {pattern!r}: {error}") from error
    return f"(?!/)[{'^' if start == at + 2 else ''}{inside}]", end + 1
