"""The versions of a summary: which there are, under which records, and the form of each.

A version is logged by one summary record; a format that is rendered later by another, which says
`rendition_of`. The filled form of each is kept with the published documents, under its digest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from ledger.client.home import Home
from ledger.errors import MalformedError, NotFoundError
from ledger.record.leaf import RecordId
from ledger.store.reader import Reader
from ledger.store.rows import StoredRecord
from ledger.summary.document import Document
from ledger.summary.document_json import from_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of one summary, by its record and those of later renditions."""

    record: StoredRecord
    later: tuple[StoredRecord, ...] = ()

    @property
    def id(self) -> RecordId:
        """The record that logged it."""
        return self.record.id

    @property
    def stated(self) -> Mapping[str, Any]:
        """The member `summary` of its record."""
        return cast(Mapping[str, Any], self.record.record.fields["summary"])

    @property
    def number(self) -> int:
        """Its number, from 1."""
        return int(self.stated["version"])

    @property
    def last_update(self) -> str:
        """Its date, `YYYY-MM-DD`."""
        return str(self.stated["last_update"])

    @property
    def form(self) -> str:
        """The digest of its filled form, `sha256:<hex>`; empty in records that name none."""
        return str(self.record.record.fields.get("form", ""))

    @property
    def release_record(self) -> RecordId:
        """The release record that it speaks of."""
        return RecordId.parse(str(self.record.record.fields["release_record"]))

    @property
    def renditions(self) -> tuple[Mapping[str, str], ...]:
        """Its files: media type, name and digest of each; the newest first of one media type."""
        records = (*reversed(self.later), self.record)
        return tuple(one for record in records for one in _renditions(record))

    @property
    def attachments(self) -> tuple[Mapping[str, str], ...]:
        """Its further files, named by digest: the list of all crawled domains."""
        stated = self.record.record.fields.get("attachments", [])
        return tuple(cast(list[Mapping[str, str]], stated))

    @property
    def digests(self) -> Mapping[str, RecordId]:
        """The digest of each rendition, and the record that logged it first."""
        records = (*reversed(self.later), self.record)
        return {one["digest"]: record.id for record in records for one in _renditions(record)}


def versions(store: Reader, release: str, template: str) -> list[Version]:
    """Return the versions of a release's summary by one template, oldest first."""
    records = [
        one
        for one in store.open_records("summary", name=release)
        if _stated(one)["template"] == template
    ]
    later: dict[str, list[StoredRecord]] = {}
    for one in records:
        if original := one.record.fields.get("rendition_of"):
            later.setdefault(str(original), []).append(one)
    return [
        Version(record=one, later=tuple(later.get(str(one.id), ())))
        for one in records
        if "rendition_of" not in one.record.fields
    ]


def find_version(store: Reader, release: str, template: str, number: int) -> Version:
    """Return one version.

    Raises:
        NotFoundError: There is none; with those that there are.
    """
    every = versions(store, release, template)
    for one in every:
        if one.number == number:
            return one
    there = f"there are 1 to {len(every)}" if every else "there is none yet"
    raise NotFoundError(
        f"no version {number} of the {template} summary of {release!r}; {there}",
        hint=f"ledger summary {release}",
    )


def form_path(home: Home, version: Version) -> Path:
    """Return where a version's filled form is kept."""
    name = f"{version.form.removeprefix('sha256:') or 'unknown'}.json"
    restricted = home.restricted / name
    return restricted if restricted.is_file() else home.public / "documents" / name


def is_restricted(home: Home, version: Version) -> bool:
    """Answer whether a version's documents are not for everybody (`Regime.public`)."""
    return form_path(home, version).parent == home.restricted


def read_form(home: Home, version: Version) -> Document | None:
    """Return a version's filled form; None when it is not kept here, or is not what was logged."""
    try:
        data = form_path(home, version).read_bytes()
        if f"sha256:{sha256(data).hexdigest()}" != version.form:
            return None
        return from_bytes(data)
    except (OSError, MalformedError):
        return None


def _stated(record: StoredRecord) -> Mapping[str, Any]:
    return cast(Mapping[str, Any], record.record.fields["summary"])


def _renditions(record: StoredRecord) -> list[Mapping[str, str]]:
    return cast(list[Mapping[str, str]], record.record.fields["renditions"])
