"""Section 2.3: what the provider, or somebody for it, crawled and scraped.

Public crawls of third parties, Common Crawl above all, belong in 2.1 (R-CRAWL-1); the records say
so by their category.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ledger.summary import remedies
from ledger.summary.answer import (
    Answer,
    Answerer,
    Piece,
    advice,
    missing,
    on_profile,
    on_records,
    own_piece,
    own_rows,
    pieced,
    said_list,
)
from ledger.summary.document import (
    Domains,
    Gap,
    Item,
    Items,
    Labelled,
    Period,
    Row,
    Text,
)
from ledger.summary.eu.answer import by_category, modalities_of, source_answer, state
from ledger.summary.eu.describe import NOT_KNOWN, collected, described, most_said
from ledger.summary.eu.domain_file import further_domains, on_tally, shown_domains
from ledger.summary.eu.merged import merged
from ledger.summary.eu.public import COMMON_CRAWL
from ledger.summary.facts import DomainTally, Facts
from ledger.summary.filing import Filing
from ledger.summary.parties import Crawler, crawlers
from ledger.summary.statement_field import mode_of
from ledger.summary.wording import counted, listed, number, percent, period, say

SME_CAP = 1000


def names(filing: Filing) -> Answer:
    """2.3.b: each crawler by name, with its user agent."""
    facts = filing.facts.category("crawled")
    named = crawlers(facts)
    silent = facts.records - facts.stating("source.crawl.crawlers")
    remedy = state(facts, "source.crawl.crawlers", "…")
    if not named:
        return missing("2.3.b", "no record names a crawler", remedy)
    what = f"{counted(silent, 'crawled record')} name no crawler"
    gaps = [Gap("2.3.b", "missing", what, remedy)] if silent else []
    gaps += [
        advice("2.3.b", f"no record states the user agent of {one.name}", remedy)
        for one in named
        if not one.user_agents
    ]
    gaps += [_of_others(one) for one in named if COMMON_CRAWL.search(_words(one))]
    provider = filing.profile.text("provider.name")
    items = tuple(_crawler(crawler, provider) for crawler in named)
    return Answer((Items(items),), (on_records(facts, "source.crawl.crawlers"),), tuple(gaps))


def _crawler(crawler: Crawler, provider: str) -> Item:
    details = []
    if crawler.user_agents:
        details.append(Row("User agent", listed(crawler.user_agents)))
    if crawler.operators:
        # What is crawled by others belongs here only if they do it for the provider (R-CRAWL-1).
        others = provider and set(crawler.operators) != {provider}
        for_it = " (on behalf of the provider)" if others else ""
        details.append(Row("Operated by", f"{listed(crawler.operators)}{for_it}"))
    return Item(crawler.name, details=tuple(details))


def _words(crawler: Crawler) -> str:
    return " ".join((crawler.name, *crawler.user_agents, *crawler.operators))


def _of_others(crawler: Crawler) -> Gap:
    what = f"{crawler.name} makes a public crawl of others, which the form wants in 2.1"
    return advice(
        "2.3.b", what, state(crawler.facts, "source.category", "public_dataset", stated=True)
    )


def _recorded(facts: Facts, path: str) -> list[Piece]:
    """Return what records say at a path: for each crawler by name where there are several."""
    said = facts.statements(path)
    if not said:
        return []
    named = crawlers(facts)
    support = (on_records(facts, path),)
    if len(named) < 2:
        return [Piece(Text(tuple(most_said(said))), support)]
    rows = [
        Row(one.name, " ".join(most_said(one.facts.statements(path))) or f"{NOT_KNOWN}.")
        for one in named
    ]
    return [Piece(Labelled(tuple(rows)), support)]


def purposes(filing: Filing) -> Answer:
    """2.3.c: what each crawler is for, from the provider and the records."""
    path, key = "source.crawl.purpose", "describe.crawler_purposes"
    pieces = [*own_piece(filing, key), *_recorded(filing.facts.category("crawled"), path)]
    if not pieces:
        what = "no record and no statement gives the purposes of the crawlers"
        return missing("2.3.c", what, remedies.set_profile(key))
    return pieced(pieces)


BEHAVIOUR: Mapping[str, tuple[str, str]] = {
    "crawling.robots_txt": ("robots.txt", r"robots\.txt"),
    "crawling.captchas": ("Captchas", "captcha"),
    "crawling.passwords": ("Password-protected sites", r"password|log[ -]?in"),
    "crawling.paywalls": ("Paywalls", r"pay-?wall|paid"),
    "crawling.other_protocols": (
        "Other protocols",
        r"protocol|tdm-?rep|ai\.txt|llms\.txt|x-robots|noai|trust\.txt|c2pa|content-usage",
    ),
}
"""What the form names as examples of behaviour: the key that tells it, its label, and words that
show that a text speaks of it."""


def behaviour(filing: Filing) -> Answer:
    """2.3.d: what the crawlers do at robots.txt, captchas, passwords, paywalls, other protocols."""
    key = "describe.crawler_behaviour"
    labels = {path: label for path, (label, _) in BEHAVIOUR.items()}
    recorded = _recorded(filing.facts.category("crawled"), "source.crawl.behaviour")
    pieces = [*own_piece(filing, key), *own_rows(filing, labels), *recorded]
    if not pieces:
        what = (
            "no record and no statement describes what the crawlers do at captchas, passwords, "
            "paywalls and robots.txt"
        )
        return missing("2.3.d", what, remedies.set_profile(key))
    words = repr([piece.value for piece in pieces])
    gaps = [
        advice("2.3.d", f"nothing is said on {label}", remedies.set_profile(path))
        for path, (label, pattern) in BEHAVIOUR.items()
        if not re.search(pattern, words, re.IGNORECASE)
    ]
    return pieced(pieces, gaps)


def collection_period(filing: Filing) -> Answer:
    """2.3.e: from MM/YYYY to MM/YYYY, over all and for each crawler."""
    facts = filing.facts.category("crawled")
    start, end = facts.period
    remedy = state(facts, "source.period", "…")
    if not start and not end:
        return missing("2.3.e", "no crawled record states its period of collection", remedy)
    support = (on_records(facts, "source.period"),)
    pieces = [Piece(Period(start, end), support)]
    named = crawlers(facts)
    if len(named) > 1:
        rows = tuple(Row(crawler.name, period(*crawler.facts.period)) for crawler in named)
        pieces.append(Piece(Labelled(rows), support))
    gaps = []
    if silent := facts.records - facts.stating("source.period"):
        pieces.append(Piece(Text((f"Collected: {collected(facts)}.",)), support))
        what = f"{counted(silent, 'crawled record')} {say(silent, 'do')} not state the period"
        gaps.append(advice("2.3.e", what, remedy))
    return pieced(pieces, gaps)


CONTENT: Mapping[str, tuple[str, str]] = {
    "crawling.site_types": ("Types of website", ""),
    "crawling.geography": ("Geography", "source.geography"),
    "crawling.languages": ("Languages", "languages"),
    "crawling.demography": ("Demography", ""),
}
"""What the form wants described of crawled content: the key, its label, and the records' path."""


def content(filing: Filing) -> Answer:
    """2.3.f: types of content and of site, with geography, languages and demography."""
    facts, path = filing.facts.category("crawled"), "describe.crawled_content"
    labels = {key: label for key, (label, _) in CONTENT.items()}
    said = described(facts, nature_is_told=True).rows if facts.records else ()
    rows = {row.label: row.text for row in said if row.label != "Modalities"}
    pieces = [*own_piece(filing, path), *merged(filing, labels, rows, on_records(facts, "source"))]
    is_told = any(said_list(filing, key) for key in (path, *labels))
    recorded = facts.stating("source.content_types") or facts.stating("source.characteristics")
    gaps: list[Gap] = []
    if not is_told and not recorded:
        what = "no record and no statement describes the content and the sites crawled"
        gaps = [Gap("2.3.f", "missing", what, remedies.set_profile(path))]
        if not facts.records:
            return missing("2.3.f", what, remedies.set_profile(path))
    if facts.records:
        pieces += _not_known(filing, facts)
    gaps += [
        advice("2.3.f", f"{label.lower()}: nothing is stated", remedies.set_profile(key))
        for key, (label, where) in CONTENT.items()
        if not said_list(filing, key) and not (where and facts.stating(where))
    ]
    return pieced(pieces, gaps)


def _not_known(filing: Filing, facts: Facts) -> Iterator[Piece]:
    """Yield a row for what neither records nor the provider state and no row says as yet."""
    for key in ("crawling.geography", "crawling.demography"):
        label, where = CONTENT[key]
        if not said_list(filing, key) and not (where and facts.stating(where)):
            support = replace(on_records(facts, where or "source"), none=True)
            yield Piece(Labelled((Row(label, "Not known."),)), (support,))


def to_list(total: int, *, sme: bool) -> int:
    """Return how many domains must be named: 10 %, for an SME the lower of 5 % and 1,000.

    The form does not say how to round; we round up, so never name too few (R-DOM-1).
    """
    tenth, twentieth = -(-total // 10), -(-total // 20)
    return min(twentieth, SME_CAP) if sme else tenth


def domains(filing: Filing) -> Answer:
    """2.3.h: the top domains by size of the content scraped and used."""
    tally = filing.facts.domains
    remedy = remedies.TALLY
    if tally is None or not tally.total:
        return missing("2.3.h", "no tally of domains is recorded for the crawled data", remedy)
    sme = filing.profile.answer("provider.sme") is True
    wanted = to_list(tally.total, sme=sme)
    if len(tally.ranked) < wanted:
        have = f"{number(len(tally.ranked))} of {counted(wanted, 'domain')} to be named"
        what = f"the tally at hand has the names of {have}"
        opened = missing("2.3.h", what, remedy)
        return Answer(opened.values, (on_tally(filing.facts, tally),), opened.gaps)
    shown = shown_domains(filing, wanted)
    value = Domains(
        tally.first(shown),
        tally.total,
        " ".join((_rule(tally, wanted, shown, sme), *_share(filing, tally, shown))),
        tally.digest,
    )
    supports = [on_tally(filing.facts, tally)] + ([on_profile("provider.sme")] if sme else [])
    gaps: tuple[Gap, ...] = ()
    if tally.missing:
        what = f"{counted(tally.missing, 'crawled record')} without a tally of domains"
        gaps = (Gap("2.3.h", "missing", what, remedy),)
    return Answer((value,), tuple(supports), gaps)


def covered(filing: Filing, shown: int) -> int | None:
    """Return the thousandths of the crawled bytes that the list covers; None where not shown."""
    tally = filing.facts.domains
    # Where totals are published, so is this: it follows from them.
    is_shown = filing.shows_shares or mode_of(filing.profile) != "sealed"
    return tally.covered(shown) if tally is not None and is_shown else None


def _share(filing: Filing, tally: DomainTally, shown: int) -> Iterator[str]:
    permille = covered(filing, shown)
    if permille is not None:
        yield covering(permille)


def covering(permille: int) -> str:
    """Return the sentence on how much of the crawled bytes the list covers."""
    return f"The domains listed hold {percent(permille)} of the bytes counted, rounded down."


def _rule(tally: DomainTally, wanted: int, shown: int, sme: bool) -> str:
    share = "5 % (at most 1 000, as a small or medium-sized enterprise)" if sme else "10 %"
    text = (
        f"To be listed: the first {share} of the {counted(tally.total, 'domain')} by size of the "
        f"content scraped and used for training, which is {number(wanted)}, rounded up. Equal "
        "sizes are in alphabetical order; which of them take the last places, a keyed hash "
        "decides. Size is counted in bytes of content, all modalities together."
    )
    if shown > wanted:
        text += f" The provider lists {number(shown)}, the largest first."
    return f"{text} Domains as cut by {tally.suffix_list}." if tally.suffix_list else text


ANSWERS: Mapping[str, Answerer] = {
    "2.3.a": source_answer("2.3.a", "crawled"),
    "2.3.b": names,
    "2.3.c": purposes,
    "2.3.d": behaviour,
    "2.3.e": collection_period,
    "2.3.f": content,
    "2.3.g": modalities_of("2.3.g", by_category("crawled")),
    "2.3.h": domains,
    "2.3.i": further_domains,
}
