"""Lints of the head, sections 1.1 and 1.2, and 3.1.a: who, which version, which models, when."""

import re
from collections.abc import Iterator

from ledger.summary import remedies
from ledger.summary.criteria.reading import Reading
from ledger.summary.document import Gap
from ledger.summary.profile import EU_MEMBERS
from ledger.summary.wording import listed

LATEST = re.compile(r"\b(latest|newest|most recent|current) version\b", re.IGNORECASE)
VERSION = re.compile(r"\bv(ersion)?\.?\s*\d|\b\d+(\.\d+)+\b", re.IGNORECASE)
SAME = re.compile(r"\bidentical\b", re.IGNORECASE)
CHANGES = re.compile(r"\bchang|\bnew in\b|\badded\b|\bremoved\b", re.IGNORECASE)


def families(reading: Reading) -> Iterator[Gap]:
    """Yield where one document covers models whose content may differ (R-MM-1).

    Not where 1.2.a says that it is identical, as a set that was frozen for all of them shows.
    """
    if SAME.search(reading.words("1.2.a")):
        return
    names = [item.name for item in reading.items("1.2.a")]
    dates = {row.text for row in reading.rows("1.2.c")}
    tuned = [name for name in names if re.search(r"[-_ ](instruct|chat|it|sft|rl)\b", name, re.I)]
    several = "one summary serves several models only where their training content is identical"
    if len(names) > 1 and len(dates) > 1:
        message = f"the models were placed on the market on different days; {several}"
    elif tuned and len(tuned) < len(names):
        message = f"{_some(tuned)}: in one summary with what was not tuned like it; {several}"
    else:
        return
    yield Gap(
        "1.2.a",
        "advice",
        message,
        "a release for each content: ledger release create NAME --facts release.yaml",
    )


def _some(names: list[str]) -> str:
    return listed(names[:3]) if len(names) <= 3 else f"{listed(names[:3])} and others"


def canonical(reading: Reading) -> Iterator[Gap]:
    """Yield that nothing leads to the authoritative copy."""
    labels = [item.name.lower() for item in reading.items("0.a") if item.link]
    if not reading.document.link and not any("authoritative" in one for one in labels):
        remedy = remedies.set_profile("publication.site or publication.summary_link")
        yield Gap("0.a", "advice", "no link to the authoritative copy", remedy)


def latest(reading: Reading) -> Iterator[Gap]:
    """Yield that the head does not say whether a newer version exists."""
    if not LATEST.search(reading.words("0.a")):
        what = "nothing says whether this is the latest version"
        yield Gap("0.a", "advice", what, "say so, with the day: ledger summary does")


def version(reading: Reading) -> Iterator[Gap]:
    """Yield that the summary has no version."""
    if not VERSION.search(reading.words("0.a")):
        yield Gap("0.a", "missing", "no version", "number the versions: ledger summary does")


def announcements(reading: Reading) -> Iterator[Gap]:
    """Yield that no list of versions is linked, or no place where updates are announced."""
    names = " ".join(item.name.lower() for item in reading.items("0.a") if item.link)
    for word, what, key in (
        ("version", "no link to all versions", "versions_link"),
        ("update", "no place where updates are announced", "updates_link"),
    ):
        if word not in names:
            remedy = remedies.set_profile(f"publication.site or publication.{key}")
            yield Gap("0.a", "advice", what, remedy)


def change_note(reading: Reading) -> Iterator[Gap]:
    """Yield that a later version does not say what changed."""
    if reading.document.version > 1 and not CHANGES.search(reading.words("0.a")):
        what = f"version {reading.document.version} does not say what changed"
        yield Gap("0.a", "advice", what, "say what changed: ledger summary does")


def placement(reading: Reading) -> Iterator[Gap]:
    """Yield which models have no date of placement on the Union market."""
    remedy = remedies.set_release(reading.filing.name, "--market-date YYYY-MM-DD")
    rows = reading.rows("1.2.c")
    dated = {row.label for row in rows if re.search(r"\d{4}", row.text)}
    names = [item.name for item in reading.items("1.2.a")] or list(reading.document.models)
    without = [name for name in names if name not in dated]
    if not re.search(r"\d{4}|\d\d/\d\d/\d\d", reading.words("1.2.c")):
        yield Gap("1.2.c", "missing", "no date of placement on the Union market", remedy)
    elif rows and without:
        what = f"no date of placement on the Union market for {_some(without)}"
        yield Gap("1.2.c", "missing", what, remedy)


def representative(reading: Reading) -> Iterator[Gap]:
    """Yield that a provider outside the Union names no representative (Article 54)."""
    country = reading.filing.profile.text("provider.established_in")
    if country and country not in EU_MEMBERS and reading.is_empty("1.1.b"):
        what = f"the provider is established outside the Union ({country}), no representative named"
        yield Gap("1.1.b", "missing", what, remedies.set_profile("representative.name"))


def code_of_practice(reading: Reading) -> Iterator[Gap]:
    """Yield that nothing says whether the provider has signed the Code of Practice."""
    if reading.is_empty("3.1.a"):
        remedy = remedies.set_profile("rights_reservations.code_of_practice")
        yield Gap("3.1.a", "missing", "no answer on the Code of Practice", remedy)
