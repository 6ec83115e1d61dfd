"""Numbers of data points with the digits that the form asks for.

Two significant figures for the AI Office, one for national authorities. Never more: the exact sums
stay in the ledger.
"""

from collections.abc import Iterator

from ledger.summary.document import Gap, Row
from ledger.summary.eu.overall import COUNT
from ledger.summary.eu.sizes import SCALES
from ledger.summary.facts import SIZE_MEASURE, Facts
from ledger.summary.regimes.model_documentation.words import significant
from ledger.summary.wording import NOT_KNOWN, byte_size, counted, hours, modality_word, number

HOUR = 3_600_000
DIGITS = {"two significant figures, for the AI Office": 2, "one, for national authorities": 1}


def figures(purpose: str, facts: Facts) -> tuple[tuple[Row, ...], list[Gap]]:
    """Return two rows for each modality, and the gaps where records do not state its measure."""
    rows: list[Row] = []
    gaps: list[Gap] = []
    for modality in facts.modalities:
        part = facts.modality(modality)
        rows += _rows(purpose, modality, part)
        gaps += _uncounted(modality, part)
    return tuple(rows), gaps


def _rows(purpose: str, modality: str, part: Facts) -> Iterator[Row]:
    total = part.size(SIZE_MEASURE[modality])
    for words, digits in DIGITS.items():
        label = f"{purpose}, {modality_word(modality)}: {words}"
        if total.missing == total.records:
            yield Row(label, NOT_KNOWN)
            continue
        down = bool(total.missing)
        amount = _amount(modality, total.sum, digits, down=down)
        yield Row(label, f"at least {amount}" if down else amount)


def _amount(modality: str, total: int, digits: int, *, down: bool) -> str:
    if modality in ("audio", "video"):
        whole = significant(total // HOUR, digits, down=down)
        return hours(whole * HOUR) if whole else hours(total)
    rounded = significant(total, digits, down=down)
    if modality == "other":
        return byte_size(rounded)
    return counted(rounded, SIZE_MEASURE[modality].removesuffix("s"))


def _uncounted(modality: str, part: Facts) -> Iterator[Gap]:
    measure = SIZE_MEASURE[modality]
    if missing := part.size(measure).missing:
        of = f"{counted(missing, 'record')} of {number(part.records)}"
        unit = SCALES[modality].unit if modality in SCALES else measure
        what = f"{of} with {modality_word(modality)} do not say how many {unit} they hold"
        remedy = "ledger add PATH --tokenizer FILE" if modality == "text" else COUNT
        yield Gap("", "missing", what, remedy.format(measure))
