"""SmolLM3-3B: text from public datasets, partly made by other models."""

from tests.summary.real.lab import Dataset, Fact, Published, facts_of, listed

FACTS = facts_of("smollm3-3b")
GENERAL, SOURCES, PROCESSING = FACTS["general"], FACTS["sources"], FACTS["processing"]
PUBLIC, SYNTHETIC = SOURCES["public"], SOURCES["synthetic"]
LIVE = f"https://{FACTS['source']['live']}"
TEXT, LATEST = GENERAL["modalities"]["text"], GENERAL["latest_collection"]
TOKENS = int(float(TEXT["approx"]["value"]))
TOKENIZER = TEXT["approx"]["tokenizer"]
OTHERS, OWN = 200_000_000_000, 10_000_000_000
"""Tokens of the other public datasets, below 3 % together, and of own synthetic data: made up."""

LANGUAGES = sorted([*GENERAL["languages"]["main"], *GENERAL["languages"]["minor"]])
# fmt: off
NAMES = (
    "English", "French", "German", "Italian", "Portuguese", "Spanish", "Chinese", "Russian",
    "Persian", "Japanese", "Korean", "Vietnamese", "Hindi", "Thai", "Greek",
)
# fmt: on
CODE = GENERAL["other"]["programming_languages"]
SCIENCE = "reasoning data and others"


def _public(name: str, tokens: int, **source: str) -> Dataset:
    return Dataset(
        name,
        "public_dataset",
        {"bytes": tokens * 4, "tokens": tokens},
        tokenizer=TOKENIZER,
        fields={"languages": LANGUAGES},
        source={"content_types": TEXT["types"], "period": {"end": "2025-02"}, **source},
    )


def _large() -> list[Dataset]:
    each, rest = divmod(TOKENS - OTHERS - OWN, len(PUBLIC["large"]))
    return [
        _public(one["name"], each + (rest if n == 0 else 0), link=one["link"])
        for n, one in enumerate(PUBLIC["large"])
    ]


PROFILE = {
    "provider": {
        "name": GENERAL["provider"]["name"],
        "contact": GENERAL["provider"]["contact"],
        "established_in": "US",
    },
    "confirm": {
        "private_licensed": False,
        "private_third_party": False,
        "crawled": False,
        "user_data_model": False,
        "user_data_other_service": False,
        "other": False,
        "modified_model": False,
    },
    "describe": {
        "languages": GENERAL["languages"]["note"] + ".",
        "characteristics": f"Programming languages: {', '.join(CODE)}.",
        "other_public_datasets": f"{listed(PUBLIC['other'])}\n\nLanguages: "
        f"{', '.join(PUBLIC['other_languages'])}.",
    },
    "publication": {"versions_link": LIVE},
    "comments": {
        "1.3.g": LATEST["stated"] + ".",
        "2.1.e": f"The full list: {PUBLIC['full_list']}",
        "2.5.e": f"{SYNTHETIC['comment']}. {SYNTHETIC['other_models'][1]['note']}.",
    },
    "rights_reservations": {"measures": listed(PROCESSING["tdm"])},
    "illegal_content": {"measures": listed(PROCESSING["illegal_content"])},
    "show": {"sizes": "figures"},
}

PUBLISHED = Published(
    name="smollm3-3b",
    release="SmolLM3-3B",
    last_update="2025-07-25",
    models=[(one["name"], one["link"]) for one in GENERAL["models"]],
    profile=PROFILE,
    datasets=[
        *_large(),
        _public(SCIENCE, OTHERS),
        Dataset(
            "own part of SmolTalk2",
            "synthetic",
            {"bytes": OWN * 4, "tokens": OWN},
            tokenizer=TOKENIZER,
            source={"content_types": ["dialogues"], "period": {"end": "2025-02"}},
            # As published: the form's 2.5.d, so said not to be on the market.
            fields={
                "languages": ["en"],
                "generator": [
                    {
                        "provider": "Alibaba Cloud",
                        "model": one["name"],
                        "role": "generator",
                        "on_eu_market": False,
                    }
                    for one in SYNTHETIC["other_models"]
                ],
            },
        ),
    ],
    facts=[
        Fact("summary.version", "0.a", ("Version 1",)),
        Fact("summary.previous_versions", "0.a", (LIVE,)),
        Fact("summary.last_update", "0.b", ("25/07/25",)),
        Fact("general.provider.name", "1.1.a", (GENERAL["provider"]["name"],)),
        Fact("general.provider.contact", "1.1.a", (GENERAL["provider"]["contact"],)),
        Fact("general.authorised_representative", "1.1.b", None),
        Fact("general.models.0", "1.2.a", ("SmolLM3-3B", GENERAL["models"][0]["link"])),
        Fact("general.dependencies", "1.2.b", None),
        Fact("general.placed_on_market", "1.2.c", None),
        Fact("general.modalities.text.range", "1.3.b", ("More than 10 trillion tokens",)),
        Fact("general.modalities.text.approx.value", "1.3.b", ("11 000 000 000 000",)),
        Fact("general.modalities.text.approx.unit", "1.3.b", ("tokens",)),
        Fact("general.modalities.text.approx.tokenizer", "1.3.g", (TOKENIZER,)),
        Fact("general.modalities.text.types", "1.3.c", tuple(TEXT["types"])),
        Fact("general.latest_collection.stated", "1.3.g", (LATEST["stated"],)),
        Fact("general.latest_collection.month", "1.3.d", ("02/2025",)),
        Fact("general.languages.main", "1.3.e", tuple(NAMES[:6])),
        Fact("general.languages.minor", "1.3.e", tuple(NAMES[6:])),
        Fact("general.languages.note", "1.3.e", (GENERAL["languages"]["note"],)),
        Fact("general.other.programming_languages", "1.3.f", tuple(CODE)),
        Fact("sources.public.used", "2.1.a", True),
        Fact("sources.public.modalities", "2.1.b", ("Text",)),
        *(
            Fact(f"sources.public.large.{n}", "2.1.c", (one["name"], one["link"]))
            for n, one in enumerate(PUBLIC["large"])
        ),
        Fact("sources.public.other", "2.1.d", tuple(PUBLIC["other"])),
        Fact("sources.public.other_languages", "2.1.d", ("Languages: en, code.",)),
        Fact("sources.public.full_list", "2.1.e", (PUBLIC["full_list"],)),
        Fact("sources.licensed.answer", "2.2.1.a", False),
        Fact("sources.private.answer", "2.2.2.a", False),
        Fact("sources.crawled.answer", "2.3.a", False),
        Fact("sources.user.model_interactions", "2.4.a", False),
        Fact("sources.user.other_services", "2.4.b", False),
        Fact("sources.synthetic.used", "2.5.a", True),
        Fact("sources.synthetic.modalities", "2.5.b", ("Text",)),
        Fact("sources.synthetic.market_models", "2.5.c", None),
        Fact("sources.synthetic.other_models.0", "2.5.d", ("Qwen3-32B",)),
        Fact("sources.synthetic.other_models.1.name", "2.5.d", ("Qwen3-0.6B",)),
        Fact(
            "sources.synthetic.other_models.1.note",
            "2.5.e",
            (SYNTHETIC["other_models"][1]["note"],),
        ),
        Fact("sources.synthetic.comment", "2.5.e", (SYNTHETIC["comment"],)),
        Fact("sources.other.used", "2.6.a", False),
        Fact("processing.cop_signatory", "3.1.a", None),
        Fact("processing.tdm", "3.1.b", tuple(PROCESSING["tdm"])),
        Fact("processing.illegal_content", "3.2.a", tuple(PROCESSING["illegal_content"])),
    ],
)
