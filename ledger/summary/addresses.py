"""Where a published summary is, once `ledger publish DIR` has laid out the site.

    <site>/<release>/<template>/              the newest version, and a list of all
    <site>/<release>/<template>/v<version>/   one version for ever
    <site>/feed.xml                           announcements of updates

`<site>` is what the profile names as `publication.site`. Every address stays when a version comes.
"""

from urllib.parse import quote

FEED = "feed.xml"


def slug(name: str) -> str:
    """Return a name as part of a file name or an address: letters, digits, `-`, `_` and `.`."""
    plain = "".join(char if char.isalnum() or char in "-_." else "-" for char in name)
    return plain.strip(".-")[:100] or "release"


def summary_path(release: str, template: str) -> str:
    """Return where the newest version is, below the site: `model-1/eu/`."""
    return f"{slug(release)}/{slug(template)}/"


def version_path(release: str, template: str, version: int) -> str:
    """Return where one version is, below the site: `model-1/eu/v2/`."""
    return f"{summary_path(release, template)}v{version}/"


def summary_link(site: str, release: str, template: str) -> str:
    """Return the address of the newest version, which is the authoritative copy."""
    return _below(site, summary_path(release, template))


def version_link(site: str, release: str, template: str, version: int) -> str:
    """Return the address of one version."""
    return _below(site, version_path(release, template, version))


def feed_link(site: str) -> str:
    """Return the address of the feed that announces updates."""
    return _below(site, FEED)


def _below(site: str, path: str) -> str:
    return f"{site.rstrip('/')}/{quote(path)}"
