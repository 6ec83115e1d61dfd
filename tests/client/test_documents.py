"""One document of a shard: proved, verified by who has nothing but the file, and looked for."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger import Ledger
from ledger.capture import DocumentTree
from ledger.checkpoint.trust import Trust
from ledger.cli.main import main
from ledger.client.document_search import search_document
from ledger.errors import InputError, LedgerError, MalformedError, NotFoundError
from ledger.proof.document_proof import DocumentProof, verify_document_proof
from ledger.proof.evidence import Evidence
from ledger.proof.verify import StepFailedError
from ledger.tree.documents import document_digest

SAID = ["dataset.name=news", "source.category=public_dataset"]
ARTICLE = "An article.\nIts second line."
ROWS = [{"text": f"Text {number}.", "url": str(number)} for number in range(40)]
ROWS[17]["text"] = ARTICLE


class Lab:
    """A ledger with two shards, of which a release was trained on one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shard = folder / "data" / "news.jsonl"
        self.shard.parent.mkdir()
        self.shard.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
        self.later = folder / "later.csv"
        self.later.write_text(f'id,text\n1,"{ARTICLE}"\n')
        self.article = folder / "article.txt"
        self.article.write_text(ARTICLE + "\n")
        self.ledger = Ledger.create(folder, origin="lab.example/news")
        self.ledger.add(self.shard, set=SAID)
        self.release = self.ledger.release("r1", datasets=["news"])
        self.ledger.add(self.later, set=["dataset.name=later", *SAID[1:]])
        self.trust = Trust.parse(self.ledger.home.trust.read_bytes())

    def prove(self, release: str | None = None) -> DocumentProof:
        return self.ledger.prove_document(self.shard, 17, release=release).proof


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    made = Lab(tmp_path_factory.mktemp("lab"))
    with made.ledger:
        yield made


def test_one_document_is_shown_with_the_release_and_no_other(lab: Lab) -> None:
    found = lab.ledger.prove_document(lab.shard, 17, release="r1")
    assert found.document == json.dumps(ROWS[17]).encode()
    data = found.proof.to_bytes()
    proved = verify_document_proof(DocumentProof.from_bytes(data), lab.trust)
    assert (proved.index, proved.count, proved.unit, proved.column) == (17, 40, "line", "")
    assert proved.digest == document_digest(found.document)
    assert proved.release is not None
    assert proved.release.id == lab.release
    names = [step.name for step in proved.verified.steps]
    assert names[-2:] == ["Document", "Training set"]
    # Nothing of the shard but its tree is shown: not its name, not another document.
    assert b"news.jsonl" not in data
    assert b"Text 1" not in data
    others = {document_digest(json.dumps(row).encode()).hex() for row in ROWS} - {
        proved.digest.hex()
    }
    assert not any(digest.encode() in data for digest in others)


def test_without_a_release_nothing_is_said_of_one_and_the_proof_is_small(lab: Lab) -> None:
    proof = lab.prove()
    proved = verify_document_proof(DocumentProof.from_bytes(proof.to_bytes()), lab.trust)
    assert proved.release is None
    evidence = len(proof.evidence.to_bytes())
    assert len(proof.to_bytes()) - evidence < 2048 - 14 * 48  # a million has 14 siblings more


def altered(value: object, path: tuple[str, ...], change: Callable[[object], object]) -> bytes:
    holder = value
    for name in path[:-1]:
        assert isinstance(holder, dict)
        holder = holder[name]
    assert isinstance(holder, dict)
    holder[path[-1]] = change(holder[path[-1]])
    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode() + (
        b"\n"
    )


def turned(text: object) -> object:
    assert isinstance(text, str)
    return ("1" if text[0] == "0" else "0") + text[1:]


@pytest.mark.parametrize(
    ("path", "change", "reason"),
    [
        (("document", "digest"), turned, "document 17 is not in the shard"),
        (("document", "salt"), turned, "document 17 is not in the shard"),
        (("document", "index"), lambda _: 16, "document 16 is not in the shard"),
        (("document", "index"), lambda _: 40, "there is no document 40 of 40"),
        (("document", "proof"), lambda proof: proof[:-1], "the proof has 5 hashes, not 6"),
        (("record",), lambda _: "2.0", "record 2.0 shows no tree of documents"),
        (("record",), lambda _: "7.0", "the evidence does not show record 7.0"),
        (("training", "release"), lambda _: "1.0", "record 1.0 shows no training set"),
        (("training", "opening", "ref"), turned, "has another record as 1.0"),
        (("training", "opening", "salt"), turned, "step 6, Training set"),
        (("training", "opening", "key"), lambda key: key[:-1] + "1", "is opened at record 1.1"),
    ],
)
def test_a_changed_proof_fails_with_its_reason(
    lab: Lab, path: tuple[str, ...], change: Callable[[object], object], reason: str
) -> None:
    value = json.loads(lab.prove("r1").to_bytes())
    proof = DocumentProof.from_bytes(altered(value, path, change))
    with pytest.raises(StepFailedError, match=reason):
        verify_document_proof(proof, lab.trust)


def test_another_spelling_is_no_proof(lab: Lab) -> None:
    data = lab.prove().to_bytes()
    for bad in (
        data[:-1],
        data[:-20] + b"\n",
        data.replace(b"document-proof/v1", b"document-proof/v2"),
        data.replace(b'"record"', b'"rekord"'),
        data.replace(b'{"document"', b'{ "document"', 1),
        b'{"document":{"digest":"\n',
    ):
        with pytest.raises(MalformedError):
            DocumentProof.from_bytes(bad)


def test_a_record_that_hides_its_tree_proves_no_document(lab: Lab) -> None:
    proof = lab.prove()
    closed: Evidence = lab.ledger.prove(proof.record, fields=["content"])
    hidden = DocumentProof(
        record=proof.record,
        index=proof.index,
        digest=proof.digest,
        salt=proof.salt,
        proof=proof.proof,
        evidence=closed,
    )
    with pytest.raises(StepFailedError, match="shows no tree of documents"):
        verify_document_proof(hidden, lab.trust)


def test_what_cannot_be_proved_says_why(lab: Lab, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has 40 documents, and there is no number 40"):
        lab.ledger.prove_document(lab.shard, 40)
    with pytest.raises(NotFoundError, match="no release 'r2'"):
        lab.ledger.prove_document(lab.shard, 0, release="r2")
    with pytest.raises(InputError, match="not in the training set of release 'r1'"):
        lab.ledger.prove_document(lab.later, 0, release="r1")
    with pytest.raises(InputError, match=r"digests of record 1\.0 are not kept"):
        lab.ledger.prove_document("1.0", 0)
    stranger = tmp_path / "stranger.jsonl"
    stranger.write_text("{}\n")
    with pytest.raises(NotFoundError, match="is not recorded"):
        lab.ledger.prove_document(stranger, 0)
    two = tmp_path / "two"
    two.mkdir()
    for name in ("a", "b"):
        (two / name).write_text(name)
    with pytest.raises(InputError, match="is 2 files"):
        lab.ledger.prove_document(two, 0)


def test_a_shard_is_found_under_another_name(lab: Lab, tmp_path: Path) -> None:
    moved = tmp_path / "whatever.bin"
    moved.write_bytes(lab.shard.read_bytes())
    assert lab.ledger.prove_document(moved, 17).proof.digest == lab.prove().digest


@pytest.mark.parametrize(
    ("written", "how"),
    [
        (ARTICLE, ""),
        (ARTICLE + "\n", "without the line end at its end"),
        (ARTICLE + "\r\n", "without the line end at its end"),
        ("\ufeff" + ARTICLE, "without the byte order mark"),
        (
            ARTICLE.replace("\n", "\r\n") + "\r\n",
            "with LF for each CR LF, without the line end at its end",
        ),
    ],
)
def test_an_article_is_found_as_people_have_it(
    lab: Lab, tmp_path: Path, written: str, how: str
) -> None:
    article = tmp_path / "article.txt"
    article.write_bytes(written.encode())
    report = search_document(lab.ledger, article, [str(lab.shard.parent), str(lab.later)])
    assert [(one.record and str(one.record), one.index) for one in report.matches] == [
        ("1.0", 17),
        ("3.0", 0),
    ]
    assert {(one.column, one.how) for one in report.matches} == {("text", how)}
    assert [one.releases for one in report.matches] == [("r1",), ()]
    assert (report.shards, report.documents) == (2, 41)


def test_what_is_not_there_is_not_found_and_the_reach_is_told(lab: Lab, tmp_path: Path) -> None:
    article = tmp_path / "article.txt"
    article.write_text(ARTICLE.upper())
    report = search_document(lab.ledger, article, [str(lab.shard)], release="r1")
    assert (report.matches, report.unsearched) == ([], 0)
    report = search_document(lab.ledger, article, [str(lab.later)], release="r1")
    assert (report.matches, report.unsearched) == ([], 1)
    other = search_document(lab.ledger, lab.article, [str(lab.shard)], columns=["body"])
    assert other.matches == []
    assert "no row has a text 'body'" in other.notes[0][1]


def test_kept_digests_do_without_the_shard(tmp_path: Path) -> None:
    shard = tmp_path / "gone.jsonl"
    shard.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    article = tmp_path / "article.txt"
    article.write_text(ARTICLE)
    with Ledger.create(tmp_path) as ledger:
        kept = DocumentTree("text", keep=str(ledger.home.digests))
        ledger.add(shard, set=SAID, documents=kept)
        shard.unlink()
        report = search_document(ledger, article, [])
        assert [(str(one.record), one.index, one.how) for one in report.matches] == [
            ("1.0", 17, "")
        ]
        found = ledger.prove_document("1.0", 17)
        trust = Trust.parse(ledger.home.trust.read_bytes())
        proved = verify_document_proof(found.proof, trust)
        assert (proved.column, proved.digest) == ("text", document_digest(ARTICLE.encode()))
        # A file that does not hold what it is called after makes no proof.
        (path,) = ledger.home.digests.iterdir()
        path.write_bytes(path.read_bytes()[:-32] + bytes(32))
        with pytest.raises(InputError, match="do not make the tree"):
            ledger.prove_document("1.0", 17)


def test_erasing_the_last_record_of_a_shard_forgets_its_documents(tmp_path: Path) -> None:
    shard = tmp_path / "a.jsonl"
    shard.write_text('{"text": "private"}\n')
    with Ledger.create(tmp_path) as ledger:
        kept = DocumentTree(keep=str(ledger.home.digests), asked=True)
        ledger.add(shard, set=SAID, documents=kept)
        ledger.add(shard, set=["dataset.name=twice", SAID[1]], documents=kept)
        ledger.erase(["1.0"], reason="asked to")
        assert len(list(ledger.home.digests.iterdir())) == 1
        ledger.erase(["2.0"], reason="asked to")
        assert list(ledger.home.digests.iterdir()) == []


def test_a_tree_may_be_left_out_and_asked_for_later(tmp_path: Path) -> None:
    shard = tmp_path / "a.jsonl"
    shard.write_text('{"a": 1}\n')
    with Ledger.create(tmp_path) as ledger:
        assert ledger.add(shard, set=SAID, documents=None).recorded == 1
        assert "documents" not in ledger.show("1.0").record.fields
        with pytest.raises(InputError, match="states no tree of documents"):
            ledger.prove_document(shard, 0)
        # Without being asked, what is recorded stays as it is: an upgrade records nothing again.
        again = ledger.add(shard, set=SAID)
        assert (again.recorded, again.same) == (0, 1)
        assert ledger.add(shard, set=SAID, documents=DocumentTree(asked=True)).recorded == 1
        assert ledger.prove_document(shard, 0).document == b'{"a": 1}'


def test_the_verbs(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(lab.folder)
    assert main(["find", "--document", "article.txt", "data", "--release", "r1"]) == 0
    assert "every record of release r1" in capsys.readouterr().out
    prove = ["prove", "data/news.jsonl", "--document", "17", "--release", "r1"]
    assert main([*prove, "--document-out", "doc.json"]) == 0
    proof = "news.jsonl.17.document-proof.json"
    capsys.readouterr()
    assert main(["verify", proof, "doc.json", "--json"]) == 0
    files = json.loads(capsys.readouterr().out)["files"]
    assert [one["verdict"] for one in files] == ["verified", "verified"]
    assert {"name": "document", "value": "17 of record 1.0"} in files[1]["details"]
    missing = ["find", "--document", "later.csv", "data"]
    assert main(missing) == 1
    assert "not found in what was searched: 1 shard, 40 documents" in capsys.readouterr().out
    assert main(["prove", "1.0", "--release", "r1"]) == 2
    assert main(["find", "--document", "nothing.txt", "data"]) == 2


def test_a_wrong_document_is_not_verified(lab: Lab, tmp_path: Path) -> None:
    proof, wrong = tmp_path / "p.json", tmp_path / "doc.json"
    proof.write_bytes(lab.prove().to_bytes())
    wrong.write_text(json.dumps(ROWS[16]))
    trust = ["--trust", str(lab.ledger.home.trust)]
    assert main(["verify", str(proof), *trust]) == 0
    assert main(["verify", str(proof), str(wrong), *trust]) == 1
    wrong.write_text(json.dumps(ROWS[17]) + "\n")
    assert main(["verify", str(proof), str(wrong), *trust]) == 0
    with pytest.raises(LedgerError):
        DocumentProof.from_bytes(wrong.read_bytes())


def test_a_corrected_number_of_documents_takes_the_tree_away(tmp_path: Path) -> None:
    shard = tmp_path / "a.jsonl"
    shard.write_text('{"a": 1}\n')
    with Ledger.create(tmp_path) as ledger:
        ledger.add(shard, set=SAID)
        (same,) = ledger.correct("1.0", set=["languages=en"], reason="known now")
        assert "documents" in ledger.show(str(same.replacement)).record.fields
        (done,) = ledger.correct(
            str(same.replacement), set=["measures.documents=7"], reason="seven in a line"
        )
        assert "documents" not in ledger.show(str(done.replacement)).record.fields
        assert "documents" in {change.path for change in done.changes}
