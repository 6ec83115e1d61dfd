"""One evidence file to verify, and the ways to make one: what all the case modules share."""

import base64
import json
from collections.abc import Callable
from typing import Any, NamedTuple

from ledger.checkpoint.trust import Trust
from ledger.errors import MalformedError
from ledger.proof.evidence import Evidence
from ledger.proof.verify import StepFailedError, StepUnclearError, verify
from ledger.record.batch import SealedRecord
from ledger.record.canonical import encode
from tests.formats.examples import (
    TRUST,
    TRUST_BOTH,
    TRUST_OTHER_LOG,
    TRUST_UNWITNESSED,
    ExampleLog,
    sealed,
    shard_fields,
)

TRUSTS = {
    "witnessed": TRUST,
    "unwitnessed": TRUST_UNWITNESSED,
    "both witnesses": TRUST_BOTH,
    "other log": TRUST_OTHER_LOG,
}

Edit = Callable[[Any], None]


class Case(NamedTuple):
    """One file to verify: its name, what was done to it, whose trust, and its bytes as text."""

    name: str
    what: str
    trust: str
    evidence: str


def verdict(text: str, trust: str) -> tuple[str, int, str]:
    """Return our verdict, the step it fell in (0 is the form of the file), and the reason."""
    try:
        evidence = Evidence.from_bytes(text.encode())
    except MalformedError as error:
        return "malformed", 0, str(error)
    try:
        verify(evidence, Trust.parse(trust.encode()))
    except StepFailedError as failed:
        return "not verified", failed.number, failed.reason
    except StepUnclearError as unclear:
        return "cannot tell", unclear.number, unclear.reason
    return "verified", 4, ""


def edited(text: str, edit: Edit) -> str:
    """Return the evidence after `edit` changed its value, in the one spelling again."""
    value = json.loads(text)
    edit(value)
    return encode(value).decode() + "\n"


def flipped(encoded: str) -> str:
    """Return the base64 of the same bytes with the last bit flipped."""
    data = bytearray(base64.b64decode(encoded))
    data[-1] ^= 1
    return base64.b64encode(data).decode()


def flip_line(note: str, line: int) -> str:
    """Return the note with the last bit of its signature line `line` flipped."""
    lines = note.split("\n")
    start, _, encoded = lines[line].rpartition(" ")
    lines[line] = f"{start} {flipped(encoded)}"
    return "\n".join(lines)


def whole_log(name: str, what: str, log: ExampleLog) -> Case:
    """Return the case that shows all of a log."""
    entries = [log.entry(index) for index in range(len(log.batches))]
    return Case(name, what, "witnessed", log.evidence(entries).to_bytes().decode())


def one_shard(place: int = 1) -> SealedRecord:
    """Return one of the example's shards."""
    return sealed("shard", shard_fields()[place], 0x20 + place)
