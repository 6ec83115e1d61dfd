"""T35. Thousands of changed evidence files: none believed, none a crash."""

import json
from dataclasses import replace

import pytest

from ledger.proof.evidence import FieldsOpening
from ledger.record.canonical import encode
from tests.makers import MemoryLog, closed, example_evidence, example_log, only, whole
from tests.proof.mutate import Mutator, believed, check_true, other_log, places

LOG = example_log()
DATA = example_evidence(LOG).to_bytes()


def later_log() -> MemoryLog:
    log = example_log()
    log.append(*example_log().batches[3:])
    return log


DONORS = [
    other_log().evidence().to_bytes(),
    later_log().evidence().to_bytes(),
    LOG.evidence(LOG.entry(0), LOG.entry(1), LOG.entry(3)).to_bytes(),
]


def test_what_is_changed_is_believed_as_it_was() -> None:
    verified = believed(DATA)
    assert verified is not None
    check_true(verified, LOG)
    assert believed(DONORS[0]) is None
    for donor in DONORS[1:]:
        assert believed(donor) is not None


@pytest.mark.parametrize("part", range(4))
def test_t35_changed_bytes_are_never_believed(part: int) -> None:
    mutator = Mutator(DATA, DONORS, part)
    for _ in range(600):
        data = mutator.bytes_changed()
        assert data == DATA or believed(data) is None


@pytest.mark.parametrize("part", range(4))
def test_t35_changed_values_are_never_believed(part: int) -> None:
    mutator = Mutator(DATA, DONORS, part)
    for _ in range(300):
        data = mutator.value_changed()
        if data == DATA:
            continue
        verified = believed(data)
        if verified is not None:  # a list cut to nothing at all, where less is still true
            assert len(data) < len(DATA)
            check_true(verified, LOG)


@pytest.mark.parametrize("part", range(2))
def test_t35_parts_of_other_evidence_make_nothing_false_believed(part: int) -> None:
    mutator = Mutator(DATA, DONORS, part)
    for _ in range(200):
        verified = believed(mutator.parts_moved())
        if verified is not None:
            check_true(verified, LOG)


def test_what_is_left_when_something_is_left_out_is_true_or_refused() -> None:
    mutator = Mutator(DATA, DONORS, 0)
    kept = 0
    for _ in range(200):
        verified = believed(mutator.parts_removed())
        if verified is not None:
            kept += 1
            check_true(verified, LOG)
    assert kept > 0  # a record, an entry or an opened field may be left out


def test_every_number_in_the_file_is_bound() -> None:
    value = json.loads(DATA)
    numbers = [
        place
        for place in places(value)
        if isinstance(place[-1], str) and place[-1] in ("index", "position", "size")
    ]
    assert len(numbers) > 10
    for place in numbers:
        holder = value
        for name in place[:-1]:
            holder = holder[name]
        old = holder[place[-1]]
        for new in [*range(12), 15, 16, 17, 32, 33, 63, 64, 255, 256, 2**53 - 1]:
            if new != old:
                holder[place[-1]] = new
                assert believed(encode(value) + b"\n") is None, (place, new)
        holder[place[-1]] = old
    assert encode(value) + b"\n" == DATA


def test_proofs_of_two_entries_do_not_swap() -> None:
    evidence = example_evidence(LOG)
    one, two = evidence.entries[1:]
    swapped = (evidence.entries[0], replace(one, proof=two.proof), replace(two, proof=one.proof))
    assert believed(replace(evidence, entries=swapped).to_bytes()) is None


def test_records_do_not_move_to_another_entry() -> None:
    evidence = LOG.evidence()
    one, two = evidence.entries[1], evidence.entries[3]
    moved = replace(two, records=one.records[:2])
    entries = (*evidence.entries[:3], moved)
    assert believed(replace(evidence, entries=entries).to_bytes()) is None


def test_openings_do_not_move_to_another_record() -> None:
    evidence = LOG.evidence(LOG.entry(0), LOG.entry(1))
    records = evidence.entries[1].records
    for one in range(5):
        for other in range(5):
            changed = list(records)
            changed[one] = replace(records[one], opening=records[other].opening)
            entry = replace(evidence.entries[1], records=tuple(changed))
            found = believed(replace(evidence, entries=(evidence.entries[0], entry)).to_bytes())
            assert (found is not None) == (one == other)


def test_a_field_of_one_record_is_not_shown_as_anothers() -> None:
    first, second = LOG.batches[1].records[:2]
    mine, others = only("content", "source")(first), only("content", "source")(second)
    assert isinstance(mine, FieldsOpening)
    assert isinstance(others, FieldsOpening)
    mixed = replace(mine, fields=(mine.fields[0], others.fields[1]))
    entry = LOG.entry(1, {0: lambda _: mixed, 1: closed})
    assert believed(LOG.evidence(LOG.entry(0), entry).to_bytes()) is None


def test_checkpoints_of_other_sizes_do_not_fit() -> None:
    log = MemoryLog()
    checkpoints = []
    for one in LOG.batches:
        log.append(one)
        checkpoints.append(log.checkpoint().to_bytes())
    evidence = LOG.evidence(LOG.entry(0), LOG.entry(1, {0: whole}))
    for size, checkpoint in enumerate(checkpoints, 1):
        found = believed(replace(evidence, checkpoint=checkpoint).to_bytes())
        assert (found is not None) == (size == LOG.size)


@pytest.mark.parametrize("cut", [1, 2, 100, 4000])
def test_truncated_evidence_is_refused(cut: int) -> None:
    assert believed(DATA[:-cut]) is None
    if cut > 1:
        assert believed(DATA[:-cut] + b"\n") is None
