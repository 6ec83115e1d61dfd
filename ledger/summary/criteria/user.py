"""The checks of section 2.4: data of the provider's users."""

import re

from ledger.summary import remedies
from ledger.summary.criteria import expected
from ledger.summary.criteria.check import Check, CheckSection, Judgement, partly
from ledger.summary.criteria.kinds import (
    answered,
    boxes,
    commented,
    consistent,
    lists_all,
    lists_only,
    true_if_inputs_are,
)
from ledger.summary.criteria.reading import Reading
from ledger.summary.criteria.style import on_topic, plain

CHAT = re.compile(r"\bchat|assistant|prompts?\b|conversation|dialogue", re.IGNORECASE)


def agrees(reading: Reading, section: str) -> Judgement:
    """No contradiction; and no No to interactions with the model while chats are named."""
    found = consistent(reading, section)
    named = CHAT.search(reading.words("2.4.c"))
    if found.verdict != "met" or reading.answer("2.4.a") is not False or not named:
        return found
    what = f"2.4.a says No, and 2.4.c speaks of “{named[0]}” (by heuristics)"
    return partly(what, remedies.set_record("source.category", "user_data_model"))


SERVICE = remedies.set_record("source.service", "NAME")

# fmt: off
CHECKS = CheckSection("S6", "User data (2.4)", (
    Check("F2.4.1", "2.4", "Consistency", 3, "ledger", "2.4 agrees with the rest", agrees),
    Check("F2.4.a.1", "2.4.a", "Completeness", 3, "renderer", "answered", answered),
    Check("F2.4.a.2", "2.4.a", "Correctness", 3, "truth", "accurate", true_if_inputs_are),
    Check("F2.4.b.1", "2.4.b", "Completeness", 5, "renderer", "answered", answered),
    Check("F2.4.b.2", "2.4.b", "Correctness", 5, "truth", "accurate", true_if_inputs_are),
    Check("F2.4.c.1", "2.4.c", "Clarity", 15, "renderer", "only services actually used",
          lists_only(expected.services, "services on record", SERVICE)),
    Check("F2.4.c.2", "2.4.c", "Comprehension", 15, "ledger", "each service clearly identified",
          lists_all(expected.services, "services", SERVICE)),
    Check("F2.4.c.3", "2.4.c", "Completeness", 15, "ledger", "all services listed",
          expected.every_service),
    Check("F2.4.c.4", "2.4.c", "Accessibility", 15, "renderer", "readable format", plain),
    Check("F2.4.d.1", "2.4.d", "Completeness", 3, "ledger", "modalities given", boxes),
    Check("F2.4.d.2", "2.4.d", "Correctness", 3, "truth", "accurate", true_if_inputs_are),
    Check("F2.4.e.1", "2.4.e", "Completeness", 1, "profile", "relevant details",
          commented("2.4.e")),
    Check("F2.4.e.2", "2.4.e", "Clarity", 1, "renderer", "relevant", on_topic("goals")),
    Check("F2.4.e.3", "2.4.e", "Correctness", 1, "truth", "accurate", true_if_inputs_are),
))
