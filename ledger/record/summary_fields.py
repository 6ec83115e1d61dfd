"""The larger fields of summary records, as schemas: files, figures, and the statement behind them.

docs/formats/record.md is normative; what the statement says is docs/formats/audit.md.
"""

from ledger.record import vocabulary as words
from ledger.record.patterns import (
    AMOUNT,
    COUNT,
    DIGEST,
    HEX32,
    KEYS,
    MONTH,
    SECTION,
    SHA256,
)
from ledger.record.schema import (
    TEXT,
    Flag,
    Integer,
    ListOf,
    MapOf,
    Object,
    Word,
    optional,
    required,
)

FILES = ListOf(
    Object({"media_type": required(TEXT), "name": required(TEXT), "digest": required(SHA256)})
)
MEASURE = Word(
    ("audio_milliseconds", "bytes", "documents", "images", "tokens", "video_milliseconds")
)
SIZES = ListOf(
    Object(
        {
            "modality": required(Word(words.MODALITIES)),
            "measure": required(MEASURE),
            "range": optional(Integer(0, 2)),
            "records": optional(COUNT),
            "sum": optional(AMOUNT),
            "missing": optional(COUNT),
            "bytes": optional(AMOUNT),
            "digits": optional(Integer(1, 40)),
        }
    )
)
MODALITIES = ListOf(Word(words.MODALITIES), ordered=True)
SHARES = ListOf(
    Object(
        {
            "id": required(TEXT),
            "measure": required(TEXT),
            "parts": required(
                ListOf(
                    Object(
                        {
                            "label": required(TEXT),
                            "permille": required(COUNT),
                            "sum": optional(AMOUNT),
                        }
                    )
                )
            ),
        }
    )
)
FIGURES = Object(
    {
        "show": required(Word(("ranges", "shares", "figures"))),
        "records": required(COUNT),
        "latest": optional(MONTH),
        "sizes": optional(SIZES),
        "sources": optional(
            ListOf(
                Object(
                    {
                        "category": required(Word(words.CATEGORIES)),
                        "records": required(COUNT),
                        "modality": optional(MODALITIES),
                        "sizes": optional(SIZES),
                    }
                )
            )
        ),
        "generators": optional(
            ListOf(
                Object(
                    {
                        "provider": required(TEXT),
                        "model": required(TEXT),
                        "on_eu_market": optional(Flag()),
                        "records": required(COUNT),
                        "sizes": optional(SIZES),
                    }
                )
            )
        ),
        "domains": optional(
            Object(
                {
                    "total": required(COUNT),
                    "listed": required(COUNT),
                    "names": required(SHA256),
                    "permille": optional(COUNT),
                    "digest": optional(DIGEST),
                }
            )
        ),
        "shares": optional(SHARES),
        "charts": optional(SHARES),
    }
)
MODES = ("counters", "sealed", "sections")
"""How much of a statement is published: all values, nothing, or every section's totals."""

SECTION_ROOT = Object(
    {
        "name": required(SECTION),
        "n": required(Integer(1)),
        "lo": required(KEYS),
        "hi": required(KEYS),
        "sums": optional(ListOf(AMOUNT)),
        "hash": required(HEX32),
    }
)
AUDIT = Object(
    {
        "root": required(HEX32),
        "mode": required(Word(MODES)),
        "measures": required(ListOf(TEXT)),
        "sections": required(ListOf(SECTION, ordered=True)),
        "table": optional(ListOf(SECTION_ROOT)),
        "key_commit": required(HEX32),
        "coverage": required(Object({"training": required(HEX32), "count": required(Integer(1))})),
        "counting": required(MapOf(TEXT)),
    }
)
"""The statement that the figures follow from: its root, and as much of it as the mode publishes."""
