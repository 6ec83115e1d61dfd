"""The profile that `ledger init` writes: every key, commented, with a line on it and an example."""

from collections.abc import Iterator

from ledger.summary.entries import Entry
from ledger.summary.profile_keys import SECTIONS

HEAD = """\
# What no record can know: who you are, what your policies are, what you confirm.
# Uncomment what is true and fill it in. A key that is not set stays open in the summary and is
# listed there as a gap. `ledger check RELEASE` lists what is still missing. A text of its own for
# one release goes into that release's file: ledger release template.
"""

ABOUT = {
    "provider": "",
    "representative": "Only for a provider outside the Union (Article 54).",
    "publication": "Where readers find the summary and what follows it.",
    "confirm": (
        "A summary may say No only when you confirm it. That the ledger holds no record of a kind "
        "is not\nenough: it cannot know what was never recorded. Answer yes or no; a yes should "
        "have records."
    ),
    "rights_reservations": "Opt-outs from text and data mining, and your copyright policy (3.1).",
    "illegal_content": "How illegal content is kept out (3.2).",
    "content_types": "Types of content per modality, for what the records do not say (1.3).",
    "crawling": "How your crawlers behave and what they collect, point by point (2.3).",
    "describe": (
        "Your own words where a form asks for a description. They stand beside what the records "
        "say."
    ),
    "comments": "Optional comments, by field of the EU form (quote the field's number).",
    "show": "How much of the amounts and names is shown, beyond what the form requires.",
}
"""What stands above each section."""


def _lines() -> Iterator[str]:
    yield from HEAD.splitlines()
    for section, entries in SECTIONS.items():
        yield ""
        yield from (f"# {line}" for line in ABOUT[section].splitlines())
        yield f"{section}:"
        for key, entry in entries.items():
            yield from commented(key, entry)


def commented(key: str, entry: Entry, indent: str = "  ") -> Iterator[str]:
    """Yield the lines of one entry as comments: what it is for, and the key with its example."""
    first, *rest = entry.example.split("\n")
    name = f'"{key}"' if "." in key else key
    yield f"{indent}# {entry.about}"
    yield f"{indent}# {name}: {first}"
    yield from (f"{indent}#   {line}" for line in rest)


PROFILE_TEMPLATE = "\n".join(_lines()) + "\n"
"""What `ledger init` writes; nothing in it is answered."""
