"""Disclosures: what is asked is shown and counted, and each lie is told by its name."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.checkpoint.trust import Trust
from ledger.client.client import Ledger
from ledger.client.disclosing import Disclosed, Question, disclose
from ledger.errors import InputError, LedgerError, MalformedError, NotFoundError, VerificationError
from ledger.proof.evidence import Evidence, FieldsOpening
from ledger.proof.package import DISCLOSURE as KIND
from ledger.proof.package import read_package, write_package
from ledger.query.disclosure import COVER, DISCLOSURE, NAMES, SECTIONS, Disclosure
from ledger.query.disclosure_check import VerifiedDisclosure, verify_disclosure
from ledger.record.canonical import encode
from ledger.summary.disclosure_page import completeness_line, cover_page
from ledger.tree.hashing import Hash

Members = dict[str, bytes]
Lie = Callable[[Members], Members]

SYNTHETIC = "source.category=synthetic"
OPENAI = "source.category=synthetic and generator.provider=OpenAI"


def add(ledger: Ledger, folder: Path, name: str, *settings: str) -> None:
    """Record three shards of a dataset."""
    (folder / name).mkdir(exist_ok=True)
    for number in range(3):
        (folder / name / f"{number}.txt").write_text(f"{name} {number}")
    ledger.add(folder / name, set=[f"dataset.name={name}", "modality=text", *settings])


def made_by(provider: str, model: str) -> tuple[str, ...]:
    """Return the settings of a synthetic dataset."""
    parts = (f"provider={provider}", f"model={model}", "role=generator")
    return "source.category=synthetic", *(f"generator.0.{part}" for part in parts)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A ledger with a release of twelve records, one of them corrected, and its summary."""
    folder = tmp_path_factory.mktemp("disclosing")
    with Ledger.create(folder, origin="lab.example/log") as made:
        add(made, folder, "books", "source.category=public_dataset")
        add(made, folder, "web", "source.category=crawled")
        add(made, folder, "gpt", *made_by("OpenAI", "gpt-4o"))
        add(made, folder, "claude", *made_by("Anthropic", "claude"))
        made.release("Example-1", datasets=["books", "web", "gpt", "claude"])
        made.release("Example-0", datasets=["books"])
        wrong = next(made.find(dataset="gpt"))
        made.correct(wrong.id, reason="the licence was missing", set=["rights.licence=MIT"])
        made.summary("Example-1", folder=folder)
        yield made


@pytest.fixture(scope="module")
def trust(ledger: Ledger) -> Trust:
    """The ledger's own trust."""
    return Trust.parse(ledger.home.trust.read_bytes())


@pytest.fixture(scope="module")
def proved(ledger: Ledger) -> Disclosed:
    """All synthetic records, proved to be all."""
    return ledger.disclose(SYNTHETIC, fields=["content"], release="Example-1")


def asked(where: str, *fields: str, **more: bool) -> Question:
    """Return a question about the release."""
    return Question(where=where, fields=fields or ("content",), release="Example-1", **more)


def verified(data: bytes, trust: Trust) -> VerifiedDisclosure:
    """Return what a package proves."""
    return verify_disclosure(read_package(data), trust)


def test_sections_prove_by_count_that_none_is_missing(proved: Disclosed, trust: Trust) -> None:
    found = verified(proved.data, trust)
    assert found.level == "proved"
    assert len(found.records) == 6
    assert not found.others
    assert found.count is not None
    assert {one.name: one.root.count for one in found.count.trees} == {"synthetic.text": 6}
    assert [step.name for step in found.steps][4:] == [
        "Package",
        "Query",
        "Statement",
        "Leaves",
        "Completeness",
    ]


def test_a_corrected_record_is_shown_as_it_stood_in_the_summary(
    ledger: Ledger, proved: Disclosed, trust: Trust
) -> None:
    newest = {one.id for one in ledger.find(dataset="gpt")}
    found = verified(proved.data, trust)
    assert newest < {one.id for one in found.records}
    assert not [text for text in found.warnings if "superseded" in text]


def test_models_are_a_promise_without_the_key_of_names_and_a_proof_with_it(
    ledger: Ledger, trust: Trust
) -> None:
    promised = verified(disclose(ledger, asked(OPENAI)).data, trust)
    assert (promised.level, len(promised.records)) == ("promised", 3)
    assert any("signed promise" in text for text in promised.warnings)
    shown = verified(disclose(ledger, asked(OPENAI, name_key=True)).data, trust)
    assert (shown.level, len(shown.records)) == ("proved", 3)
    assert not [text for text in shown.warnings if "promise" in text]


def test_nothing_is_shown_of_records_that_were_not_asked_for(ledger: Ledger, trust: Trust) -> None:
    made = disclose(ledger, asked("dataset.name=gpt"))
    found = verified(made.data, trust)
    assert (found.level, found.disclosure.reason, len(found.others)) == ("stated", "others", 0)
    assert b"claude" not in made.data


def test_others_make_the_count_whole_and_show_only_what_the_query_reads(
    ledger: Ledger, trust: Trust
) -> None:
    found = verified(disclose(ledger, asked("dataset.name=gpt", others=True)).data, trust)
    assert (found.level, len(found.records), len(found.others)) == ("proved", 3, 9)
    for one in found.others:
        names = [field.name for field in one.opening.fields]  # type: ignore[union-attr]
        assert names == ["dataset"]


def test_a_field_that_is_not_there_is_shown_to_be_absent(ledger: Ledger, trust: Trust) -> None:
    query = "not generator.provider=OpenAI"
    found = verified(disclose(ledger, asked(query, others=True)).data, trust)
    assert (found.level, len(found.records), len(found.others)) == ("proved", 9, 3)


def test_without_a_statement_it_is_the_word_of_the_lab(ledger: Ledger, trust: Trust) -> None:
    question = Question(where="modality=text", fields=("content",))
    found = verified(disclose(ledger, question).data, trust)
    assert (found.level, found.disclosure.reason) == ("stated", "no-release")
    assert len(found.records) == 12
    found = verified(disclose(ledger, replace(question, release="Example-0")).data, trust)
    assert (found.disclosure.reason, len(found.records)) == ("no-statement", 3)
    assert any("is what the signer says" in text for text in found.warnings)


@pytest.mark.parametrize(
    ("question", "error", "message"),
    [
        (asked("modality=audio"), InputError, "selects no record of the training set of Example-1"),
        (asked("generator.provider=openai"), InputError, "selects no record"),
        (Question(where="modality=audio", fields=("content",)), InputError, "of this ledger"),
        (asked(SYNTHETIC, "contents"), InputError, "no field 'contents'; did you mean 'content'"),
        (asked(OPENAI, "domains"), InputError, "none of the 3 records .* has a field 'domains'"),
        (replace(asked(SYNTHETIC), release="Exampel-1"), NotFoundError, "did you mean 'Example-1'"),
        (
            Question(where=SYNTHETIC, fields=("content",), others=True),
            InputError,
            "counted in the training set of a release",
        ),
    ],
)
def test_what_cannot_be_answered(
    ledger: Ledger, question: Question, error: type[LedgerError], message: str
) -> None:
    with pytest.raises(error, match=message):
        disclose(ledger, question)


def test_records_erased_since_are_counted_and_told(tmp_path: Path) -> None:
    with Ledger.create(tmp_path, origin="lab.example/log") as made:
        add(made, tmp_path, "gpt", *made_by("OpenAI", "gpt-4o"))
        made.release("Example-1", datasets=["gpt"])
        made.summary("Example-1", folder=tmp_path)
        gone, wrong, _ = made.find(dataset="gpt")
        made.erase(gone.id, reason="asked to")
        made.correct(wrong.id, reason="another model", set=["generator.0.model=gpt-5"])
        found = disclose(made, asked(SYNTHETIC)).proves
    assert (found.level, len(found.records), found.silent) == ("promised", 2, (gone.id,))
    assert len(found.superseded) == 1
    page = cover_page(found)
    assert "erased since" in page
    assert "another model" in page


def test_the_cover_says_what_the_package_proves(proved: Disclosed) -> None:
    page = cover_page(proved.proves)
    assert read_package(proved.data).members[COVER].decode() == page
    assert "Complete, and shown to be by count" in page
    assert completeness_line(proved.proves) in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def changed(name: str, change: Callable[[bytes], bytes]) -> Lie:
    """Return the lie that changes one file."""
    return lambda members: {**members, name: change(members[name])}


def restated(**changes: object) -> Lie:
    """Return the lie that states something else."""
    return changed(
        DISCLOSURE,
        lambda data: replace(Disclosure.from_bytes(data), **changes).to_bytes(),  # type: ignore[arg-type]
    )


def without_record(members: Members) -> Members:
    """Leave a record out of the evidence, and count one less."""
    evidence = Evidence.from_bytes(members["evidence-1.json"])
    entries, left = [], False
    for entry in evidence.entries:
        kept = entry.records
        if not left and isinstance(kept[-1].opening, FieldsOpening):
            kept, left = kept[:-1], True
        entries.append(replace(entry, records=kept))
    fewer = replace(evidence, entries=tuple(entries)).to_bytes()
    return restated(records=5)({**members, "evidence-1.json": fewer})


def relabelled(data: bytes) -> bytes:
    """Give a section that is not opened another hash."""
    value = json.loads(data)
    value["sections"]["crawled.text"]["hash"] = Hash(bytes(32)).hex()
    return encode(value) + b"\n"


TREE = "trees/synthetic.text.jsonl"
LIES: Mapping[str, tuple[Lie, str]] = {
    "a record left out": (without_record, "does not show the record that stood in its place"),
    "a leaf left out": (
        changed(TREE, lambda data: b"".join(data.splitlines(keepends=True)[:-1])),
        "has 6 leaves, and 5 are opened",
    ),
    "leaves in another order": (
        changed(TREE, lambda data: b"".join(reversed(data.splitlines(keepends=True)))),
        "does not come after",
    ),
    "a leaf with other counters": (
        changed(TREE, lambda data: data.replace(b'"values":["', b'"values":["1', 1)),
        "root",
    ),
    "another query": (
        restated(where="source.category=crawled"),
        "no record in the package is one that the query is about",
    ),
    "a wider query": (
        restated(where="source.category in (synthetic, crawled)"),
        "does not open every tree that may hold such records: crawled.text is closed",
    ),
    "another number": (restated(records=7), "states 7 records and 0 others, and shows 6 and 0"),
    "another release": (restated(release="Example-0"), "is about 'Example-0'"),
    "erased ones that are not": (restated(silent=1), "states 1 erased records, and has 0"),
    "another section": (changed(SECTIONS, relabelled), "sections lead to the root"),
    "a tree that is not there": (
        lambda members: {name: data for name, data in members.items() if name != TREE},
        "and the package has those of none",
    ),
    "a file too many": (lambda members: {**members, "more.json": b""}, "has no member 'more.json'"),
    "no cover": (
        lambda members: {name: data for name, data in members.items() if name != COVER},
        "has a member 'cover.html'",
    ),
    "half a file": (changed(SECTIONS, lambda data: data[:100]), "sections.json is canonical JSON"),
}


@pytest.mark.parametrize("name", LIES)
def test_a_lie_that_the_lab_signs_is_told_by_its_name(
    ledger: Ledger, proved: Disclosed, trust: Trust, name: str
) -> None:
    lie, message = LIES[name]
    members = lie(dict(read_package(proved.data).members))
    data = write_package(KIND, ledger.origin, members, ledger.producer)
    with pytest.raises((VerificationError, MalformedError), match=message):
        verified(data, trust)


def test_a_promise_is_no_proof(ledger: Ledger, trust: Trust) -> None:
    promised = disclose(ledger, asked(OPENAI))
    members = restated(level="proved")(dict(read_package(promised.data).members))
    data = write_package(KIND, ledger.origin, members, ledger.producer)
    with pytest.raises(VerificationError, match="completeness is proved, and it is only promised"):
        verified(data, trust)


def test_another_key_of_names_proves_nothing(ledger: Ledger, trust: Trust) -> None:
    made = disclose(ledger, asked(OPENAI, name_key=True))

    def other(data: bytes) -> bytes:
        return encode({**json.loads(data), "name_key": "00" * 32}) + b"\n"

    members = changed(NAMES, other)(dict(read_package(made.data).members))
    data = write_package(KIND, ledger.origin, members, ledger.producer)
    with pytest.raises(VerificationError, match="not the one that the summary record commits to"):
        verified(data, trust)
