"""Bria 3.2: an image model on licensed data alone."""

from tests.summary.real.lab import Dataset, Fact, Published, facts_of, listed

FACTS = facts_of("bria-3-2")
GENERAL, SOURCES, PROCESSING = FACTS["general"], FACTS["sources"], FACTS["processing"]
TEXT, IMAGE = GENERAL["modalities"]["text"], GENERAL["modalities"]["image"]
TOKENS, IMAGES = int(float(TEXT["approx"]["value"])), int(float(IMAGE["approx"]["value"]))
REPRESENTATIVE = GENERAL["authorised_representative"]

PROFILE = {
    "provider": {
        "name": GENERAL["provider"]["name"],
        "contact": GENERAL["provider"]["contact"],
        "established_in": "IL",
    },
    "representative": REPRESENTATIVE,
    "confirm": {
        "public_dataset": False,
        "private_third_party": False,
        "crawled": False,
        "user_data_model": False,
        "user_data_other_service": False,
        "synthetic": False,
        "other": False,
        "modified_model": False,
    },
    "content_types": {
        "text": listed(TEXT["types"]),
        "image": listed(IMAGE["types"]),
    },
    "describe": {"characteristics": listed(GENERAL["other"])},
    "comments": {
        "1.3.g": f"Text: {TEXT['approx']['qualifier']} the figure given.",
        "2.5.e": SOURCES["synthetic"]["note"] + ".",
        "3.1.c": PROCESSING["copyright_policy"] + ".",
    },
    "rights_reservations": {
        "code_of_practice": PROCESSING["cop_signatory"],
        "measures": listed(PROCESSING["tdm"]),
    },
    "illegal_content": {"measures": listed(PROCESSING["illegal_content"])},
    "show": {"sizes": "figures"},
}

PUBLISHED = Published(
    name="bria-3-2",
    release="Bria 3.2",
    last_update="2026-01-06",
    models=[(one["name"], None) for one in GENERAL["models"]],
    market_date=str(GENERAL["placed_on_market"]),
    profile=PROFILE,
    datasets=[
        Dataset(
            "licensed images",
            "private_licensed",
            {"bytes": IMAGES * 400_000, "images": IMAGES},
            modality=("image",),
            source={"period": {"end": "2025-06"}},
        ),
        Dataset(
            "captions of licensed images",
            "private_licensed",
            {"bytes": TOKENS * 4, "tokens": TOKENS},
            source={"period": {"end": "2025-06"}},
        ),
    ],
    facts=[
        Fact("summary.last_update", "0.b", ("06/01/26",)),
        Fact("general.provider.name", "1.1.a", (GENERAL["provider"]["name"],)),
        Fact("general.provider.contact", "1.1.a", (GENERAL["provider"]["contact"],)),
        Fact(
            "general.authorised_representative",
            "1.1.b",
            (REPRESENTATIVE["name"], REPRESENTATIVE["contact"]),
        ),
        Fact("general.models.0", "1.2.a", ("Bria 3.2",)),
        Fact("general.dependencies", "1.2.b", None),
        Fact("general.placed_on_market", "1.2.c", ("10/06/2025",)),
        Fact("general.modalities.text.range", "1.3.b", ("1 billion to 10 trillion tokens",)),
        Fact("general.modalities.text.approx.value", "1.3.b", ("19 200 000 000",)),
        Fact("general.modalities.text.approx.unit", "1.3.b", ("tokens",)),
        Fact("general.modalities.text.approx.qualifier", "1.3.g", ("up to",)),
        Fact("general.modalities.text.types", "1.3.c", tuple(TEXT["types"])),
        Fact("general.modalities.image.range", "1.3.b", ("1 million to 1 billion images",)),
        Fact("general.modalities.image.approx.value", "1.3.b", ("479 000 000",)),
        Fact("general.modalities.image.approx.unit", "1.3.b", ("images",)),
        Fact("general.modalities.image.types", "1.3.c", tuple(IMAGE["types"])),
        Fact("general.latest_collection.month", "1.3.d", ("06/2025",)),
        Fact("general.languages", "1.3.e", None),
        Fact("general.other", "1.3.f", tuple(GENERAL["other"])),
        Fact("sources.public.used", "2.1.a", False),
        Fact("sources.licensed.answer", "2.2.1.a", True),
        Fact("sources.licensed.modalities", "2.2.1.b", ("Image",)),
        Fact("sources.private.answer", "2.2.2.a", False),
        Fact("sources.crawled.answer", "2.3.a", False),
        Fact("sources.user.model_interactions", "2.4.a", False),
        Fact("sources.user.other_services", "2.4.b", False),
        Fact("sources.synthetic.used", "2.5.a", False),
        Fact("sources.synthetic.note", "2.5.e", (SOURCES["synthetic"]["note"],)),
        Fact("sources.other.used", "2.6.a", False),
        Fact("processing.cop_signatory", "3.1.a", True),
        Fact("processing.tdm", "3.1.b", tuple(PROCESSING["tdm"])),
        Fact("processing.copyright_policy", "3.1.c", (PROCESSING["copyright_policy"],)),
        Fact("processing.illegal_content", "3.2.a", tuple(PROCESSING["illegal_content"])),
    ],
)
