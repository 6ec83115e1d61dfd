"""Step 6 of an audit: shards counted again, and compared with what their records say."""

import json
from pathlib import Path

import pytest

from ledger.capture import Captured, DocumentTree, DomainColumn, Metadata, Options, capture, survey
from ledger.client.recounting import MISREPORTED, SAME, UNCLEAR, Recount, Rules, Stated, recount_all
from ledger.content.domains import Tally
from ledger.record.canonical import JSON
from ledger.record.schema import Fields

SETTINGS = ["dataset.name=web", "source.category=crawled"]
ROWS = [
    {"url": "https://www.one.example/a", "text": "x" * 100, "lang": "en", "date": "2025-01-02"},
    {"url": "https://two.example/", "text": "y" * 50, "lang": "de", "date": "2025-03-04"},
]
COLUMNS = DomainColumn("url", "text", "lang", "date")


def write(folder: Path, rows: list[dict[str, str]] = ROWS) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "part-0.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def stated(path: Path, domains: DomainColumn | None = COLUMNS) -> Stated:
    """Return what an honest record says of a file."""
    (found,) = capture(
        survey([str(path)]),
        Metadata.load(settings=SETTINGS),
        options=Options(sha256=True, domains=domains, documents=DocumentTree()),
    )
    assert isinstance(found, Captured)
    return Stated(record="1.0", fields=found.fields, tally=found.tally)


def lie(honest: Stated, path: str, value: JSON) -> Stated:
    """Return the record with one number changed."""
    fields: Fields = json.loads(json.dumps(honest.fields))
    *parents, name = path.split(".")
    part: dict[str, JSON] = fields
    for parent in parents:
        inner = part[parent]
        assert isinstance(inner, dict)
        part = inner
    part[name] = value
    return Stated(record=honest.record, fields=fields, tally=honest.tally)


def recounted(one: Stated, path: Path, domains: DomainColumn | None = COLUMNS) -> Recount:
    (found,) = recount_all([one], survey([str(path)]), Rules(domains=domains)).recounts
    return found


def test_what_an_honest_record_says_is_counted_again_and_found(tmp_path: Path) -> None:
    path = write(tmp_path)
    found = recounted(stated(path), path)
    assert found.outcome == SAME
    assert found.same == (
        "content.digest",
        "content.size",
        "content.sha256",
        "measures.bytes",
        "measures.documents",
        "modality",
        "documents",
        "domains",
        "languages",
        "source.period",
    )


@pytest.mark.parametrize(
    ("what", "value", "counted"),
    [
        ("content.size", 1, "315"),
        ("content.sha256", "0" * 64, None),
        ("measures.bytes", 10_000_000, "315"),
        ("measures.documents", 3, "2"),
        ("languages", ["en"], "['de', 'en']"),
        ("source.period", {"start": "2025-01", "end": "2025-12"}, None),
        ("modality", ["image"], "['text']"),
        ("documents.root", "sha256:" + "0" * 64, None),
        ("documents.count", 3, None),
    ],
)
def test_a_number_that_the_file_does_not_have_is_misreported(
    what: str, value: JSON, counted: str | None, tmp_path: Path
) -> None:
    path = write(tmp_path)
    found = recounted(lie(stated(path), what, value), path)
    assert found.outcome == MISREPORTED
    (difference,) = found.differences
    assert difference.what == (what if not what.startswith("documents") else "documents")
    assert str(value) in difference.stated
    assert counted in (None, difference.found)


def test_a_domain_that_was_left_out_is_named(tmp_path: Path) -> None:
    path = write(tmp_path)
    honest = stated(path)
    assert honest.tally is not None
    (suffix_list,) = honest.tally.suffix_lists
    hidden = Tally.of(suffix_list, {"one.example": (150, 2)})
    lying = lie(honest, "domains", {"digest": hidden.digest, "count": 1})
    found = recounted(Stated(record="1.0", fields=lying.fields, tally=hidden), path)
    assert [one.what for one in found.differences] == [
        "domains",
        "domain one.example",
        "domain two.example",
    ]
    assert found.differences[2].stated == "nothing"
    assert found.differences[2].found == "50 bytes in 1 documents"


def test_another_suffix_list_proves_nothing(tmp_path: Path) -> None:
    path = write(tmp_path)
    honest = stated(path)
    assert honest.tally is not None
    other = Tally(("sha256:" + "0" * 64,), honest.tally.shares)
    theirs = lie(honest, "domains", {"digest": other.digest, "count": other.count})
    for tally, reason in (
        (other, "hosts were cut by another list of public suffixes than the one here"),
        (None, "its tally was not handed over, and differs from the one counted here"),
    ):
        found = recounted(Stated(record="1.0", fields=theirs.fields, tally=tally), path)
        assert (found.outcome, [tuple(one) for one in found.open]) == (
            UNCLEAR,
            [("domains", reason)],
        )


def test_a_declared_modality_is_for_people_to_judge(tmp_path: Path) -> None:
    path = write(tmp_path)
    declared = lie(lie(stated(path), "modality", ["image"]), "basis", {"modality": "declared"})
    found = recounted(declared, path)
    assert [tuple(one) for one in found.open] == [
        ("modality", "by its form the file holds text: look at it")
    ]


def test_documents_are_cut_as_the_record_says(tmp_path: Path) -> None:
    path = write(tmp_path)
    (found,) = capture(
        survey([str(path)]),
        Metadata.load(settings=SETTINGS),
        options=Options(documents=DocumentTree("text")),
    )
    assert isinstance(found, Captured)
    one = Stated(record="1.0", fields=found.fields)
    assert "documents" in recounted(one, path).same


def test_what_cannot_be_counted_is_said(tmp_path: Path) -> None:
    path = write(tmp_path)
    tokens: JSON = {"bytes": 315, "tokens": 70, "tokenizer": {"name": "bpe-7"}}
    one = lie(stated(path), "measures", tokens)
    found = recounted(one, path, domains=None)
    assert found.outcome == UNCLEAR
    assert {what: reason.split(":")[0] for what, reason in found.open} == {
        "measures.tokens": "counted by bpe-7",
        "domains": "the column was not named",
        "languages": "the column was not named",
        "source.period": "the column was not named",
    }


def test_a_column_that_is_not_there_leaves_only_the_rows_open(tmp_path: Path) -> None:
    path = write(tmp_path)
    found = recounted(stated(path), path, domains=DomainColumn("link"))
    assert "no row has 'link'" in found.open[0].reason
    assert "measures.documents" in found.same


def test_a_changed_file_is_known_by_its_name(tmp_path: Path) -> None:
    path = write(tmp_path)
    honest = stated(path)
    write(tmp_path, ROWS[:1])
    found = recounted(honest, path)
    assert found.outcome == MISREPORTED
    assert found.differences[0].what == "content.digest"


def test_files_and_records_without_each_other_are_told(tmp_path: Path) -> None:
    path = write(tmp_path / "data")
    honest = stated(path)
    (tmp_path / "data" / "other.txt").write_text("nobody's\n", encoding="utf-8")
    absent = Stated(record="2.0", fields=lie(honest, "content.digest", "blake3:0").fields)
    named = lie(absent, "content.name", "elsewhere.txt")
    two = Stated(record="2.0", fields=named.fields)
    found = recount_all([honest, two], survey([str(tmp_path / "data")]), Rules())
    assert found.missing == ("2.0",)
    assert found.strangers == (str(tmp_path / "data" / "other.txt"),)
    assert [one.record for one in found.recounts] == ["1.0"]


def test_one_content_may_have_several_records(tmp_path: Path) -> None:
    path = write(tmp_path)
    one = stated(path)
    two = Stated(record="2.0", fields=one.fields, tally=one.tally)
    found = recount_all([one, two], survey([str(path)]), Rules(domains=COLUMNS))
    assert [(it.record, it.outcome) for it in found.recounts] == [("1.0", SAME), ("2.0", SAME)]
    assert found.missing == found.strangers == ()
