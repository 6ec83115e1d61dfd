"""The SDK's verbs, on a real folder and a real database."""

import json
from pathlib import Path
from typing import Any

import pytest

from ledger.capture.tokens import ColumnSum
from ledger.checkpoint.trust import Trust
from ledger.client.client import Ledger
from ledger.errors import InputError, MalformedError, NotFoundError, StorageError
from ledger.proof.document import verify_document
from ledger.proof.evidence import Evidence
from ledger.proof.verify import verify
from ledger.record.leaf import RecordId
from ledger.record.record import Record
from tests.makers import shard

BOOKS = ("dataset.name=books", "source.category=public_dataset")
WEB = ("dataset.name=web", "source.category=public_dataset")


def trust_of(ledger: Ledger) -> Trust:
    return Trust.parse(ledger.home.trust.read_bytes())


class TestOpening:
    def test_from_the_folder_above_a_variable_or_by_name(
        self, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.chdir(tmp_path / "data" / "books")
        with Ledger.open() as found:
            assert found.origin == "lab.example/sdk"
        monkeypatch.chdir("/")
        with pytest.raises(NotFoundError, match="no ledger"):
            Ledger.open()
        monkeypatch.setenv("LEDGER_HOME", str(tmp_path))
        for place in (None, tmp_path, str(tmp_path)):
            with Ledger.open(place) as found:
                assert found.home.folder == tmp_path

    def test_a_default_origin_follows_the_folder(self, tmp_path: Path) -> None:
        with Ledger.create(tmp_path / "My Models (2026)") as made:
            assert made.origin == "my-models--2026.ledger.internal"

    def test_keys_are_for_the_owner_alone(self, ledger: Ledger) -> None:
        modes = {path.stat().st_mode & 0o777 for path in ledger.home.keys.iterdir()}
        assert modes == {0o600}
        assert ledger.home.keys.stat().st_mode & 0o777 == 0o700
        assert ledger.home.config.stat().st_mode & 0o777 == 0o600  # it may hold a password

    def test_without_its_keys_it_can_be_read_and_not_written(self, ledger: Ledger) -> None:
        ledger.add("data/books", set=BOOKS)
        for path in ledger.home.keys.iterdir():
            path.rename(path.with_suffix(".away"))
        with Ledger.open(ledger.home.folder) as found:
            assert len(list(found.find(dataset="books"))) == 3
            assert found.prove("1.0").entries
            with pytest.raises(NotFoundError, match="no key file"):
                found.add("data/web", set=WEB)


class TestAdding:
    def test_one_path_or_several_text_or_path(self, ledger: Ledger) -> None:
        assert ledger.add("data/books", set=BOOKS).recorded == 3
        report = ledger.add([Path("data/web"), "data/books"], set=WEB)
        assert (report.recorded, report.same) == (5, 0)
        assert [str(one) for one in report.ids()] == [f"2.{number}" for number in range(5)]

    def test_the_same_again_adds_nothing_and_other_metadata_does(self, ledger: Ledger) -> None:
        ledger.add("data/books", set=BOOKS)
        again = ledger.add("data/books", set=BOOKS)
        assert (again.recorded, again.same, again.entries) == (0, 3, [])
        other = ledger.add("data/books", set=[*BOOKS, "languages=en"])
        assert (other.recorded, other.same) == (3, 0)

    def test_what_an_interruption_left_unpublished_the_next_run_publishes(
        self, ledger: Ledger
    ) -> None:
        ledger.add("data/books", set=BOOKS)
        (ledger.home.public / "checkpoint").unlink()
        ledger.add("data/books", set=BOOKS)
        assert (ledger.home.public / "checkpoint").read_text().split("\n")[1] == "2"

    def test_its_own_files_are_no_data(self, tmp_path: Path) -> None:
        (tmp_path / "shard.txt").write_text("data")
        (tmp_path / "m.yaml").write_text("fields:\n  dataset.name: all\n")
        with Ledger.create(tmp_path, url=f"sqlite:///{tmp_path / 'records.sqlite'}") as made:
            report = made.add(tmp_path, set=["source.category=other"], manifest=tmp_path / "m.yaml")
            assert report.recorded == 1
            assert report.failed == []

    def test_tokens_sha256_and_progress(self, ledger: Ledger) -> None:
        Path("rows.jsonl").write_text("".join(json.dumps({"n": n}) + "\n" for n in (3, 4)))

        class Seen:
            files = size = 0

            def begin(self, *, files: int, size: int) -> None:
                self.total = (files, size)

            def advance(self, *, files: int, size: int) -> None:
                self.files += files
                self.size += size

        seen = Seen()
        report = ledger.add(
            "rows.jsonl",
            set=[*WEB, "measures.tokenizer.name=x"],
            sha256=True,
            tokens=ColumnSum("n"),
            progress=seen,
        )
        (stored,) = (ledger.show(one) for one in report.ids())
        measures: Any = stored.record.value("measures")
        content: Any = stored.record.value("content")
        assert measures["tokens"] == 7
        assert len(content["sha256"]) == 64
        assert (seen.files, seen.size) == seen.total == (1, 18)

    def test_records_in_hand_are_committed_a_thousand_at_a_time(self, ledger: Ledger) -> None:
        ids = ledger.record(Record.parse("shard", shard(number)) for number in range(1_500))
        assert (ids[0], ids[999], ids[1_000]) == (RecordId(1, 0), RecordId(1, 999), RecordId(2, 0))
        assert ledger.store.head().size == 3
        assert ledger.record([]) == []


class TestFinding:
    def test_by_file_digest_and_dataset(self, ledger: Ledger) -> None:
        ledger.add("data/books", set=BOOKS)
        ledger.add("data/books", set=WEB)
        assert [str(one.id) for one in ledger.find(file="data/books/b-1.txt")] == ["1.1", "2.1"]
        (stored,) = ledger.find(file="data/books/b-1.txt", dataset="web")
        assert str(stored.id) == "2.1"
        assert stored.digest is not None
        assert len(list(ledger.find(digest=str(stored.digest)))) == 2
        assert len(list(ledger.find(digest=stored.digest))) == 2
        assert len(list(ledger.find())) == 6
        assert list(ledger.find(dataset="none")) == []

    def test_what_cannot_be_asked(self, ledger: Ledger) -> None:
        with pytest.raises(InputError, match="No such file"):
            ledger.find(file="gone")
        with pytest.raises(InputError, match="is no file"):
            ledger.find(file="data")
        with pytest.raises(InputError, match="not both"):
            ledger.find(file="data/books/b-0.txt", digest="blake3:" + "0" * 64)
        with pytest.raises(MalformedError):
            ledger.find(digest="0" * 64)
        with pytest.raises(NotFoundError):
            ledger.show("7.0")


class TestReleasing:
    def test_a_release_and_its_successor(self, ledger: Ledger) -> None:
        ledger.add("data/books", set=BOOKS)
        first = ledger.release(
            "m", datasets=["books"], models=["m-1.0", ("m-1.1", "https://m.example")]
        )
        ledger.add("data/web", set=WEB)
        second = ledger.release(
            "m", datasets=["books", "web"], dependencies=["base"], continues_training=True
        )
        fields = ledger.show(second).record.fields
        assert fields["supersedes"] == str(first)
        assert fields["training"]["count"] == 5  # type: ignore[index,call-overload]
        release: Any = ledger.show(first).record.value("release")
        assert release["models"] == [
            {"name": "m-1.0"},
            {"name": "m-1.1", "link": "https://m.example"},
        ]

    @pytest.mark.parametrize(
        ("datasets", "date", "error"),
        [
            (["boks"], None, "did you mean 'books'"),
            ([], None, "at least one dataset"),
            (["books"], "2026-13-01", "market_date"),
            (["books"], "soon", "market_date"),
        ],
    )
    def test_a_wrong_one_freezes_nothing(
        self, ledger: Ledger, datasets: list[str], date: str | None, error: str
    ) -> None:
        ledger.add("data/books", set=BOOKS)
        before = ledger.store.head()
        with pytest.raises((InputError, MalformedError, NotFoundError), match=error):
            ledger.release("m", datasets=datasets, market_date=date)
        assert ledger.store.head() == before
        with ledger.store.engine.reading() as db:
            assert db.rows("SELECT * FROM training_set") == []

    def test_a_training_set_only_grows(self, ledger: Ledger) -> None:
        ledger.add("data/books", set=BOOKS)
        ledger.add("data/web", set=WEB)
        ledger.release("m", datasets=["books", "web"])
        with pytest.raises(InputError, match="only grows"):
            ledger.release("m", datasets=["web"])
        ledger.release("n", datasets=["web"])


class TestSummarising:
    def test_versions_files_and_verification(self, ledger: Ledger, tmp_path: Path) -> None:
        ledger.add("data/books", set=BOOKS)
        ledger.release("m/1 (beta)", datasets=["books"])
        first = ledger.summary("m/1 (beta)", folder=tmp_path / "out")
        second = ledger.summary("m/1 (beta)", folder=tmp_path / "out", to=["html"])
        names = sorted(path.name for path in (tmp_path / "out").iterdir())
        assert names == [
            "m-1--beta-summary-v1.html",
            "m-1--beta-summary-v1.jsonld",
            "m-1--beta-summary-v2.html",
        ]
        for path in (*first.files, *second.files):
            verified = verify_document(path.read_bytes(), trust_of(ledger))
            assert verified.record.kind == "summary"
        assert ledger.show(second.id).record.value("supersedes") == str(first.id)
        assert first.gaps
        assert ledger.check("m/1 (beta)")[0] in first.gaps

    def test_a_draft_logs_nothing(self, ledger: Ledger) -> None:
        ledger.add("data/books", set=BOOKS)
        ledger.release("m", datasets=["books"])
        before = ledger.store.head()
        assert ledger.draft("m").version == 1
        assert ledger.store.head() == before

    def test_what_cannot_be_written_is_not_logged(self, ledger: Ledger, tmp_path: Path) -> None:
        ledger.add("data/books", set=BOOKS)
        ledger.release("m", datasets=["books"])
        before = ledger.store.head()
        (tmp_path / "file").write_text("")
        with pytest.raises(InputError, match="cannot be written"):
            ledger.summary("m", folder=tmp_path / "file")
        for to in (["odt"], [], [""]):
            with pytest.raises(InputError, match="format"):
                ledger.summary("m", to=to)
        with pytest.raises(InputError, match="no template"):
            ledger.summary("m", template="us")
        assert ledger.store.head() == before

    def test_a_release_that_is_not_there_has_a_nearest_name(self, ledger: Ledger) -> None:
        ledger.add("data/books", set=BOOKS)
        ledger.release("model-1", datasets=["books"])
        with pytest.raises(NotFoundError, match="did you mean 'model-1'"):
            ledger.check("model-2")
        with pytest.raises(NotFoundError, match="no release"):
            ledger.summary("something else")

    def test_a_broken_profile_is_named(self, ledger: Ledger) -> None:
        ledger.add("data/books", set=BOOKS)
        ledger.release("m", datasets=["books"])
        for text in ("provider: [", "provder:\n  name: x\n", "provider:\n  name: 3\n"):
            ledger.home.profile.write_text(text)
            with pytest.raises(InputError, match=r"provider\.yaml"):
                ledger.check("m")
        ledger.home.profile.unlink()
        assert ledger.check("m")


class TestProving:
    def test_whole_by_field_closed_and_several(self, ledger: Ledger) -> None:
        ledger.add("data/books", set=BOOKS)
        trust = trust_of(ledger)
        first, second, third = (RecordId(1, position) for position in range(3))
        for evidence, shown in (
            (ledger.prove(first), None),
            (ledger.prove("1.0", fields=["source", "content"]), {"source", "content"}),
            (ledger.prove(first, closed=True), set()),
        ):
            again = Evidence.from_bytes(evidence.to_bytes())
            (record,) = (one for one in verify(again, trust).records if one.kind == "shard")
            expected = set(ledger.show(first).record.fields) if shown is None else shown
            assert set(record.fields) == expected
        several = ledger.evidence({first: (), second: ["source"], third: None})
        found = {one.id: len(one.fields) for one in verify(several, trust).records}
        assert (found[second], found[third]) == (1, 0)

    def test_evidence_is_for_what_is_there(self, ledger: Ledger) -> None:
        ledger.add("data/books", set=BOOKS)
        with pytest.raises(NotFoundError, match="did you mean 'source'"):
            ledger.prove("1.0", fields=["sorce"])
        with pytest.raises(NotFoundError, match="no record"):
            ledger.prove("1.3")
        with pytest.raises(NotFoundError):
            ledger.prove("1.3", closed=True)
        with pytest.raises(InputError, match="at least one record"):
            ledger.evidence({})

    def test_a_value_that_was_changed_in_the_database_leaves_no_evidence(
        self, ledger: Ledger
    ) -> None:
        from tests.databases import tamper

        ledger.add("data/books", set=BOOKS)
        tamper(
            ledger.home.url,
            "UPDATE sealed_record SET fields = REPLACE(fields, 'b-0', 'b-9') "
            "WHERE log_index = 1 AND position = 0",
        )
        with pytest.raises(StorageError, match="do not hash"):
            ledger.prove("1.0")
        assert ledger.prove("1.1").entries

    def test_a_checkpoint_that_is_too_old_is_published_anew(self, ledger: Ledger) -> None:
        ledger.record([Record.parse("shard", shard())])
        assert b"\n1\n" in ledger.checkpoint()
        assert b"\n2\n" in ledger.checkpoint(1)
        assert ledger.prove("1.0").entries
