"""The fonts that pages are set in, and which one a text lacks.

Ours have the Latin, Greek and Cyrillic letters. Fonts for other scripts are the user's: all that
lie in the folder `$LEDGER_FONTS` are used where ours have no letter. The fonts of the system are
not, unless that folder is theirs: which they are differs from machine to machine, and the same
document must give the same bytes.
"""

import os
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.errors import InputError

if TYPE_CHECKING:
    from typst import Fonts

FOLDER = Path(__file__).parent / "fonts"
VARIABLE = "LEDGER_FONTS"

_ASIAN = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "FULLWIDTH")


def fonts() -> "Fonts":
    """Return our fonts and those of the user.

    Raises:
        InputError: `$LEDGER_FONTS` names no folder.
    """
    named = os.environ.get(VARIABLE, "")
    if named and not Path(named).is_dir():
        raise InputError(
            f"${VARIABLE} is {named!r}, which is no folder",
            hint=f"export {VARIABLE}=/usr/share/fonts",
        )
    return _fonts(FOLDER, *([Path(named)] if named else []))


@cache
def _fonts(*folders: Path) -> "Fonts":
    from typst import Fonts

    return Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders))


def no_font(letters: str) -> InputError:
    """Return the error that no font has these letters, with what to install."""
    names = [unicodedata.name(letter, f"U+{ord(letter):04X}") for letter in letters]
    family, package = _font_of(names[0])
    shown = ", ".join(
        f"{letter} ({name})" for letter, name in zip(letters[:3], names, strict=False)
    )
    more = f" and {len(letters) - 3} more" if len(letters) > 3 else ""
    return InputError(
        f"no font here has {shown}{more}: the PDF would show boxes in their place",
        hint=f"install {family} (Debian, Ubuntu: apt install {package}), then "
        f"export {VARIABLE}=/usr/share/fonts",
    )


def _font_of(name: str) -> tuple[str, str]:
    """Return a font family that has a letter of this Unicode name, and the package that has it."""
    script = name.split()[0].split("-")[0]
    if script in _ASIAN:
        return "Noto Sans CJK", "fonts-noto-cjk"
    if script.isalpha() and " LETTER " in f" {name} ":
        return f"Noto Sans {script.title()}", "fonts-noto-core"
    return "a font that has it, for instance Noto Sans Symbols 2", "fonts-noto-core fonts-symbola"
