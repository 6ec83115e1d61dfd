"""Closed lists: the words that records may use, and where each list comes from.

A word that is not here is refused with the nearest one that is. The lists are part of the record
format (docs/formats/record.md); adding a word is a new minor version of it.
"""

from typing import Final

KINDS: Final = ("shard", "release", "summary", "terms", "correction", "key", "audit")
"""What a record speaks about. All records of one batch are of one kind."""

OPEN_KINDS: Final = frozenset({"audit", "correction", "key", "release", "summary", "terms"})
"""Kinds whose records are published; `terms` may be sealed instead (a negotiated contract)."""

BASES: Final = ("observed", "declared", "inferred", "imported")
"""How a fact is known: our code read it, somebody or another vocabulary said so, or a guess."""

MODALITIES: Final = ("audio", "image", "other", "text", "video")
"""The five of the EU template, section 1.3."""

CATEGORIES: Final = (
    "public_dataset",
    "private_licensed",
    "private_third_party",
    "crawled",
    "user_data_model",
    "user_data_other_service",
    "synthetic",
    "other",
)
"""The EU template's sources: 2.1, 2.2.1, 2.2.2, 2.3, 2.4 (two), 2.5, 2.6."""

STAGES: Final = (
    "evaluation",
    "mid_training",
    "preference",
    "pretraining",
    "reinforcement",
    "supervised_finetuning",
)

ROLES: Final = ("filter", "generator", "judge", "labeller", "rewriter", "translator")
"""What a generating model did to the data."""

SURFACES: Final = ("api", "app", "batch", "weights")
"""How a model was reached: terms differ between them."""

OPT_OUT_MECHANISMS: Final = (
    "ai.txt",
    "c2pa",
    "content-usage",
    "direct-request",
    "meta-robots",
    "registry",
    "robots.txt",
    "tdmrep",
    "terms-of-service",
)

OPT_OUT_ACTIONS: Final = (
    "excluded",
    "included_exception_claimed",
    "included_no_reservation",
    "included_under_licence",
    "removed_later",
)

DOCUMENT_UNITS: Final = ("file", "line", "member", "record", "row")
KEY_ACTIONS: Final = ("add", "revoke", "rotate")
KEY_ROLES: Final = ("log", "producer", "publisher", "root")

VERDICTS: Final = ("broken", "misreported", "verified")
"""What an audit comes to."""
CORRECTION_ACTIONS: Final = ("erase", "replace", "withdraw")
