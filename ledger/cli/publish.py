"""`ledger publish`: publish what is recorded, ask the witnesses, and lay out a site."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.cli.output import EXIT_OK, EXIT_STORAGE, Output, counted, table
from ledger.cli.places import near
from ledger.errors import InputError
from ledger.record.canonical import JSON

if TYPE_CHECKING:
    from ledger.client.site import SiteReport
    from ledger.log.publish import Published

EXAMPLE = "ledger publish"
HINT = "ledger publish DIR --site URL"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "folder",
        nargs="?",
        metavar="DIR",
        help="also write a static site of all summaries into this folder",
    )
    parser.add_argument(
        "--site", metavar="URL", help="the site's address; default: publication.site of the profile"
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Publish, and say what is served now."""
    from ledger.client.client import Ledger

    if args.site and not args.folder:
        raise InputError(
            "--site is the address of a site, and no folder for it is named", hint=HINT
        )
    with Ledger.open(args.ledger) as ledger:
        published = ledger.publish()
        site = None
        if args.folder:
            from ledger.client.site import write_site

            site = write_site(ledger, Path(args.folder), link=args.site)
    told, text = _to_json(published), _to_text(published)
    if site is not None:
        told["site"] = {
            "folder": str(site.folder),
            "summaries": site.summaries,
            "versions": site.versions,
            "written": site.written,
            "missing": list(site.missing),
        }
        text += f"\n{_site_text(site)}"
    output.data(told, text)
    for name in site.missing if site is not None else ():
        output.warn(f"{name} was logged and is not kept here: the site is without it")
    for one in published.failures:
        output.warn(one)
    for one in published.warnings:
        output.warn(one)
    return EXIT_OK if published.is_current else EXIT_STORAGE


def _site_text(site: "SiteReport") -> str:
    what = f"{counted(site.summaries, 'summary', 'summaries')}, {counted(site.versions, 'version')}"
    written = f"{counted(site.written, 'file')} written" if site.written else "nothing new"
    return f"{near(site.folder / 'index.html')}: {what}, {written}"


def tell_unserved(published: "Published | None", output: Output) -> None:
    """Say that what was recorded is not served yet, if that is so: no error, and not to be missed.

    `published` is what the verb's own publishing gave; None if it did not publish.
    """
    if published is None or published.is_current:
        return
    reason = "; ".join(published.failures)
    text = f"recorded, and not served yet: {_waiting(published)}. {reason}"
    output.say(output.wrapped(text, "        ", first="  note: "))
    output.say("        try: ledger publish, which asks the witnesses again")


def _waiting(published: "Published") -> str:
    count = counted(published.latest - published.size, "entry", "entries")
    return f"{count} from {published.size} on wait for the witnesses"


def _to_text(published: "Published") -> str:
    size = counted(published.size, "entry", "entries")
    lines = [f"{size} served, all there are" if published.is_current else f"{size} served"]
    if not published.is_current:
        lines.append(_waiting(published))
    if published.quorum is not None:
        lines.append(f"quorum {published.quorum}, cosigned by")
        rows = [("", one.name, _utc(one.time)) for one in published.cosigned]
        lines.append(table(rows) if rows else "  nobody yet")
    return "\n".join(lines)


def _to_json(published: "Published") -> dict[str, JSON]:
    told: dict[str, JSON] = {
        "size": published.size,
        "latest": published.latest,
        "current": published.is_current,
        "checkpoint": published.checkpoint.decode(),
        "cosigned": [{"name": one.name, "time": one.time} for one in published.cosigned],
        "failures": list(published.failures),
        "warnings": list(published.warnings),
    }
    if published.quorum is not None:
        told["quorum"] = published.quorum
    return told


def _utc(time: int) -> str:
    """Return a witness's time for people; 0 is how a cosigner says nothing about time."""
    if not time:
        return "at no stated time"
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
