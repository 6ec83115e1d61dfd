"""The checks of sections 2.5 and 2.6: synthetic data, and other sources."""

import re

from ledger.summary import remedies
from ledger.summary.criteria import expected
from ledger.summary.criteria.check import (
    Check,
    CheckSection,
    Judgement,
    met,
    missed,
    of_all,
    partly,
    skipped,
)
from ledger.summary.criteria.kinds import (
    answered,
    boxes,
    commented,
    consistent,
    each,
    has_detail,
    has_link,
    is_shown,
    lists_all,
    lists_only,
    true_if_inputs_are,
)
from ledger.summary.criteria.reading import Reading
from ledger.summary.criteria.style import on_topic, plain
from ledger.summary.document import Item

GENERATOR = remedies.set_record("generator", "…")
VERSIONED = re.compile(r"\d")


def agrees(reading: Reading, section: str) -> Judgement:
    """No contradiction; and no dataset that is in 2.1 by name and in 2.5 again."""
    found = consistent(reading, section)
    said = " ".join(reading.words(one) for one in reading.fields if one.startswith("2.5"))
    twice = [item.name for item in reading.items("2.1.c") if item.name and item.name in said]
    if found.verdict == "met" and twice:
        what = f"{twice[0]} is listed in 2.1.c and spoken of in 2.5: say which part is which"
        return partly(what, remedies.set_profile("describe.selection"))
    return found


def every_market_model(reading: Reading, field_id: str) -> Judgement:
    """Each generator on the market is named, and no record leaves its generator open."""
    unknown = reading.filing.facts.unknown_generators
    if unknown:
        return partly(f"{unknown} records state no known generator", GENERATOR)
    if not expected.market_generators(reading):
        return skipped("the records name no generator on the market")
    return lists_all(expected.market_generators, "generators", GENERATOR)(reading, field_id)


def identifiable(reading: Reading, field_id: str) -> Judgement:
    """By heuristics: a version in the name, and the provider beside it."""
    items = reading.items(field_id)
    if not items:
        return missed("nothing is listed", GENERATOR)
    has_provider = has_detail("provider")
    good = sum(bool(VERSIONED.search(one.name)) and has_provider(one) for one in items)
    how = remedies.set_record("generator.model", "NAME-WITH-VERSION")
    return of_all(good, len(items), "have a version and their provider (by heuristics)", how)


def only_unavailable(reading: Reading, field_id: str) -> Judgement:
    """Only models off the market; by heuristics, other providers' models are seldom that."""
    only = lists_only(expected.other_generators, "generators not on the market")
    found = only(reading, field_id)
    own = reading.document.provider.split()[:1]
    others = [item.name for item in reading.items(field_id) if _provider(item).split()[:1] != own]
    if found.verdict != "met" or not others:
        return found
    what = f"{others[0]} is another provider's: on the market it belongs in 2.5.c (by heuristics)"
    return partly(what, remedies.set_record("generator.on_eu_market", "true"))


def _provider(item: Item) -> str:
    return next((row.text for row in item.details if row.label == "Provider"), "")


def other_facts(reading: Reading, field_id: str) -> Judgement:
    """Other facts on models not on the market: from the profile, or their provider and role."""
    if is_shown(reading, field_id, "describe.generators"):
        return met("stated in the provider's words")
    how = remedies.set_profile("describe.generators")
    return partly("no more than provider and role", how)


def described(reading: Reading, field_id: str) -> Judgement:
    """The other sources are described, by the provider or by the records."""
    facts = reading.filing.facts.category("other")
    said = facts.statements("source.description")
    words = reading.words(field_id)
    if is_shown(reading, field_id, "describe.other_sources") or any(one in words for one in said):
        return met("described")
    return missed("not described", remedies.set_profile("describe.other_sources"))


def no_synthetic(reading: Reading, field_id: str) -> Judgement:
    """Synthetic data stays in 2.5."""
    generated = [one for one in reading.filing.facts.category("other").groups if one.generators]
    if generated or re.search(r"\bsynthetic data\b", reading.words(field_id), re.IGNORECASE):
        how = remedies.set_record("source.category", "synthetic")
        return missed("speaks of synthetic data, which belongs in 2.5", how)
    return met("nothing that belongs in 2.1 to 2.5 (by heuristics)")


# fmt: off
CHECKS = CheckSection("S7", "Synthetic and other data (2.5, 2.6)", (
    Check("F2.5.1", "2.5", "Consistency", 3, "ledger", "2.5 agrees with the rest", agrees),
    Check("F2.5.a.1", "2.5.a", "Completeness", 1, "renderer", "answered", answered),
    Check("F2.5.a.2", "2.5.a", "Correctness", 1, "truth", "accurate", true_if_inputs_are),
    Check("F2.5.b.1", "2.5.b", "Completeness", 3, "ledger", "modalities given", boxes),
    Check("F2.5.b.2", "2.5.b", "Correctness", 3, "truth", "accurate", true_if_inputs_are),
    Check("F2.5.c.1", "2.5.c", "Completeness", 12, "ledger", "generating models named",
          every_market_model),
    Check("F2.5.c.2", "2.5.c", "Clarity", 12, "ledger", "each uniquely identifiable",
          identifiable),
    Check("F2.5.c.3", "2.5.c", "Correctness", 12, "truth", "the right ones", true_if_inputs_are),
    Check("F2.5.c.4", "2.5.c", "Comprehension", 12, "ledger",
          "their summaries linked where they exist",
          each(has_link, "have a link to their summary",
               remedies.set_record("generator.summary_link", "URL"))),
    Check("F2.5.c.5", "2.5.c", "Clarity", 12, "renderer", "models and links only",
          lists_only(expected.market_generators, "generators on the market")),
    Check("F2.5.d.1", "2.5.d", "Completeness", 12, "ledger",
          "information on every generator not on the market",
          lists_all(expected.other_generators, "generators", GENERATOR)),
    Check("F2.5.d.2", "2.5.d", "Clarity", 12, "renderer", "only those",
          only_unavailable),
    Check("F2.5.d.3", "2.5.d", "Comprehension", 12, "ledger",
          "general description of their training data",
          each(has_detail("training data"), "have a description of their training data",
               remedies.set_record("generator.training_data", "TEXT"))),
    Check("F2.5.d.4", "2.5.d", "Clarity", 12, "profile", "other relevant facts", other_facts),
    Check("F2.5.d.5", "2.5.d", "Correctness", 12, "truth", "accurate", true_if_inputs_are),
    Check("F2.5.e.1", "2.5.e", "Completeness", 1, "profile", "relevant details",
          commented("2.5.e")),
    Check("F2.5.e.2", "2.5.e", "Clarity", 1, "renderer", "relevant", on_topic("goals")),
    Check("F2.5.e.3", "2.5.e", "Correctness", 1, "truth", "accurate", true_if_inputs_are),
    Check("F2.6.1", "2.6", "Consistency", 3, "ledger", "2.6 agrees with the rest", consistent),
    Check("F2.6.a.1", "2.6.a", "Completeness", 2, "renderer", "answered", answered),
    Check("F2.6.a.2", "2.6.a", "Correctness", 2, "truth", "accurate", true_if_inputs_are),
    Check("F2.6.b.1", "2.6.b", "Completeness", 17, "ledger", "sources and data described",
          described),
    Check("F2.6.b.2", "2.6.b", "Clarity", 17, "renderer", "only those", no_synthetic),
    Check("F2.6.b.3", "2.6.b", "Correctness", 17, "truth", "accurate", true_if_inputs_are),
    Check("F2.6.b.4", "2.6.b", "Accessibility", 17, "renderer", "readable format", plain),
    Check("F2.6.c.1", "2.6.c", "Completeness", 1, "profile", "relevant details",
          commented("2.6.c")),
    Check("F2.6.c.2", "2.6.c", "Correctness", 1, "renderer", "relevant", on_topic("goals")),
    Check("F2.6.c.3", "2.6.c", "Accessibility", 1, "truth", "accurate", true_if_inputs_are),
))
