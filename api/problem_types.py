"""Every kind of problem that this interface answers with: one table, which `api.errors` uses.

A kind has a name of its own where a client, or the person who reads it, would do something else
about it. The hint says what; an error that knows better brings its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of problem: its name in the type URI, its status, title, and what it means."""

    name: str
    status: int
    title: str
    meaning: str
    hint: str | None = None
    retry_after: int | None = None
    """Seconds after which the same request may well work."""


def _table(*types: ProblemType) -> Mapping[str, ProblemType]:
    return {one.name: one for one in types}


PROBLEMS: Final = _table(
    ProblemType(
        "malformed",
        422,
        "Not in the form it claims",
        "A value or path is not in its one form. The detail says what was found and what was "
        "expected; docs/formats/ defines every form.",
        hint="/api/v1/openapi.json says what each operation takes",
    ),
    ProblemType(
        "malformed-json",
        422,
        "Not canonical JSON",
        "The body is no JSON, or JSON in another spelling than the one: a name twice, spaces, "
        "another order, a float, null. docs/formats/canonical-json.md defines it.",
        hint="write the body as canonical JSON: sorted names, no spaces, each name once",
    ),
    ProblemType(
        "malformed-note",
        422,
        "The batch is no signed note",
        "The note of the batch is not in the form of docs/formats/batch.md and signed-note.md.",
        hint="send the note as it was signed, to the last byte",
    ),
    ProblemType(
        "malformed-record",
        422,
        "A record breaks a rule of its kind",
        "A field is unknown, missing or not in its form. The detail begins with the record's place "
        "in the batch; docs/formats/record.md has the rules.",
        hint="mend the record and sign the batch anew",
    ),
    ProblemType(
        "malformed-key",
        422,
        "Not an Idempotency-Key",
        "The header Idempotency-Key is 1 to 200 printable ASCII characters without spaces.",
        hint="use a new UUID for each batch, or no key: the same bytes are never logged twice",
    ),
    ProblemType(
        "unusable",
        422,
        "Cannot be used as it is",
        "The form is right and the content does not fit here.",
    ),
    ProblemType(
        "wrong-origin",
        422,
        "Signed for another log",
        "A batch names the log that it is meant for, and this is another one.",
        hint="sign the batch for the origin that /api/v1/log names, or send it to its own log",
    ),
    ProblemType(
        "not-verified",
        422,
        "Does not verify",
        "A signature, a root or a count does not hold, or the key that signed may not sign that.",
        hint="send records and note as they were signed, in their order; or sign them anew",
    ),
    ProblemType(
        "clock-ahead",
        422,
        "Claimed in the future",
        "A record says that it was made later than now. Records say when they claim to be made, "
        "and a claim about the future is a wrong clock or a local time written as UTC.",
        hint="set the clock of the machine that signs, and make the records anew",
    ),
    ProblemType(
        "not-erased-here",
        403,
        "Erased where the values are",
        "A correction that erases destroys values for ever, so it does not come in over the "
        "network. Corrections that replace or withdraw do.",
        hint="on the ledger's own machine: ledger erase ID --reason …",
    ),
    ProblemType(
        "unregistered-key",
        403,
        "Signed by a key that this log does not know",
        "Only producers whose key a key record of this log registers can add to it.",
        hint="ask the operator of the log to register your key",
    ),
    ProblemType(
        "revoked-key",
        403,
        "Signed by a key that is no longer valid",
        "A key record of this log revoked or rotated the key. What it signed before stays valid.",
        hint="sign with the key that replaced it; /api/v1/log lists the valid keys",
    ),
    ProblemType(
        "read-only",
        403,
        "This server takes no batches",
        "Its operator serves the log for reading only.",
        hint="ask the operator of the log where it takes batches",
    ),
    ProblemType(
        "not-found",
        404,
        "Not found",
        "Nothing is published under this address.",
        hint="/api/v1/openapi.json lists what is here",
    ),
    ProblemType(
        "method-not-allowed",
        405,
        "Not allowed here",
        "The address exists and takes other methods; the header Allow lists them.",
        hint="/api/v1/openapi.json lists what is here",
    ),
    ProblemType(
        "not-acceptable",
        406,
        "Not in that form",
        "The header Accept wants a form that this is not served in.",
        hint="leave the header Accept out",
    ),
    ProblemType(
        "too-slow",
        408,
        "The body did not arrive",
        "The connection ended, or the time for sending the body was over, before all of it came.",
        hint="send it again; a large batch can be split",
    ),
    ProblemType(
        "conflict",
        409,
        "Somebody else was first",
        "Another writer advanced the log at the same moment. Nothing was written.",
        hint="send the same batch again",
    ),
    ProblemType(
        "reused-key",
        409,
        "An Idempotency-Key that came with another body",
        "A key stands for one body. Nothing was written.",
        hint="use a new key for a new batch",
    ),
    ProblemType(
        "too-large",
        413,
        "Too large",
        "The body is larger than this server reads. Nothing of it was parsed.",
        hint="`ledger verify FILE` reads larger evidence; a batch can be split",
    ),
    ProblemType(
        "internal",
        500,
        "A fault of this server",
        "Something failed that should not. The operator finds it in the server's output.",
        hint="tell the operator when it was",
    ),
    ProblemType(
        "storage",
        503,
        "The log cannot be read or written now",
        "The database or the disk failed. Sending the same batch again later is safe: a batch that "
        "was logged is not logged twice.",
        hint="try again in a minute",
        retry_after=60,
    ),
    ProblemType(
        "log-closed",
        503,
        "The log is closed after an error",
        "It opens by itself once it could read everything again. Reading goes on meanwhile, and "
        "what was acknowledged is kept.",
        hint="try again in a few seconds",
        retry_after=5,
    ),
    ProblemType(
        "behind",
        503,
        "The database is an older copy",
        "It lacks entries that this log has signed. Nothing is added until its operator has "
        "restored a newer copy.",
        hint="keep the batch, and tell the operator",
        retry_after=3600,
    ),
    ProblemType(
        "busy",
        503,
        "Too much at once",
        "As many files and batches are being checked as this server has memory for.",
        hint="try again in a second",
        retry_after=1,
    ),
    ProblemType(
        "disk-full",
        507,
        "No room left",
        "The disk of the log is full. Reading goes on; nothing of this batch was kept.",
        hint="try again once the operator has made room",
        retry_after=600,
    ),
)
