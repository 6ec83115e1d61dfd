"""The release file that `ledger release template` prints: every key, commented, with an example."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ledger.summary.entries import Entry
from ledger.summary.profile_keys import SECTIONS
from ledger.summary.profile_template import commented
from ledger.summary.release_file import LISTS, SAYABLE, SINGLE, STATEMENTS

HEAD = """\
# What you say of one release: ledger release create NAME --facts release.yaml
# Uncomment what is true and fill it in. Options of the command win over what stands here. It goes
# into the release record, which is logged: a later correction is a further release record.
"""

ABOUT = {
    "models": "The models that the release covers; without this, one that is called as it is.",
    "based_on": "The models that they were made from, if any is a modification.",
    STATEMENTS: (
        "Your own words for this release, where they differ from those in provider.yaml: its "
        "sections and\nkeys, of those that hold texts."
    ),
}


def _lines() -> Iterator[str]:
    yield from HEAD.splitlines()
    for key, entry in SINGLE.items():
        yield ""
        yield from commented(key, entry, "")
    for key, (members, _) in LISTS.items():
        yield from _titled(key)
        yield from _listed(members)
    yield from _titled(STATEMENTS)
    section = ""
    for path in SAYABLE:
        if not path.startswith(f"{section}."):
            section = path.partition(".")[0]
            yield f"#   {section}:"
        yield from (f"#   {line}" for line in _said(section, path.removeprefix(f"{section}.")))


def _said(section: str, key: str) -> Iterator[str]:
    """Yield a statement with its example; a list of the profile is one text here."""
    entry = SECTIONS[section][key]
    plain = entry.example.replace("[", "").replace("]", "")
    (_, *lines) = commented(key, replace(entry, example=plain), "")
    yield from (line.replace("# ", "  ", 1) for line in lines)


def _titled(key: str) -> Iterator[str]:
    yield ""
    yield from (f"# {line}" for line in ABOUT[key].splitlines())
    yield f"# {key}:"


def _listed(members: Mapping[str, Entry]) -> Iterator[str]:
    for place, (key, entry) in enumerate(members.items()):
        yield f"#   # {entry.about}"
        yield f"#   {' ' if place else '-'} {key}: {entry.example}"


RELEASE_TEMPLATE = "\n".join(_lines()) + "\n"
"""What `ledger release template` prints; nothing in it is answered."""
