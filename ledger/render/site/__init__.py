"""A static site of published summaries: pages, a feed and an index, for any host.

Pure: what is published goes in as values, and the site's own files come out by their path. The
documents themselves are copied beside them by `ledger.client.site`. Addresses are those of
`ledger.summary.addresses`, relative in every page, so that the folder works wherever it is put.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ledger.record.canonical import JSON, encode
from ledger.summary.addresses import FEED, summary_link, summary_path, version_link, version_path
from ledger.summary.wording import byte_size, long_date

if TYPE_CHECKING:
    from jinja2 import Environment

FORMAT = "tdl/site/v1"
INDEX = "index.json"
TRUST = "trust.policy"

NAMES: Mapping[str, str] = {
    "application/pdf": "PDF",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word (DOCX)",
    "text/html": "Web page",
    "application/ld+json": "Data (JSON-LD)",
    "text/csv": "Table (CSV)",
    "text/plain": "Text",
}
"""What people call a file of a media type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFile:
    """A file of a version: `name` in its folder, and the digest that the log holds for it."""

    name: str
    media_type: str
    digest: str
    size: int
    """In bytes, evidence included."""

    @property
    def kind(self) -> str:
        """What people call it."""
        return NAMES.get(self.media_type, self.media_type)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteVersion:
    """One version of a summary, as the site shows it."""

    number: int
    last_update: str
    record: str
    size: int
    """The size of the log that it speaks about."""
    form: str = ""
    no_later_than: str = ""
    """UTC time by which witnesses had seen it logged; empty when none has."""
    changes: tuple[str, ...] = ()
    files: tuple[SiteFile, ...] = ()
    missing: tuple[str, ...] = ()
    """Names of files that were logged and are not kept here."""
    withdrawn: str = ""
    """Why and when it, or the release that it speaks of, was withdrawn; or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSummary:
    """All versions of one summary, the newest first."""

    release: str
    template: str
    title: str
    provider: str
    models: tuple[str, ...]
    versions: tuple[SiteVersion, ...]

    @property
    def latest(self) -> SiteVersion:
        """The newest version."""
        return self.versions[0]

    @property
    def path(self) -> str:
        """Its folder."""
        return summary_path(self.release, self.template)

    def folder(self, version: SiteVersion) -> str:
        """Return the folder of a version."""
        return version_path(self.release, self.template, version.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What is published, and where: `link` is the site's address, empty when nobody said."""

    origin: str
    provider: str
    updated: str
    """UTC time of the newest checkpoint that witnesses dated, else of the newest summary."""
    summaries: tuple[SiteSummary, ...]
    link: str = ""


def pages(site: Site) -> dict[str, bytes]:
    """Return the site's own files by their path: pages, feed and index."""
    return dict(_pages(site))


def _pages(site: Site) -> Iterator[tuple[str, bytes]]:
    yield "index.html", _page("index.html", site, up="", canonical=site.link)
    for one in site.summaries:
        link = summary_link(site.link, one.release, one.template) if site.link else ""
        yield (
            f"{one.path}index.html",
            _page("summary.html", site, up="../../", it=one, canonical=link),
        )
        for version in one.versions:
            link = _version_link(site, one, version)
            page = _page(
                "version.html", site, up="../../../", it=one, version=version, canonical=link
            )
            yield f"{one.folder(version)}index.html", page
    yield FEED, _page("feed.xml", site, up="", canonical="")
    yield INDEX, encode(_index(site)) + b"\n"


def _version_link(site: Site, one: SiteSummary, version: SiteVersion) -> str:
    if not site.link:
        return ""
    return version_link(site.link, one.release, one.template, version.number)


def _page(template: str, site: Site, **values: object) -> bytes:
    found = _templates().get_template(template)
    return (found.render(site=site, feed=FEED, **values) + "\n").encode()


@cache
def _templates() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("ledger.render.site")
    found = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["date"] = long_date
    found.filters["bytes"] = byte_size
    return found


def _index(site: Site) -> dict[str, JSON]:
    return {
        "format": FORMAT,
        "origin": site.origin,
        "provider": site.provider,
        "updated": site.updated,
        "site": site.link,
        "summaries": [_version(one, version) for one in site.summaries for version in one.versions],
    }


def _version(one: SiteSummary, version: SiteVersion) -> dict[str, JSON]:
    folder = one.folder(version)
    told: dict[str, JSON] = {
        "release": one.release,
        "template": one.template,
        "models": list(one.models),
        "version": version.number,
        "latest": version is one.latest,
        "last_update": version.last_update,
        "record": version.record,
        "log_size": version.size,
        "form": version.form,
        "logged_no_later_than": version.no_later_than,
        "withdrawn": version.withdrawn,
        "changes": list(version.changes),
        "files": [
            {
                "path": folder + file.name,
                "media_type": file.media_type,
                "digest": file.digest,
                "bytes": file.size,
            }
            for file in version.files
        ],
    }
    return {name: value for name, value in told.items() if value not in ("", [])}
