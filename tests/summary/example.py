"""A lab with a crawler, six datasets and two generators; what most summary tests start from."""

from typing import Any

from ledger.summary.eu import Filing, Identity, Previous
from ledger.summary.facts import DomainTally, Group, Total, gather
from ledger.summary.profile import check_profile

BASIS = {
    "content": "observed",
    "dataset": "declared",
    "measures": "observed",
    "modality": "observed",
    "source": "declared",
    "rights": "declared",
    "languages": "inferred",
}


def group(category: str, name: str, records: int = 1, **more: Any) -> Group:
    """Return a group of one source; keywords are fields, and `measures` its sums."""
    measures = more.pop("measures", {"bytes": 1000 * records, "tokens": 250 * records})
    source = {"category": category, "name": name, **more.pop("source", {})}
    fields = {"dataset": {"name": name}, "modality": ["text"], "source": source, "basis": BASIS}
    totals = {
        key: total if isinstance(total, Total) else Total(total, records)
        for key, total in measures.items()
    }
    return Group(fields={**fields, **more}, records=records, measures=totals)


def filing(*groups: Group, profile: Any = None, **more: Any) -> Filing:
    """Return a filing over these groups; `domains`, `release` and `identity` as keywords."""
    return Filing(
        facts=gather(groups, more.get("domains")),
        profile=check_profile(profile),
        release=more.get("release", {"release": {"name": "m-1"}}),
        identity=more.get("identity", IDENTITY),
    )


IDENTITY = Identity(version=1, last_update="2026-11-24", origin="log.example.org/2026", size=42)

FINEWEB = group(
    "public_dataset",
    "FineWeb-Edu",
    1890,
    dataset={"name": "FineWeb-Edu", "version": "v1.0.0"},
    languages=["en"],
    source={
        "link": "https://huggingface.co/datasets/HuggingFaceFW/fineweb-edu",
        "period": {"start": "2013-05", "end": "2024-04"},
        "content_types": ["web pages", "educational text"],
        "selection": "The sample of 350 billion tokens, pages with an educational score of 4 or 5.",
    },
    rights={"licence": "ODC-By-1.0"},
    processing={
        "illegal_content": "The adult-site block list of the University of Toulouse.",
        "deduplication": "MinHash per snapshot, 112 permutations.",
    },
    measures={"bytes": 1_410_000_000_000, "tokens": 351_204_118_903},
)
COMMON_CRAWL = group(
    "public_dataset",
    "Common Crawl",
    1200,
    dataset={"name": "cc", "version": "CC-MAIN-2025-18"},
    languages=["bg", "cs", "da", "de", "el", "es", "et", "fi", "fr", "hr", "hu", "it", "nl", "ru"],
    source={
        "link": "https://commoncrawl.org/get-started",
        "period": {"start": "2025-04", "end": "2025-05"},
        "content_types": ["web pages", "news", "forums"],
        "geography": ["Europe"],
    },
    measures={"bytes": 2_900_000_000_000, "tokens": 640_118_000_411},
)
WORDNET = group(
    "public_dataset",
    "Open Multilingual Wordnet",
    3,
    dataset={"name": "omw", "version": "1.4"},
    languages=["en", "fr", "pt-BR"],
    source={
        "link": "https://omwn.org",
        "content_types": ["dictionaries"],
    },
    rights={"licence": "CC-BY-4.0"},
    measures={"bytes": 81_000_000, "tokens": 19_118_002},
)
ARCHIVE = group(
    "private_third_party",
    "Regional press archive",
    64,
    languages=["fr"],
    modality=["image", "text"],
    source={
        "publicly_known": False,
        "period": {"start": "1998-01", "end": "2023-12"},
        "content_types": ["press publications", "press photography"],
    },
    measures={"bytes": 310_000_000_000, "tokens": 9_404_118_221, "images": 2_118_443},
)
CRAWL = group(
    "crawled",
    "examplebot crawl",
    420,
    languages=["de", "en", "fr"],
    source={
        "period": {"start": "2025-01", "end": "2026-06"},
        "content_types": ["news", "blogs", "government portals"],
        "geography": ["Belgium", "France", "Germany"],
        "crawl": {
            "crawlers": [
                {
                    "name": "examplebot",
                    "user_agent": "examplebot/2.1 (+https://example.org/bot)",
                    "operator": "Example Labs SAS",
                }
            ],
            "purpose": "To collect public pages for training language models.",
            "behaviour": "Reads robots.txt and tdmrep.json before each visit. Does not solve "
            "captchas, log in to password protected sites or enter paywalled pages.",
        },
    },
    rights={
        "opt_out": [
            {"mechanism": "robots.txt", "action": "excluded"},
            {"mechanism": "tdmrep", "action": "excluded"},
        ]
    },
    measures={"bytes": 802_000_000_000, "tokens": Total(180_411_006_150, 398)},
)
SYNTHETIC = group(
    "synthetic",
    "reasoning traces",
    37,
    languages=["en"],
    stages=["supervised_finetuning"],
    source={"content_types": ["worked exercises"], "period": {"end": "2026-08"}},
    generator=[
        {
            "provider": "Alibaba Cloud",
            "model": "Qwen3-32B",
            "role": "generator",
            "on_eu_market": True,
            "summary_link": "https://example.com/qwen3-32b/training-content",
        },
        {"provider": "Example Labs SAS", "model": "tutor-7b (internal)", "role": "rewriter"},
        {"provider": "Example Labs SAS", "model": "grader-1", "role": "filter"},
    ],
    measures={"bytes": 9_000_000_000, "tokens": 2_101_444_007},
)

PROFILE = {
    "provider": {
        "name": "Example Labs SAS",
        "contact": "12 rue des Exemples, 75011 Paris, France\n\ntraining-data@example.org",
        "established_in": "FR",
    },
    "publication": {"summary_link": "https://example.org/ai/summary/m-1"},
    "confirm": {
        "private_licensed": False,
        "user_data_model": False,
        "user_data_other_service": False,
        "modified_model": False,
    },
    "rights_reservations": {
        "code_of_practice": True,
        "measures": "Our crawler leaves out every site whose robots.txt or tdmrep.json reserves "
        "text and data mining, at the time of the visit.\n\nBefore training, the lists are read "
        "again, and what has been reserved since is removed from the public datasets as well.",
        "copyright_policy_link": "https://example.org/ai/copyright",
    },
    "illegal_content": {
        "measures": "Hash lists of known material are matched against every image; text passes a "
        "classifier for terrorist content and two block lists of sites."
    },
}

RELEASE = {
    "release": {
        "name": "m-1",
        "models": [
            {"name": "m-1-base-2026-11", "link": "https://example.org/ai/m-1-base"},
            {"name": "m-1-chat-2026-11"},
        ],
        "market_date": "2026-11-20",
        "continues_training": False,
    }
}

DOMAINS = DomainTally(
    ranked=(
        "europa.eu", "service-public.fr", "bund.de", "lesoir.be", "heise.de", "legifrance.gouv.fr",
        "blog.example", "straßburg.example", "openedition.org", "wikibooks.org", "rtbf.be",
        "insee.fr", "destatis.de", "persee.fr", "bnf.fr",
    ),
    total=143,
    digest="blake3:" + "5f" * 32,
    suffix_list="the public suffix list of 2026-11-01",
)  # fmt: skip


def example(**changes: Any) -> Filing:
    """Return the whole example, with parts exchanged by keyword."""
    groups = (FINEWEB, COMMON_CRAWL, WORDNET, ARCHIVE, CRAWL, SYNTHETIC)
    identity = Identity(
        version=2,
        last_update="2026-11-24",
        origin="log.example.org/2026",
        size=1184,
        release_record="1183.0",
        previous=(Previous(1, "2026-05-22", "https://example.org/ai/summary/m-1/1"),),
        changes=("the crawl of 2026 and reasoning traces were added.",),
    )
    parts = {"profile": PROFILE, "release": RELEASE, "domains": DOMAINS, "identity": identity}
    return filing(*groups, **{**parts, **changes})
