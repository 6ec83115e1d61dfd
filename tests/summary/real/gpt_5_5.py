"""GPT-5.5: every kind of source, in words, and no domain names."""

from tests.summary.real.lab import Dataset, Fact, Published, facts_of, listed

FACTS = facts_of("gpt-5-5")
GENERAL, SOURCES, PROCESSING = FACTS["general"], FACTS["sources"], FACTS["processing"]
MODALITIES, PUBLIC = GENERAL["modalities"], SOURCES["public"]
CRAWLED, USER, SYNTHETIC = SOURCES["crawled"], SOURCES["user"], SOURCES["synthetic"]
BEHAVIOUR = CRAWLED["behaviour"]
COMMON_CRAWL = PUBLIC["large"][0]["name"]
GPT_5_4 = "GPT-5.4"
UNNAMED = SYNTHETIC["other_models"][0]["name"]

HOUR = 3_600_000
ALL = ("text", "image", "video", "audio")
UPPER = {
    "tokens": 12 * 10**12,
    "images": 1_200_000_000,
    "audio_milliseconds": 1_200_000 * HOUR,
    "video_milliseconds": 1_200_000 * HOUR,
}
"""Somewhere in the uppermost ranges; the summary says no more."""


def _share(name: str, category: str, tenths: int, **more: object) -> Dataset:
    measures = {measure: total * tenths // 10 for measure, total in UPPER.items()}
    source = {"period": {"end": "2025-12"}, **more.pop("source", {})}  # type: ignore[dict-item]
    return Dataset(
        name,
        category,
        {"bytes": measures["tokens"] * 4, **measures},
        modality=ALL,
        source=source,
        fields={"languages": ["de", "en", "es", "fr"], **more},
    )


PROFILE = {
    "provider": {
        "name": GENERAL["provider"]["name"],
        "contact": GENERAL["provider"]["contact"],
        "established_in": "IE",
    },
    "confirm": {"user_data_model": False, "modified_model": False},
    "content_types": {name: listed(MODALITIES[name]["types"]) for name in ALL},
    "describe": {
        "languages": GENERAL["languages"]["stated"] + ".",
        "characteristics": listed(GENERAL["other"]),
        "other_public_datasets": listed(PUBLIC["other"]),
        "private_datasets": SOURCES["private"]["description"] + ".",
        "crawler_purposes": listed(CRAWLED["purposes"]),
        "crawled_content": f"{listed(CRAWLED['content'])}\n\nSites: "
        f"{listed(CRAWLED['domains']['categories'])}",
        "crawler_behaviour": f"robots.txt: {BEHAVIOUR['robots_txt']}; captchas: "
        f"{BEHAVIOUR['captchas']}; paywalls: {BEHAVIOUR['paywalls']}; passwords: "
        f"{BEHAVIOUR['passwords']}; {BEHAVIOUR['other']}.",
        "other_sources": SOURCES["other"]["description"] + ".",
    },
    "comments": {
        "1.3.g": f"{GENERAL['latest_collection']['stated']}; audio is "
        f"{MODALITIES['audio']['note']}, video {MODALITIES['video']['note']}.",
        "2.1.e": listed(PUBLIC["comments"]),
        "2.2.2.e": f"Under 2.2.1: {SOURCES['licensed']['comment']}.",
        "2.3.i": f"The period begins {CRAWLED['period']['from']}. On the crawler: "
        f"https://{CRAWLED['crawlers'][0]['info']}",
        "2.5.e": f"Made by {SYNTHETIC['market_models'][0]['name']}, and by {UNNAMED}.",
    },
    "rights_reservations": {
        "code_of_practice": PROCESSING["cop_signatory"],
        "measures": listed(PROCESSING["tdm"]),
    },
    "illegal_content": {"measures": listed(PROCESSING["illegal_content"])},
}

CRAWL = {
    "period": {"start": "2018-01", "end": "2025-12"},
    "crawl": {"crawlers": [{"name": one["id"]} for one in CRAWLED["crawlers"]]},
}
GENERATOR = {
    "provider": "OpenAI",
    "model": GPT_5_4,
    "role": "generator",
    "on_eu_market": True,
}

PUBLISHED = Published(
    name="gpt-5-5",
    release="GPT-5.5",
    last_update="2026-06-26",
    models=[(one["name"], None) for one in GENERAL["models"]],
    market_date=str(GENERAL["placed_on_market"]),
    profile=PROFILE,
    datasets=[
        _share(COMMON_CRAWL, "public_dataset", 2, source={"link": "https://commoncrawl.org"}),
        # Each below 3 % of the public data.
        Dataset(
            "other public datasets",
            "public_dataset",
            {name: total // 250 for name, total in {"bytes": 10**15, **UPPER}.items()},
            modality=ALL,
            source={"period": {"end": "2026-02"}},
        ),
        _share("partners", "private_licensed", 1),
        _share("third parties", "private_third_party", 1, source={"publicly_known": False}),
        _share("GPTBot", "crawled", 3, source=CRAWL),
        _share("ChatGPT", "user_data_other_service", 1, source={"service": "ChatGPT"}),
        _share("Codex", "user_data_other_service", 1, source={"service": "Codex"}),
        _share("generated", "synthetic", 1, generator=[GENERATOR]),
        _share("staff and vendors", "other", 1),
    ],
    facts=[
        Fact("summary.version", "0.a", ("Version 1",)),
        Fact("summary.last_update", "0.b", ("26/06/26",)),
        Fact("general.provider.name", "1.1.a", (GENERAL["provider"]["name"],)),
        Fact("general.provider.contact", "1.1.a", (GENERAL["provider"]["contact"],)),
        Fact("general.authorised_representative", "1.1.b", None),
        Fact("general.models.0", "1.2.a", ("GPT-5.5",)),
        Fact("general.dependencies", "1.2.b", None),
        Fact("general.placed_on_market", "1.2.c", ("23/04/2026",)),
        Fact("general.modalities.text.range", "1.3.b", ("More than 10 trillion tokens",)),
        Fact("general.modalities.image.range", "1.3.b", ("More than 1 billion images",)),
        Fact("general.modalities.audio.range", "1.3.b", ("More than 1 million hours",)),
        Fact("general.modalities.video.range", "1.3.b", ("More than 1 million hours",)),
        *(
            Fact(f"general.modalities.{name}.types", "1.3.c", tuple(MODALITIES[name]["types"]))
            for name in ALL
        ),
        Fact("general.modalities.audio.note", "1.3.g", (MODALITIES["audio"]["note"],)),
        Fact("general.modalities.video.note", "1.3.g", (MODALITIES["video"]["note"],)),
        Fact(
            "general.latest_collection.stated", "1.3.g", (GENERAL["latest_collection"]["stated"],)
        ),
        Fact("general.latest_collection.month", "1.3.d", ("02/2026",)),
        Fact("general.languages.stated", "1.3.e", (GENERAL["languages"]["stated"],)),
        Fact("general.other", "1.3.f", tuple(GENERAL["other"])),
        Fact("sources.public.used", "2.1.a", True),
        Fact("sources.public.modalities", "2.1.b", ("Text", "Image", "Video", "Audio")),
        Fact("sources.public.large.0", "2.1.c", (COMMON_CRAWL,)),
        Fact("sources.public.other", "2.1.d", tuple(PUBLIC["other"])),
        Fact("sources.public.comments", "2.1.e", tuple(PUBLIC["comments"])),
        Fact("sources.licensed.answer", "2.2.1.a", True),
        Fact("sources.licensed.modalities", "2.2.1.b", ("Text", "Image", "Video", "Audio")),
        Fact("sources.licensed.comment", "2.2.2.e", (SOURCES["licensed"]["comment"],)),
        Fact("sources.private.answer", "2.2.2.a", True),
        Fact("sources.private.modalities", "2.2.2.b", ("Text", "Image", "Video", "Audio")),
        Fact("sources.private.publicly_known", "2.2.2.c", None),
        Fact("sources.private.description", "2.2.2.d", (SOURCES["private"]["description"],)),
        Fact("sources.crawled.answer", "2.3.a", True),
        Fact("sources.crawled.crawlers.0.id", "2.3.b", ("GPTBot",)),
        Fact("sources.crawled.crawlers.0.info", "2.3.i", (CRAWLED["crawlers"][0]["info"],)),
        Fact("sources.crawled.purposes", "2.3.c", tuple(CRAWLED["purposes"])),
        *(
            Fact(f"sources.crawled.behaviour.{key}", "2.3.d", (BEHAVIOUR[key],))
            for key in BEHAVIOUR
        ),
        Fact("sources.crawled.period.from", "2.3.i", (CRAWLED["period"]["from"],)),
        Fact("sources.crawled.period.to", "2.3.e", ("12/2025",)),
        Fact("sources.crawled.modalities", "2.3.g", ("Text", "Image", "Video", "Audio")),
        Fact("sources.crawled.content", "2.3.f", tuple(CRAWLED["content"])),
        Fact("sources.crawled.domains.names", "2.3.h", None),
        Fact(
            "sources.crawled.domains.categories", "2.3.f", tuple(CRAWLED["domains"]["categories"])
        ),
        Fact("sources.user.model_interactions", "2.4.a", False),
        Fact("sources.user.other_services", "2.4.b", True),
        Fact("sources.user.services", "2.4.c", tuple(USER["services"])),
        Fact("sources.user.modalities", "2.4.d", ("Text", "Image", "Video", "Audio")),
        Fact("sources.synthetic.used", "2.5.a", True),
        Fact("sources.synthetic.modalities", "2.5.b", ("Text", "Image", "Video", "Audio")),
        Fact("sources.synthetic.market_models.0", "2.5.c", (GPT_5_4,)),
        Fact("sources.synthetic.other_models.0", "2.5.e", (UNNAMED,)),
        Fact("sources.other.used", "2.6.a", True),
        Fact("sources.other.description", "2.6.b", (SOURCES["other"]["description"],)),
        Fact("processing.cop_signatory", "3.1.a", True),
        Fact("processing.tdm", "3.1.b", tuple(PROCESSING["tdm"])),
        Fact("processing.illegal_content", "3.2.a", tuple(PROCESSING["illegal_content"])),
    ],
)
