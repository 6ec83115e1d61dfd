"""Evidence that carries corrections, and what a verifier is to say of each record in it."""

from collections.abc import Iterator, Sequence
from typing import Any

from ledger.checkpoint.trust import Trust
from ledger.proof.evidence import EntryEvidence, Evidence
from ledger.proof.verify import verify
from ledger.record.batch import SealedRecord
from ledger.record.corrections import DONE, Correction, Corrections
from tests.formats.cases import TRUSTS
from tests.formats.examples import PRODUCER, ExampleLog, closed, keys_log, sealed, shard_fields

STANDS = "stands"


def correction(
    secret: int, record: str, action: str, replacement: str | None = None
) -> SealedRecord:
    """Return a correction record."""
    said = {"record": record, "action": action, "reason": f"reason {secret}"}
    if replacement is not None:
        said["replacement"] = replacement
    fields: dict[str, Any] = {
        "correction": said,
        "basis": {"correction": "declared"},
        "claimed_at": "2026-09-01T12:00:00Z",
    }
    return sealed("correction", fields, secret)


def log_of(*corrections: SealedRecord) -> ExampleLog:
    """Return a log: keys at 0, shards at 1.0, 2.0 and 3.0, then an entry for each correction."""
    log = keys_log()
    for place in range(3):
        log.append(PRODUCER, [sealed("shard", shard_fields()[place], 0x20 + place)])
    for one in corrections:
        log.append(PRODUCER, [one])
    return log


def corrected() -> list[dict[str, object]]:
    """Return the cases: name, what it is, the evidence, and what becomes of each shard."""
    return [
        {
            "name": name,
            "what": what,
            "trust": "witnessed",
            "evidence": evidence.to_bytes().decode(),
            "expected": _expected(evidence),
        }
        for name, what, evidence in _cases()
    ]


def _cases() -> Iterator[tuple[str, str, Evidence]]:
    first = correction(0x40, "1.0", "replace", "2.0")
    second = correction(0x41, "2.0", "replace", "3.0")
    yield "replaced", "1.0 was replaced by 2.0", _whole(log_of(first))
    yield "chain", "and 2.0 by 3.0", _whole(log_of(first, second))
    withdrawn = correction(0x42, "1.0", "withdraw")
    yield "withdrawn", "1.0 was withdrawn", _whole(log_of(withdrawn))
    what = "1.0 was withdrawn, and then replaced: the newest decides"
    yield "withdrawn-then-replaced", what, _whole(log_of(withdrawn, first))
    what = "1.0 was replaced, and then withdrawn"
    yield "replaced-then-withdrawn", what, _whole(log_of(first, withdrawn))
    erased = correction(0x43, "1.0", "erase")
    log = log_of(erased)
    hidden = log.entry(1, {0: closed(log.batches[1].records[0])})
    entries = [log.entry(0), hidden, *(log.entry(index) for index in range(2, 5))]
    yield "erased", "1.0 was erased, and is closed", log.evidence(entries)
    what = "1.0 was replaced, and then erased: it is still replaced"
    yield "replaced-then-erased", what, _whole(log_of(first, erased))
    what = "the replacement was erased: nothing stands in the place of 1.0"
    yield "replacement-erased", what, _whole(log_of(first, correction(0x44, "2.0", "erase")))

    log = log_of(first)
    entries = [log.entry(index) for index in range(4)]
    yield "correction-left-out", "evidence cannot show that", log.evidence(entries)
    shut = log.entry(4, {0: closed(first)})
    yield "correction-closed", "what is not shown says nothing", log.evidence([*entries, shut])
    early = correction(0x45, "4.0", "withdraw")
    log = log_of(early)
    log.append(PRODUCER, [sealed("shard", shard_fields()[1], 0x30)])
    yield "too-early", "a correction of what came after it says nothing", _whole(log)


def _whole(log: ExampleLog) -> Evidence:
    entries: Sequence[EntryEvidence] = [log.entry(index) for index in range(len(log.batches))]
    return log.evidence(entries)


def _expected(evidence: Evidence) -> dict[str, object]:
    """Return for each shard the newest record in its place, and what became of that."""
    verified = verify(evidence, Trust.parse(TRUSTS["witnessed"].encode()))
    corrections = Corrections(
        Correction.of(one.id, one.record)
        for one in verified.records
        if one.kind == "correction" and one.record is not None
    )
    said = {}
    for one in verified.records:
        if one.kind == "shard":
            newest = corrections.newest(one.id)
            last = corrections.deciding(newest)
            became = STANDS if last is None else DONE[last.action]
            said[str(one.id)] = {"newest": str(newest), "became": became}
    warned = {one.split()[1] for one in verified.warnings if one.startswith("record ")}
    odd = {at for at, one in said.items() if one != {"newest": at, "became": STANDS}}
    if warned != odd:
        raise AssertionError(f"warned of {warned}, and corrected are {odd}")
    return dict(said)
