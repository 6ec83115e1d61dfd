"""The list of domains in a summary, proven to be the top of the ranking that was committed to."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.capture import DomainColumn
from ledger.checkpoint.trust import Trust
from ledger.cli.verify_document import summary_details
from ledger.cli.verify_ranking import with_ranking
from ledger.client.client import Ledger
from ledger.client.ranking import with_list
from ledger.client.versions import read_form, versions
from ledger.errors import InputError, LedgerError, MalformedError, VerificationError
from ledger.proof.verify import StepFailedError
from ledger.query.names import pseudonym
from ledger.query.sections import CRAWLED_RANK
from ledger.store.statements import KeptStatement
from ledger.summary.document import Document, Domains
from ledger.summary.ranking import (
    Ranking,
    check_names,
    check_ranking,
    list_of_domains,
)
from ledger.summary.verify import verify_summary
from ledger.tree.sums import SumNode

SIZES = {"a.example": 90, "none": 70, **{f"x{number:02}.example": 40 for number in range(14)}}
"""15 domains and what came from none: two are listed, and of fourteen equal ones there is one."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Document, KeptStatement]:
    """The form of a summary whose totals are published, and what opens its statement."""
    folder = tmp_path_factory.mktemp("ranking")
    path = folder / "crawl.jsonl"
    rows = (
        {"url": "" if name == "none" else f"https://www.{name}/", "text": "t" * size}
        for name, size in SIZES.items()
    )
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    with Ledger.create(folder / "lab", origin="lab.example/ranking") as ledger:
        ledger.home.profile.write_text("publication: {audit: sections}\n", encoding="utf-8")
        said = ["dataset.name=d", "source.category=crawled"]
        ledger.add(path, set=said, domains=DomainColumn("url"))
        ledger.release("m-1", datasets=["d"])
        ledger.summary("m-1", to=["jsonld"], folder=folder)
        (version,) = versions(ledger.store, "m-1", "eu")
        form = read_form(ledger.home, version)
        assert form is not None
        audit = version.record.record.fields["audit"]
        assert isinstance(audit, dict)
        kept = ledger.store.statements.find(bytes.fromhex(str(audit["root"])))
    return form, kept


@pytest.fixture
def form(made: tuple[Document, KeptStatement]) -> Document:
    return made[0]


@pytest.fixture
def table(made: tuple[Document, KeptStatement]) -> dict[str, SumNode]:
    return made[1].table()


def listed(form: Document) -> Domains:
    value = list_of_domains(form)
    assert value is not None
    return value


def changed(form: Document, value: Domains) -> Document:
    """Return the form with another list."""
    return with_list(form, listed(form), value)


def test_the_list_is_the_top_of_the_ranking(form: Document, table: dict[str, SumNode]) -> None:
    found = check_ranking(form, table)
    assert found is not None
    assert (found.listed, found.total, found.covered) == (2, 15, 130)
    assert found.bytes == sum(SIZES.values())


def test_the_share_of_bytes_is_printed(form: Document) -> None:
    permille = 1000 * 130 // sum(SIZES.values())
    assert (
        f"hold {permille / 10:.1f}\u00a0% of the bytes counted, rounded down." in listed(form).rule
    )


def test_of_equal_ones_the_first_by_pseudonym_is_listed(
    made: tuple[Document, KeptStatement],
) -> None:
    form, kept = made
    equal = [name for name, size in SIZES.items() if size == 40]
    first = min(equal, key=lambda name: pseudonym(kept.name_key, name))
    assert listed(form).names == ("a.example", first)


def test_what_came_from_no_domain_is_marked_and_not_listed(form: Document) -> None:
    lines = listed(form).proof
    assert [line.split(" ")[0] for line in lines if len(line.split(" ")) < 5] == ["90", "70", "40"]
    assert lines[1].endswith(" (none)")
    assert Ranking.of(lines).none == 1


def test_with_the_key_the_names_are_those_of_the_pseudonyms(
    made: tuple[Document, KeptStatement],
) -> None:
    form, kept = made
    value = listed(form)
    check_names(value, kept.name_key)
    other = replace(value, names=(value.names[0], "other.example"))
    with pytest.raises(VerificationError, match=r"other\.example is listed"):
        check_names(other, kept.name_key)
    with pytest.raises(VerificationError, match=r"a\.example is listed"):
        check_names(value, bytes(32))


def test_each_lie_about_the_list_has_its_message(form: Document, table: dict[str, SumNode]) -> None:
    value = listed(form)
    lines = value.proof
    lies: list[tuple[Domains, str]] = [
        (replace(value, proof=()), "has no proof"),
        (replace(value, names=value.names[:1]), "lists 1 domains, and its proof shows the first 2"),
        (replace(value, total=150), "there are 150 domains, and the ranking has 16 entries"),
        (replace(value, proof=(lines[1], lines[0], *lines[2:])), "does not come after"),
        (replace(value, proof=(f"1{lines[0]}", *lines[1:])), "leads to a root|does not come after"),
        (replace(value, proof=(*lines[:3], *lines[4:])), "leave . subtrees"),
        (replace(value, proof=("x", *lines)), "is no line of a ranking's proof"),
        (replace(value, proof=(*lines, lines[0])), "or too late"),
    ]
    for lie, message in lies:
        with pytest.raises(LedgerError, match=message):
            check_ranking(changed(form, lie), table)


def test_a_list_without_a_ranking_does_not_follow(form: Document) -> None:
    with pytest.raises(VerificationError, match="has no ranking of them"):
        check_ranking(form, {})


def test_another_ranking_is_not_this_one(form: Document, table: dict[str, SumNode]) -> None:
    root = table[CRAWLED_RANK]
    other = replace(root, sums=(root.sums[0] + 1,))
    with pytest.raises(VerificationError, match="leads to a root with sums"):
        check_ranking(form, {CRAWLED_RANK: other})


def test_lines_that_are_no_numbers_are_refused() -> None:
    for line in ("01 00 00", "1 xx 00", f"1 {'00' * 32} {'00' * 31}", "-1 00 00", "1 2 3 4"):
        with pytest.raises(MalformedError):
            Ranking.of([line])


def test_the_document_says_what_was_proven(tmp_path: Path) -> None:
    """The whole way: the file, its record's figures, and the words of the verdict."""
    path = tmp_path / "crawl.jsonl"
    rows = [{"url": f"x{n:02}.example", "text": "t" * (40 - n)} for n in range(20)]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    with Ledger.create(tmp_path / "lab", origin="lab.example/told") as ledger:
        ledger.home.profile.write_text("publication: {audit: counters}\n", encoding="utf-8")
        said = ["dataset.name=d", "source.category=crawled"]
        ledger.add(path, set=said, domains=DomainColumn("url"))
        ledger.release("m-1", datasets=["d"])
        made = ledger.summary("m-1", to=["html"], folder=tmp_path)
        trust = Trust.parse(ledger.home.trust.read_bytes())
        fields = ledger.show(made.id).record.fields
    found = verify_summary(made.files[0].read_bytes(), trust)
    assert found.ranking is not None
    assert found.ranking.told() == (
        "the list is the first 2 in the committed ranking of 20 domains, with 79 of 610 bytes"
    )
    figures = fields["figures"]
    assert isinstance(figures, dict)
    domains = figures["domains"]
    assert isinstance(domains, dict)
    assert domains["permille"] == found.ranking.permille == 129
    assert ("domains listed", f"proof: {found.ranking.told()}") in summary_details(found)


def test_a_sealed_summary_shows_nothing_of_the_ranking(tmp_path: Path) -> None:
    path = tmp_path / "crawl.jsonl"
    path.write_text('{"url": "a.example", "text": "x"}\n', encoding="utf-8")
    with Ledger.create(tmp_path / "lab", origin="lab.example/sealed") as ledger:
        said = ["dataset.name=d", "source.category=crawled"]
        ledger.add(path, set=said, domains=DomainColumn("url"))
        ledger.release("m-1", datasets=["d"])
        made = ledger.summary("m-1", to=["html"], folder=tmp_path)
    value = list_of_domains(made.document)
    assert value is not None
    assert (value.names, value.proof) == (("a.example",), ())
    assert "hold" not in value.rule


@pytest.fixture(scope="module")
def long_list(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a ledger, and a summary that lists more domains than carry a proof inside."""
    folder = tmp_path_factory.mktemp("long")
    rows = (f'{{"url": "x{n}.example", "text": "{n}"}}\n' for n in range(10_010))
    (folder / "crawl.jsonl").write_text("".join(rows), encoding="utf-8")
    with Ledger.create(folder, origin="lab.example/long") as ledger:
        ledger.home.profile.write_text("publication: {audit: sections}\n", encoding="utf-8")
        said = ["dataset.name=d", "source.category=crawled"]
        ledger.add(folder / "crawl.jsonl", set=said, domains=DomainColumn("url"))
        ledger.release("m-1", datasets=["d"])
        made = ledger.summary("m-1", to=["jsonld"], folder=folder)
    assert [path.name for path in made.attachments] == ["m-1-summary-v1-domain-ranking.txt"]
    return folder


def test_a_long_list_has_its_proof_in_a_file_beside_it(long_list: Path) -> None:
    document = long_list / "m-1-summary-v1.jsonld"
    trust = Trust.parse((long_list / "ledger.d" / "trust.policy").read_bytes())
    summary = verify_summary(document.read_bytes(), trust)
    assert summary.ranking is None
    ranking = long_list / "m-1-summary-v1-domain-ranking.txt"
    found = with_ranking(summary, str(ranking))
    assert found.ranking is not None
    assert (found.ranking.listed, found.ranking.total) == (1_001, 10_010)
    assert found.verified.steps[-1].name == "Ranking"
    other = long_list / "other.txt"
    other.write_bytes(ranking.read_bytes()[:-1])
    with pytest.raises(StepFailedError, match="and the record names sha256:"):
        with_ranking(summary, str(other))
    with pytest.raises(InputError, match="cannot be read"):
        with_ranking(summary, str(long_list / "none.txt"))
