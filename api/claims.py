"""What comes in over HTTP is looked at more closely: times that cannot be, and erasures.

A claim is a claim, and no proof rests on it. But a record that says it was made later than now was
made by a machine whose clock is wrong, or that writes local time as UTC; and it would say so for
ever. So it is refused while its producer can still make it anew. A claim about the past may be
true, since a producer keeps what it could not send: it is taken, and told of if it is very old.

Only what comes in over HTTP is looked at this way. The log itself rests on no clock.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from api.errors import RefusedError
from ledger.record.batch import SealedRecord
from ledger.record.corrections import Correction
from ledger.record.leaf import RecordId

AHEAD: Final = timedelta(minutes=10)
"""More than clocks differ that somebody looks after; less than any time zone is away."""
BEHIND: Final = timedelta(days=366)


def check_claims(records: Sequence[SealedRecord], milliseconds: int) -> tuple[str, ...]:
    """Check that no record claims to be made in the future.

    Args:
        records: The records of a batch.
        milliseconds: The time of this server, since 1970.

    Returns:
        A warning if one claims to be very old.

    Raises:
        RefusedError: One does.
    """
    now, latest, earliest = _limits(milliseconds // 1000)
    # Times have one form, in UTC to the second: their order is that of their bytes.
    claims = [one.record.encoded["claimed_at"] for one in records]
    newest, oldest = max(claims), min(claims)
    if newest > latest:
        raise RefusedError(
            "clock-ahead",
            f"records.{claims.index(newest)}: claimed_at is {newest.decode()}, and the clock here "
            f"says {now.decode()}",
        )
    if oldest < earliest:
        return (
            f"records.{claims.index(oldest)}: claimed_at is {oldest.decode()}, more than a year "
            "before it was logged; if that is not so, the clock of the machine that signed is "
            "wrong. Whoever reads it sees since when the log has had it",
        )
    return ()


def check_erasures(records: Sequence[SealedRecord]) -> None:
    """Check that no record erases another one.

    An erasure destroys what nobody can bring back, so it is for whoever owns the database, and not
    for every key that may add to the log: one of them may be stolen.

    Raises:
        RefusedError: One does.
    """
    for place, one in enumerate(records):
        if one.record.kind == "correction":
            said = Correction.of(RecordId(0, place), one.record)
            if said.action == "erase":
                raise RefusedError(
                    "not-erased-here", f"records.{place}: it erases record {said.record}"
                )


@lru_cache(maxsize=4)
def _limits(seconds: int) -> tuple[bytes, bytes, bytes]:
    """Return now, the latest claim that is taken, and the earliest that is taken in silence."""
    now = datetime.fromtimestamp(seconds, UTC)
    return _encoded(now), _encoded(now + AHEAD), _encoded(now - BEHIND)


def _encoded(when: datetime) -> bytes:
    return f'"{when:%Y-%m-%dT%H:%M:%SZ}"'.encode()
