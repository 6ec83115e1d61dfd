"""The example's evidence, and what must not be accepted in its place: one case a lie."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

from ledger.checkpoint.trust import Trust
from ledger.proof.verify import Verified, verify
from ledger.signing.note import sign_note
from tests.formats import corrected_cases, part_cases
from tests.formats.cases import (
    TRUSTS,
    Case,
    Edit,
    edited,
    flip_line,
    flipped,
    one_shard,
    verdict,
    whole_log,
)
from tests.formats.examples import (
    PRODUCER,
    PUBLISHER,
    ROOT,
    STRANGER,
    TRUST,
    ExampleLog,
    closed,
    example_entries,
    example_log,
    key_record,
    keys_log,
    sealed,
    shard_fields,
    some,
    unchecked,
    whole,
)


def evidence_vector() -> dict[str, object]:
    """Return the whole of vectors/evidence.json."""
    log = example_log()
    evidence = log.evidence(example_entries(log))
    text = evidence.to_bytes().decode()
    cases = []
    shown = [*good_cases(log), *broken_files(text), *broken_values(text), *broken_logs()]
    for case in [*shown, *part_cases.keys_over_time(), *part_cases.hidden_fields()]:
        found, step, _ = verdict(case.evidence, TRUSTS[case.trust])
        cases.append({**case._asdict(), "verdict": found, "step": step})
    verified = verify(evidence, Trust.parse(TRUST.encode()))
    return {
        "trust": TRUSTS,
        "evidence": text,
        "expected": _expected(verified),
        "cases": cases,
        "corrected": corrected_cases.corrected(),
    }


def _expected(verified: Verified) -> dict[str, object]:
    return {
        "origin": verified.checkpoint.checkpoint.origin,
        "size": verified.checkpoint.checkpoint.size,
        "cosigned": [[one.name, one.time] for one in verified.checkpoint.cosigned],
        "records": [
            {
                "id": str(record.id),
                "kind": record.kind,
                "producer": record.producer,
                "shown": sorted(record.fields),
                "whole": record.record is not None,
            }
            for record in verified.records
        ],
    }


def good_cases(log: ExampleLog) -> Iterator[Case]:
    """Yield what must be accepted."""
    text = log.evidence(example_entries(log)).to_bytes().decode()
    yield Case("example", "the example itself", "witnessed", text)
    yield Case("no-witness-asked", "a trust file with quorum none", "unwitnessed", text)
    keys = log.evidence([log.entry(0)]).to_bytes().decode()
    yield Case("keys-alone", "the key batch and nothing else", "witnessed", keys)
    yield from part_cases.less_than_all(text)


def broken_files(text: str) -> Iterator[Case]:
    """Yield files that are not evidence in its one spelling."""
    value = json.loads(text)
    files = {
        "no-line-feed": ("the last byte is missing", text[:-1]),
        "cut-off": ("the second half is missing", text[: len(text) // 2] + "\n"),
        "spare-space": ("a space after a comma", text.replace(',"', ', "', 1)),
        "two-line-feeds": ("one more line feed at the end", text + "\n"),
        "other-order": ("members in another order", json.dumps(value, sort_keys=False) + "\n"),
        "duplicate-member": ("a member twice", text.replace("{", '{"checkpoint":"",', 1)),
        "escaped-letter": ("é as an escape", text.replace("é", "\\u00e9")),
        "not-nfc": ("é as e and a combining accent", text.replace("é", "e\u0301")),
        "a-float": ("a size written as 11.0", text.replace('"size":11}', '"size":11.0}', 1)),
        "a-null": ("a value that is null", text.replace('"size":11}', '"size":null}', 1)),
        "other-version": ("another type", text.replace("tdl/evidence/v1", "tdl/evidence/v2")),
        "loose-base64": ("a proof hash without its padding", _loosen(text)),
    }
    for name, (what, data) in files.items():
        yield Case(name, what, "witnessed", data)
    for name, what, edit in (
        ("unknown-member", "a member that the format does not have", _set("comment", "hello")),
        ("no-entries", "no entries", _set("entries", [])),
        ("entries-out-of-order", "two entries swapped", lambda v: v["entries"].reverse()),
        ("entry-twice", "an entry twice", lambda v: v["entries"].append(v["entries"][2])),
    ):
        yield Case(name, what, "witnessed", edited(text, edit))


def _loosen(text: str) -> str:
    proof = json.loads(text)["entries"][0]["proof"][0]
    return text.replace(proof, proof.rstrip("="), 1)


def _set(name: str, value: object) -> Edit:
    def edit(whole_value: Any) -> None:
        whole_value[name] = value

    return edit


def broken_values(text: str) -> Iterator[Case]:
    """Yield evidence in which one value was changed after the fact."""

    def shard(value: Any, place: int) -> Any:
        return value["entries"][1]["records"][place]

    def flip(holder: Callable[[Any], Any], name: Any) -> Edit:
        def edit(value: Any) -> None:
            place = holder(value)
            place[name] = flipped(place[name])

        return edit

    def relabel(value: Any) -> None:
        shard(value, 0)["opening"]["fields"]["source"]["category"] = "private_licensed"
        del shard(value, 0)["opening"]["fields"]["source"]["crawl"]

    def rename(value: Any) -> None:
        shard(value, 1)["opening"]["fields"][0]["name"] = "consent"

    def other_value(value: Any) -> None:
        shard(value, 1)["opening"]["fields"][1]["value"]["category"] = "other"

    def other_checkpoint(line: int) -> Edit:
        return lambda v: v.update(checkpoint=flip_line(v["checkpoint"], line))

    def without_cosignature(value: Any) -> None:
        value["checkpoint"] = "\n".join(value["checkpoint"].split("\n")[:5]) + "\n"

    def larger(value: Any) -> None:
        value["checkpoint"] = value["checkpoint"].replace("\n3\n", "\n4\n")

    edits: list[tuple[str, str, Edit]] = [
        ("log-signature", "a bit of the log's signature", other_checkpoint(4)),
        ("cosignature", "a bit of the witness's cosignature", other_checkpoint(5)),
        ("no-cosignature", "the witness's line is left out", without_cosignature),
        ("tree-size", "the checkpoint says size 4", larger),
        ("entry-proof", "a hash of an entry's proof", flip(lambda v: v["entries"][1]["proof"], 0)),
        (
            "entry-proof-too-long",
            "a hash too many in an entry's proof",
            lambda v: v["entries"][1]["proof"].append(v["entries"][1]["proof"][0]),
        ),
        (
            "entry-proof-too-short",
            "a hash too few in an entry's proof",
            lambda v: v["entries"][1]["proof"].pop(),
        ),
        ("entry-index", "entry 2 says index 3", lambda v: v["entries"][2].update(index=3)),
        (
            "batch-count",
            "the batch says four records",
            lambda v: v["entries"][1].update(
                note=v["entries"][1]["note"].replace("\nshard\n3\n", "\nshard\n4\n")
            ),
        ),
        (
            "batch-signature",
            "a bit of the producer's signature",
            lambda v: v["entries"][1].update(note=flip_line(v["entries"][1]["note"], 6)),
        ),
        ("relabelled", "crawled became private_licensed", relabel),
        (
            "field-left-out",
            "a field of a whole record is missing",
            lambda v: shard(v, 0)["opening"]["fields"].pop("rights"),
        ),
        (
            "other-secret",
            "a bit of a record's secret",
            flip(lambda v: shard(v, 0)["opening"], "secret"),
        ),
        ("record-proof", "a hash of a record's proof", flip(lambda v: shard(v, 1)["proof"], 0)),
        ("record-position", "record 2 says position 3", lambda v: shard(v, 2).update(position=3)),
        (
            "record-leaf",
            "a bit of a closed record's leaf",
            flip(lambda v: shard(v, 2)["opening"], "leaf"),
        ),
        ("field-renamed", "an opened field has another name", rename),
        ("field-value", "an opened field has another value", other_value),
        (
            "field-salt",
            "a bit of an opened field's salt",
            flip(lambda v: shard(v, 1)["opening"]["fields"][0], "salt"),
        ),
        (
            "field-index",
            "an opened field says another index",
            lambda v: shard(v, 1)["opening"]["fields"][0].update(index=3),
        ),
        (
            "record-size",
            "the record says one field more",
            lambda v: shard(v, 1)["opening"].update(size=9),
        ),
    ]
    for name, what, edit in edits:
        yield Case(name, what, "witnessed", edited(text, edit))
    yield Case("quorum-not-met", "trust asks for both witnesses", "both witnesses", text)
    yield Case("other-log", "trust knows only another log", "other log", text)


def _identity_vkey(name: str) -> str:
    """Return the vkey of the identity point, under which any message verifies without the guard."""
    public = bytes([0x01]) + bytes([1]) + bytes(31)
    key_id = sha256(name.encode() + b"\n" + public).hexdigest()[:8]
    return f"{name}+{key_id}+{base64.b64encode(public).decode()}"


def broken_logs() -> Iterator[Case]:
    """Yield evidence whose proofs all hold, from a log that holds something it should not."""
    yield from _unclear()
    yield from _bad_signers()
    yield from _bad_batches()


def _bad_signers() -> Iterator[Case]:
    """Yield logs in which somebody signed who may not."""
    log = keys_log()
    log.append(PRODUCER, [one_shard()], origin="other.example/log")
    yield whole_log("replayed", "a batch that was signed for another log", log)

    log = keys_log()
    log.append(ROOT, [sealed("key", key_record("revoke", PRODUCER, "producer"), 0x13)])
    log.append(PRODUCER, [one_shard()])
    yield whole_log("revoked", "the producer's key was revoked one entry before", log)

    log = keys_log()
    log.append(PUBLISHER, [one_shard()])
    yield whole_log("wrong-role", "a publisher signs a batch of shards", log)

    log = keys_log()
    log.append(PRODUCER, [sealed("key", key_record("add", STRANGER, "producer"), 0x13)])
    yield whole_log("producer-adds-key", "a producer, not a root, registers a key", log)

    weak = key_record("add", ROOT, "root")
    weak["key"] = {"action": "add", "role": "root", "vkey": _identity_vkey(ROOT.key.name)}
    log = ExampleLog()
    log.append(ROOT, [sealed("key", weak, 0x10)])
    yield whole_log("weak-root-key", "the root key is the identity point", log)

    log = ExampleLog()
    log.append(PRODUCER, [sealed("key", key_record("add", PRODUCER, "producer"), 0x10)])
    yield whole_log("no-root", "the first record of the log adds a producer", log)


def _bad_batches() -> Iterator[Case]:
    """Yield logs that took in a batch which breaks a rule."""
    log = keys_log()
    log.append(PRODUCER, [one_shard()])
    last = log.batches.pop()
    log.batches.append(replace(last, note=flip_line(last.note.decode(), 6).encode()))
    yield whole_log("batch-signature-logged", "the log took in a broken signature", log)

    log = keys_log()
    log.append(PRODUCER, [one_shard()])
    last = log.batches.pop()
    twice = sign_note(last.batch.to_text(), [PRODUCER, PUBLISHER]).to_bytes()
    log.batches.append(replace(last, note=twice))
    yield whole_log("two-signatures", "a batch with two signatures", log)

    fields = shard_fields()[2]
    del fields["generator"]
    basis = fields["basis"]
    assert isinstance(basis, dict)
    del basis["generator"]
    log = keys_log()
    log.append(PRODUCER, [unchecked("shard", fields, 0x22)])
    yield whole_log(
        "breaks-a-rule", "the producer committed to a synthetic shard without generator", log
    )

    log = keys_log()
    odd = unchecked("shard", {**shard_fields()[1], "comment": "approved by the authority"}, 0x21)
    log.append(PRODUCER, [odd])
    opened = log.entry(1, {0: some(odd, "comment")})
    odd_text = log.evidence([log.entry(0), opened]).to_bytes().decode()
    yield Case("field-of-no-kind", "a shard has no such field", "witnessed", odd_text)


def _unclear() -> Iterator[Case]:
    """Yield evidence that lacks what would decide."""
    log = keys_log()
    log.append(PRODUCER, [one_shard()])
    log.append(STRANGER, [one_shard(2)])

    def case(name: str, what: str, *entries: Any) -> Case:
        return Case(name, what, "witnessed", log.evidence(entries).to_bytes().decode())

    yield case("no-key-entry", "the key batch is not in the evidence", log.entry(1))
    yield case("unregistered", "a key that nobody registered signed", log.entry(0), log.entry(2))
    first, second, third = log.batches[0].records
    hidden = log.entry(0, {0: whole(first), 1: closed(second), 2: whole(third)})
    yield case("key-record-closed", "a key record is not shown whole", hidden, log.entry(1))
    partly = log.entry(0, {0: whole(first), 1: some(second, "key")})
    yield case("key-record-by-field", "a key record is shown by field", partly, log.entry(1))
    rootless = log.entry(0, {1: whole(second), 2: whole(third)})
    yield case("no-first-record", "the record of the root key is not shown", rootless, log.entry(1))
    short = log.entry(0, {0: whole(first), 1: whole(second)})
    yield case("key-record-left-out", "a key record is not in the evidence", short, log.entry(1))
    log = ExampleLog()
    log.append(STRANGER, [sealed("key", key_record("add", ROOT, "root"), 0x10)])
    yield case("not-signed-by-its-root", "another key signed the first entry", log.entry(0))
