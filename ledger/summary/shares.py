"""Parts of the whole in words, for providers who show them."""

from ledger.summary.facts import Facts


def share(part: Facts, whole: Facts) -> str:
    """Return how much of all bytes a part holds, `12.3 %`; empty where not all bytes are counted.

    Rounded to the nearest tenth of a percent.
    """
    some, every = part.size("bytes"), whole.size("bytes")
    if not every.sum or every.missing or some.missing:
        return ""
    tenths = (some.sum * 2000 + every.sum) // (2 * every.sum)
    return f"{tenths // 10}.{tenths % 10} %"
