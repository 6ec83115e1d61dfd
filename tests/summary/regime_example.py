"""The lab of `example.py` with what other regimes ask of a profile and a release besides."""

from typing import Any

from ledger.summary.filing import Filing
from tests.summary.example import PROFILE, RELEASE, example

MORE: dict[str, dict[str, Any]] = {
    "confirm": {
        "copyright": True,
        "trademark": False,
        "patent": False,
        "purchased_or_licensed": True,
        "personal_information": True,
        "aggregate_consumer_information": False,
        "collection_ongoing": True,
        "continuous_synthetic": False,
        "other": False,
    },
    "describe": {
        "purpose_fit": "Web pages teach language, exercises teach the system to reason.",
        "labels": "Exercises are labelled right or wrong.",
        "cleaning_purpose": "So that the system does not repeat itself or what is illegal.",
        "first_used": "Public datasets in January 2025, all others in June 2026.",
        "synthetic_purpose": "There are too few worked exercises on the web.",
        "selection": "Sites were chosen by language, datasets by licence.",
        "curation": "Pages are normalised to NFC.",
        "characteristics": "Mostly European news and government pages.",
        "biases": "Topics are counted per language, and rare ones are looked at by people.",
        "testing_data": "12 000 documents held out by site.",
        "validation_data": "2 000 documents held out by site.",
        "release_date": "20 November 2026",
    },
}
DIGEST = "sha256:" + "7e" * 32


def profile(**sections: dict[str, Any]) -> dict[str, Any]:
    """Return the full profile, with keys of sections exchanged; None leaves a key out."""
    every: dict[str, Any] = dict(PROFILE)
    for more in (MORE, sections):
        for name, keys in more.items():
            every[name] = {**every.get(name, {}), **keys}
    return every


def full(sections: dict[str, dict[str, Any]] | None = None, **changes: Any) -> Filing:
    """Return the whole example, complete for every regime but for what records lack."""
    stated: dict[str, Any] = dict(RELEASE["release"])
    models = [{**one, "digest": DIGEST} for one in stated["models"]]
    release = {"release": {**stated, "models": models, "modified": False}}
    parts = {"profile": profile(**(sections or {})), "release": release, **changes}
    return example(**parts)


def plain(value: object) -> str:
    """Return what a value says, digits not grouped and every space a plain one."""
    return repr(value).replace("\\u202f", "").replace("\\xa0", " ")
