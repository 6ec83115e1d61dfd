"""Questions of one's own: what a file may say, whose answers it takes, what is wrong with it."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from ledger.errors import MalformedError
from ledger.summary.document import Document, Labelled, Text, Unstated, YesNo
from ledger.summary.document_json import from_bytes, to_bytes
from ledger.summary.eu import summarise
from ledger.summary.facets import FACETS
from ledger.summary.filing import Filing
from ledger.summary.questionnaire import ASKED
from ledger.summary.questionnaire_file import OWN, check_questionnaire
from tests.summary.example import CRAWL, FINEWEB, SYNTHETIC, example, filing, group
from tests.summary.regime_example import full, plain

EXAMPLE = Path(__file__).parents[2] / "docs" / "regulations" / "distillation-hearing.yaml"
DIGEST = "sha256:" + "1c" * 32

QUESTIONS: dict[str, Any] = {
    "title": "Questions of a customer",
    "sections": [
        {
            "title": "Data",
            "questions": [
                {"id": "A1", "label": "Which languages?", "answer": {"facts": "languages"}},
                {"id": "A2", "label": "Which crawlers?", "answer": [{"eu": "2.3.b"}]},
            ],
        }
    ],
}


def asking(*origins: dict[str, str]) -> dict[str, Any]:
    """Return a questionnaire of one question, `Q`, with these origins."""
    one = {"id": "Q", "label": "What?", "answer": list(origins)}
    return {"title": "t", "sections": [{"title": "s", "questions": [one]}]}


def fill(mapping: object, given: Filing) -> Document:
    regime = check_questionnaire(mapping, name="ours", digest=DIGEST).regime
    return regime.fill(given)


def test_the_document_says_what_was_asked_by_whom_and_when_it_was_answered() -> None:
    document = fill(QUESTIONS, example())
    assert (document.template, document.template_number) == ("ours", DIGEST)
    assert document.title == "Questions of a customer"
    assert document.standing == OWN
    assert document.legal_basis == ASKED
    assert [section.id for section in document.sections] == ["document", "1"]
    assert [field.id for field in document.sections[1].fields] == ["A1", "A2"]
    assert from_bytes(to_bytes(document)) == document


def test_a_questionnaire_may_say_all_of_itself() -> None:
    mapping = {
        **QUESTIONS,
        "name": "customer-7",
        "occasion": "Annex 3 of the contract",
        "standing": "Asked by the customer.",
        "public": True,
    }
    checked = check_questionnaire(mapping, name="ours", digest=DIGEST)
    document = checked.regime.fill(example())
    assert document.template == "customer-7"
    assert (document.legal_basis, document.standing) == (
        "Annex 3 of the contract",
        "Asked by the customer.",
    )
    assert checked.regime.public
    assert not check_questionnaire(QUESTIONS, name="ours", digest=DIGEST).regime.public


@pytest.mark.parametrize("field", ["1.3.b", "2.1.c", "2.3.b", "2.5.c", "3.3.a"])
def test_an_answer_of_the_eu_form_comes_with_all_that_it_rests_on(field: str) -> None:
    official = summarise(example()).field(field)
    taken = fill(asking({"eu": field}), example()).field("Q")
    assert (taken.values, taken.rests_on) == (official.values, official.rests_on)


def test_gaps_of_the_eu_form_become_those_of_the_question() -> None:
    document = fill(asking({"eu": "3.1.b"}), filing(FINEWEB))
    theirs = [gap for gap in summarise(filing(FINEWEB)).gaps if gap.field == "3.1.b"]
    assert [(gap.field, gap.message) for gap in document.gaps if gap.field == "Q"] == [
        ("Q", gap.message) for gap in theirs
    ]


def test_a_field_that_hangs_on_an_open_one_is_open_with_a_way_out() -> None:
    document = fill(asking({"eu": "2.3.c"}), filing(FINEWEB))
    (gap,) = [gap for gap in document.gaps if gap.field == "Q"]
    assert (gap.severity, gap.remedy) == ("missing", "ledger check m-1")


def test_the_providers_words_and_answers_are_taken_as_they_are() -> None:
    field = fill(asking({"profile": "confirm.private_licensed"}), example()).field("Q")
    assert field.values == (YesNo(False),)
    field = fill(asking({"profile": "rights_reservations.measures"}), example()).field("Q")
    assert isinstance(field.values[0], Text)
    assert len(field.values[0].paragraphs) == 2
    given = filing(
        FINEWEB,
        release={"release": {"name": "m"}, "statements": {"describe.languages": "Latin."}},
        profile={"describe": {"languages": "English."}},
    )
    field = fill(asking({"profile": "describe.languages"}), given).field("Q")
    assert field.values == (Text(("Latin.",)),)
    assert field.rests_on[0].owner == "release"


def test_what_nobody_said_is_a_gap_unless_another_origin_answers() -> None:
    alone = fill(asking({"profile": "describe.other_sources"}), example())
    assert isinstance(alone.field("Q").values[0], Unstated)
    assert [(gap.severity, gap.remedy) for gap in alone.gaps if gap.field == "Q"] == [
        ("missing", "set describe.other_sources in provider.yaml")
    ]
    both = asking({"profile": "describe.other_sources"}, {"facts": "modality"})
    document = fill(both, example())
    assert document.field("Q").values == (Text(("text and images",)),)
    assert [gap.severity for gap in document.gaps if gap.field == "Q"] == ["advice"]


def test_answers_below_each_other_keep_apart_what_each_rests_on() -> None:
    mapping = asking({"facts": "modality"}, {"profile": "provider.name"}, {"eu": "2.1.c"})
    field = fill(mapping, example()).field("Q")
    places = {support.what: support.of for support in field.rests_on}
    assert places["modality"] == (0,)
    assert places["provider.name"] == (1,)
    assert places["source"] == (2,)


@pytest.mark.parametrize("facet", FACETS)
def test_every_facet_answers_from_records_and_is_open_without_any(facet: str) -> None:
    answered = fill(asking({"facts": facet}), example()).field("Q")
    assert not isinstance(answered.values[0], Unstated)
    assert all(support.owner == "ledger" for support in answered.rests_on)
    empty = fill(asking({"facts": facet}), filing())
    assert all(isinstance(value, Unstated) for value in empty.field("Q").values)
    assert [gap for gap in empty.gaps if gap.field == "Q" and gap.severity == "missing"]


def hearing() -> dict[str, Any]:
    mapping: dict[str, Any] = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    return mapping


TERMS = "sha256:" + "e3" * 32
TAUGHT = group(
    "synthetic",
    "traces",
    5,
    generator=[
        {
            "provider": "Alibaba Cloud",
            "model": "Qwen3-32B",
            "role": "generator",
            "on_eu_market": True,
            "terms": [TERMS],
            "period": {"start": "2026-02-03", "end": "2026-03-09"},
        },
        {"provider": "Other Lab", "model": "Judge-2", "role": "judge"},
    ],
    measures={"bytes": 9000, "tokens": 1_234_567_890},
)


def test_the_hearings_questions_are_answered_from_records() -> None:
    document = fill(hearing(), filing(TAUGHT, FINEWEB))
    assert document.field("T1").values[0] == YesNo(True)
    assert "Judge-2" in plain(document.field("T2"))
    (periods,) = document.field("Q3").values
    (terms,) = document.field("U1").values
    assert isinstance(periods, Labelled)
    assert isinstance(terms, Labelled)
    assert [row.text for row in periods.rows] == ["2026-02-03 to 2026-03-09", "not known"]
    assert [row.text for row in terms.rows] == [TERMS, "terms not known"]
    messages = [gap.message for gap in document.gaps if gap.field in ("Q3", "U1")]
    assert messages == [
        "no record says when Judge-2 was used",
        "no record names the terms under which Judge-2 was used",
    ]


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ("ranges", "1 billion to 10 trillion tokens"),
        ("shares", "1 billion to 10 trillion tokens; 100.0 % of all bytes"),
        ("figures", "1234567890 tokens; 100.0 % of all bytes"),
    ],
)
def test_how_much_each_model_made_follows_what_the_provider_shows(sizes: str, shown: str) -> None:
    document = fill(hearing(), filing(TAUGHT, profile={"show": {"sizes": sizes}}))
    amounts, _ = document.field("Q1").values
    assert isinstance(amounts, Labelled)
    assert plain(amounts.rows[1].text) == repr(shown)
    assert ("1234567890" in plain(document)) == (sizes == "figures")


def test_what_others_made_and_published_was_made_by_a_model_too() -> None:
    model = {"provider": "p", "model": "m", "role": "rewriter"}
    public = group("public_dataset", "rewritten", 4, generator=[model])
    asked = asking({"facts": "machine_made"})
    yes, rows = fill(asked, filing(public, FINEWEB)).field("Q").values
    assert yes == YesNo(True)
    assert "Publicly available datasets" in plain(rows)
    assert "in 4 records" in plain(rows)
    merged = group(
        "synthetic",
        "mixed",
        3,
        generator=[model],
        source={"breakdown": [{"category": "crawled"}, {"category": "synthetic"}]},
    )
    _, rows = fill(asked, filing(merged)).field("Q").values
    assert "web" not in plain(rows)
    assert "in 3 records" in plain(rows)
    filtered = group("public_dataset", "x", generator=[{**model, "role": "filter"}])
    denied = filing(filtered, profile={"confirm": {"synthetic": False}})
    assert isinstance(fill(asked, denied).field("Q").values[0], Unstated)


def test_a_generator_that_is_not_known_is_counted() -> None:
    secret = group("synthetic", "x", 4, generator="unknown")
    document = fill(asking({"facts": "generators"}), filing(secret, SYNTHETIC))
    (gap,) = [gap for gap in document.gaps if gap.field == "Q"]
    assert "4\u00a0records" in gap.message


def changed(path: list[Any], value: Any) -> dict[str, Any]:
    """Return the questions with one place exchanged; None takes it out."""
    mapping = deepcopy(QUESTIONS)
    place: Any = mapping
    for step in path[:-1]:
        place = place[step]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return mapping


FIRST = ["sections", 0, "questions", 0]


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        (
            None,
            "the file: expected name, title, occasion, standing, public, sections, found nothing",
        ),
        ([], "the file: expected name, title"),
        (changed(["title"], None), "the file: title is missing"),
        (changed(["titel"], "x"), "the file: there is no 'titel'; did you mean title?"),
        (changed(["title"], ""), "title: empty"),
        (changed(["title"], 7), "title: expected a text, found 7; quote it"),
        (changed(["title"], "a\0b"), "title: holds a control characte"),
        (changed(["title"], "x" * 2001), "title: 2001 characters; at most 2000"),
        (changed(["name"], "eu"), "name: 'eu' is a template already"),
        (changed(["name"], "Our Form"), "name: 'Our Form' is none; expected lower-case"),
        (changed(["public"], "perhaps"), "public: expected yes or no, found 'perhaps'"),
        (changed(["sections"], []), "sections: expected a list of at least one, found []"),
        (changed(["sections", 0, "questions"], None), "sections[1]: questions is missing"),
        (changed([*FIRST, "label"], None), "sections[1].questions[1]: label is missing"),
        (changed([*FIRST, "id"], "A2"), "the id 'A2' is that of another question"),
        (changed([*FIRST, "id"], "version"), "the id 'version' is that of another question"),
        (changed(["sections", 0, "id"], "document"), "the id 'document' is that of another sec"),
        (changed([*FIRST, "id"], "a b"), "expected letters and digits such as A1 or 2.b"),
        (changed([*FIRST, "id"], 1), "questions[1].id: expected a text, found 1; quote it"),
        (changed([*FIRST, "answer"], []), "answer: expected a list of at least one"),
        (changed([*FIRST, "answer"], {}), "answer: expected one of facts, eu, profile"),
        (
            changed([*FIRST, "answer"], {"facts": "modality", "eu": "1.3.a"}),
            "answer: expected one of facts, eu, profile in each place",
        ),
        (changed([*FIRST, "answer"], {"fact": "x"}), "there is no 'fact'; did you mean facts?"),
        (
            changed([*FIRST, "answer"], {"eu": "2.1.z"}),
            "eu: there is no '2.1.z'; did you mean 2.1.",
        ),
        (
            changed([*FIRST, "answer"], {"facts": "language"}),
            "facts: there is no 'language'; did you mean languages?",
        ),
        (
            changed([*FIRST, "answer"], {"profile": "describe.crawled_contents"}),
            "did you mean describe.crawled_content?",
        ),
        (changed([*FIRST, "answer"], {"eu": 2.1}), "eu: expected a text, found 2.1; quote it"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_where_it_is(mapping: object, message: str) -> None:
    with pytest.raises(MalformedError) as caught:
        check_questionnaire(mapping, name="ours", digest=DIGEST)
    assert message in str(caught.value)


def test_more_questions_than_anybody_reads_are_refused() -> None:
    section = QUESTIONS["sections"][0]
    one = section["questions"][0]
    many = [{**one, "id": f"Q{number}"} for number in range(201)]
    with pytest.raises(MalformedError, match=r"questions: 201 places; at most 200"):
        check_questionnaire(changed(["sections", 0, "questions"], many), name="o", digest=DIGEST)
    parts = [
        {**section, "questions": [{**one, "id": f"Q{part}-{at}"} for at in range(200)]}
        for part in range(3)
    ]
    with pytest.raises(MalformedError, match="603 questions; at most 500"):
        check_questionnaire(changed(["sections"], parts), name="o", digest=DIGEST)


def test_a_file_that_grows_by_its_aliases_is_refused_at_once() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 20)]
    bomb = yaml.safe_load("\n".join(lines))
    with pytest.raises(MalformedError, match="title: expected a text, found a list; quote it"):
        check_questionnaire(changed(["title"], bomb["a19"]), name="o", digest=DIGEST)


def test_text_that_tries_to_be_markup_or_a_formula_stays_text() -> None:
    hostile = "#read(\"/etc/passwd\") {{ 7*7 }} =cmd|' /C calc'!A0 <script>"
    document = fill(changed(["title"], hostile), example())
    assert document.title == hostile


def test_the_full_example_answers_the_whole_hearing() -> None:
    document = fill(hearing(), full())
    assert {field.id for field in document.fields()} >= {"T1", "T2", "T3", "T4", "L1"}
    assert not isinstance(document.field("T3").values[0], Unstated)
    assert CRAWL.source["crawl"]["crawlers"][0]["name"] not in plain(document.field("T2"))
