"""The list of all crawled domains as a file, and field 2.3.i, which names it.

There is one only where the provider chose to show all domains (`show.domains: all`): the form asks
for the largest alone. Sizes stand in it only where the provider shows figures.

    domains.txt    a name a line, the largest first, equal ones in alphabetical order
    domains.csv    with figures: rank,domain,bytes,parts_per_million
"""

from collections.abc import Iterator

from ledger.summary.addresses import version_link
from ledger.summary.answer import (
    Answer,
    Piece,
    commented,
    own_rows,
)
from ledger.summary.attachment import Attachment
from ledger.summary.document import Gap, Item, Items, Row, Support, Text
from ledger.summary.eu.template import TEMPLATE
from ledger.summary.facts import DomainTally, Facts
from ledger.summary.filing import Filing
from ledger.summary.profile import Profile
from ledger.summary.remedies import set_profile
from ledger.summary.wording import counted

SHOW_DOMAINS = "show.domains"
INLINE = 5_000
"""Names that stand in the document itself; a longer list is a file, and the document has what the
form requires."""

ON_REQUEST = "crawling.domain_requests"


def domain_file(tally: DomainTally, *, figures: bool) -> Attachment:
    """Return the file of a tally with all names at hand; `figures` if sizes may stand there."""
    if figures and len(tally.sizes) == len(tally.ranked):
        return Attachment("domains.csv", "text/csv", "".join(_sized(tally)).encode())
    names = "".join(f"{name}\n" for name in tally.first(tally.total))
    return Attachment("domains.txt", "text/plain", names.encode())


def _sized(tally: DomainTally) -> Iterator[str]:
    whole = sum(tally.sizes) or 1
    yield "rank,domain,bytes,parts_per_million\r\n"
    for rank, (name, size) in enumerate(
        zip(tally.first(tally.total), tally.sizes, strict=True), start=1
    ):
        yield f"{rank},{name},{size},{(size * 2_000_000 + whole) // (2 * whole)}\r\n"


def shows_all_domains(profile: Profile) -> bool:
    """Answer whether the provider chose to show all domains."""
    return profile.text(SHOW_DOMAINS) == "all"


def shows_all(filing: Filing) -> bool:
    """Answer whether the provider chose to show all domains, and all are at hand."""
    tally = filing.facts.domains
    chosen = shows_all_domains(filing.profile)
    return chosen and tally is not None and tally.total > 0 and tally.is_whole


def shown_domains(filing: Filing, wanted: int) -> int:
    """Return how many names stand in 2.3.h: all if the provider chose so and they are not many."""
    tally = filing.facts.domains
    if tally is None or not shows_all(filing):
        return wanted
    return tally.total if tally.total <= INLINE else wanted


def attachments(filing: Filing) -> tuple[Attachment, ...]:
    """Return the files that are published with the EU summary, each named in it by its digest."""
    tally = filing.facts.domains
    if tally is None or not shows_all(filing):
        return ()
    return (domain_file(tally, figures=filing.shows_figures),)


def on_tally(facts: Facts, tally: DomainTally) -> Support:
    """Return the support that a tally gives: it counts domains, in all that was crawled."""
    whole = facts.where("source.category", "crawled")
    return Support("ledger", "domains", tally.total, groups=whole.described)


def further_domains(filing: Filing) -> Answer:
    """2.3.i: the list of all domains, and where to ask about others (R-DOM-2)."""
    return commented(filing, "2.3.i", _pieces(filing), _gaps(filing))


def _pieces(filing: Filing) -> Iterator[Piece]:
    for file in attachments(filing):
        tally = filing.facts.domains
        assert tally is not None
        support = (on_tally(filing.facts, tally),)
        every = counted(tally.total, "domain")
        told = f"All {every}, the largest first, are in the file {file.name} beside this summary."
        yield Piece(Text((told,)), support)
        site = filing.profile.text("publication.site")
        version = filing.identity.version
        link = version_link(site, filing.name, TEMPLATE, version) + file.name if site else ""
        yield Piece(
            Items((Item(f"All domains: {file.name}", link, (Row("Digest", file.digest),)),)),
            support,
        )
    yield from own_rows(filing, {ON_REQUEST: "Questions about a domain that is not listed"})


def _gaps(filing: Filing) -> Iterator[Gap]:
    tally = filing.facts.domains
    if shows_all_domains(filing.profile) and tally is not None and not tally.is_whole:
        what = "the provider shows all domains, and the tally at hand has only the largest"
        yield Gap("2.3.i", "missing", what, set_profile(f"{SHOW_DOMAINS}: required"))
