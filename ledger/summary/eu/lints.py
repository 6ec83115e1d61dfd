"""Lints of the EU form: what published summaries got wrong, looked for in any filled form.

None stands in the template; all follow from it, or from mistakes in published summaries. A lint
reads the filled form as a reader would, wherever it came from, so it sees what `summarise` cannot
do wrong too. L1 to L12 are cross-checks of fields; the others are about one field each. What a lint
says is our own reading, and it is part of `ledger check`, never of the document.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ledger.summary.criteria.reading import Reading
from ledger.summary.document import Document, Gap, Severity
from ledger.summary.eu import lint_answers, lint_head, lint_sources
from ledger.summary.filing import Filing

Check: TypeAlias = Callable[[Reading], Iterator[Gap]]


@dataclass(frozen=True, slots=True)
class Lint:
    """A rule by id: what should hold, and how it is looked at."""

    id: str
    text: str
    check: Check
    told: bool = False
    """Whether `summarise` lists the same as a gap of the field, so nobody is told twice."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A lint that was raised in a field, and what mends it."""

    rule: str
    field: str
    severity: Severity
    message: str
    remedy: str


LINTS = (
    Lint("L1", "A modality used in 2.x is ticked in 1.3, and the reverse", lint_answers.modalities),
    Lint("L2", "Exactly one official range per ticked modality, in its own unit",
         lint_answers.ranges, told=True),
    Lint("L3", "Yes/No fields hold Yes or No only", lint_answers.third_answers),
    Lint("L4", "2.3.h holds names, not categories, and as many as the rule asks",
         lint_sources.domains, told=True),
    Lint("L5", "Common Crawl in 2.1.c names its snapshots and the selection",
         lint_sources.common_crawl),
    Lint("L6", "1.3.d is not before the newest collection date of any source",
         lint_answers.latest_date),
    Lint("L7", "Open-weight and hosted generators of others go in 2.5.c, internal ones in 2.5.d",
         lint_sources.misplaced_generators),
    Lint("L8", "2.6 holds no synthetic data", lint_sources.synthetic_elsewhere),
    Lint("L9", "Blank fields are written out as not applicable or not known", lint_answers.blanks),
    Lint("L10", "2.4.a and 2.4.b are answered in line with 2.4.c", lint_sources.user_data),
    Lint("L11", "Dates are in the prescribed formats", lint_answers.date_formats),
    Lint("L12", "One document only for identical content", lint_head.families),
    Lint("L13", "1.3.e names the languages, those of the Union in particular",
         lint_answers.languages),
    Lint("L14", "1.3.d says whether training goes on", lint_answers.continuation, told=True),
    Lint("L15", "Opt-outs and filters are described in section 3, not in 1.3",
         lint_answers.processing_in_general),
    Lint("L16", "0.a links the authoritative copy", lint_head.canonical, told=True),
    Lint("L17", "0.a says whether this is the latest version", lint_head.latest),
    Lint("L18", "0.a gives a version", lint_head.version),
    Lint("L19", "No text is cut off", lint_answers.cut_off),
    Lint("L20", "The period of crawling is stated by month, not approximately",
         lint_sources.approximate_period),
    Lint("L21", "Generators are named one by one", lint_sources.unnamed_generators),
    Lint("L22", "Each generator on the market is linked to its summary",
         lint_sources.unlinked_generators, told=True),
    Lint("L23", "1.2.c gives a date of placement for each model", lint_head.placement, told=True),
    Lint("L24", "3.1.a says whether the Code of Practice is signed",
         lint_head.code_of_practice, told=True),
    Lint("L25", "A provider outside the Union names its representative",
         lint_head.representative, told=True),
    Lint("L26", "Large datasets have a version", lint_sources.versions, told=True),
    Lint("L27", "A dataset is reported once", lint_sources.reported_twice),
    Lint("L28", "0.a links all versions and says where updates are announced",
         lint_head.announcements, told=True),
    Lint("L29", "A later version says what changed", lint_head.change_note),
)  # fmt: skip

TEXTS: Mapping[str, str] = {lint.id: lint.text for lint in LINTS}


def lint(document: Document, filing: Filing) -> tuple[Finding, ...]:
    """Return what the lints find, in their order and that of the form.

    Args:
        document: A filled EU form, our own or somebody's encoded one.
        filing: What it was filled from, so far as known.
    """
    reading = Reading(document, filing)
    return tuple(
        Finding(rule.id, gap.field, gap.severity, gap.message, gap.remedy)
        for rule in LINTS
        for gap in rule.check(reading)
    )


def untold(document: Document, filing: Filing) -> tuple[Finding, ...]:
    """Return what the lints find and the document does not list as a gap of the same field."""
    listed = {gap.field for gap in document.gaps}
    same = {rule.id for rule in LINTS if rule.told}
    found = lint(document, filing)
    return tuple(one for one in found if not (one.rule in same and one.field in listed))
