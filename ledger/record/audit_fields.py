"""The field of an audit's record: which summary was audited, how, and what came of it.

It is published whole, and says nothing of a section's size: a summary may have kept that sealed.
docs/formats/record.md is normative; how a report follows from draws is docs/formats/audit.md.
"""

from typing import Final

from ledger.record import vocabulary as words
from ledger.record.patterns import COUNT, HEX32, RECORD_ID, SECTION, SHA256, TIME
from ledger.record.schema import TEXT, Integer, ListOf, Object, Word, optional, required

AUDITED: Final = Object(
    {
        "summary": required(RECORD_ID),
        "audit_root": required(HEX32),
        "level": required(Integer(1, 2)),
        "mode": required(Integer(1, 4)),
        "seed": required(HEX32),
        "draws": required(Integer(1)),
        "confidence": required(TEXT),
        "precision": required(TEXT),
        "claims": required(Integer(1)),
        "attempt": required(Integer(1)),
        "checked_at": required(TIME),
        "answer": required(SHA256),
        "report": required(SHA256),
        "verdict": required(Word(words.VERDICTS)),
        "sections": required(
            ListOf(
                Object(
                    {
                        "name": required(SECTION),
                        "failures": required(COUNT),
                        "records_below": optional(TEXT),
                        "bytes_below": optional(TEXT),
                    }
                )
            )
        ),
        "auditor": optional(TEXT),
        "link": optional(TEXT),
    }
)
