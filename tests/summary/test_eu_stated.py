"""What records, release and profile state of crawlers, models, measures: each in its own words."""

from dataclasses import replace
from typing import Any

import pytest

from ledger.summary.document import (
    NotApplicable,
    Text,
    Unstated,
)
from ledger.summary.eu import Filing, summarise
from ledger.summary.eu.crawled import BEHAVIOUR
from ledger.summary.facts import CorrectedPart, Group, gather
from tests.summary.example import IDENTITY, SYNTHETIC, filing, group
from tests.summary.reading import gaps, listed, rows


def bot(name: str, **crawl: str) -> Group:
    return group("crawled", name, source={"crawl": {"crawlers": [{"name": name}], **crawl}})


def test_each_crawler_has_its_purpose_and_behaviour() -> None:
    document = summarise(filing(bot("one", purpose="To train."), bot("two", behaviour="Polite.")))
    assert rows(document, "2.3.c") == {"one": "To train.", "two": "not known."}
    assert rows(document, "2.3.d") == {"one": "not known.", "two": "Polite."}
    alone = summarise(filing(bot("one", purpose="To train.")))
    assert alone.field("2.3.c").values == (Text(("To train.",)),)


def test_a_crawler_without_a_user_agent_is_pointed_out() -> None:
    messages = [gap.message for gap in gaps(summarise(filing(bot("one"))), "2.3.b")]
    assert messages == ["no record states the user agent of one"]


def run_by(category: str, name: str, operator: str) -> Group:
    crawl = {"crawlers": [{"name": name, "user_agent": name, "operator": operator}]}
    return group(category, "x", source={"crawl": crawl, "link": "https://example.org"})


def test_crawls_of_others_are_told_from_those_of_the_provider() -> None:
    profile = {"provider": {"name": "Labs"}}
    document = summarise(filing(run_by("crawled", "bot", "Labs"), profile=profile))
    assert rows(document, "2.3.b")["Operated by"] == "Labs"
    document = summarise(filing(run_by("crawled", "bot", "Contractor"), profile=profile))
    assert rows(document, "2.3.b")["Operated by"] == "Contractor (on behalf of the provider)"
    assert gaps(document, "2.3.b") == []
    document = summarise(filing(run_by("crawled", "CCBot", "Common Crawl"), profile=profile))
    assert [gap.message for gap in gaps(document, "2.3.b")] == [
        "CCBot makes a public crawl of others, which the form wants in 2.1"
    ]
    document = summarise(filing(run_by("public_dataset", "bot", "Labs"), profile=profile))
    assert "bot is a crawler of the provider; the form wants what it took in 2.3" in [
        gap.message for gap in gaps(document, "2.1.c")
    ]


@pytest.mark.parametrize("left_out", BEHAVIOUR)
def test_each_example_of_behaviour_is_addressed_or_asked_for(left_out: str) -> None:
    told = {path.partition(".")[2]: "We do." for path in BEHAVIOUR if path != left_out}
    document = summarise(filing(bot("one", purpose="x"), profile={"crawling": told}))
    label, _ = BEHAVIOUR[left_out]
    assert [gap.message for gap in gaps(document, "2.3.d")] == [f"nothing is said on {label}"]
    assert label not in rows(document, "2.3.d")


def test_behaviour_in_running_text_addresses_its_examples() -> None:
    said = "Reads robots.txt and TDMRep. Solves no CAPTCHA, enters no password, no paywalled page."
    assert gaps(summarise(filing(bot("one", behaviour=said))), "2.3.d") == []


def test_crawled_content_says_geography_and_demography_even_when_not_known() -> None:
    document = summarise(filing(bot("one"), profile={"describe": {"crawled_content": "News."}}))
    told = rows(document, "2.3.f")
    assert (told["Geography"], told["Demography"]) == ("Not known.", "Not known.")
    assert {gap.remedy for gap in gaps(document, "2.3.f")} == {
        f"set crawling.{key} in provider.yaml"
        for key in ("site_types", "geography", "languages", "demography")
    }


def test_characteristics_of_all_data_are_told_one_by_one() -> None:
    one = group("other", "x", source={"geography": ["Peru"], "characteristics": "formal speech"})
    document = summarise(filing(one, profile={"describe": {"demography": "Adults."}}))
    assert rows(document, "1.3.f") == {
        "Demography": "Adults.",
        "Geography": "Peru.",
        "Other characteristics": "Formal speech.",
    }
    assert gaps(document, "1.3.f") == []
    empty = summarise(filing(group("other", "x")))
    assert rows(empty, "1.3.f") == {"Geography": "Not known.", "Demography": "Not known."}
    assert all(one.none for one in empty.field("1.3.f").rests_on)


def released(*models: dict[str, str], **stated: Any) -> Filing:
    return filing(release={"release": {"name": "m", "models": list(models), **stated}})


def test_each_model_has_its_own_date_or_that_of_the_release() -> None:
    own = {"name": "a", "market_date": "2026-01-02"}
    document = summarise(released(own, {"name": "b"}, market_date="2026-03-04"))
    assert rows(document, "1.2.c") == {"a": "02/01/2026", "b": "04/03/2026"}
    assert [one.what for one in document.field("1.2.c").rests_on] == [
        "release.models.market_date",
        "release.market_date",
    ]
    document = summarise(released(own, {"name": "b"}))
    assert rows(document, "1.2.c") == {"a": "02/01/2026", "b": "not known"}
    assert [gap.message for gap in gaps(document, "1.2.c")] == [
        "date of placement of b on the Union market"
    ]


def test_models_of_one_summary_share_one_training_set() -> None:
    alone, both = released({"name": "a"}), released({"name": "a"}, {"name": "b"})
    assert len(summarise(alone).field("1.2.a").values) == 1
    field = summarise(both).field("1.2.a")
    assert "training content is identical" in repr(field.values[1])
    assert [one.what for one in field.rests_on] == ["release.models", "training"]


def test_a_model_is_told_apart_by_its_digest() -> None:
    document = summarise(released({"name": "a", "digest": "sha256:00"}))
    assert rows(document, "1.2.a") == {"Digest of the model": "sha256:00"}


def test_it_is_clear_which_model_was_made_from_which() -> None:
    base = {"model": "base", "summary_link": "https://b.example"}
    document = summarise(released({"name": "a"}, dependencies=[base]))
    assert rows(document, "1.2.b") == {"Modified into": "a"}
    two = ({"name": "a"}, {"name": "b"})
    document = summarise(released(*two, dependencies=[{**base, "of": "b"}]))
    assert rows(document, "1.2.b") == {"Modified into": "b"}
    assert gaps(document, "1.2.b") == []
    document = summarise(released(*two, dependencies=[base]))
    assert [gap.message for gap in gaps(document, "1.2.b")] == [
        "nothing says which model was made from base"
    ]


def test_the_head_links_what_the_site_has() -> None:
    profile = {
        "publication": {"site": "https://example.org/ai", "channels": ["https://hub.example/m"]}
    }
    document = summarise(filing(profile=profile))
    assert listed(document, "0.a") == {
        "Authoritative copy": "https://example.org/ai/m-1/eu/",
        "All versions": "https://example.org/ai/m-1/eu/",
        "Announcements of updates": "https://example.org/ai/feed.xml",
        "Published with the model at": "https://hub.example/m",
    }
    assert document.link == "https://example.org/ai/m-1/eu/"
    assert gaps(document, "0.a") == []
    own = {"publication": {**profile["publication"], "summary_link": "https://example.org/s"}}
    assert summarise(filing(profile=own)).link == "https://example.org/s"


def test_opt_out_signals_are_told_in_words() -> None:
    seen = [
        {"mechanism": "robots.txt", "action": "excluded"},
        {"mechanism": "robots.txt", "action": "excluded", "scope": "another page"},
        {"mechanism": "tdmrep", "action": "included_no_reservation"},
    ]
    document = summarise(filing(group("crawled", "x", 2, rights={"opt_out": seen})))
    told = rows(document, "3.1.b")
    assert (
        told["Signals on record: robots.txt"] == "What it reserves was left out (2\u00a0records)."
    )
    assert told["Signals on record: tdmrep"] == "No reservation was found (2\u00a0records)."


STEPS = {
    "cleaning": "Pages below a quality score were dropped.",
    "deduplication": "By MinHash.",
    "illegal_content": "Against block lists.",
}


def test_only_measures_against_illegal_content_stand_in_3_2() -> None:
    document = summarise(filing(group("crawled", "x", processing=STEPS)))
    assert set(rows(document, "3.2.a").values()) == {"Against block lists."}
    assert [gap.severity for gap in gaps(document, "3.2.a")] == ["advice"]
    told = rows(document, "3.3.a").values()
    assert {"By MinHash.", "Pages below a quality score were dropped."} <= set(told)
    assert "Against block lists." not in told


def test_the_frozen_set_is_named_by_its_root() -> None:
    given = filing(group("other", "x"))
    rooted = replace(given, release={**given.release, "training": {"root": "ab" * 32}})
    field = summarise(rooted).field("3.3.a")
    assert "ab" * 32 in repr(field.values)
    assert "training.root" in [one.what for one in field.rests_on]


@pytest.mark.parametrize(
    ("mode", "told"), [("ranges", False), ("shares", False), ("figures", True)]
)
def test_how_much_was_corrected_is_a_figure(mode: str, told: bool) -> None:
    parts = (CorrectedPart(action="withdraw", day="2026-10-01", records=2, bytes=5_000_000),)
    given = filing(group("other", "x"), profile={"show": {"sizes": mode}})
    facts = gather(given.facts.groups, None, parts)
    texts = rows(summarise(replace(given, facts=facts)), "3.3.a").values()
    assert any("5\u00a0MB" in text for text in texts) is told
    assert any("on 01/10/2026" in text for text in texts)


def test_models_that_only_enrich_are_left_out_and_it_is_said_once() -> None:
    label = group("other", "x", generator=[{"provider": "P", "model": "L", "role": "labeller"}])
    document = summarise(filing(SYNTHETIC, label))
    assert repr(document).count("cleaning and enriching data with models") == 1
    assert "outside this section" in repr(document.field("2.5.e"))
    assert "2\u00a0further models" in "".join(
        text for value in document.field("2.5.e").values if isinstance(value, Text)
        for text in value.paragraphs
    )  # fmt: skip
    assert not {"L", "grader-1"} & set(listed(document, "2.5.c") | listed(document, "2.5.d"))


def test_a_generator_says_what_it_did_and_which_version_answered() -> None:
    said = {
        "provider": "P",
        "model": "m-latest",
        "model_served": "m-2026-01-01",
        "role": "translator",
        "on_eu_market": True,
        "weights": "sha256:00",
        "reseller": "Cloud",
    }
    document = summarise(filing(group("synthetic", "x", generator=[said])))
    assert rows(document, "2.5.c") == {
        "Provider": "P",
        "What it did": "translated data",
        "Versions that answered": "m-2026-01-01",
        "Digest of its weights": "sha256:00",
        "Reached through": "Cloud",
    }


def test_measures_under_keys_of_their_own_answer_3_1() -> None:
    profile = {"rights_reservations": {"robots_txt": "Obeyed.", "protocols": ["TDMRep", "ai.txt"]}}
    document = summarise(filing(profile=profile))
    assert rows(document, "3.1.b") == {
        "robots.txt": "Obeyed.",
        "Protocols honoured": "TDMRep and ai.txt",
    }
    assert {gap.severity for gap in gaps(document, "3.1.b")} == {"advice"}
    assert isinstance(summarise(filing()).field("3.1.b").values[0], Unstated)


def test_the_copyright_policy_is_summarised_and_linked() -> None:
    said = {"copyright_policy_summary": "We ask.", "copyright_policy_link": "https://e.example/p"}
    document = summarise(filing(profile={"rights_reservations": said}))
    assert document.field("3.1.c").values[0] == Text(("We ask.",))
    assert listed(document, "3.1.c") == {"Copyright policy": "https://e.example/p"}
    assert gaps(document, "3.1.c") == []
    assert document.field("1.1.b").values != (NotApplicable("None."),)


def test_a_provider_is_told_with_register_and_website() -> None:
    profile = {
        "provider": {
            "name": "E SAS",
            "contact": "c@e.example",
            "registration": "RCS 1",
            "website": "https://e.example",
        }
    }
    document = summarise(filing(profile=profile))
    texts = [v.paragraphs[0] for v in document.field("1.1.a").values if isinstance(v, Text)]
    assert texts == ["E SAS", "RCS 1", "c@e.example"]
    assert listed(document, "1.1.a") == {"Website": "https://e.example"}


def test_an_identity_is_kept() -> None:
    seen = replace(IDENTITY, no_later_than="2026-11-24T00:00:00Z")
    document = summarise(filing(identity=seen))
    assert document.no_later_than == "2026-11-24T00:00:00Z"
