"""`ledger check`: what a release's summary lacks, what jars in it, and whether it is due."""

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from ledger.client.drafting import described, draft, facts_of, today
from ledger.client.releasing import find_release, training_root
from ledger.client.versions import Version, read_form, versions
from ledger.errors import NotFoundError
from ledger.record.canonical import JSON, encode
from ledger.record.schema import nearest
from ledger.store.rows import RecordRange, count_of
from ledger.summary.document import Document, Field, Gap, Support, by_severity
from ledger.summary.due import Due, Published, due
from ledger.summary.eu.lints import Finding
from ledger.summary.facts import Facts
from ledger.summary.filing import Filing
from ledger.tree.hashing import Hash

if TYPE_CHECKING:
    from ledger.client.client import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A summary as it would be published now, read with care."""

    document: Document
    gaps: tuple[Gap, ...]
    """What the document lists, and contradictions within profile and release."""
    lints: tuple[Finding, ...] = ()
    """What else a careful reader finds; of the EU's form only."""
    due: Due | None = None
    """Whether something must be published; by the EU's rules only."""


def review(ledger: "Ledger", name: str, *, template: str = "eu") -> Review:
    """Return what there is to say of a release's summary (`Ledger.review`).

    Raises:
        NotFoundError: There is no such release.
        InputError: There is no such template, or the profile cannot be read.
    """
    from ledger.summary.contradictions import contradictions
    from ledger.summary.eu.lints import untold

    filing, document = draft(ledger, name, template=template)
    if document.template != "eu":
        return Review(document=document, gaps=document.gaps)
    gaps = dict.fromkeys((*document.gaps, *contradictions(filing)))
    return Review(
        document=document,
        gaps=by_severity(gaps),
        lints=untold(document, filing),
        due=due(filing, document, _published(ledger, name, filing), today()),
    )


def _published(ledger: "Ledger", name: str, filing: Filing) -> Published | None:
    every = versions(ledger.store, name, "eu")
    if not every:
        return None
    last = every[-1]
    facts = _earlier_facts(ledger, name, last)
    return Published(
        version=last.number,
        last_update=last.last_update,
        form=read_form(ledger.home, last),
        # Of one content under corrected labels nobody says that training went on.
        facts=None if facts is None or facts.groups == filing.facts.groups else facts,
    )


def _earlier_facts(ledger: "Ledger", name: str, last: Version) -> Facts | None:
    """Return the facts of the set that a version spoke of; None when it is the set of today."""
    training = ledger.store.training
    before = training_root(ledger.show(last.release_record))
    now = training_root(find_release(ledger.store, name))
    # A set that is frozen again has another root, since each has its own secret.
    if before == now or training.ranges(before) == training.ranges(now):
        return None
    return facts_of(ledger.store, before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """One thing that an answer rests on, and the records behind it where they are records."""

    support: Support
    ranges: tuple[RecordRange, ...] = ()
    """The first of them, in the order of the log."""
    more: int = 0
    """How many records stand in further ranges."""

    @property
    def records(self) -> int:
        """How many records are behind it: as many as the support counts, unless those are domains.

        A domain is known from the tallies of all records that were crawled, not from one of them.
        """
        return count_of(self.ranges) + self.more


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A field of a form, all that its answer rests on, and what it lacks."""

    field: Field
    rests: tuple[Rest, ...]
    gaps: tuple[Gap, ...]


def follow(ledger: "Ledger", name: str, field_id: str, *, most: int | None = None) -> Followed:
    """Return a field of a release's EU summary with what its answer rests on.

    Args:
        ledger: Where the records are.
        name: The release.
        field_id: Such as `2.1.c`.
        most: How many ranges of records to name, the rest is counted; None for all.

    Raises:
        NotFoundError: There is no such release, or the form has no such field.
    """
    _, document = draft(ledger, name)
    ids = tuple(field.id for field in document.fields())
    if field_id not in ids:
        raise NotFoundError(
            f"the form has no field {field_id!r}{nearest(field_id, ids)}",
            hint=f"one of {ids[0]}, {ids[1]}, … {ids[-1]}",
        )
    field = document.field(field_id)
    root = training_root(find_release(ledger.store, name))
    return Followed(
        field=field,
        rests=tuple(find_records(ledger, root, support, most) for support in field.rests_on),
        gaps=tuple(gap for gap in document.gaps if gap.field == field_id),
    )


def find_records(ledger: "Ledger", root: Hash, support: Support, most: int | None = None) -> Rest:
    """Return a support with the records behind it, found by the groups that it was made of."""
    groups = {encode(dict(fields)) for fields in support.groups}
    if not groups:
        return Rest(support=support)

    def is_meant(shared: dict[str, JSON], tokenizer: dict[str, JSON] | None) -> bool:
        return encode(described(shared, tokenizer)) in groups

    places = ledger.store.training.places(root, is_meant)
    first = tuple(islice(places, most))
    return Rest(support=support, ranges=first, more=count_of(list(places)))
