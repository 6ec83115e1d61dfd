"""The checks of section 2.3: what was crawled and scraped, the heaviest section of all."""

import re

from ledger.summary import remedies
from ledger.summary.criteria import expected
from ledger.summary.criteria.check import (
    Check,
    CheckSection,
    Judge,
    Judgement,
    met,
    missed,
    of_all,
    partly,
)
from ledger.summary.criteria.kinds import (
    adds,
    answered,
    boxes,
    commented,
    consistent,
    each,
    has_detail,
    is_shown,
    lists_all,
    lists_only,
    states,
    tells,
    true_if_inputs_are,
)
from ledger.summary.criteria.reading import Reading
from ledger.summary.criteria.style import on_topic, plain
from ledger.summary.document import Domains, Period, Text
from ledger.summary.eu.crawled import to_list

CRAWLERS = remedies.set_record("source.crawl.crawlers", "…")
PERIOD = remedies.set_record("source.period", "…")
COMMENT = "comments.2.3.i"
NAME = re.compile(r"[^\s./:]+(?:\.[^\s./:]+)+")
WORK = re.compile(r"https?://[^\s/]+/\S+")


def told_for_each(what: str, remedy: str) -> Judge:
    """Return the judge of something that must be said for each crawler on record."""

    def judge(reading: Reading, field_id: str) -> Judgement:
        names = list(expected.crawler_names(reading))
        if len(names) < 2:
            return met("one crawler")
        words = reading.words(field_id)
        good = sum(name in words for name in names)
        return of_all(good, len(names), f"crawlers have their {what}", remedy)

    return judge


def behaves(pattern: str, path: str, what: str) -> Judge:
    """Return the judge of one aspect of the crawlers' behaviour."""
    return tells(pattern, what, remedies.set_profile(f"crawling.{path}"))


def period_given(reading: Reading, field_id: str) -> Judgement:
    """A period stands there."""
    return met("a period") if reading.values(field_id, Period) else missed("no period", PERIOD)


def period_exact(reading: Reading, field_id: str) -> Judgement:
    """Both ends are months, and every record states them."""
    periods = reading.values(field_id, Period)
    if not all(one.start and one.end for one in periods):
        return partly("one end of the period is not stated", PERIOD)
    facts = reading.filing.facts.category("crawled")
    return of_all(facts.stating("source.period"), facts.records, "crawled records state it", PERIOD)


def period_spelt(reading: Reading, field_id: str) -> Judgement:
    """Months are kept as YYYY-MM, which every format shows as MM/YYYY."""
    ends = [end for one in reading.values(field_id, Period) for end in (one.start, one.end) if end]
    good = sum(re.fullmatch(r"\d{4}-\d\d", end) is not None for end in ends)
    return of_all(good, len(ends), "ends are months", PERIOD)


def enough_domains(reading: Reading, field_id: str) -> Judgement:
    """As many names as the rule asks, and all of them names."""
    lists = reading.values(field_id, Domains)
    if not lists:
        return missed("no domain names are listed", remedies.TALLY)
    (found, *_) = lists
    sme = reading.filing.profile.answer("provider.sme") is True
    wanted = to_list(found.total, sme=sme)
    names = sum(NAME.fullmatch(name) is not None for name in found.names)
    if names < len(found.names):
        return partly(f"{len(found.names) - names} of the names are no domains", remedies.TALLY)
    if names < wanted:
        return partly(f"{names} of {wanted} names that the rule asks for", remedies.TALLY)
    tally = reading.filing.facts.domains
    if tally and tally.missing:
        return partly(f"{tally.missing} crawled records have no tally of domains", remedies.TALLY)
    return met(f"{names} names; the rule asks for {wanted} of {found.total}")


def domains_plain(reading: Reading, field_id: str) -> Judgement:
    """Names stand in the document as a list, not behind a link, and the rule in words."""
    lists = reading.values(field_id, Domains)
    if not lists:
        return missed("no domain names are listed", remedies.TALLY)
    if lists[0].rule:
        return met("a list in the document, with the rule in words")
    return partly("a list without the rule it was made by")


def more_domains(reading: Reading, field_id: str) -> Judgement:
    """More names than the rule asks for."""
    lists = reading.values("2.3.h", Domains) + reading.values(field_id, Domains)
    sme = reading.filing.profile.answer("provider.sme") is True
    names = {name for one in lists for name in one.names}
    total = max((one.total for one in lists), default=0)
    wanted = to_list(total, sme=sme)
    if names and len(names) > wanted:
        return met(f"{len(names)} names; the rule asks for {wanted}")
    linked = any("domain" in item.name.lower() for item in reading.items(field_id) if item.link)
    if linked:
        return met("a link to the full list")
    return missed("no more names than the rule asks for", remedies.set_profile("show.domains: all"))


def works(reading: Reading, field_id: str) -> Judgement:
    """Addresses or sources of single works, in words or as links; a list of domains is none."""
    told = " ".join(text for one in reading.values(field_id, Text) for text in one.paragraphs)
    links = [one.link for one in reading.items(field_id) if "domain" not in one.name.lower()]
    if WORK.search(told) or any(WORK.fullmatch(link) for link in links):
        return met("addresses of single pages or works")
    how = remedies.set_profile('comments."2.3.i"') + ", with addresses of works or of a list"
    return missed("no addresses and no sources of single works", how)


def site_types(reading: Reading, field_id: str) -> Judgement:
    """Kinds of website, as the form names them: news, blogs, forums, portals."""
    if is_shown(reading, field_id, "crawling.site_types"):
        return met("stated in the provider's words")
    pattern = r"news|blogs?|social media|forums?|portals?|websites?|sites|streaming|encyclop"
    how = remedies.set_profile("crawling.site_types")
    return tells(pattern, "which kinds of website", how)(reading, field_id)


# fmt: off
CHECKS = CheckSection("S5", "Scraped/crawled data (2.3)", (
    Check("F2.3.1", "2.3", "Consistency", 3, "ledger", "2.3 agrees with the rest", consistent),
    Check("F2.3.a.1", "2.3.a", "Completeness", 3, "renderer", "answered", answered),
    Check("F2.3.a.2", "2.3.a", "Correctness", 3, "truth", "accurate", true_if_inputs_are),
    Check("F2.3.b.1", "2.3.b", "Clarity", 15, "renderer", "field holds identifiers only",
          lists_only(expected.crawler_names, "crawlers on record")),
    Check("F2.3.b.2", "2.3.b", "Clarity", 15, "ledger",
          "each identifier names one crawler (user agent)",
          each(has_detail("user agent"), "have their user agent", CRAWLERS)),
    Check("F2.3.b.3", "2.3.b", "Correctness", 15, "truth", "every listed crawler was used",
          true_if_inputs_are),
    Check("F2.3.b.4", "2.3.b", "Completeness", 15, "ledger", "every used crawler is listed",
          lists_all(expected.crawler_names, "crawlers", CRAWLERS)),
    Check("F2.3.b.5", "2.3.b", "Clarity", 15, "renderer", "clearly structured",
          each(lambda item: bool(item.name), "stand on a line of their own", CRAWLERS)),
    Check("F2.3.c.1", "2.3.c", "Completeness", 10, "profile", "purposes given",
          tells(r"\w+ \w+ \w+", "what the crawlers are for",
                remedies.set_profile("describe.crawler_purposes"))),
    Check("F2.3.c.2", "2.3.c", "Completeness", 10, "profile", "for each crawler",
          told_for_each("purpose", remedies.set_profile("describe.crawler_purposes"))),
    Check("F2.3.c.3", "2.3.c", "Comprehension", 10, "profile",
          "understandable for a lay person", plain),
    Check("F2.3.c.4", "2.3.c", "Clarity", 10, "renderer", "purposes only",
          on_topic("opt-outs", "illegal content")),
    Check("F2.3.c.5", "2.3.c", "Correctness", 10, "truth", "accurate", true_if_inputs_are),
    Check("F2.3.d.1", "2.3.d", "Completeness", 10, "profile", "behaviour described",
          tells(r"\w+ \w+ \w+", "how the crawlers behave",
                remedies.set_profile("describe.crawler_behaviour"))),
    Check("F2.3.d.2", "2.3.d", "Clarity", 10, "profile", "captchas addressed",
          behaves(r"captcha", "captchas", "what they do at captchas")),
    Check("F2.3.d.3", "2.3.d", "Clarity", 10, "profile", "password protection addressed",
          behaves(r"password|log ?in", "passwords", "what they do at passwords")),
    Check("F2.3.d.4", "2.3.d", "Clarity", 10, "profile", "paywalls addressed",
          behaves(r"paywall|paid", "paywalls", "what they do at paywalls")),
    Check("F2.3.d.5", "2.3.d", "Clarity", 10, "profile", "robots.txt addressed",
          behaves(r"robots\.txt", "robots_txt", "what they do with robots.txt")),
    Check("F2.3.d.6", "2.3.d", "Clarity", 10, "profile", "other protocols addressed",
          behaves(r"tdm-?rep|ai\.txt|llms\.txt|x-robots|noai|protocol|trust\.txt|c2pa",
                  "other_protocols", "which other protocols they follow")),
    Check("F2.3.d.7", "2.3.d", "Completeness", 10, "profile", "other relevant facts",
          adds("describe.crawler_behaviour",
               remedy=remedies.set_profile("describe.crawler_behaviour"))),
    Check("F2.3.d.8", "2.3.d", "Comprehension", 10, "profile",
          "understandable for a lay person", plain),
    Check("F2.3.d.9", "2.3.d", "Clarity", 10, "renderer", "only relevant facts",
          on_topic("goals", "capability")),
    Check("F2.3.d.10", "2.3.d", "Correctness", 10, "truth", "accurate", true_if_inputs_are),
    Check("F2.3.e.1", "2.3.e", "Completeness", 7, "ledger", "period given", period_given),
    Check("F2.3.e.2", "2.3.e", "Clarity", 7, "ledger", "for each crawler",
          told_for_each("period", PERIOD)),
    Check("F2.3.e.3", "2.3.e", "Clarity", 7, "ledger", "exact dates", period_exact),
    Check("F2.3.e.4", "2.3.e", "Correctness", 7, "renderer", "MM/YYYY", period_spelt),
    Check("F2.3.e.5", "2.3.e", "Correctness", 7, "truth", "accurate", true_if_inputs_are),
    Check("F2.3.f.1", "2.3.f", "Completeness", 13, "ledger", "geography of the crawled content",
          states("geograph|countr|region", "crawling.geography",
                 remedy=remedies.set_record("source.geography", "Europe"))),
    Check("F2.3.f.2", "2.3.f", "Completeness", 13, "ledger", "its languages",
          states("language", "crawling.languages",
                 remedy=remedies.set_record("languages", "en,fr"))),
    Check("F2.3.f.3", "2.3.f", "Completeness", 13, "ledger", "its demography",
          states("demograph", "crawling.demography",
                 remedy=remedies.set_profile("crawling.demography"))),
    Check("F2.3.f.4", "2.3.f", "Completeness", 13, "ledger", "kinds of website", site_types),
    Check("F2.3.f.5", "2.3.f", "Completeness", 13, "profile", "other pertinent facts",
          adds("describe.crawled_content",
               remedy=remedies.set_profile("describe.crawled_content"))),
    Check("F2.3.f.6", "2.3.f", "Comprehension", 13, "renderer", "relevant",
          on_topic("goals", "opt-outs", "illegal content", "capability")),
    Check("F2.3.f.7", "2.3.f", "Correctness", 13, "truth", "accurate", true_if_inputs_are),
    Check("F2.3.g.1", "2.3.g", "Completeness", 3, "ledger", "modalities given", boxes),
    Check("F2.3.g.2", "2.3.g", "Correctness", 3, "truth", "accurate", true_if_inputs_are),
    Check("F2.3.h.1", "2.3.h", "Completeness", 25, "ledger",
          "domain list meets the template's rule", enough_domains),
    Check("F2.3.h.2", "2.3.h", "Correctness", 25, "truth", "list accurate", true_if_inputs_are),
    Check("F2.3.h.3", "2.3.h", "Accessibility", 25, "hosting", "list easy to get at",
          lambda reading, field_id: Judgement(
              "depends on host", "the list is in the document; publish that for everyone")),
    Check("F2.3.h.4", "2.3.h", "Comprehension", 25, "renderer", "list plainly readable",
          domains_plain),
    Check("F2.3.i.1", "2.3.i", "Clarity", 20, "ledger", "more domains than required",
          more_domains),
    Check("F2.3.i.2", "2.3.i", "Clarity", 20, "ledger", "URLs and sources of individual works",
          works),
    Check("F2.3.i.3", "2.3.i", "Clarity", 20, "profile", "other relevant details",
          commented("2.3.i")),
    Check("F2.3.i.4", "2.3.i", "Comprehension", 20, "renderer", "relevant", on_topic("goals")),
    Check("F2.3.i.5", "2.3.i", "Correctness", 20, "truth", "accurate", true_if_inputs_are),
))
