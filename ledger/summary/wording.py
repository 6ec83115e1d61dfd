"""How documents spell numbers, dates and lists. English; digits grouped by a narrow space."""

from collections.abc import Iterable

NARROW_SPACE = "\u202f"
NO_BREAK_SPACE = "\u00a0"

NOT_KNOWN = "not known"
"""What stands where nobody stated a fact; the form asks for these words in places."""

_BYTE_SCALES = ((10**15, "PB"), (10**12, "TB"), (10**9, "GB"), (10**6, "MB"), (10**3, "kB"))


def number(value: int) -> str:
    """Return `1234567` as `1 234 567`."""
    return f"{value:,}".replace(",", NARROW_SPACE)


def counted(value: int, singular: str, plural: str = "") -> str:
    """Return a number with its noun: `1 record`, `2 311 records`."""
    noun = singular if value == 1 else plural or f"{singular}s"
    return f"{number(value)}{NO_BREAK_SPACE}{noun}"


def say(value: int, verb: str) -> str:
    """Return a verb as it follows a number: `state` after `2 records`, `states` after `1`."""
    if value != 1:
        return verb
    irregular = {"do": "does", "are": "is", "have": "has", "were": "was"}
    return irregular.get(verb, f"{verb}s")


def byte_size(value: int) -> str:
    """Return a size in decimal units: `1.23 GB`."""
    for scale, unit in _BYTE_SCALES:
        if value >= scale:
            return f"{_three_digits(value, scale)}{NO_BREAK_SPACE}{unit}"
    return counted(value, "byte")


def byte_range(value: int) -> str:
    """Return the powers of ten that a size lies between: `between 1 TB and 10 TB`.

    For who shows no amounts, where the form asks for an approximate size.
    """
    if value < 1000:
        return "less than 1 kB"
    low = 10 ** (len(str(value)) - 1)
    return f"between {byte_size(low)} and {byte_size(low * 10)}"


def percent(permille: int) -> str:
    """Return thousandths as a percentage: `12.3 %`."""
    return f"{permille // 10}.{permille % 10}{NO_BREAK_SPACE}%"


def modality_word(name: str) -> str:
    """Return what a modality is called in a sentence: `images` for `image`."""
    return _MODALITY_WORDS.get(name, name)


_MODALITY_WORDS = {"image": "images", "other": "other data"}


def hours(milliseconds: int) -> str:
    """Return a duration in whole hours, rounded down; `less than 1 hour` below one."""
    whole = milliseconds // 3_600_000
    return counted(whole, "hour") if whole or not milliseconds else "less than 1 hour"


def _three_digits(value: int, scale: int) -> str:
    """Return `value / scale` with three significant digits, rounded down, in whole numbers."""
    whole = value // scale
    places = max(0, 3 - len(str(whole)))
    if not places:
        return number(whole)
    fraction = str(value * 10**places // scale % 10**places).rjust(places, "0").rstrip("0")
    return f"{whole}.{fraction}" if fraction else str(whole)


def listed(words: Iterable[str], *, last: str = "and") -> str:
    """Return `a, b and c`."""
    *init, tail = list(words) or [""]
    return f"{', '.join(init)} {last} {tail}" if init else tail


def sentence(text: str) -> str:
    """Return the text with a capital at the start, unless a name stands there, and a full stop."""
    text = text.strip()
    if not text:
        return ""
    first = text.split()[0].rstrip(",;:.!?")
    start = text[0].upper() if first.isalpha() and first.islower() else text[0]
    return start + text[1:] + ("" if text[-1] in ".!?…" else ".")


def month(iso: str) -> str:
    """Return `2025-03` as `03/2025`, the form's MM/YYYY."""
    year, number_ = iso.split("-")[:2]
    return f"{number_}/{year}"


def short_date(iso: str) -> str:
    """Return `2026-11-24` as `24/11/26`, the form's DD/MM/YY."""
    year, month_, day = iso.split("-")
    return f"{day}/{month_}/{year[2:]}"


def long_date(iso: str) -> str:
    """Return `2026-11-24` as `24/11/2026`."""
    year, month_, day = iso.split("-")
    return f"{day}/{month_}/{year}"


def named_date(iso: str) -> str:
    """Return `2026-11-24` as `November 24, 2026`, as it is written in the United States."""
    year, month_, day = iso.split("-")
    return f"{_MONTHS[int(month_) - 1]} {int(day)}, {year}"


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def period(start: str, end: str) -> str:
    """Return `03/2024 to 06/2025`, or the one month; what nobody stated is `not known`."""
    if not start and not end:
        return "not known"
    if start == end:
        return month(start)
    return f"{month(start) if start else 'not known'} to {month(end) if end else 'not known'}"
