"""The checks of section 2.2: private datasets, licensed and other."""

from ledger.summary import remedies
from ledger.summary.criteria import expected
from ledger.summary.criteria.check import Check, CheckSection, Judgement, met, missed
from ledger.summary.criteria.kinds import (
    adds,
    answered,
    boxes,
    commented,
    consistent,
    each,
    has_detail,
    has_link,
    lists_all,
    lists_only,
    states,
    tells,
    true_if_inputs_are,
)
from ledger.summary.criteria.public import sized
from ledger.summary.criteria.reading import Reading
from ledger.summary.criteria.style import on_topic, plain


def only_unknown(reading: Reading, field_id: str) -> Judgement:
    """No dataset that is listed by name is described among those that nobody knows of."""
    words = reading.words(field_id)
    again = [name for name in expected.known_private(reading) if name and name in words]
    if again:
        how = remedies.set_profile("describe.private_datasets")
        return missed(f"speaks of {again[0]}, which is listed above", how)
    return met("speaks of no dataset that is listed above")


OWN = "describe.private_datasets"

# fmt: off
CHECKS = CheckSection("S4", "Private data sources (2.2)", (
    Check("F2.2.1", "2.2", "Consistency", 3, "ledger", "2.2 agrees with the rest", consistent),
    Check("F2.2.1.a.1", "2.2.1.a", "Completeness", 1, "renderer", "answered", answered),
    Check("F2.2.1.a.2", "2.2.1.a", "Correctness", 1, "truth", "accurate", true_if_inputs_are),
    Check("F2.2.1.b.1", "2.2.1.b", "Completeness", 3, "ledger", "modalities given", boxes),
    Check("F2.2.1.b.2", "2.2.1.b", "Correctness", 3, "truth", "accurate", true_if_inputs_are),
    Check("F2.2.2.a.1", "2.2.2.a", "Completeness", 1, "renderer", "answered", answered),
    Check("F2.2.2.a.2", "2.2.2.a", "Correctness", 1, "truth", "accurate", true_if_inputs_are),
    Check("F2.2.2.b.1", "2.2.2.b", "Completeness", 3, "ledger", "modalities given", boxes),
    Check("F2.2.2.b.2", "2.2.2.b", "Correctness", 3, "truth", "accurate", true_if_inputs_are),
    Check("F2.2.2.c.1", "2.2.2.c", "Clarity", 20, "renderer",
          "only publicly known, unlicensed private datasets",
          lists_only(expected.known_private, "publicly known private datasets")),
    Check("F2.2.2.c.2", "2.2.2.c", "Correctness", 20, "ledger", "none left out",
          lists_all(expected.known_private, "publicly known private datasets", "")),
    Check("F2.2.2.c.3", "2.2.2.c", "Clarity", 20, "ledger", "specific versions",
          each(has_detail("version"), "name their version",
               remedies.set_record("dataset.version", "VERSION"))),
    Check("F2.2.2.c.4", "2.2.2.c", "Accessibility", 20, "ledger", "links to information",
          each(has_link, "have a link", remedies.set_record("source.link", "URL"))),
    Check("F2.2.2.d.1", "2.2.2.d", "Completeness", 16, "ledger",
          "every not publicly known one described", tells(r"\w+", "what they are")),
    Check("F2.2.2.d.2", "2.2.2.d", "Clarity", 16, "renderer", "only those", only_unknown),
    Check("F2.2.2.d.3", "2.2.2.d", "Completeness", 16, "ledger", "their modalities",
          states("modalit", remedy=remedies.set_record("modality", "text"))),
    Check("F2.2.2.d.4", "2.2.2.d", "Completeness", 16, "ledger", "nature of their content",
          states("nature|content", "describe.private_nature",
                 remedy=remedies.set_record("source.content_types", "TYPE"))),
    Check("F2.2.2.d.5", "2.2.2.d", "Completeness", 16, "ledger", "their languages",
          states("language", remedy=remedies.set_record("languages", "en,fr"))),
    Check("F2.2.2.d.6", "2.2.2.d", "Completeness", 16, "profile", "other relevant facts",
          adds(OWN, "describe.private_nature", remedy=remedies.set_profile(OWN))),
    Check("F2.2.2.d.7", "2.2.2.d", "Comprehension", 16, "profile", "readable for a lay person",
          plain),
    Check("F2.2.2.d.8", "2.2.2.d", "Clarity", 16, "renderer", "only relevant facts",
          on_topic("goals", "opt-outs", "illegal content", "capability")),
    Check("F2.2.2.d.9", "2.2.2.d", "Correctness", 16, "truth", "accurate", true_if_inputs_are),
    Check("F2.2.2.e.1", "2.2.2.e", "Completeness", 3, "ledger", "collection period",
          tells(r"\d\d/\d{4}", "when they were collected",
                remedies.set_record("source.period", "…"))),
    Check("F2.2.2.e.2", "2.2.2.e", "Completeness", 3, "ledger", "sizes", sized),
    Check("F2.2.2.e.3", "2.2.2.e", "Completeness", 3, "profile", "other relevant details",
          commented("2.2.2.e")),
    Check("F2.2.2.e.4", "2.2.2.e", "Clarity", 3, "renderer", "relevant", on_topic("goals")),
    Check("F2.2.2.e.5", "2.2.2.e", "Correctness", 3, "truth", "accurate", true_if_inputs_are),
))
