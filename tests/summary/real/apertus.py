"""Apertus: text from public datasets, by name; the best graded of those published."""

from tests.summary.real.lab import Dataset, Fact, Published, facts_of, listed

FACTS = facts_of("apertus")
GENERAL, SOURCES, PROCESSING = FACTS["general"], FACTS["sources"], FACTS["processing"]
PUBLIC = SOURCES["public"]
TOKENS = int(float(GENERAL["modalities"]["text"]["approx"]["value"]))
TOKENIZER = GENERAL["modalities"]["text"]["approx"]["tokenizer"]

SELECTION = "Filtered: opt-outs, retroactively; toxicity; quality."
OTHERS = 250_000_000_000
"""Tokens of the five datasets that are not large: made up, below 3 % together."""


def _public(name: str, tokens: int, **more: str) -> Dataset:
    version = more.pop("version", "")
    return Dataset(
        name,
        "public_dataset",
        {"bytes": tokens * 4, "tokens": tokens},
        version=version,
        tokenizer=TOKENIZER,
        source={
            "content_types": GENERAL["modalities"]["text"]["types"],
            "period": {"end": "2024-03"},
            **more,
        },
    )


def _large() -> list[Dataset]:
    large = PUBLIC["large"]
    each = (TOKENS - OTHERS) // len(large)
    rest = TOKENS - OTHERS - each * (len(large) - 1)
    return [
        _public(
            one["name"],
            each if n else rest,
            version=one.get("version", ""),
            link=one["link"],
            selection=SELECTION,
        )
        for n, one in enumerate(large)
    ]


PROFILE = {
    "provider": {
        "name": GENERAL["provider"]["name"],
        "contact": GENERAL["provider"]["contact"],
        "website": GENERAL["provider"]["site"],
        "established_in": "CH",
    },
    "confirm": {
        "private_licensed": False,
        "private_third_party": False,
        "crawled": False,
        "user_data_model": False,
        "user_data_other_service": False,
        "synthetic": False,
        "other": False,
        "modified_model": False,
    },
    "describe": {
        "languages": f"{GENERAL['languages']['count']}, by way of "
        f"{' and '.join(GENERAL['languages']['via'])}.",
        "characteristics": listed(GENERAL["other"]),
        "other_public_datasets": listed(PUBLIC["other"]),
    },
    "comments": {
        "1.3.g": GENERAL["latest_collection"]["stated"] + ".",
        "2.1.e": f"Crawls since {PUBLIC['collection']['from']}, the last snapshot being "
        f"{PUBLIC['collection']['snapshot_last']}.\n\n{listed(PUBLIC['comments'])}",
        "3.1.c": PROCESSING["copyright_policy"],
        "3.3.a": listed(PROCESSING["other"]),
    },
    "rights_reservations": {
        "code_of_practice": PROCESSING["cop_signatory"],
        "measures": listed(PROCESSING["tdm"]),
    },
    "illegal_content": {"measures": listed(PROCESSING["illegal_content"])},
    "show": {"sizes": "figures"},
}

PUBLISHED = Published(
    name="apertus",
    release="Apertus",
    last_update="2025-09-01",
    models=[(one["name"], one["link"]) for one in GENERAL["models"]],
    market_date=str(GENERAL["placed_on_market"]),
    profile=PROFILE,
    datasets=[
        *_large(),
        *(_public(name, OTHERS // len(PUBLIC["other"])) for name in PUBLIC["other"]),
    ],
    facts=[
        Fact("summary.version", "0.a", ("Version 1",)),
        Fact("summary.last_update", "0.b", ("01/09/25",)),
        Fact("general.provider.name", "1.1.a", (GENERAL["provider"]["name"],)),
        Fact("general.provider.contact", "1.1.a", (GENERAL["provider"]["contact"],)),
        Fact("general.provider.site", "1.1.a", (GENERAL["provider"]["site"],)),
        Fact("general.authorised_representative", "1.1.b", None),
        *(
            Fact(f"general.models.{n}", "1.2.a", (one["name"], one["link"]))
            for n, one in enumerate(GENERAL["models"])
        ),
        Fact("general.dependencies", "1.2.b", None),
        Fact("general.placed_on_market", "1.2.c", ("02/09/2025",)),
        Fact("general.modalities.text.range", "1.3.b", ("More than 10 trillion tokens",)),
        Fact("general.modalities.text.approx.value", "1.3.b", ("15 000 000 000 000",)),
        Fact("general.modalities.text.approx.unit", "1.3.b", ("tokens",)),
        Fact("general.modalities.text.approx.tokenizer", "1.3.g", (TOKENIZER,)),
        Fact("general.modalities.text.types", "1.3.c", ("public text", "mainly web documents")),
        Fact(
            "general.latest_collection.stated", "1.3.g", (GENERAL["latest_collection"]["stated"],)
        ),
        Fact("general.latest_collection.month", "1.3.d", ("03/2024",)),
        Fact("general.languages.count", "1.3.e", (GENERAL["languages"]["count"],)),
        Fact("general.languages.via", "1.3.e", ("FineWeb-2", "FineWeb-2-HQ")),
        Fact("general.other", "1.3.f", tuple(GENERAL["other"])),
        Fact("sources.public.used", "2.1.a", True),
        Fact("sources.public.modalities", "2.1.b", ("Text",)),
        *(
            Fact(
                f"sources.public.large.{n}",
                "2.1.c",
                (one["name"], one["link"], *([one["version"]] if "version" in one else [])),
            )
            for n, one in enumerate(PUBLIC["large"])
        ),
        Fact("sources.public.collection.from", "2.1.e", ("2013",)),
        Fact("sources.public.collection.to", "2.1.c", ("03/2024",)),
        Fact("sources.public.collection.snapshot_last", "2.1.e", ("CC-MAIN-2024-10",)),
        Fact("sources.public.selection", "2.1.c", (SELECTION,)),
        Fact("sources.public.other", "2.1.d", tuple(PUBLIC["other"])),
        Fact("sources.public.comments", "2.1.e", tuple(PUBLIC["comments"])),
        Fact("sources.licensed.answer", "2.2.1.a", False),
        Fact("sources.private.answer", "2.2.2.a", False),
        Fact("sources.crawled.answer", "2.3.a", False),
        Fact("sources.user.model_interactions", "2.4.a", False),
        Fact("sources.user.other_services", "2.4.b", False),
        Fact("sources.synthetic.used", "2.5.a", False),
        Fact("sources.other.used", "2.6.a", False),
        Fact("processing.cop_signatory", "3.1.a", False),
        Fact("processing.tdm", "3.1.b", tuple(PROCESSING["tdm"])),
        Fact("processing.copyright_policy", "3.1.c", (PROCESSING["copyright_policy"],)),
        Fact("processing.illegal_content", "3.2.a", tuple(PROCESSING["illegal_content"])),
        Fact("processing.other", "3.3.a", tuple(PROCESSING["other"])),
    ],
)
