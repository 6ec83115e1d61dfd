"""Which way a text runs and which script it is in, since Word wants to be told for each run.

Word lays out a run from right to left only if the run says so, and chooses the font of Chinese,
Japanese and Korean text by a property of its own. So a text is cut into pieces of one script.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from typing import Literal, TypeAlias

Script: TypeAlias = Literal["plain", "rtl", "chinese", "japanese", "korean"]

_SPECIAL = re.compile(
    "[\u0590-\u08ff\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufdff\ufe30-\ufefc\uff00-\uffef"
    "\U00010800-\U00010fff\U0001e800-\U0001efff\U00020000-\U0003ffff]"
)
"""Right-to-left and East Asian blocks: a text without any of them is one piece."""
_KANA = re.compile("[\u3041-\u30ff\uff66-\uff9d]")
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7ff]")
_OPENERS = {"\u202a": "\u202c", "\u202b": "\u202c", "\u202d": "\u202c", "\u202e": "\u202c"}
_OPENERS |= {"\u2066": "\u2069", "\u2067": "\u2069", "\u2068": "\u2069"}


def is_rtl(text: str) -> bool:
    """Answer whether the first letter with a direction runs from right to left."""
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in ("R", "AL", "L"):
            return direction != "L"
    return False


def closed(text: str) -> str:
    """Return a name for use inside a sentence, every change of direction in it ended."""
    stack: list[str] = []
    for char in text:
        if char in _OPENERS:
            stack.append(_OPENERS[char])
        elif stack and char == stack[-1]:
            stack.pop()
    return text + "".join(reversed(stack))


def unmarked(text: str) -> str:
    """Return a sentence without the marks around names (`furniture.isolated`).

    Older programs show them as boxes; where a name ends, its changes of direction end without them.
    """
    return text.replace("\u2068", "").replace("\u2069", "")


def pieces(text: str) -> Iterator[tuple[Script, str]]:
    """Yield the text in pieces of one script; together they are the text."""
    if not _SPECIAL.search(text):
        yield "plain", text
        return
    east: Script = "chinese"
    if _KANA.search(text):
        east = "japanese"
    elif _HANGUL.search(text):
        east = "korean"
    at = 0
    for script, group in groupby(_resolved(text, east)):
        length = sum(1 for _ in group)
        yield script, text[at : at + length]
        at += length


def _resolved(text: str, east: Script) -> list[Script]:
    """Return a script for each character.

    What has none of its own, such as a space or a digit, takes that of its neighbours when both
    agree, and else that of the paragraph (as in UAX #9, N1 and N2).
    """
    base: Script = "rtl" if is_rtl(text) else "plain"
    own = [_own(char, east) for char in text]
    after: list[Script] = [base] * len(own)
    coming = base
    for at in range(len(own) - 1, -1, -1):
        coming = own[at] or coming
        after[at] = coming
    resolved: list[Script] = []
    before = base
    for at, script in enumerate(own):
        before = script or before
        resolved.append(before if before == after[at] else base)
    return resolved


def _own(char: str, east: Script) -> Script | None:
    if char.isascii():
        return "plain" if char.isalpha() else None
    direction = unicodedata.bidirectional(char)
    if direction in ("R", "AL"):
        return "rtl"
    if unicodedata.east_asian_width(char) in "WF" and _SPECIAL.match(char):
        return east
    return "plain" if direction == "L" else None
