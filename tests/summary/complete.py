"""A complete example: every kind of source, every key of the profile, all of it stated.

What `example.py` leaves open on purpose is stated here, so this is what a summary looks like that
leaves nothing out; its self-assessment is measured in `test_complete.py`.
"""

from dataclasses import replace
from typing import Any

from ledger.summary.eu import Filing, Identity, Previous
from ledger.summary.facts import DomainTally, Group, Total
from tests.summary.example import (
    ARCHIVE,
    COMMON_CRAWL,
    CRAWL,
    FINEWEB,
    SYNTHETIC,
    WORDNET,
    filing,
    group,
)

TOKENIZER = {"name": "example-bpe", "version": "3"}
HOUR = 3_600_000
"""Milliseconds."""
SITE = "https://example.org/ai"


def stated(one: Group, source: dict[str, Any] | None = None, **more: Any) -> Group:
    """Return a group of the example with more stated, its tokens all counted."""
    fields = {**one.fields, "tokenizer": TOKENIZER, **more}
    fields["source"] = {**one.source, **(source or {})}
    measures = {name: Total(total.sum, one.records) for name, total in one.measures.items()}
    return replace(one, fields=fields, measures=measures)


PUBLIC = (
    stated(FINEWEB),
    stated(
        COMMON_CRAWL,
        {"selection": "All of the snapshot CC-MAIN-2025-18, pages in 14 languages."},
    ),
    stated(WORDNET, {"period": {"start": "2010-01", "end": "2023-06"}}),
)
PRIVATE = (
    stated(ARCHIVE),
    stated(
        group(
            "private_third_party",
            "OpenStreet Images Pro",
            12,
            dataset={"name": "osip", "version": "2025.2"},
            modality=["image"],
            languages=["en"],
            measures={"bytes": 80_000_000_000, "images": 900_000},
        ),
        {
            "publicly_known": True,
            "link": "https://images.example.net/openstreet-images-pro",
            "period": {"start": "2019-03", "end": "2025-02"},
            "content_types": ["street photography"],
        },
    ),
    stated(
        group(
            "private_licensed",
            "licensed broadcasts",
            6,
            modality=["audio", "video"],
            languages=["fr"],
            measures={
                "bytes": 900_000_000_000,
                "audio_milliseconds": 40_000 * HOUR,
                "video_milliseconds": 12_000 * HOUR,
            },
        ),
        {
            "period": {"start": "2023-01", "end": "2025-12"},
            "content_types": ["radio shows", "television programmes"],
        },
    ),
    stated(
        group(
            "private_licensed",
            "licensed weather readings",
            2,
            modality=["other"],
            measures={"bytes": 7_000_000_000},
        ),
        {"period": {"start": "2020-01", "end": "2025-12"}, "content_types": ["sensor readings"]},
    ),
    stated(
        group(
            "private_licensed",
            "licensed books",
            30,
            languages=["fr"],
            measures={"bytes": 50_000_000_000, "tokens": 12_000_000_000},
        ),
        {"period": {"start": "2024-01", "end": "2025-12"}, "content_types": ["fiction"]},
    ),
)
BOT = {
    "name": "examplebot",
    "user_agent": "examplebot/2.1 (+https://example.org/bot)",
    "operator": "Example Labs Inc.",
}
CRAWLED = (stated(CRAWL, {"crawl": {**CRAWL.source["crawl"], "crawlers": [BOT]}}),)
USER = (
    stated(
        group(
            "user_data_model",
            "chats",
            8,
            languages=["fr"],
            measures={"bytes": 4_000_000_000, "tokens": 900_000_000},
        ),
        {
            "service": "Example Chat",
            "description": "Conversations of users who agreed.",
            "period": {"start": "2025-03", "end": "2026-03"},
            "content_types": ["conversations"],
        },
    ),
    stated(
        group(
            "user_data_other_service",
            "documents",
            4,
            languages=["fr"],
            measures={"bytes": 2_000_000_000, "tokens": 400_000_000},
        ),
        {
            "service": "Example Docs",
            "description": "Templates that users published.",
            "period": {"start": "2025-03", "end": "2026-03"},
            "content_types": ["templates"],
        },
    ),
)
MADE = (
    stated(
        SYNTHETIC,
        generator=[
            SYNTHETIC.generators[0],
            {
                "provider": "Example Labs Inc.",
                "model": "tutor-7b (internal)",
                "role": "rewriter",
                "on_eu_market": False,
                "training_data": "Public web pages of 2024 and licensed schoolbooks in French.",
            },
        ],
    ),
)
OTHER = (
    stated(
        group(
            "other",
            "exercises by staff",
            5,
            languages=["fr"],
            measures={"bytes": 90_000_000, "tokens": 20_000_000},
        ),
        {
            "description": "Exercises that teachers in our staff wrote and corrected.",
            "period": {"start": "2026-01", "end": "2026-06"},
            "content_types": ["worked exercises"],
        },
    ),
)

GROUPS = (*PUBLIC, *PRIVATE, *CRAWLED, *USER, *MADE, *OTHER)

DOMAINS = DomainTally(
    ranked=tuple(f"site-{number:02d}.example.org" for number in range(1, 41)),
    total=40,
    digest="blake3:" + "5f" * 32,
    suffix_list="the public suffix list of 2026-11-01",
)

PROFILE: dict[str, Any] = {
    "provider": {
        "name": "Example Labs Inc.",
        "contact": "1 Example Street, Springfield, United States\n\ntraining-data@example.org",
        "established_in": "US",
        "registration": "Delaware division of corporations 1234567",
        "website": "https://example.org",
        "sme": False,
    },
    "representative": {
        "name": "Example Representation GmbH",
        "contact": "Musterstraße 1, 10115 Berlin, Germany\n\nai-act@representation.example",
    },
    "publication": {
        "site": SITE,
        "summary_link": f"{SITE}/summary/m-1",
        "updates_link": f"{SITE}/updates",
        "versions_link": f"{SITE}/summary/m-1/all",
        "channels": [f"{SITE}/m-1", "https://huggingface.co/example/m-1"],
        "language": "en",
        "audit": "sections",
    },
    "confirm": {
        "public_dataset": True,
        "private_licensed": True,
        "private_third_party": True,
        "crawled": True,
        "user_data_model": True,
        "user_data_other_service": True,
        "synthetic": True,
        "other": True,
        "modified_model": False,
        "copyright": True,
        "trademark": False,
        "patent": False,
        "public_domain_only": False,
        "purchased_or_licensed": True,
        "personal_information": True,
        "aggregate_consumer_information": False,
        "collection_ongoing": False,
        "continuous_synthetic": False,
        "no_other_comments": True,
    },
    "crawling": {
        "robots_txt": "Reads robots.txt before each visit and leaves what it disallows.",
        "captchas": "Solves no captchas.",
        "passwords": "Enters no page that asks for a password.",
        "paywalls": "Enters no paid pages.",
        "other_protocols": "Follows tdmrep.json, ai.txt and X-Robots-Tag.",
        "site_types": ["news", "blogs", "government portals"],
        "geography": "Pages from Belgium, France and Germany.",
        "languages": "German, English and French.",
        "demography": "Written for adults; no site for children was visited.",
        "domain_requests": "Ask training-data@example.org about a domain; we answer in a month.",
    },
    "rights_reservations": {
        "code_of_practice": True,
        "measures": "Sites that reserve text and data mining are left out.\n\nFor datasets of "
        "others their own protocols are followed too.",
        "robots_txt": "Read at each visit; a site that disallows our crawler is left out.",
        "dataset_opt_outs": "Newest versions of datasets are taken, so that opt-outs reach us.",
        "kept_up_to_date": "Lists are read again before training, and each month after that.",
        "protocols": ["robots.txt", "tdmrep.json", "ai.txt"],
        "copyright_policy_link": f"{SITE}/copyright",
        "copyright_policy_summary": "We ask for a licence where rights are reserved.",
    },
    "illegal_content": {
        "measures": "Images are matched against hash lists of known material.",
        "methods": ["block lists", "keywords", "classifiers", "hash lists"],
    },
    "content_types": {
        "text": "web pages, books, dictionaries, conversations and exercises",
        "image": "press and street photography",
        "audio": "radio shows",
        "video": "television programmes",
        "other": "weather readings",
    },
    "describe": {
        "languages": "Mostly English and French.",
        "geography": "Mostly Europe.",
        "demography": "Written by and for adults.",
        "characteristics": "Formal and informal registers.",
        "other_public_datasets": "Dictionaries and word lists with open licences.",
        "public_nature": "Copyright protected works under open licences; no personal data known.",
        "private_datasets": "Archives of two regional newspapers.",
        "private_nature": "Copyright protected press publications, with names of persons.",
        "crawler_purposes": "Pages are read for training language models in French and English.",
        "crawler_behaviour": "Waits ten seconds between two pages of a site.",
        "crawled_content": "Articles and notices of the last ten years.",
        "user_services": "Example Chat and Example Docs, where users have agreed.",
        "generators": "The internal rewriter was trained by us in 2025 and is not offered.",
        "other_modality": "Weather readings",
        "purpose_fit": "To read, write and translate French and English.",
        "labels": "Exercises carry their solutions.",
        "cleaning_purpose": "Cleaning removes repeated text.",
        "first_used": "The data was first used in 2026.",
        "synthetic_purpose": "Traces show how exercises are solved step by step.",
        "release_date": "The model was released in November 2026.",
        "testing_data": "Public tests, kept apart from training.",
        "validation_data": "A thousandth of each dataset, kept apart.",
        "curation": "Datasets were chosen by licence and language.",
        "biases": "French of France outweighs that of other countries.",
        "selection": "Pages were drawn at random after filtering.",
        "other_sources": "Exercises written by our staff.",
    },
    "comments": {
        "1.3.g": "Sizes are counted after deduplication, uncompressed; audio at 16 kHz, video at "
        "25 frames per second.",
        "2.1.e": "The sizes of single datasets are on our site.",
        "2.2.2.e": "The archives were read from microfilm.",
        "2.3.i": "Single works: https://example.org/ai/works/list-of-addresses.csv",
        "2.4.e": "Users may withdraw in their settings.",
        "2.5.e": "Traces were checked by a second model.",
        "2.6.c": "Teachers were paid by the hour.",
        "3.1.c": "The policy is reviewed each spring.",
        "3.3.a": "Names of private persons are masked.",
    },
    "show": {"sizes": "figures", "licensors": False, "domains": "all"},
}

RELEASE: dict[str, Any] = {
    "release": {
        "name": "m-1",
        "models": [
            {"name": "m-1-large-2026-11", "link": f"{SITE}/m-1-large"},
            {"name": "m-1-small-2026-11", "link": f"{SITE}/m-1-small"},
        ],
        "market_date": "2026-11-20",
        "continues_training": False,
        "modified": False,
    }
}

IDENTITY = Identity(
    version=2,
    last_update="2026-11-24",
    origin="log.example.org/2026",
    size=1184,
    release_record="1183.0",
    previous=(Previous(1, "2026-05-22", f"{SITE}/summary/m-1/1"),),
    changes=("The crawl of 2026 and reasoning traces were added.",),
    no_later_than="2026-11-24T09:00:00Z",
)


def complete(**changes: Any) -> Filing:
    """Return the whole example, with parts exchanged by keyword."""
    parts = {"profile": PROFILE, "release": RELEASE, "domains": DOMAINS, "identity": IDENTITY}
    return filing(*GROUPS, **{**parts, **changes})
