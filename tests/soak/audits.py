"""Audits by the thousand: how often draws miss a lab that lies in as much as is to be excluded.

Of 20,000 records 1 % lie, and 459 are drawn by records: by the protocol a miss has a chance of at
most 1 %. The same of draws by size, where the records that lie hold 1 % of the bytes; and of a few
large records, which draws by records hardly find. Which records lie does not matter to a draw; the
seeds follow from a counter, so every run finds the same.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

from ledger.query.sample import draw_records, draw_sizes
from tests.soak.figure import Figure

AUDITS = 4_000
RECORDS = 20_000
DRAWS = 459
_MOST = 0.012

Detects = Callable[[bytes], bool]


def run(scale: float) -> list[Figure]:
    """Return how often each kind of draw misses."""
    audits = max(100, round(AUDITS * scale))
    return [
        _figure("by records, 1 % of 20,000 records lie", audits, detects_by_records),
        _figure("by size, records that lie hold 1 % of the bytes", audits, detects_by_size),
        _figure("by size, 4 of 10,000 records hold 5 % of the bytes", audits, detects_the_large),
    ]


def miss_rate(audits: int, detects: Detects) -> float:
    """Return the share of so many audits that find nothing."""
    seeds: Sequence[bytes] = [sha256(number.to_bytes(8)).digest() for number in range(audits)]
    return sum(not detects(seed) for seed in seeds) / audits


def detects_by_records(seed: bytes) -> bool:
    """Say whether one of 459 draws by records is among the 200 records that lie."""
    lying = RECORDS // 100
    drawn = draw_records(seed, "crawled.text", draws=DRAWS, count=RECORDS)
    return any(7_000 <= index < 7_000 + lying for index in drawn)


def detects_by_size(seed: bytes) -> bool:
    """Say whether one of 459 draws by size falls into the 1 % of the bytes that are false."""
    total = 123_456_789_000
    drawn = draw_sizes(seed, "crawled.text", draws=DRAWS, total=total)
    return any(point < total // 100 for point in drawn)


def detects_the_large(seed: bytes) -> bool:
    """Say whether one of 90 draws by size falls into four large records with 5 % of the bytes."""
    total = 10_000_000
    drawn = draw_sizes(seed, "crawled.text", draws=90, total=total)
    return any(point >= total - total // 20 for point in drawn)


def finds_the_large(seed: bytes) -> bool:
    """Say whether 90 draws by records find one of those four among 10,000."""
    drawn = draw_records(seed, "crawled.text", draws=90, count=10_000)
    return any(index < 4 for index in drawn)


def _figure(what: str, audits: int, detects: Detects) -> Figure:
    missed = miss_rate(audits, detects)
    return Figure(
        f"{audits:,} audits, {what}",
        f"at most {_MOST * 100:.1f} % missed",
        f"{missed * 100:.2f} % missed",
        ok=missed <= _MOST,
    )
