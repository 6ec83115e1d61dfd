"""Fields that are not shown: how many there are, and where, must suit the kind of the record."""

from dataclasses import replace

import pytest

from ledger.proof.verify import StepFailedError, verify
from ledger.record.batch import sign_batch
from ledger.record.canonical import JSON
from ledger.signing.note import Note, NoteSignature
from tests.formats.any_fields import Listed, committed, opened
from tests.makers import (
    ORIGIN,
    PRODUCER,
    STRANGER,
    TRUST,
    MemoryLog,
    closed,
    keys_batch,
    shard,
)


def check(fields: Listed, *places: int) -> None:
    """Verify evidence of a logged record that shows these of its fields."""
    log = MemoryLog()
    log.append(keys_batch(), sign_batch(ORIGIN, [committed("shard", fields)], PRODUCER))
    shown = log.entry(1, {0: lambda _: opened(fields, *places)})
    verify(log.evidence(log.entry(0), shown), TRUST)


def listed(**changes: JSON) -> Listed:
    """Return the fields of a shard in the order of a record."""
    return sorted(shard(1, **changes).items())


EIGHT = listed(rights={"licence": "MIT"})


@pytest.mark.parametrize("place", range(len(EIGHT)))
def test_each_field_of_a_record_opens_alone(place: int) -> None:
    check(EIGHT, place)


def test_fields_open_together() -> None:
    check(EIGHT, 0, 3, 7)
    check(EIGHT, *range(len(EIGHT)))


def test_fields_that_the_kind_requires_cannot_all_be_missing() -> None:
    source: JSON = {"category": "public_dataset"}
    for fields in ([("source", source)], [("claimed_at", "2026-09-01T12:00:00Z"), *EIGHT[-1:]]):
        with pytest.raises(StepFailedError, match=r"step 3, Records: [01] fields? hidden after ''"):
            check(fields, len(fields) - 1)


def test_a_name_twice_is_found_where_no_other_field_could_be() -> None:
    """The lie of one record with two sources, of which each reader is shown the one that suits."""
    two: Listed = [EIGHT[1], ("source", {"category": "crawled"}), *EIGHT[-1:]]
    for place in (1, 2):
        with pytest.raises(StepFailedError, match="hidden after"):
            check(two, place)
    # Between `content` and `dataset` no field of a shard sorts.
    doubled = [*EIGHT[:3], *EIGHT[2:]]
    with pytest.raises(StepFailedError, match="1 field hidden after 'content'"):
        check(doubled, 2, 4)


def test_a_name_twice_is_not_found_where_another_field_could_be() -> None:
    """What only a whole opening shows; docs/formats/evidence.md says so."""
    check([*EIGHT[:-1], ("source", {"category": "crawled"}), *EIGHT[-1:]], 7)


def test_more_fields_than_the_kind_has() -> None:
    many: Listed = [*EIGHT, *((f"z{number}", number) for number in range(20))]
    with pytest.raises(StepFailedError, match="20 fields hidden after 'source'"):
        check(many, 7)


def test_a_hidden_field_that_sorts_where_the_kind_has_none() -> None:
    consent: Listed = [*EIGHT[:2], ("consent", "given by everybody"), *EIGHT[2:]]
    with pytest.raises(StepFailedError, match=r"[01] to [01] there"):
        check(consent, 0, 1, 4)


def test_an_entry_too_large_for_a_log() -> None:
    """Whoever signed it: nobody need know the key to see that a note this long is no entry."""
    good = sign_batch(ORIGIN, [committed("shard", EIGHT)], PRODUCER)
    line = NoteSignature(STRANGER.key.name, STRANGER.key.id, bytes(60_000))
    note = Note(good.batch.to_text(), (line,)).to_bytes()
    log = MemoryLog()
    log.append(keys_batch(), replace(good, note=note))
    with pytest.raises(StepFailedError, match=f"step 3, Records: entry 1 has {len(note)} bytes"):
        verify(log.evidence(log.entry(0), log.entry(1, {0: closed})), TRUST)
