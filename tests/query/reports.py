"""Reports to try things on: audits of the worked example, and of larger sections."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Final

from ledger.query.challenge import Challenge
from ledger.query.randomness import Mode
from ledger.query.report import Failure, Outcome, Report
from ledger.query.sample import BY_RECORDS, BY_SIZE
from ledger.query.statement import Statement
from ledger.tree.hashing import Hash
from ledger.tree.sums import SumNode
from tests.makers import PRODUCER, MemoryLog, batch, keys_batch, shard
from tests.query.worked_example import CONTEXT, STATEMENT, TRAINING

SUMMARY_INDEX: Final = 12
DRAWN_AT: Final = "2027-01-15T08:00:01Z"
"""The second at which the latest of the witnesses of `tests.makers` has cosigned."""
ANSWER: Final = f"sha256:{sha256(b'an answer').hexdigest()}"


def log_of(entries: int) -> MemoryLog:
    """Return a log of so many entries."""
    log = MemoryLog()
    log.append(keys_batch())
    for number in range(1, entries):
        log.append(batch(PRODUCER, "shard", [shard(number)], first_secret=100 + number))
    return log


C1: Final = log_of(13).checkpoint()
"""The checkpoint that covers the worked example's summary, cosigned by both witnesses."""

CHALLENGE: Final = Challenge(
    audit_root=STATEMENT.audit_root(),
    summary=f"{SUMMARY_INDEX}.0",
    checkpoint=C1.to_bytes(),
    mode=Mode.REGULATOR,
    rand=b"\x42" * 32,
    drawn_at=DRAWN_AT,
    draws=459,
    deadline="2027-01-29T08:00:00Z",
)

EXAMPLE_REPORT: Final = Report(
    challenge=CHALLENGE,
    statement=STATEMENT,
    training=TRAINING,
    answer=ANSWER,
    checked_at="2027-01-20T10:00:00Z",
)


def large_statement(sections: Mapping[str, int]) -> Statement:
    """Return a statement of sections with so many records, a kilobyte each. It has no leaves."""
    roots = {
        name: SumNode(
            count,
            bytes(12),
            count.to_bytes(12),
            (count * 1024, count),
            Hash(sha256(name.encode()).digest()),
        )
        for name, count in sections.items()
    }
    return Statement(CONTEXT, ("bytes", "documents"), roots)


LARGE: Final = large_statement({"crawled.text": 20_000, "licensed.text": 1_000, "user.text": 40})


def large_report(failures: Sequence[Failure] = (), **changes: object) -> Report:
    """Return the report of an audit of `LARGE`, in which these draws failed."""
    challenge = replace(CHALLENGE, audit_root=LARGE.audit_root(), **changes)  # type: ignore[arg-type]
    return Report(
        challenge=challenge,
        statement=LARGE,
        training=21_040,
        answer=ANSWER,
        checked_at="2027-01-20T10:00:00Z",
        failures=tuple(sorted(failures, key=lambda one: one.place)),
    )


def failure(
    section: str = "crawled.text",
    *,
    number: int = 0,
    by_size: bool = False,
    outcome: Outcome = Outcome.MISREPORTED,
) -> Failure:
    """Return a draw that failed."""
    reasons = {
        Outcome.BROKEN: "leaf 7 of crawled.text does not open: the root differs",
        Outcome.MISREPORTED: "its leaf says otherwise: bytes is 1024, and the record says 4096",
        Outcome.UNAVAILABLE: "leaf 7 is not opened; the lab says: lost in a move",
    }
    return Failure(
        section=section,
        kind=BY_SIZE if by_size else BY_RECORDS,
        number=number,
        outcome=outcome,
        step=1 if outcome == Outcome.BROKEN else 4,
        reason=reasons[outcome],
        index=7,
        record=None if outcome == Outcome.UNAVAILABLE else "3.7",
    )
