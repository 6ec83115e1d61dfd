"""The fields of each kind of record, as schemas (docs/formats/record.md).

A field is a top-level member: the unit of disclosure and of basis. Names come from the vocabularies
that docs/formats/record.md maps them to (Croissant, SPDX 3, PROV, the EU template's own labels).
Everything is optional unless it is what makes the record a record of its kind.
"""

from typing import Final

from ledger.record import vocabulary as words
from ledger.record.audit_fields import AUDITED
from ledger.record.canonical import MAX_INTEGER
from ledger.record.patterns import (
    BLAKE3,
    COUNT,
    DATE,
    DIGEST,
    HEX32,
    KEY12,
    LANGUAGE,
    LICENCE,
    MONTH,
    RECORD_ID,
    SHA256,
    TEMPLATE,
    TIME,
)
from ledger.record.schema import (
    TEXT,
    Either,
    Flag,
    Integer,
    ListOf,
    MapOf,
    Object,
    Word,
    optional,
    required,
)
from ledger.record.summary_fields import AUDIT, FIGURES, FILES

SCALAR = Either((TEXT, Integer(-MAX_INTEGER), Flag()))
PERIOD = Object({"start": optional(MONTH), "end": optional(MONTH)})

CONTENT = Object(
    {
        "digest": required(BLAKE3),
        "sha256": optional(HEX32),
        "size": required(COUNT),
        "name": required(TEXT),
        "media_type": required(TEXT),
    }
)
DATASET = Object({"name": required(TEXT), "version": optional(TEXT)})
MEASURES = Object(
    {
        "bytes": required(COUNT),
        "documents": optional(COUNT),
        "tokens": optional(COUNT),
        "tokenizer": optional(
            Object({"name": required(TEXT), "version": optional(TEXT), "digest": optional(DIGEST)})
        ),
        "images": optional(COUNT),
        "audio_milliseconds": optional(COUNT),
        "video_milliseconds": optional(COUNT),
    }
)
CRAWL = Object(
    {
        "crawlers": required(
            ListOf(
                Object(
                    {
                        "name": required(TEXT),
                        "user_agent": optional(TEXT),
                        "operator": optional(TEXT),
                    }
                )
            )
        ),
        "purpose": optional(TEXT),
        "behaviour": optional(TEXT),
        "archive": optional(TEXT),
    }
)
BREAKDOWN = ListOf(
    Object(
        {
            "category": required(Word(words.CATEGORIES)),
            "name": optional(TEXT),
            "bytes": optional(COUNT),
            "documents": optional(COUNT),
            "tokens": optional(COUNT),
        }
    )
)
SOURCE = Object(
    {
        "category": required(Word(words.CATEGORIES)),
        "name": optional(TEXT),
        "link": optional(TEXT),
        "provider": optional(TEXT),
        "description": optional(TEXT),
        "period": optional(PERIOD),
        "geography": optional(ListOf(TEXT)),
        "content_types": optional(ListOf(TEXT)),
        "characteristics": optional(TEXT),
        "selection": optional(TEXT),
        "publicly_known": optional(Flag()),
        "service": optional(TEXT),
        "crawl": optional(CRAWL),
        "breakdown": optional(BREAKDOWN),
    }
)
UNKNOWN: Final = "unknown"
GENERATOR = Either(
    (
        Word((UNKNOWN,)),
        ListOf(
            Object(
                {
                    "provider": required(TEXT),
                    "reseller": optional(TEXT),
                    "model": required(TEXT),
                    "model_served": optional(TEXT),
                    "role": required(Word(words.ROLES)),
                    "surface": optional(Word(words.SURFACES)),
                    "endpoint": optional(TEXT),
                    "terms": optional(ListOf(DIGEST)),
                    "period": optional(Object({"start": optional(DATE), "end": optional(DATE)})),
                    "prompts": optional(DIGEST),
                    "sampling": optional(MapOf(SCALAR)),
                    "weights": optional(DIGEST),
                    "on_eu_market": optional(Flag()),
                    "summary_link": optional(TEXT),
                    "training_data": optional(TEXT),
                    "documents": optional(COUNT),
                    "tokens": optional(COUNT),
                }
            )
        ),
    )
)
RIGHTS = Object(
    {
        "licence": optional(LICENCE),
        "licence_concluded": optional(LICENCE),
        "concluded_by": optional(TEXT),
        "evidence": optional(ListOf(DIGEST)),
        "copyright": optional(TEXT),
        "agreement": optional(TEXT),
        "opt_out": optional(
            ListOf(
                Object(
                    {
                        "mechanism": required(Word(words.OPT_OUT_MECHANISMS)),
                        "scope": optional(TEXT),
                        "observed_at": optional(TIME),
                        "value": optional(TEXT),
                        "snapshot": optional(DIGEST),
                        "action": required(Word(words.OPT_OUT_ACTIONS)),
                    }
                )
            )
        ),
    }
)
LINEAGE = Object(
    {
        "inputs": optional(
            ListOf(
                Object(
                    {
                        "digest": required(BLAKE3),
                        "record": optional(RECORD_ID),
                        "role": optional(TEXT),
                        "share": optional(COUNT),
                    }
                )
            )
        ),
        "activity": optional(
            Object(
                {
                    "name": required(TEXT),
                    "run": optional(TEXT),
                    "agent": optional(TEXT),
                    "started": optional(TIME),
                    "ended": optional(TIME),
                }
            )
        ),
        "code": optional(
            Object(
                {"repository": optional(TEXT), "commit": optional(TEXT), "digest": optional(DIGEST)}
            )
        ),
        "parameters": optional(MapOf(SCALAR)),
    }
)
PROCESSING = Object(
    {
        "cleaning": optional(TEXT),
        "personal_data": optional(TEXT),
        "illegal_content": optional(TEXT),
        "deduplication": optional(TEXT),
        "decontamination": optional(TEXT),
    }
)
BASIS = MapOf(Word(words.BASES))
_STATED = {"basis": required(BASIS), "claimed_at": required(TIME)}

SHARD = Object(
    {
        "content": required(CONTENT),
        "dataset": required(DATASET),
        "modality": required(ListOf(Word(words.MODALITIES), ordered=True)),
        "languages": optional(ListOf(LANGUAGE, ordered=True)),
        "measures": required(MEASURES),
        "source": required(SOURCE),
        "generator": optional(GENERATOR),
        "rights": optional(RIGHTS),
        "lineage": optional(LINEAGE),
        "processing": optional(PROCESSING),
        "stages": optional(ListOf(Word(words.STAGES), ordered=True)),
        "documents": optional(
            Object(
                {
                    "root": required(SHA256),
                    "count": required(COUNT),
                    "unit": optional(Word(words.DOCUMENT_UNITS)),
                    "column": optional(TEXT),
                }
            )
        ),
        "domains": optional(Object({"digest": required(SHA256), "count": required(COUNT)})),
        **_STATED,
    }
)
RELEASE = Object(
    {
        "release": required(
            Object(
                {
                    "name": required(TEXT),
                    "models": optional(
                        ListOf(
                            Object(
                                {
                                    "name": required(TEXT),
                                    "link": optional(TEXT),
                                    "market_date": optional(DATE),
                                    "digest": optional(DIGEST),
                                }
                            )
                        )
                    ),
                    "market_date": optional(DATE),
                    "dependencies": optional(
                        ListOf(
                            Object(
                                {
                                    "model": required(TEXT),
                                    "summary_link": optional(TEXT),
                                    "of": optional(TEXT),
                                }
                            )
                        )
                    ),
                    "modified": optional(Flag()),
                    "continues_training": optional(Flag()),
                }
            )
        ),
        "training": required(
            Object(
                {
                    "count": required(Integer(1)),
                    "lo": required(KEY12),
                    "hi": required(KEY12),
                    "root": required(HEX32),
                }
            )
        ),
        "selection": optional(Object({"datasets": required(ListOf(TEXT))})),  # decision 0034
        "statements": optional(MapOf(TEXT)),
        "supersedes": optional(RECORD_ID),
        **_STATED,
    }
)
SUMMARY = Object(
    {
        "summary": required(
            Object(
                {
                    "provider": required(TEXT),
                    "release": required(TEXT),
                    "version": required(Integer(1)),
                    "template": required(TEMPLATE),
                    "template_number": required(TEXT),
                    "language": required(LANGUAGE),
                    "last_update": required(DATE),
                    "size": required(Integer(1)),
                }
            )
        ),
        "release_record": required(RECORD_ID),
        "renditions": required(FILES),
        "form": optional(SHA256),
        "figures": optional(FIGURES),
        "audit": optional(AUDIT),
        "rendition_of": optional(RECORD_ID),
        "attachments": optional(FILES),
        "supersedes": optional(RECORD_ID),
        **_STATED,
    }
)
TERMS = Object(
    {
        "terms": required(
            Object(
                {
                    "title": required(TEXT),
                    "provider": optional(TEXT),
                    "link": optional(TEXT),
                    "digest": required(DIGEST),
                    "media_type": optional(TEXT),
                    "captured_at": optional(TIME),
                    "captured_by": optional(TEXT),
                    "effective": optional(DATE),
                }
            )
        ),
        **_STATED,
    }
)
CORRECTION = Object(
    {
        "correction": required(
            Object(
                {
                    "record": required(RECORD_ID),
                    "action": required(Word(words.CORRECTION_ACTIONS)),
                    "reason": required(TEXT),
                    "replacement": optional(RECORD_ID),
                }
            )
        ),
        **_STATED,
    }
)
KEY = Object(
    {
        "key": required(
            Object(
                {
                    "action": required(Word(words.KEY_ACTIONS)),
                    "vkey": required(TEXT),
                    "role": required(Word(words.KEY_ROLES)),
                    "successor": optional(TEXT),
                    "note": optional(TEXT),
                    "from": optional(COUNT),
                    "reason": optional(TEXT),
                }
            )
        ),
        **_STATED,
    }
)
AUDIT_OF_SUMMARY = Object({"audit": required(AUDITED), **_STATED})

SCHEMAS: Final[dict[str, Object]] = {
    "shard": SHARD,
    "release": RELEASE,
    "summary": SUMMARY,
    "terms": TERMS,
    "correction": CORRECTION,
    "key": KEY,
    "audit": AUDIT_OF_SUMMARY,
}
