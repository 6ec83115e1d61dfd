"""The wire: what answers look like. What is unknown is left out, never null.

These are the only pydantic models of the project. Domain types are turned into them in `views.py`
and `verdict.py`, and know nothing of it.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

Absent = SkipJsonSchema[None]
"""Beside a type: the member may be left out. It is never null."""

RECORD_ID = "`<log index>.<position>`, such as `12.3`"
HEX32 = r"^[0-9a-f]{64}$"


class Wire(BaseModel):
    """What all answers share."""

    model_config = ConfigDict(frozen=True)


class Problem(Wire):
    """Why a request was not done (RFC 9457)."""

    type: str = Field(description="What kind of problem; the path answers with what it means.")
    title: str
    status: int
    detail: str = Field(description="What was found, and what was expected.")
    hint: str | Absent = Field(default=None, description="The next step, where there is one.")


class ProblemMeaning(Wire):
    """What a type of problem means."""

    type: str
    title: str
    status: int
    meaning: str


class Cosignature(Wire):
    """A witness saw this checkpoint, at this time."""

    witness: str
    seen_at: str = Field(description="UTC, by the witness's clock.")


class Key(Wire):
    """A key that a key record registers, and the entries that it may sign."""

    vkey: str
    role: str
    since: int = Field(description="The first entry it is valid at.")
    until: int | Absent = Field(default=None, description="The entry that revoked it.")


class LogState(Wire):
    """Where the log stands, as far as it is published."""

    origin: str
    size: int = Field(description="How many entries the published checkpoint covers.")
    root: str = Field(pattern=HEX32, description="The tree's root, SHA-256, in hex.")
    records: int | Absent = Field(
        default=None, description="How many records those entries carry, where that is known."
    )
    witnessed: bool = Field(
        description="Whether witnesses that this server trusts cosigned the checkpoint, in quorum."
    )
    cosignatures: list[Cosignature]
    seen_no_later_than: str | Absent = Field(
        default=None,
        description="UTC: when the quorum had seen this checkpoint, by its own clocks. Absent: no "
        "witness says.",
    )
    age_seconds: int | Absent = Field(
        default=None, description="How long ago that was, by this server's clock."
    )
    is_old: bool | Absent = Field(
        default=None,
        description="Whether that is longer than this server calls fresh; present with the age.",
    )
    log_key: str | Absent = Field(
        default=None, description="The vkey that signed the checkpoint, if this server trusts it."
    )
    keys: list[Key]
    newest_entry_at: str | Absent = Field(
        default=None, description="UTC, by the log's own clock: nobody else vouches for it."
    )
    checkpoint: str = Field(description="The signed checkpoint, verbatim.")


class EntryView(Wire):
    """A batch as a leaf of the log."""

    index: int
    kind: str
    count: int = Field(description="How many records it carries.")
    note: str = Field(description="The signed batch, verbatim: the entry's bytes.")
    appended_at: str = Field(description="UTC, by the log's own clock.")


class Correction(Wire):
    """A later record that corrects this one. Nothing in a log is ever changed."""

    record: str = Field(description="The correction's own record id.")
    action: Literal["erase", "replace", "withdraw"]
    reason: str
    replacement: str | Absent = None


class RecordView(Wire):
    """The public part of a record; all of it where its kind is open."""

    id: str = Field(description=RECORD_ID)
    kind: str
    producer: str = Field(description="The vkey that signed it.")
    leaf: str = Field(pattern=HEX32, description="Its leaf hash in the batch's tree, in hex.")
    sealed: bool = Field(description="Whether its values stay with its producer.")
    fields: dict[str, Any] | Absent = Field(
        default=None, description="What it says, if it is not sealed."
    )
    corrections: list[Correction]
    current: bool = Field(description="Whether no correction speaks about it.")
    newest: str = Field(
        description="The record that stands in its place now, or stood there last; else itself."
    )
    replaces: list[str] = Field(description="The records whose place it took.")
    verdict: str | Absent = Field(
        default=None, description="What a reader of it must know, if it does not stand."
    )
    erased_at: str | Absent = Field(
        default=None, description="UTC, by the ledger's own clock: since when its values are gone."
    )
    entry: EntryView
    proof: str = Field(description="Where its evidence is.")


class Release(Wire):
    """A version of a model that is placed on a market, with its frozen training set."""

    record: str = Field(description=RECORD_ID)
    name: str
    models: list[str]
    datasets: list[str] | Absent = Field(
        default=None,
        description="As the record names them. Records written today name none: it is not public.",
    )
    training_records: int = Field(description="How many records the training set holds.")
    training_root: str = Field(pattern=HEX32)
    claimed_at: str
    supersedes: str | Absent = None
    superseded_by: str | Absent = None
    corrections: list[Correction]
    summaries: list[str] = Field(description="The record ids of its summaries, oldest first.")
    proof: str


class Releases(Wire):
    """A page of releases, in the log's order."""

    releases: list[Release]
    next: str | Absent = Field(default=None, description="Give it as `after` for the next page.")


class Rendition(Wire):
    """A file that shows a summary."""

    name: str
    media_type: str
    digest: str = Field(description="SHA-256 of the file without its evidence.")
    document: str | Absent = Field(default=None, description="Where the file is, if it is here.")


class Summary(Wire):
    """A public summary of a release's training data."""

    record: str = Field(description=RECORD_ID)
    provider: str
    release: str
    release_record: str
    version: int
    template: str
    template_number: str
    language: str
    last_update: str
    log_size: int = Field(description="The size of the log that the summary speaks about.")
    form: str | Absent = Field(
        default=None, description="SHA-256 of the filled form that every format of it holds."
    )
    renditions: list[Rendition] = Field(description="Its formats, those added later included.")
    attachments: list[Rendition] = Field(
        description="Files that the document names by digest, such as the list of all domains."
    )
    rendition_of: str | Absent = Field(
        default=None, description="The summary that this record adds a format to; no new version."
    )
    supersedes: str | Absent = None
    superseded_by: str | Absent = None
    corrections: list[Correction]
    proof: str


class Summaries(Wire):
    """A page of summaries, in the log's order."""

    summaries: list[Summary]
    next: str | Absent = Field(default=None, description="Give it as `after` for the next page.")


class VerifiedStep(Wire):
    """A step that holds: what was computed, and what that means."""

    number: int
    name: str
    computed: str
    means: str


class FailedStep(Wire):
    """Where verification ended. Without a number it ended before the first step."""

    number: int | Absent = None
    name: str


class VerifiedLog(Wire):
    """The tree that the file leads to."""

    origin: str
    size: int
    root: str = Field(pattern=HEX32)
    seen_no_later_than: str | Absent = Field(
        default=None, description="UTC, by a witness. Absent: no witness says."
    )


class ShownRecord(Wire):
    """A record that the file proves, with those of its fields that it shows."""

    id: str
    kind: str
    producer: str
    fields: dict[str, Any]


class VerifiedText(Wire):
    """Which logged text the document is, to the last character."""

    record: str
    media_type: str
    digest: str
    figures: int | Absent = Field(
        default=None,
        description="How many figures of the record the form's numbers were derived from again. "
        "Absent: the file shows none.",
    )
    rendition_of: str | Absent = Field(
        default=None, description="The record of the version that this file shows in a new format."
    )


class DifferentPlace(Wire):
    """A place in a document that does not say what it would have to say."""

    field: str = Field(description="A field of the form, such as 1.3.b, or another part.")
    shown: str
    expected: str


class Verdict(Wire):
    """What verification of a file found out."""

    verdict: Literal["verified", "not verified", "cannot tell"]
    kind: Literal["evidence", "document", "misbehaviour", "unknown"]
    reason: str | Absent = Field(default=None, description="Why it is not verified.")
    hint: str | Absent = None
    failed: FailedStep | Absent = None
    differences: list[DifferentPlace] | Absent = Field(
        default=None, description="Where a document was changed, as far as it can be told."
    )
    steps: list[VerifiedStep] = Field(description="The steps that hold, in order.")
    warnings: list[str]
    trusts: list[str] = Field(description="The origins of the logs that this server believes.")
    log: VerifiedLog | Absent = None
    document: VerifiedText | Absent = None
    records: list[ShownRecord]


class Logged(Wire):
    """Where a batch is in the log. It is committed."""

    index: int
    records: list[str] = Field(description="The records' ids, in the order of the batch.")
    proof: str | Absent = Field(
        default=None,
        description="The entry's tlog-proof under the published checkpoint. Absent if the entry is "
        "logged and not yet published: ask /api/v1/entries/{index}/proof in a moment.",
    )
    warnings: list[str] | Absent = Field(
        default=None, description="What to look at, though it is logged: a very old claim."
    )
