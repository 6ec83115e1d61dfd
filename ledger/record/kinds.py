"""The fields of each kind of record, as schemas (docs/formats/record.md).

A field is a top-level member: the unit of disclosure and of basis. Names come from the vocabularies
that docs/formats/record.md maps them to (Croissant, SPDX 3, PROV, the EU template's own labels).
Everything is optional unless it is what makes the record a record of its kind.
"""

import re
from typing import Final

from ledger.record import vocabulary as words
from ledger.record.canonical import MAX_INTEGER
from ledger.record.schema import (
    TEXT,
    Calendar,
    Either,
    Flag,
    Integer,
    ListOf,
    MapOf,
    Object,
    Pattern,
    Word,
    optional,
    required,
)

_HEX64 = "[0-9a-f]{64}"
COUNT = Integer()
BLAKE3 = Pattern(re.compile(f"blake3:{_HEX64}"), "blake3:<64 lower-case hex digits>")
SHA256 = Pattern(re.compile(f"sha256:{_HEX64}"), "sha256:<64 lower-case hex digits>")
DIGEST = Pattern(re.compile(f"(?:blake3|sha256):{_HEX64}"), "blake3:<hex> or sha256:<hex>")
HEX32 = Pattern(re.compile(_HEX64), "64 lower-case hex digits")
KEY12 = Pattern(
    re.compile("[0-9a-f]{24}"), "24 lower-case hex digits: uint64 index, uint32 position"
)
RECORD_ID = Pattern(
    re.compile(r"(?:0|[1-9][0-9]{0,15})\.(?:0|[1-9][0-9]{0,8})"), "<log index>.<position>"
)
MONTH = Pattern(re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])"), "a month as YYYY-MM")
DATE = Calendar(
    re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"), "a date as YYYY-MM-DD"
)
TIME = Calendar(
    re.compile(
        r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
        r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z"
    ),
    "a UTC time as YYYY-MM-DDTHH:MM:SSZ",
)
LANGUAGE = Pattern(
    re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?(?:-[a-z0-9]{4,8})*"),
    "a BCP 47 language tag such as en, pt-BR or zh-Hant",
)
# Each term can be read in one way only, or a long expression with an error at its end would be
# tried in 2^n ways. LicenseRef-… is an id like any other here.
_LICENCE_ID = r"(?:DocumentRef-[A-Za-z0-9.-]+:)?[A-Za-z0-9.-]+\+?"
_LICENCE_TERM = rf"\(*{_LICENCE_ID}(?: WITH [A-Za-z0-9.-]+)?\)*"
LICENCE = Pattern(
    re.compile(rf"{_LICENCE_TERM}(?: (?:AND|OR) {_LICENCE_TERM})*"),
    "an SPDX licence expression such as MIT, Apache-2.0 OR MIT, LicenseRef-contract-7, NOASSERTION",
)
TEMPLATE = Pattern(
    re.compile("[a-z](?:-?[a-z0-9]){0,63}"), "a template's name such as eu, ab2013 or my-questions"
)
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
        "documents": optional(Object({"root": required(SHA256), "count": required(COUNT)})),
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
        "selection": required(Object({"datasets": required(ListOf(TEXT))})),
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
        "renditions": required(
            ListOf(
                Object(
                    {
                        "media_type": required(TEXT),
                        "name": required(TEXT),
                        "digest": required(SHA256),
                    }
                )
            )
        ),
        "form": optional(SHA256),
        "rendition_of": optional(RECORD_ID),
        "attachments": optional(
            ListOf(
                Object(
                    {
                        "media_type": required(TEXT),
                        "name": required(TEXT),
                        "digest": required(SHA256),
                    }
                )
            )
        ),
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

SCHEMAS: Final[dict[str, Object]] = {
    "shard": SHARD,
    "release": RELEASE,
    "summary": SUMMARY,
    "terms": TERMS,
    "correction": CORRECTION,
    "key": KEY,
}
