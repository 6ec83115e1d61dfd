"""The official size ranges of section 1.3, and which of them a sum falls into.

A boundary value falls into the middle range, by the form's wording ("Less than", "More than").
A range is ticked only when no record can change it: when every record states the measure, or when
what is stated already exceeds the upper threshold.
"""

from dataclasses import dataclass

from ledger.summary.document import Choice

HOUR = 3_600_000
"""Milliseconds."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The three ranges of a modality: below `low`, from `low` to `high`, above `high`.

    Thresholds are in `unit`, of which one is `per_unit` of the measure in the records. `official`
    holds the form's spelling, `shown` the same with its typing errors mended.
    """

    unit: str
    low: int
    high: int
    official: tuple[str, str, str]
    shown: tuple[str, str, str]
    per_unit: int = 1

    def position(self, measured: int) -> int:
        """Return 0, 1 or 2: the range that a sum of the measure falls into."""
        if measured < self.low * self.per_unit:
            return 0
        return 2 if measured > self.high * self.per_unit else 1

    def choices(self, measured: int, missing: int) -> tuple[Choice, ...]:
        """Return the three boxes; none is ticked when uncounted records could change the range."""
        at = self.position(measured)
        certain = not missing or at == 2
        return tuple(Choice(label, certain and n == at) for n, label in enumerate(self.shown))


_HOURS = Scale(
    "hours",
    10_000,
    1_000_000,
    ("Less than 10 000 hours", "10 000 to1 million hours", "More than 1 million hours"),
    ("Less than 10 000 hours", "10 000 to 1 million hours", "More than 1 million hours"),
    HOUR,
)

SCALES = {
    "text": Scale(
        "tokens",
        10**9,
        10**13,
        (
            "Less than 1 billion tokens",
            "1billion to 10 trillions tokens",
            "More than 10 trillions tokens",
        ),
        (
            "Less than 1 billion tokens",
            "1 billion to 10 trillion tokens",
            "More than 10 trillion tokens",
        ),
    ),
    "image": Scale(
        "images",
        10**6,
        10**9,
        ("Less than 1 million images", "1Million to1 billion images", "More than 1 billion images"),
        (
            "Less than 1 million images",
            "1 million to 1 billion images",
            "More than 1 billion images",
        ),
    ),
    "audio": _HOURS,
    "video": _HOURS,
}

ALTERNATIVE = "Alternatively, specify the approximate size in a different measurement unit:"
"""The form offers this for text alone."""

OTHER = "Specify the modality and for each one indicate approximate size and unit of measurement"
