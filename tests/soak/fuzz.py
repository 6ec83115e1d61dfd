"""T35: 100,000 changed notes, proofs, receipts, evidence files, policies: refused, or the same."""

from collections import Counter

from tests.fuzz.judged import JUDGED
from tests.soak.figure import Figure

INPUTS = 100_000


def run(scale: float) -> list[Figure]:
    """Return one figure about all kinds together; a file that fools a judge ends the programme."""
    wanted = round(INPUTS * scale)
    found: Counter[str] = Counter()
    number = 0
    while sum(found.values()) - found["unchanged"] < wanted:
        for name, judged in JUDGED.items():
            try:
                found[judged.outcome(number)] += 1
            except Exception as error:
                raise AssertionError(f"{name}, change {number}: {error!r}") from error
        number += 1
    total = sum(found.values()) - found["unchanged"]
    otherwise = total - found["refused"] - found["same meaning"]
    return [
        Figure(
            what=f"{total:,} changed files of {len(JUDGED)} kinds: {', '.join(JUDGED)}",
            goal="each refused with a proper error, or equal in meaning",
            found=f"{found['refused']:,} refused, {found['same meaning']:,} equal in meaning, "
            f"{otherwise} otherwise",
            ok=otherwise == 0,
        )
    ]
