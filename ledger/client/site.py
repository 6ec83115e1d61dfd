"""`ledger publish DIR`: the published summaries of a ledger as a static site.

Documents are copied as they were published, byte for byte. What was there and is the same is left
alone; nothing else in the folder is touched, and no version is ever taken away.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ledger.client.dating import seen_at_text
from ledger.client.drafting import read_profile
from ledger.client.summarising import check_writable, write_files
from ledger.client.versions import Version, is_restricted, read_form, versions
from ledger.errors import InputError
from ledger.record.corrections import Corrections
from ledger.render import FORMATS
from ledger.render.site import TRUST, Site, SiteFile, SiteSummary, SiteVersion, pages
from ledger.summary.changes import changes
from ledger.summary.document import Document
from ledger.summary.profile import is_link

if TYPE_CHECKING:
    from ledger.client.client import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteReport:
    """What a site holds after it was written."""

    folder: Path
    summaries: int
    versions: int
    written: int
    """Files that were new or not as they should be."""
    missing: tuple[str, ...]
    """Files that were logged and are not kept here."""


def write_site(ledger: "Ledger", folder: Path, *, link: str | None = None) -> SiteReport:
    """Write the site of all releases with a summary.

    Args:
        ledger: The ledger; its log should be published.
        folder: Where the site goes.
        link: The site's address; default: `publication.site` of the profile.

    Raises:
        InputError: The folder cannot be written, or the address is none.
    """
    check_writable(folder)
    profile = read_profile(ledger.home)
    link = link if link is not None else profile.text("publication.site")
    if link and not is_link(link):
        raise InputError(f"{link!r} is no address: expected https://…", hint="--site https://…")
    summaries = tuple(_summaries(ledger))
    every = [version for one in summaries for version in one.versions]
    site = Site(
        origin=ledger.origin,
        provider=profile.text("provider.name"),
        updated=_updated(every),
        summaries=summaries,
        link=link,
    )
    files = {folder / path: data for path, data in pages(site).items()}
    files |= _documents(ledger, folder, summaries)
    if ledger.home.trust.is_file():
        files[folder / TRUST] = ledger.home.trust.read_bytes()
    changed = {path: data for path, data in files.items() if not _is_there(path, data)}
    write_files(changed)
    return SiteReport(
        folder=folder,
        summaries=len(summaries),
        versions=len(every),
        written=len(changed),
        missing=tuple(name for version in every for name in version.missing),
    )


def _summaries(ledger: "Ledger") -> Iterator[SiteSummary]:
    """Yield each summary that was ever logged, the one with the newest version first."""
    named = {
        (str(stated["release"]), str(stated["template"])): one.id
        for one in ledger.store.open_records("summary")
        for stated in [cast(Mapping[str, Any], one.record.fields["summary"])]
    }
    for release, template in sorted(named, key=lambda one: named[one], reverse=True):
        newest = versions(ledger.store, release, template)[-1]
        if not is_restricted(ledger.home, newest):
            yield _summary(ledger, release, template)


def _summary(ledger: "Ledger", release: str, template: str) -> SiteSummary:
    every = versions(ledger.store, release, template)
    forms = [read_form(ledger.home, one) for one in every]
    ids = [id for one in every for id in (one.id, one.release_record)]
    corrections = ledger.store.corrections(ids)
    shown = [
        _version(ledger, one, form, before, corrections)
        for one, form, before in zip(every, forms, [None, *forms], strict=False)
    ]
    newest = next((form for form in reversed(forms) if form is not None), None)
    return SiteSummary(
        release=release,
        template=template,
        title=newest.title if newest else template,
        provider=newest.provider if newest else str(every[-1].stated["provider"]),
        models=newest.models if newest else (release,),
        versions=tuple(reversed(shown)),
    )


def _version(
    ledger: "Ledger",
    version: Version,
    form: Document | None,
    before: Document | None,
    corrections: Corrections,
) -> SiteVersion:
    order = [form.media_type for form in FORMATS.values()]
    renditions = sorted(version.renditions, key=lambda one: order.index(one["media_type"]))
    files = [(one, _path(ledger, one)) for one in (*renditions, *version.attachments)]
    return SiteVersion(
        number=version.number,
        last_update=version.last_update,
        record=str(version.id),
        size=int(version.stated["size"]),
        form=version.form,
        no_later_than=seen_at_text(ledger.home, version.id.index),
        changes=changes(before, form) if before and form else (),
        files=tuple(
            SiteFile(
                name=one["name"],
                media_type=one["media_type"],
                digest=one["digest"],
                size=path.stat().st_size,
            )
            for one, path in files
            if path is not None
        ),
        missing=tuple(one["name"] for one, path in files if path is None),
        withdrawn=_withdrawn(corrections, version),
    )


def _withdrawn(corrections: Corrections, version: Version) -> str:
    for record_id in (version.id, version.release_record):
        if deciding := corrections.deciding(record_id):
            what = (
                "" if record_id == version.id else "the release that it speaks of was withdrawn: "
            )
            return f"{what}{deciding.reason}"
    return ""


def _path(ledger: "Ledger", stated: Mapping[str, str]) -> Path | None:
    suffix = Path(stated["name"]).suffix
    path = ledger.home.public / "documents" / f"{stated['digest'][7:]}{suffix}"
    return path if path.is_file() else None


def _documents(
    ledger: "Ledger", folder: Path, summaries: tuple[SiteSummary, ...]
) -> dict[Path, bytes]:
    """Return the documents of each version, and those of the latest once more at a fixed place."""
    files: dict[Path, bytes] = {}
    for one in summaries:
        for version in one.versions:
            for file in version.files:
                path = _path(ledger, {"name": file.name, "digest": file.digest})
                assert path is not None
                data = path.read_bytes()
                files[folder / one.folder(version) / file.name] = data
                if version is one.latest:
                    files[folder / one.path / file.name] = data
    return files


def _is_there(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except OSError:
        return False


def _updated(every: list[SiteVersion]) -> str:
    """Return the time of the newest version: what is the same site stays the same bytes."""
    times = [one.no_later_than or f"{one.last_update}T00:00:00Z" for one in every]
    return max(times, default="1970-01-01T00:00:00Z")
