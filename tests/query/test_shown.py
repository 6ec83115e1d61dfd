"""Evidence in parts: each is judged with the key records of all, and none contradicts another."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ledger.errors import VerificationError
from ledger.proof.evidence import Evidence
from ledger.query.shown import ShownRecords, verify_parts
from ledger.record.leaf import RecordId
from tests.makers import (
    PRODUCER,
    ROOT,
    TRUST,
    batch,
    closed,
    example_log,
    key_event,
    only,
    whole,
)


def shown(parts: Sequence[Evidence]) -> ShownRecords:
    """Verify parts under the checkpoint of the first: the log signs anew each time it is asked."""
    return verify_parts([replace(one, checkpoint=parts[0].checkpoint) for one in parts], TRUST)


def test_what_one_part_keeps_closed_another_may_open() -> None:
    log = example_log()
    parts = [
        log.evidence(log.entry(0), log.entry(1, {2: show})) for show in (closed, only("source"))
    ]
    for order in (parts, parts[::-1]):
        found = shown(order).records[RecordId(1, 2)]
        assert not found.is_closed


def test_two_openings_of_one_record_are_refused() -> None:
    log = example_log()
    parts = [
        log.evidence(log.entry(0), log.entry(1, {2: show}))
        for show in (only("source"), only("measures"))
    ]
    with pytest.raises(VerificationError, match=r"show record 1\.2 in two ways"):
        shown(parts)
    assert RecordId(1, 2) in shown([parts[0], parts[0]]).records


def test_a_revocation_in_one_part_holds_for_all() -> None:
    log = example_log()
    log.append(
        batch(ROOT, "key", [key_event("revoke", PRODUCER, "producer", since=1)], first_secret=90)
    )
    shards = log.evidence(log.entry(0), log.entry(1, {2: whole}))
    revoking = log.evidence(log.entry(0), log.entry(4))
    assert RecordId(1, 2) in shown([shards]).records, "who leaves it out is noticed"
    for order in ([shards, revoking], [revoking, shards]):
        with pytest.raises(VerificationError, match="revoked"):
            shown(order)
