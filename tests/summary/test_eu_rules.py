"""Rules of the form between records and words: section by section, small and exact."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from ledger.summary.eu import summarise
from ledger.summary.eu.describe import described, most_said, size
from ledger.summary.eu.public import is_large, rank
from ledger.summary.facts import Group, Total, gather
from ledger.summary.languages import EU_OFFICIAL, ISO_639_3, OTHERS, is_official, names
from ledger.summary.wording import byte_range, modality_word, percent
from tests.summary.example import filing, group
from tests.summary.reading import gaps, listed, rows


def public(name: str, tokens: int = 1000, **more: Any) -> Group:
    return group("public_dataset", name, measures={"bytes": 1, "tokens": tokens}, **more)


@pytest.mark.parametrize("total", [1, 2, 33, 34, 66, 67, 99, 100, 101, 1000, 10**15])
def test_three_percent_by_brute_force(total: int) -> None:
    for size_ in {0, 1, total * 3 // 100 - 1, total * 3 // 100, total * 3 // 100 + 1, total}:
        if size_ >= 0:
            assert is_large(size_, total) == (Fraction(size_, total) > Fraction(3, 100))


def test_a_dataset_is_large_by_any_one_of_its_modalities() -> None:
    pictures = group(
        "public_dataset", "p", modality=["image"], measures={"bytes": 1, "images": 1000}
    )
    both = group(
        "public_dataset",
        "both",
        modality=["image", "text"],
        measures={"bytes": 1, "tokens": 1, "images": 31},
    )
    facts = gather([public("t", 10_000), pictures, both])
    assert rank(facts).large == ("both", "p", "t")
    smaller = replace(both, measures={**both.measures, "images": Total(30, 1)})
    assert rank(gather([public("t", 10_000), pictures, smaller])).large == ("p", "t")


MERGED = group(
    "public_dataset",
    "mix",
    source={
        "link": "https://example.org/mix",
        "description": "A mixture.",
        "selection": "The first half.",
        "geography": ["Europe"],
        "breakdown": [
            {"category": "public_dataset", "name": "A", "bytes": 60, "tokens": 6},
            {"category": "public_dataset", "name": "mix", "bytes": 30, "tokens": 3},
            {"category": "crawled", "name": "B", "bytes": 10},
        ],
    },
    dataset={"name": "mix", "version": "7"},
)


def test_what_merged_records_say_of_a_name_is_not_said_of_the_others_in_them() -> None:
    facts = gather([MERGED])
    parts = facts.category("public_dataset").by_name
    assert parts["mix"].statements("source.link") == {"https://example.org/mix": 1}
    assert parts["mix"].statements("dataset.version") == {"7": 1}
    for path in ("source.link", "source.description", "source.selection", "dataset.version"):
        assert parts["A"].statements(path) == {}, path
        assert facts.category("crawled").statements(path) == {}, path
    assert parts["A"].statements("source.geography") == {"Europe": 1}
    assert facts.category("crawled").statements("source.geography") == {}


def test_merged_records_are_listed_by_what_is_in_them() -> None:
    document = summarise(filing(MERGED))
    assert listed(document, "2.1.c") == {"A": "", "mix": "https://example.org/mix"}


@pytest.mark.parametrize(
    ("version", "named"),
    [
        ("CC-MAIN-2025-18", True),
        ("CC-MAIN-2013-20, CC-MAIN-2014-10", True),
        ("v1", False),
        ("", False),
    ],
)
def test_common_crawl_names_its_snapshots(version: str, named: bool) -> None:
    dataset = {"name": "cc", **({"version": version} if version else {})}
    source = {"link": "https://commoncrawl.org", "selection": "Pages in French."}
    document = summarise(filing(public("Common Crawl", source=source, dataset=dataset)))
    messages = [gap.message for gap in gaps(document, "2.1.c") if gap.severity == "missing"]
    assert any("snapshots" in message for message in messages) is not named
    if version:
        assert rows(document, "2.1.c")["Snapshot"] == version


def test_a_dataset_without_a_period_says_that_it_is_not_known() -> None:
    document = summarise(filing(public("x", source={"description": "Words."})))
    assert rows(document, "2.1.c")["Collected"] == "not known"


def test_a_dataset_is_reported_in_one_category() -> None:
    document = summarise(filing(public("x"), group("crawled", "x")))
    assert any("reports it once" in gap.message for gap in gaps(document, "2.1.c"))
    made = [{"provider": "P", "model": "M", "role": "generator"}]
    document = summarise(filing(public("x"), group("synthetic", "x", generator=made)))
    assert not any("reports it once" in gap.message for gap in gaps(document, "2.1.c"))


def test_a_description_says_what_the_form_asks_and_what_is_not_known() -> None:
    facts = gather([group("public_dataset", "x", 4)])
    assert {row.label: row.text for row in described(facts).rows} == {
        "Modalities": "Text.",
        "Types of content": "Not known.",
        "Copyright in the content": "Not known.",
        "Personal data in the content": "Not known.",
        "Machine-generated content": "Not known.",
        "Languages": "Not known.",
        "Period of collection": "Not known.",
    }


def test_a_description_tells_the_nature_of_the_content() -> None:
    one = group(
        "public_dataset",
        "x",
        3,
        modality=["image", "text"],
        languages=["fr", "en"],
        rights={"licence": "CC-BY-4.0", "copyright": "© the authors"},
        processing={"personal_data": "names were masked"},
        generator=[{"provider": "P", "model": "M", "role": "rewriter"}],
        source={"content_types": ["letters"], "period": {"start": "2001-02", "end": "2003-04"}},
    )
    told = {row.label: row.text for row in described(gather([one])).rows}
    assert told["Modalities"] == "Text and images."
    assert told["Types of content"] == "Letters."
    assert told["Copyright in the content"] == "Licensed under CC-BY-4.0. © the authors."
    assert told["Personal data in the content"] == "Names were masked."
    assert told["Machine-generated content"].startswith("Models generated, rewrote or translated")
    assert told["Languages"] == "English and French."
    assert told["Period of collection"] == "02/2001 to 04/2003."
    partly = {r.label: r.text for r in described(gather([one, group("public_dataset", "y")])).rows}
    assert partly["Types of content"] == "Letters; not known for 1 of 4\u00a0records."
    assert partly["Machine-generated content"].endswith(
        "in 3 of 4\u00a0records; not known for the others."
    )


@pytest.mark.parametrize(
    ("role", "made"), [("generator", True), ("judge", False), ("filter", False)]
)
def test_only_models_that_write_make_content_machine_generated(role: str, made: bool) -> None:
    one = group("public_dataset", "x", generator=[{"provider": "P", "model": "M", "role": role}])
    (row,) = [r for r in described(gather([one])).rows if r.label.startswith("Machine")]
    assert (row.text == "Not known.") is not made


def test_the_provider_s_own_words_on_nature_take_the_place_of_not_known() -> None:
    small = public("s", 1)
    profile = {"describe": {"public_nature": "Protected by copyright."}}
    document = summarise(filing(public("big", 1000), small, profile=profile))
    told = rows(document, "2.1.d")
    assert told["Nature of the content"] == "Protected by copyright."
    assert not {label for label in told if label.endswith("in the content")}


def test_small_datasets_are_named_only_where_shares_are_shown() -> None:
    groups = (public("big", 1000), public("small", 1))
    assert "small" not in repr(summarise(filing(*groups)).field("2.1.d"))
    shown = summarise(filing(*groups, profile={"show": {"sizes": "shares"}}))
    assert rows(shown, "2.1.d")["Datasets"] == "small."
    assert rows(shown, "2.1.c")["Share of all public text"] == "99.9\u00a0%, by tokens"


def test_digests_stand_for_the_datasets_that_are_named() -> None:
    given = filing(public("big", 1000), public("small", 1), group("private_third_party", "hidden"))
    digests = {name: f"sha256:{name}" for name in ("big", "small", "hidden")}
    document = summarise(replace(given, facts=gather(given.facts.groups, None, (), digests)))
    assert rows(document, "2.1.e") == {"big": "1\u00a0file, sha256:big"}
    assert "sha256:hidden" not in repr(document)
    assert "sha256:small" not in repr(document)
    known = group("private_third_party", "known", source={"publicly_known": True})
    document = summarise(filing(known))
    assert rows(document, "2.2.2.e") == {}


def test_counting_rules_stand_beside_the_sizes() -> None:
    tokenizer = {"name": "bpe", "version": "2", "digest": "sha256:00"}
    sound = group("other", "a", modality=["audio"], measures={"bytes": 1, "audio_milliseconds": 1})
    field = summarise(filing(group("other", "x", tokenizer=tokenizer), sound)).field("1.3.g")
    text = repr(field.values)
    assert "bpe 2 (sha256:00)" in text
    assert "no sampling rate" in text
    assert "compressed" not in text, "no size in bytes stands in it"
    bare = summarise(filing(group("other", "x", measures={"bytes": 1}))).field("1.3.g")
    assert "compressed where they are compressed" in repr(bare.values)
    assert "sampling" not in repr(summarise(filing(public("x"))).field("1.3.g"))


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (0, "less than 1 kB"),
        (999, "less than 1 kB"),
        (1000, "between 1\u00a0kB and 10\u00a0kB"),
        (9_999_999, "between 1\u00a0MB and 10\u00a0MB"),
        (10**13, "between 10\u00a0TB and 100\u00a0TB"),
        (10**15 - 1, "between 100\u00a0TB and 1\u00a0PB"),
    ],
)
def test_an_approximate_size_lies_between_powers_of_ten(value: int, told: str) -> None:
    assert byte_range(value) == told


def test_a_size_that_other_modalities_share_is_not_told_in_bytes() -> None:
    both = group("other", "x", modality=["image", "text"], measures={"bytes": 9_000_000})
    assert size(gather([both]), "text") == "text, not counted"
    assert (
        size(gather([group("other", "t", measures={"bytes": 9_000})]), "text")
        == "9\u00a0kB of text"
    )


def test_what_most_records_say_comes_first_and_the_rest_is_counted() -> None:
    said = {f"way {n:02d}": n for n in range(1, 16)}
    told = most_said(said)
    assert told[0] == "Way 15."
    assert len(told) == 13
    assert told[-1] == "On record besides: 3\u00a0further statements."


def test_languages_have_names_and_the_union_s_are_known_by_two_and_three_letters() -> None:
    assert len(EU_OFFICIAL) == len(ISO_639_3) == 24
    assert set(ISO_639_3.values()) == set(EU_OFFICIAL)
    assert not set(EU_OFFICIAL) & set(OTHERS)
    assert is_official("fra")
    assert is_official("pt-BR")
    assert not is_official("und")
    assert names(["deu", "de-AT", "tlh"]) == ["German", "tlh"]
    document = summarise(filing(group("other", "x", languages=["deu", "fr"])))
    assert rows(document, "1.3.e") == {
        "Official languages of the European Union (2 of 24)": "French and German"
    }


def test_percentages_and_modalities_in_words() -> None:
    assert (percent(0), percent(5), percent(1000)) == ("0.0\u00a0%", "0.5\u00a0%", "100.0\u00a0%")
    assert [modality_word(m) for m in ("text", "image", "other")] == [
        "text",
        "images",
        "other data",
    ]


def test_a_private_dataset_that_is_known_needs_a_link_and_a_version() -> None:
    known = group("private_third_party", "known", source={"publicly_known": True})
    document = summarise(filing(known))
    assert [gap.message for gap in gaps(document, "2.2.2.c")] == [
        "when known was collected is not stated",
        "no link to information on known is stated",
        "no version of known is stated",
    ]


def test_a_link_that_can_be_followed_comes_first_and_another_is_pointed_out() -> None:
    followed = public("x", source={"link": "https://example.org/x"})
    vague = public("x", source={"link": "ask the library"})
    document = summarise(filing(followed, vague))
    assert listed(document, "2.1.c") == {"x": "https://example.org/x"}
    assert rows(document, "2.1.c")["Further links"] == "ask the library"
    (gap,) = [g for g in gaps(summarise(filing(vague)), "2.1.c") if "no web address" in g.message]
    assert gap.remedy.startswith("ledger correct --dataset x --set source.link=URL")


@pytest.mark.parametrize(
    ("stages", "told"),
    [(["evaluation"], True), (["evaluation", "pretraining"], False), (["pretraining"], False)],
)
def test_data_for_evaluation_alone_is_no_training_data(stages: list[str], told: bool) -> None:
    document = summarise(filing(public("x", stages=stages)))
    assert any("evaluation" in gap.message for gap in gaps(document, "1.3.b")) is told
