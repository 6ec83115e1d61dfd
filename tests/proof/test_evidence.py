"""The evidence file: one spelling, and nothing in it that it does not say."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ledger.errors import MalformedError
from ledger.proof.evidence import MAX_SIZE, TYPE, Evidence, WholeOpening
from ledger.record.canonical import encode
from tests.makers import MemoryLog, closed, example_evidence, example_log, only, whole

LOG = example_log()
EVIDENCE = example_evidence(LOG)
DATA = EVIDENCE.to_bytes()


def test_evidence_comes_back() -> None:
    assert Evidence.from_bytes(DATA) == EVIDENCE
    assert Evidence.from_json(EVIDENCE.to_json()) == EVIDENCE
    assert DATA.endswith(b"}\n")
    assert json.loads(DATA)["type"] == TYPE == "tdl/evidence/v1"


@pytest.mark.parametrize(
    "show", [whole, closed, only("source"), only("basis", "content", "source")]
)
def test_every_way_to_open_comes_back(show: Any) -> None:
    evidence = LOG.evidence(LOG.entry(1, {2: show}))
    assert Evidence.from_bytes(evidence.to_bytes()) == evidence


def test_nothing_but_what_was_opened_is_in_the_file() -> None:
    data = LOG.evidence(LOG.entry(1, {2: only("source"), 3: closed})).to_bytes()
    for hidden in (
        b"part-2.txt",
        b"part-3.txt",
        b"blake3",
        b"claimed_at",
        b"secret",
        b"text/plain",
    ):
        assert hidden not in data


def test_a_cut_file_is_told_so() -> None:
    for end in range(0, len(DATA) - 1, 97):
        with pytest.raises(MalformedError, match="cut off"):
            Evidence.from_bytes(DATA[:end])


def test_a_huge_file_is_refused_before_it_is_read() -> None:
    with pytest.raises(MalformedError, match="at most"):
        Evidence.from_bytes(b"[" * (MAX_SIZE + 1))


def test_another_version_is_named() -> None:
    with pytest.raises(MalformedError, match="'tdl/evidence/v2', and we read 'tdl/evidence/v1'"):
        Evidence.from_bytes(DATA.replace(b"evidence/v1", b"evidence/v2"))


@pytest.mark.parametrize(
    "data",
    [b"\n", b"{}\n", b"[]\n", b'"a"\n', b"null\n", DATA + b"\n", b" " + DATA, DATA[:-2] + b" }\n",
     DATA.replace(b'"checkpoint":', b'"checkpoint": '), DATA.replace(b"\xe2\x80\x94", b"\\u2014"),
     b"\xef\xbb\xbf" + DATA, b"\xff\n", DATA.replace(b"lab", b"l\xffb"), b"[" * 10**6 + b"\n"],
    ids=range(14),
)  # fmt: skip
def test_another_spelling_is_malformed(data: bytes) -> None:
    with pytest.raises(MalformedError):
        Evidence.from_bytes(data)


def edited(edit: Callable[[Any], None]) -> bytes:
    value = json.loads(DATA)
    edit(value)
    return encode(value) + b"\n"


def shards(value: Any) -> Any:
    return value["entries"][1]["records"]


EDITS: dict[str, Callable[[Any], Any]] = {
    "member added": lambda v: v.update(more=1),
    "member missing": lambda v: v.pop("checkpoint"),
    "entry member added": lambda v: v["entries"][0].update(more=1),
    "entry member missing": lambda v: v["entries"][0].pop("proof"),
    "record member added": lambda v: shards(v)[0].update(more=1),
    "record member missing": lambda v: shards(v)[0].pop("proof"),
    "opening is text": lambda v: shards(v)[0].update(opening="x"),
    "opening is empty": lambda v: shards(v)[0].update(opening={}),
    "opening of two kinds": lambda v: shards(v)[0]["opening"].update(leaf="x"),
    "whole with size": lambda v: shards(v)[0]["opening"].update(size=7),
    "fields with secret": lambda v: shards(v)[1]["opening"].update(secret="x"),
    "whole fields is a list": lambda v: shards(v)[0]["opening"].update(fields=[]),
    "opened fields is an object": lambda v: shards(v)[1]["opening"].update(fields={}),
    "opened field is text": lambda v: shards(v)[1]["opening"]["fields"].append("x"),
    "opened field member added": lambda v: shards(v)[1]["opening"]["fields"][0].update(more=1),
    "size is text": lambda v: shards(v)[1]["opening"].update(size="7"),
    "size is negative": lambda v: shards(v)[1]["opening"].update(size=-1),
    "size is true": lambda v: shards(v)[1]["opening"].update(size=True),
    "secret is short": lambda v: shards(v)[0]["opening"].update(secret="AAAA"),
    "secret is no base64": lambda v: shards(v)[0]["opening"].update(secret="!"),
    "secret is a number": lambda v: shards(v)[0]["opening"].update(secret=1),
    "leaf is short": lambda v: shards(v)[2].update(opening={"leaf": "AAAA"}),
    "leaf is a number": lambda v: shards(v)[2].update(opening={"leaf": 1}),
    "salt is a number": lambda v: shards(v)[1]["opening"]["fields"][0].update(salt=1),
    "name is a number": lambda v: shards(v)[1]["opening"]["fields"][0].update(name=1),
    "note is a number": lambda v: v["entries"][0].update(note=1),
    "checkpoint is a number": lambda v: v.update(checkpoint=1),
    "entries is an object": lambda v: v.update(entries={}),
    "no entries": lambda v: v.update(entries=[]),
    "entry is text": lambda v: v["entries"].append("x"),
    "records is text": lambda v: v["entries"][0].update(records="x"),
    "no records": lambda v: v["entries"][0].update(records=[]),
    "proof is text": lambda v: v["entries"][0].update(proof="x"),
    "proof of numbers": lambda v: v["entries"][0].update(proof=[1]),
    "proof of short hashes": lambda v: v["entries"][0].update(proof=["AAAA"]),
    "proof too long": lambda v: v["entries"][0].update(proof=v["entries"][0]["proof"][:1] * 64),
    "index is text": lambda v: v["entries"][0].update(index="0"),
    "index is negative": lambda v: v["entries"][0].update(index=-1),
    "index is true": lambda v: v["entries"][1].update(index=True),
    "entries swapped": lambda v: v["entries"].reverse(),
    "entry twice": lambda v: v["entries"].append(v["entries"][-1]),
    "records swapped": lambda v: shards(v).reverse(),
    "record twice": lambda v: shards(v).append(shards(v)[-1]),
    "type is a list": lambda v: v.update(type=[]),
}


@pytest.mark.parametrize("name", EDITS)
def test_what_is_not_evidence(name: str) -> None:
    with pytest.raises(MalformedError):
        Evidence.from_bytes(edited(EDITS[name]))


def test_the_error_names_what_is_there_and_what_is_expected() -> None:
    problem = "a record has opening, position, proof; found more, opening, position, proof"
    with pytest.raises(MalformedError, match=problem):
        Evidence.from_bytes(edited(EDITS["record member added"]))


def test_evidence_is_built_in_order() -> None:
    for entries in ((), EVIDENCE.entries[::-1], EVIDENCE.entries[:1] * 2):
        with pytest.raises(MalformedError, match="order of the log"):
            Evidence(EVIDENCE.checkpoint, tuple(entries))
    for records in ((), EVIDENCE.entries[1].records[::-1], EVIDENCE.entries[1].records[:1] * 2):
        with pytest.raises(MalformedError, match="records in order"):
            Evidence(EVIDENCE.checkpoint, (replace(EVIDENCE.entries[1], records=tuple(records)),))


def test_evidence_of_an_empty_log_cannot_be_built() -> None:
    with pytest.raises(MalformedError):
        MemoryLog().evidence()


def test_a_value_that_is_not_canonical_has_no_evidence() -> None:
    record = EVIDENCE.entries[1].records[0]
    opening = WholeOpening({"source": {"category": "e\u0301"}}, bytes(32))
    entry = replace(EVIDENCE.entries[1], records=(replace(record, opening=opening),))
    with pytest.raises(MalformedError, match="normal form C"):
        Evidence(EVIDENCE.checkpoint, (entry,)).to_bytes()
