"""What a page can show of a text, and where its long words may break.

Typst breaks lines between words only. A name of ten thousand characters or a long link would run
out of the page, so such words are handed over in pieces: `["https://", "example.org/", …]`.
Between pieces a line may end; nothing is added to the text, so it is found and copied whole.
"""

import re
import unicodedata
from typing import Any, TypeAlias

Tree: TypeAlias = Any
"""What JSON can hold: objects, arrays, texts, numbers, booleans."""

UNSEEN = "\u25a1"
"""What stands for a character that no page can show."""

_FORBIDDEN = re.compile(
    "[\0-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff0-\ufffb\ufffe\uffff]"
)
_BREAKS = re.compile("\r\n|[\x0b\x0c\r\x85\u2028\u2029]")
# Between ideographs and kana a line may end anyway.
_LONG = re.compile("[^\\s\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]{23,}")
_PARTS = re.compile(r"[^/.?&=_:@#+,;%~|-]*[/.?&=_:@#+,;%~|-]+|[^/.?&=_:@#+,;%~|-]+")
_WHOLE = frozenset(
    {"alt", "author", "id", "kind", "lang", "named", "region", "subject", "svg", "to"}
)
"""Members that no page shows as running text."""
_COMMANDS = frozenset({"command", "remedy"})
"""Members that are set in a narrow font and copied into a shell: a word of them stays whole."""
_LONGEST_OF_COMMAND = 34
_LONGEST = 22
"""Characters that may stand together: what fits the narrowest column."""


def shown(text: str) -> str:
    """Return the text without characters that no page can show: they are replaced visibly."""
    return _FORBIDDEN.sub(UNSEEN, _BREAKS.sub("\n", text).replace("\t", " "))


def laid(tree: Tree) -> Tree:
    """Return the tree with each text ready for a page: a string, or the array of its pieces."""
    if isinstance(tree, str):
        return _broken(shown(tree))
    if isinstance(tree, dict):
        return {key: _member(key, value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [laid(value) for value in tree]
    return tree


def _member(key: str, value: Tree) -> Tree:
    if not isinstance(value, str):
        return laid(value)
    longest = max(map(len, value.split()), default=0)
    is_whole = key in _WHOLE or (key in _COMMANDS and longest <= _LONGEST_OF_COMMAND)
    return shown(value) if is_whole else laid(value)


def _broken(text: str) -> str | list[str]:
    pieces = [""]
    at = 0
    for word in _LONG.finditer(text):
        pieces[-1] += text[at : word.start()]
        first, *more = _pieces(word[0])
        pieces[-1] += first
        pieces += more
        at = word.end()
    pieces[-1] += text[at:]
    return pieces if len(pieces) > 1 else text


def _pieces(word: str) -> list[str]:
    """Return the parts of a long word: up to a sign of punctuation, or of a fixed length."""
    parts = [part for whole in _PARTS.findall(word) for part in _chopped(whole)]
    joined: list[str] = []
    for part in parts:
        # Short parts stay together: a line that ends after "www." helps nobody.
        if joined and len(joined[-1]) < 4:
            joined[-1] += part
        else:
            joined.append(part)
    return joined


def _chopped(part: str) -> list[str]:
    if len(part) <= _LONGEST:
        return [part]
    chopped = [""]
    for char in part:
        if len(chopped[-1]) >= _LONGEST // 2 and not _clings(char):
            chopped.append("")
        chopped[-1] += char
    return chopped


def _clings(char: str) -> bool:
    """Answer whether a character belongs to the one before it: an accent, a joiner."""
    return unicodedata.category(char)[0] == "M" or char in "\u200c\u200d\u2060"
