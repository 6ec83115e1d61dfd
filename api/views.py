"""From the log's rows to the wire: what is published, and no more.

Everything here is limited to the tree of the published checkpoint. What is logged and not yet under
a checkpoint has no proof yet, and is not shown.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, cast

from api import schemas as wire
from api.deps import Sources
from api.folder import MEDIA_TYPES, Published
from ledger.checkpoint.trust import Trust, VerifiedCheckpoint
from ledger.errors import LedgerError, NotFoundError
from ledger.record.batch import parse_batch
from ledger.record.corrections import Corrections
from ledger.record.keyring import KeyRing
from ledger.record.leaf import RecordId
from ledger.store.reader import Reader
from ledger.store.rows import StoredRecord

_SUFFIXES = {kind.partition(";")[0]: suffix for suffix, kind in MEDIA_TYPES.items()}


def log_state(sources: Sources, now: Published, *, at: int) -> wire.LogState:
    """Return where the log stands; `at` is the time, in POSIX seconds, that ages are counted to."""
    tree, reader = now.tree, sources.reader
    checked = _checked(sources.trust, now)
    head = reader.head()
    newest = reader.entry(tree.size - 1).appended_at if tree.size else None
    seen = checked.seen_at if checked else None
    age, limit = (None if seen is None else max(0, at - seen)), sources.settings.max_age_seconds
    return wire.LogState(
        origin=tree.origin,
        size=tree.size,
        root=tree.root.hex(),
        records=head.records if head.size == tree.size else None,
        witnessed=checked is not None and checked.quorum is not None,
        cosignatures=[
            wire.Cosignature(witness=one.name, seen_at=time_text(one.time))
            for one in (checked.cosigned if checked else ())
        ],
        seen_no_later_than=None if seen is None else time_text(seen),
        age_seconds=age,
        is_old=None if age is None else 0 < limit < age,
        log_key=str(checked.log) if checked else None,
        keys=_keys(reader, tree.size),
        newest_entry_at=None if newest is None else time_text(newest // 1000),
        checkpoint=now.data.decode(),
    )


def _checked(trust: Trust | None, now: Published) -> VerifiedCheckpoint | None:
    """Return the checkpoint as this server's trust file judges it; None if it does not hold."""
    try:
        return trust.check(now.note) if trust else None
    except LedgerError:
        return None


def _keys(reader: Reader, size: int) -> list[wire.Key]:
    ring = KeyRing()
    stored = published_records(reader, "key", size)
    for index, group in groupby(stored, key=lambda one: one.id.index):
        _, note = parse_batch(reader.entry(index).note)
        ring.add_batch(note, [one.record for one in group], index)
    return [
        wire.Key(vkey=str(one.key), role=one.role, since=one.since, until=one.until)
        for one in ring.keys
    ]


def published_records(
    reader: Reader, kind: str, size: int, name: str | None = None
) -> list[StoredRecord]:
    """Return the open records of a kind among the first `size` entries, oldest first."""
    return [one for one in reader.open_records(kind, name=name) if one.id.index < size]


def record(sources: Sources, now: Published, record_id: RecordId) -> wire.RecordView:
    """Return the public part of a record.

    Raises:
        NotFoundError: There is none, or it is not under the published checkpoint yet.
    """
    reader = sources.reader
    found = reader.prove(record_id, now.tree.size)
    stored = find_open(reader, record_id)
    return wire.RecordView(
        id=str(record_id),
        kind=found.entry.kind,
        producer=found.entry.producer,
        leaf=found.leaf.hex(),
        sealed=stored is None,
        fields=None if stored is None else dict(stored.record.fields),
        **_standing(reader, record_id, now.tree.size),
        entry=wire.EntryView(
            index=found.entry.index,
            kind=found.entry.kind,
            count=found.entry.count,
            note=found.entry.note.decode(),
            appended_at=time_text(found.entry.appended_at // 1000),
        ),
        proof=proof_path(record_id),
    )


def find_open(reader: Reader, record_id: RecordId) -> StoredRecord | None:
    """Return a record that is published whole; None if it is sealed."""
    try:
        return reader.open_record(record_id)
    except NotFoundError:
        return None


def releases(sources: Sources, now: Published, name: str | None = None) -> list[wire.Release]:
    """Return the releases, oldest first."""
    reader, size = sources.reader, now.tree.size
    stored = published_records(reader, "release", size, name)
    later = _later(stored)
    corrections = reader.corrections((one.id for one in stored), size=size)
    told: dict[str, list[str]] = {}
    for one in published_records(reader, "summary", size):
        told.setdefault(str(one.record.fields["release_record"]), []).append(str(one.id))
    return [_release(one, later, corrections, told) for one in stored]


def _release(
    stored: StoredRecord,
    later: Mapping[str, str],
    corrections: Corrections,
    summaries: Mapping[str, list[str]],
) -> wire.Release:
    fields = _values(stored)
    release, training = fields["release"], fields["training"]
    own = str(stored.id)
    return wire.Release(
        record=own,
        name=release["name"],
        models=[model["name"] for model in release.get("models", [])],
        datasets=fields.get("selection", {}).get("datasets"),
        training_records=training["count"],
        training_root=training["root"],
        claimed_at=fields["claimed_at"],
        supersedes=fields.get("supersedes"),
        superseded_by=later.get(own),
        corrections=_corrections(corrections, stored.id),
        summaries=summaries.get(own, []),
        proof=proof_path(stored.id),
    )


def summaries(sources: Sources, now: Published) -> list[wire.Summary]:
    """Return the summaries, oldest first."""
    reader, size = sources.reader, now.tree.size
    stored = published_records(reader, "summary", size)
    later = _later(stored)
    corrections = reader.corrections((one.id for one in stored), size=size)
    return [_summary(sources, one, later, corrections, _added(stored, one)) for one in stored]


def _added(stored: Sequence[StoredRecord], original: StoredRecord) -> list[Mapping[str, str]]:
    """Return the renditions that later records add to a summary."""
    own = str(original.id)
    every = (_values(one) for one in stored)
    return [file for one in every if one.get("rendition_of") == own for file in one["renditions"]]


def _summary(
    sources: Sources,
    stored: StoredRecord,
    later: Mapping[str, str],
    corrections: Corrections,
    added: Sequence[Mapping[str, str]],
) -> wire.Summary:
    fields = _values(stored)
    told, own = fields["summary"], str(stored.id)
    return wire.Summary(
        record=own,
        provider=told["provider"],
        release=told["release"],
        release_record=fields["release_record"],
        version=told["version"],
        template=told["template"],
        template_number=told["template_number"],
        language=told["language"],
        last_update=told["last_update"],
        log_size=told["size"],
        form=fields.get("form"),
        renditions=[_rendition(sources, one) for one in (*fields["renditions"], *added)],
        attachments=[_rendition(sources, one) for one in fields.get("attachments", ())],
        rendition_of=fields.get("rendition_of"),
        supersedes=fields.get("supersedes"),
        superseded_by=later.get(own),
        corrections=_corrections(corrections, stored.id),
        proof=proof_path(stored.id),
    )


def _rendition(sources: Sources, stated: Mapping[str, str]) -> wire.Rendition:
    suffix = _SUFFIXES.get(stated["media_type"], "")
    name = f"{stated['digest'].removeprefix('sha256:')}.{suffix}"
    here = sources.folder.has_document(name)
    return wire.Rendition(
        name=stated["name"],
        media_type=stated["media_type"],
        digest=stated["digest"],
        document=f"/api/v1/documents/{name}" if here else None,
    )


def _later(stored: Sequence[StoredRecord]) -> dict[str, str]:
    """Return, by record id, the id of the record that supersedes it."""
    return {
        str(fields["supersedes"]): str(one.id)
        for one in stored
        if "supersedes" in (fields := one.record.fields)
    }


def _standing(reader: Reader, record_id: RecordId, size: int) -> dict[str, Any]:
    """Return whether a record still stands, what stands in its place, and what it replaced."""
    found = reader.corrections([record_id], size=size, earlier=True)
    is_erased = found.erasure(record_id) is not None
    erased_at = reader.erased_at(record_id) if is_erased else None
    return {
        "corrections": _corrections(found, record_id),
        "current": found.deciding(record_id) is None,
        "newest": str(found.newest(record_id)),
        "replaces": [str(one) for one in found.replaced_by(record_id)],
        "verdict": found.verdict(record_id),
        "erased_at": None if erased_at is None else time_text(erased_at // 1000),
    }


def _corrections(corrections: Corrections, record_id: RecordId) -> list[wire.Correction]:
    """Return the corrections of one record, oldest first."""
    return [
        wire.Correction(
            record=str(one.id),
            action=cast(Any, one.action),
            reason=one.reason,
            replacement=None if one.replacement is None else str(one.replacement),
        )
        for one in corrections.of(record_id)
    ]


def _values(stored: StoredRecord) -> dict[str, Any]:
    """Return a record's fields as they are read here: the schema has checked them."""
    return cast(dict[str, Any], stored.record.fields)


def proof_path(record_id: RecordId) -> str:
    """Return where a record's evidence is."""
    return f"/api/v1/records/{record_id}/proof"


def time_text(seconds: int) -> str:
    """Return a POSIX time as records write times."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
