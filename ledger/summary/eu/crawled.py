"""Section 2.3: what the provider, or somebody for it, crawled and scraped.

Public crawls of third parties, Common Crawl above all, belong in 2.1 (R-CRAWL-1); the records say
so by their category.
"""

from collections.abc import Mapping

from ledger.summary import remedies
from ledger.summary.answer import (
    Answer,
    Answerer,
    advice,
    comment,
    missing,
    on_profile,
    on_records,
    own_words,
    prose,
)
from ledger.summary.document import (
    Domains,
    Gap,
    Item,
    Items,
    Labelled,
    Period,
    Row,
    Support,
    Text,
    Value,
)
from ledger.summary.eu.answer import by_category, modalities_of, source_answer
from ledger.summary.eu.describe import collected, described
from ledger.summary.facts import DomainTally
from ledger.summary.filing import Filing
from ledger.summary.parties import Crawler, crawlers
from ledger.summary.wording import counted, listed, number, period

SME_CAP = 1000


def names(filing: Filing) -> Answer:
    """2.3.b: each crawler by name, with its user agent."""
    facts = filing.facts.category("crawled")
    named = crawlers(facts)
    silent = facts.records - facts.stating("source.crawl.crawlers")
    remedy = remedies.set_record("source.crawl.crawlers", "…")
    if not named:
        return missing("2.3.b", "no record names a crawler", remedy)
    what = f"{counted(silent, 'crawled record')} name no crawler"
    gaps = (Gap("2.3.b", "missing", what, remedy),) if silent else ()
    items = tuple(_crawler(crawler) for crawler in named)
    return Answer((Items(items),), (on_records(facts, "source.crawl.crawlers"),), gaps)


def _crawler(crawler: Crawler) -> Item:
    details = []
    if crawler.user_agents:
        details.append(Row("User agent", listed(crawler.user_agents)))
    if crawler.operators:
        details.append(Row("Operated by", listed(crawler.operators)))
    return Item(crawler.name, details=tuple(details))


def _told(field_id: str, path: str, key: str, what: str) -> Answerer:
    """Return the answerer of a text that records and the provider may both give."""

    def answer(filing: Filing) -> Answer:
        facts, own = filing.facts.category("crawled"), filing.profile.text(key)
        said = facts.statements(path)
        if not said and not own:
            return missing(field_id, what, remedies.set_profile(key))
        texts = (*(prose(own).paragraphs if own else ()), *said)
        supports = ((on_profile(key),) if own else ()) + (
            (on_records(facts, path),) if said else ()
        )
        return Answer((Text(texts),), supports)

    return answer


def collection_period(filing: Filing) -> Answer:
    """2.3.e: from MM/YYYY to MM/YYYY, over all and for each crawler."""
    facts = filing.facts.category("crawled")
    start, end = facts.period
    remedy = remedies.set_record("source.period", "…")
    if not start and not end:
        return missing("2.3.e", "no crawled record states its period of collection", remedy)
    values: list[Value] = [Period(start, end)]
    named = crawlers(facts)
    if len(named) > 1:
        rows = tuple(Row(crawler.name, period(*crawler.facts.period)) for crawler in named)
        values.append(Labelled(rows))
    gaps = []
    if silent := facts.records - facts.stating("source.period"):
        values.append(Text((f"Collected: {collected(facts)}.",)))
        what = f"{counted(silent, 'crawled record')} do not state the period of collection"
        gaps.append(advice("2.3.e", what, remedy))
    return Answer(tuple(values), (on_records(facts, "source.period"),), tuple(gaps))


def content(filing: Filing) -> Answer:
    """2.3.f: types of content and of site, with geography, languages and demography."""
    facts, path = filing.facts.category("crawled"), "describe.crawled_content"
    own = filing.profile.text(path)
    recorded = facts.stating("source.content_types") or facts.stating("source.characteristics")
    gaps: tuple[Gap, ...] = ()
    if not own and not recorded:
        what = "no record and no statement describes the content and the sites crawled"
        gaps = (Gap("2.3.f", "missing", what, remedies.set_profile(path)),)
        if not facts.records:
            return missing("2.3.f", what, remedies.set_profile(path))
    values, supports = own_words(filing, path)
    if facts.records:
        values.append(described(facts))
        supports.append(on_records(facts, "source"))
    return Answer(tuple(values), tuple(supports), gaps)


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
        return Answer(opened.values, (_on_tally(tally),), opened.gaps)
    value = Domains(tally.ranked[:wanted], tally.total, _rule(tally, wanted, sme), tally.digest)
    supports = [_on_tally(tally)] + ([on_profile("provider.sme")] if sme else [])
    gaps: tuple[Gap, ...] = ()
    if tally.missing:
        what = f"{counted(tally.missing, 'crawled record')} without a tally of domains"
        gaps = (Gap("2.3.h", "missing", what, remedy),)
    return Answer((value,), tuple(supports), gaps)


def _rule(tally: DomainTally, wanted: int, sme: bool) -> str:
    share = "5 % (at most 1 000, as a small or medium-sized enterprise)" if sme else "10 %"
    text = (
        f"The first {share} of {counted(tally.total, 'domain')} by size of the content scraped and "
        f"used for training: {number(wanted)}, rounded up, equal sizes in alphabetical order."
    )
    return f"{text} Domains as cut by {tally.suffix_list}." if tally.suffix_list else text


def _on_tally(tally: DomainTally) -> Support:
    return Support("ledger", "domains", tally.total)


ANSWERS: Mapping[str, Answerer] = {
    "2.3.a": source_answer("2.3.a", "crawled"),
    "2.3.b": names,
    "2.3.c": _told(
        "2.3.c",
        "source.crawl.purpose",
        "describe.crawler_purposes",
        "no record and no statement gives the purposes of the crawlers",
    ),
    "2.3.d": _told(
        "2.3.d",
        "source.crawl.behaviour",
        "describe.crawler_behaviour",
        "no record and no statement describes what the crawlers do at captchas, passwords, "
        "paywalls and robots.txt",
    ),
    "2.3.e": collection_period,
    "2.3.f": content,
    "2.3.g": modalities_of("2.3.g", by_category("crawled")),
    "2.3.h": domains,
    "2.3.i": comment("2.3.i"),
}
