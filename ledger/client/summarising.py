"""From a release to its public summary: facts, form, files, and the record that logs them.

The order matters. The documents are rendered first, without evidence, and the folder must take
them; their digests go into the summary record; only when that record is under a published
checkpoint does its evidence exist, and goes into the slot that the digests leave out.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.client.home import Home
from ledger.client.releasing import find_release
from ledger.client.sealing import batches, timestamp
from ledger.errors import ConflictError, InputError, MalformedError
from ledger.proof.document_slot import with_evidence
from ledger.record.canonical import JSON
from ledger.record.leaf import RecordId
from ledger.record.record import Record
from ledger.record.schema import Fields
from ledger.render import Format, Rendition, find_formats, render
from ledger.store.rows import StoredRecord
from ledger.store.store import Store
from ledger.summary.document import Document, Gap
from ledger.summary.eu.crawled import to_list
from ledger.summary.facts import CorrectedPart, DomainTally, Facts, Group, Total, gather
from ledger.summary.filing import Filing, Identity, Previous
from ledger.summary.profile import FILE as PROFILE_FILE
from ledger.summary.profile import Profile, check_profile
from ledger.summary.regime import find_regime
from ledger.tree.hashing import Hash

if TYPE_CHECKING:
    from ledger.client.client import Ledger

TEMPLATE = "eu"
NOT_STATED = "unnamed provider"
"""Stands in a summary record whose profile names no provider yet; the document lists the gap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A published summary: its record, its document, and the files that were written."""

    id: RecordId
    document: Document
    files: tuple[Path, ...]

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What the document could not say, each with what closes it."""
        return self.document.gaps


def log_summary(
    ledger: "Ledger", name: str, *, template: str, to: Sequence[str], folder: Path
) -> Summary:
    """Write a release's summary, log it, and put its proof inside each file (`Ledger.summary`)."""
    if template != TEMPLATE:
        raise InputError(f"there is no template {template!r}: expected {TEMPLATE}")
    wanted = find_formats(to)
    check_writable(folder)
    record_id = None
    while record_id is None:
        document = ledger.draft(name)
        release = find_release(ledger.store, name)
        earlier = ledger.store.open_records("summary", name=name)
        renditions = [render(document, one) for one in wanted]
        fields = summary_fields(document, renditions, release=release, earlier=earlier)
        record = Record.parse("summary", {**fields, "claimed_at": timestamp()})
        record_id = _append(ledger, name, record, document.size)
    ledger.publish()
    evidence = ledger.evidence({record_id: (), release.id: ()}).to_bytes()
    files: dict[Path, bytes] = {}
    for one in renditions:
        data = with_evidence(one.document, evidence)
        files[folder / file_name(name, document.version, one.format)] = data
    public = {
        ledger.home.public / "documents" / f"{one.digest[7:]}{one.format.suffix}": data
        for one, data in zip(renditions, files.values(), strict=True)
    }
    write_files({**public, **files})
    return Summary(id=record_id, document=document, files=tuple(files))


def _append(ledger: "Ledger", name: str, record: Record, size: int) -> RecordId | None:
    """Append a summary that was drafted at `size`; None if it is out of date by now.

    Two runs at once must not give two documents one version (threat T07). Other entries may come in
    between; a release or summary of this name may not.
    """
    drafted = _spoken_of(ledger.store, name, below=size)
    made = list(batches([record], origin=ledger.origin, signer=ledger.producer))
    while True:
        try:
            (index,) = ledger.log.append(made, at=size)
            return RecordId(index, 0)
        except ConflictError:
            size = ledger.store.head().size
            if _spoken_of(ledger.store, name, below=size) != drafted:
                return None


def _spoken_of(store: Store, name: str, *, below: int) -> list[RecordId]:
    """Return the release and summary records of a name in the first `below` entries."""
    found = (store.open_records(kind, name=name) for kind in ("release", "summary"))
    return [one.id for records in found for one in records if one.id.index < below]


def read_profile(home: Home) -> Profile:
    """Return the provider profile of a ledger; one that is not there says nothing.

    Raises:
        InputError: It is no YAML, or holds keys or values that are not of a profile.
    """
    import yaml

    try:
        text = home.profile.read_text(encoding="utf-8")
    except FileNotFoundError:
        return check_profile(None)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{home.profile} cannot be read: {error}") from error
    try:
        return check_profile(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise InputError(f"{home.profile} is not YAML: {error}") from error
    except MalformedError as error:
        raise InputError(
            f"{PROFILE_FILE}: {error}", hint=error.hint or f"edit {home.profile}"
        ) from error


def facts_of(store: Store, root: Hash) -> Facts:
    """Return the facts of a frozen training set, added up in the database.

    The set stays as it was frozen. Of records that were corrected since, the facts are those of the
    newest, and say how many and how much (docs/decisions/0024).
    """
    groups = [
        Group(
            fields={**group.shared, **({"tokenizer": group.tokenizer} if group.tokenizer else {})},
            records=group.records,
            measures={
                name: Total(total, group.stated[name]) for name, total in group.totals.items()
            },
        )
        for group in store.training.groups(root)
    ]
    corrected = [
        CorrectedPart(action=one.action, day=one.day, records=one.records, bytes=one.bytes)
        for one in store.training.corrected(root)
    ]
    return gather(groups, _domains(store, root), corrected)


def _domains(store: Store, root: Hash) -> DomainTally | None:
    """Return the crawled domains of a training set: as many names as any document may list."""
    found = store.training.domains(root, listed=lambda total: to_list(total, sme=False))
    if found is None:
        return None
    return DomainTally(
        ranked=found.ranked,
        total=found.total,
        digest=found.digest,
        suffix_list=f"the public suffix list {', '.join(found.suffix_lists)}",
        missing=found.records - found.tallied,
    )


def document_of(
    facts: Facts,
    *,
    home: Home,
    release: StoredRecord,
    size: int,
    earlier: Sequence[StoredRecord],
) -> Document:
    """Return the filled form: what is known stands in it, what is not is listed as a gap.

    Args:
        facts: The facts of the release's training set.
        home: The ledger, for profile and origin.
        release: The release record.
        size: The size of the log that the summary speaks about.
        earlier: The summary records of this release so far, oldest first.
    """
    identity = Identity(
        version=len(earlier) + 1,
        last_update=today(),
        origin=home.origin,
        size=size,
        release_record=str(release.id),
        previous=tuple(_previous(one) for one in earlier),
    )
    return find_regime(TEMPLATE).fill(
        Filing(
            facts=facts,
            profile=read_profile(home),
            release=release.record.fields,
            identity=identity,
        )
    )


def today() -> str:
    """Return today's date in UTC, as records write it."""
    return datetime.now(UTC).strftime("%Y-%m-%d")


def _previous(summary: StoredRecord) -> Previous:
    stated = summary.record.fields["summary"]
    assert isinstance(stated, dict)
    version = stated["version"]
    assert isinstance(version, int)
    return Previous(version, str(stated["last_update"]))


def summary_fields(
    document: Document,
    renditions: Sequence[Rendition],
    *,
    release: StoredRecord,
    earlier: Sequence[StoredRecord],
) -> Fields:
    """Return the fields of the summary record, but for its `claimed_at`."""
    files: list[JSON] = [
        {
            "media_type": one.format.media_type,
            "name": f"summary{one.format.suffix}",
            "digest": one.digest,
        }
        for one in renditions
    ]
    fields: Fields = {
        "summary": {
            "provider": document.provider or NOT_STATED,
            "release": document.release,
            "version": document.version,
            "template": TEMPLATE,
            "template_number": document.template_number,
            "language": document.language,
            "last_update": document.last_update,
            "size": document.size,
        },
        "release_record": str(release.id),
        "renditions": files,
    }
    if earlier:
        fields["supersedes"] = str(earlier[-1].id)
    basis: dict[str, JSON] = dict.fromkeys(fields, "observed")
    return {**fields, "basis": basis}


def write_files(files: Mapping[Path, bytes]) -> None:
    """Write files, each whole or not at all: first all under other names, then put in place.

    Raises:
        InputError: A folder is missing or cannot be written. None of the files was replaced,
            unless the disk failed between two renames.
    """
    drafts: dict[Path, Path] = {}
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            drafts[path] = path.with_name(f".{path.name}.tmp")
            drafts[path].write_bytes(data)
        for path, draft in drafts.items():
            draft.replace(path)
    except OSError as error:
        for draft in drafts.values():
            with suppress(OSError):
                draft.unlink(missing_ok=True)
        raise InputError(f"{path} cannot be written: {error.strerror}") from error


def check_writable(folder: Path) -> None:
    """Find out whether files can be written into a folder before anything is logged.

    Raises:
        InputError: They cannot.
    """
    probe = folder / ".ledger-summary.tmp"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise InputError(
            f"{folder} cannot be written: {error.strerror}", hint="--out another-folder"
        ) from error


def file_name(release: str, version: int, form: Format) -> str:
    """Return what a summary's file is called: `<release>-summary-v<version>.<format>`."""
    plain = "".join(char if char.isalnum() or char in "-_." else "-" for char in release)
    return f"{plain.strip('.-')[:100] or 'release'}-summary-v{version}{form.suffix}"
