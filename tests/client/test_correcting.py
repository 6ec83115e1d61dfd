"""Correcting, withdrawing and erasing through the SDK: what is allowed, and what it changes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ledger.checkpoint.trust import Trust
from ledger.client.client import Ledger
from ledger.client.releasing import find_release, training_root
from ledger.errors import InputError, LedgerError, MalformedError, NotFoundError
from ledger.log.audit import audit
from ledger.proof.verify import verify
from ledger.record.leaf import RecordId

BOOKS = ("dataset.name=books", "source.category=public_dataset", "rights.licence=MIT")
WEB = ("dataset.name=web", "source.category=crawled", "source.crawl.crawlers.name=bot")


@pytest.fixture
def books(ledger: Ledger) -> Ledger:
    """A ledger with books at 1.0 to 1.2, web at 2.0 and 2.1, and a release m at 3.0."""
    ledger.add("data/books", set=BOOKS)
    ledger.add("data/web", set=WEB)
    ledger.release("m", datasets=["books", "web"])
    return ledger


def values(ledger: Ledger, record_id: str | RecordId) -> dict[str, Any]:
    return dict(ledger.show(record_id).record.fields)


def root_of(ledger: Ledger) -> Any:
    return training_root(find_release(ledger.store, "m"))


def warnings(ledger: Ledger, record_id: str, *, closed: bool = False) -> tuple[str, ...]:
    trust = Trust.parse(ledger.home.trust.read_bytes())
    verified = verify(ledger.prove(record_id, closed=closed), trust)
    return tuple(one for one in verified.warnings if not one.startswith("not witnessed"))


class TestCorrect:
    def test_a_correction_is_a_record_and_a_record_that_says_so(self, books: Ledger) -> None:
        before = values(books, "1.0")
        size = books.store.head().size
        (done,) = books.correct("1.0", set=["rights.licence=CC0-1.0"], reason="misread")
        assert values(books, "1.0") == before
        after = values(books, str(done.replacement))
        assert after["content"] == before["content"]
        assert after["rights"] == {"licence": "CC0-1.0"}
        said = values(books, done.correction)["correction"]
        assert said == {
            "record": "1.0",
            "action": "replace",
            "reason": "misread",
            "replacement": f"{size}.0",
        }
        assert [(one.path, one.old, one.new) for one in done.changes] == [
            ("rights.licence", "MIT", "CC0-1.0")
        ]
        old, new = (books.store.record(RecordId.parse(one)) for one in ("1.0", f"{size}.0"))
        assert old.secret != new.secret
        assert audit(books.store).is_clean

    def test_what_is_set_is_declared_and_what_is_gone_has_no_basis(self, books: Ledger) -> None:
        (done,) = books.correct(
            "2.0",
            set=["source.category=public_dataset", "measures.documents=7", "languages=de,en"],
            unset=["source.crawl"],
            reason="it was no crawl",
        )
        after = values(books, str(done.replacement))
        assert after["source"] == {"category": "public_dataset"}
        assert after["basis"]["measures"] == "observed"
        assert after["basis"]["measures.documents"] == "declared"
        assert after["basis"]["languages"] == "declared"
        (again,) = books.correct(
            str(done.replacement), set=["basis.languages=inferred"], reason="a detector said so"
        )
        assert again.changes == ()
        assert values(books, str(again.replacement))["basis"]["languages"] == "inferred"
        (bare,) = books.correct(
            str(again.replacement), unset=["languages", "measures.documents"], reason="unknown"
        )
        basis = values(books, str(bare.replacement))["basis"]
        assert not {"languages", "measures.documents"} & basis.keys()

    @pytest.mark.parametrize(
        ("settings", "unset", "error", "message"),
        [
            (["content.name=x"], [], InputError, "content.name is not corrected: it was read"),
            (["measures.bytes=1"], [], InputError, "measures.bytes is not corrected"),
            ([], ["content"], InputError, "content is not corrected"),
            ([], ["claimed_at"], InputError, "claimed_at is the time"),
            (["basis.rights=observed"], [], InputError, "observed is only what the code reads"),
            (["rights.licenze=MIT"], [], MalformedError, "licence"),
            ([], ["rights.licenze"], MalformedError, "licence"),
            (["source.category=synthetic"], [], MalformedError, "record 1.0: generator is missing"),
            ([], ["dataset"], MalformedError, "record 1.0: dataset is missing"),
            (["rights.licence=MIT"], [], InputError, "record 1.0 says so already"),
            ([], [], InputError, "record 1.0 says so already"),
            ([], ["generator"], InputError, "record 1.0 says so already"),
        ],
    )
    def test_what_cannot_be_said_is_refused_and_nothing_written(
        self,
        books: Ledger,
        settings: list[str],
        unset: list[str],
        error: type[LedgerError],
        message: str,
    ) -> None:
        size = books.store.head().size
        with pytest.raises(error, match=message):
            books.correct("1.0", set=settings, unset=unset, reason="r")
        with pytest.raises(error):
            books.correct(["1.1", "1.0"], set=settings, unset=unset, reason="r")
        assert books.store.head().size == size

    def test_a_whole_dataset_is_corrected_once(self, books: Ledger) -> None:
        licence = ["rights.licence=CC0-1.0"]
        books.correct("1.1", set=licence, reason="first")
        done = books.correct(dataset="books", set=licence, reason="all of it")
        assert [str(one.record) for one in done] == ["1.0", "1.2"]
        assert [one.name for one in books.store.datasets()] == ["books", "web"]
        assert {one.name: one.records for one in books.store.datasets()}["books"] == 3
        with pytest.raises(InputError, match="all current records of dataset 'books' say so"):
            books.correct(dataset="books", set=licence, reason="again")
        with pytest.raises(NotFoundError, match=r"'book'.*'books'"):
            books.correct(dataset="book", set=licence, reason="no such")

    def test_two_who_correct_one_record_at_once_make_one_replacement(self, books: Ledger) -> None:
        def correct(number: int) -> str:
            with Ledger.open(books.home.folder) as own:
                try:
                    own.correct("1.0", set=[f"source.name=source-{number}"], reason="race")
                except InputError as error:
                    return str(error)
            return "done"

        with ThreadPoolExecutor(4) as pool:
            said = list(pool.map(correct, range(4)))
        assert said.count("done") == 1
        assert all("was replaced by" in one for one in said if one != "done")
        assert len(books.store.corrections([RecordId(1, 0)]).of(RecordId(1, 0))) == 1


Act = Callable[[Ledger, str], object]


def correct(ledger: Ledger, record_id: str) -> object:
    return ledger.correct(record_id, set=["source.name=again"], reason="r")


def withdraw(ledger: Ledger, record_id: str) -> object:
    return ledger.withdraw(record_id, reason="r")


def erase(ledger: Ledger, record_id: str) -> object:
    return ledger.erase(record_id, reason="r")


class TestRules:
    """What was said before decides what can be said next."""

    @pytest.mark.parametrize(
        ("before", "act", "message", "hint"),
        [
            ("replace", correct, "1.0 was replaced by 4.0: before", "ledger correct 4.0"),
            ("replace", withdraw, "1.0 was replaced by 4.0: before", "ledger withdraw 4.0"),
            ("withdraw", withdraw, "to bring it back", "ledger correct 1.0"),
            ("erase", correct, "was erased: before", "ledger add"),
            ("erase", withdraw, "was erased: before", None),
        ],
    )
    def test_what_was_decided_is_not_decided_again(
        self, books: Ledger, before: str, act: Act, message: str, hint: str | None
    ) -> None:
        {
            "replace": lambda: books.correct("1.0", set=["source.name=x"], reason="before"),
            "withdraw": lambda: books.withdraw("1.0", reason="before"),
            "erase": lambda: books.erase("1.0", reason="before"),
        }[before]()
        size = books.store.head().size
        with pytest.raises(InputError, match=message) as caught:
            act(books, "1.0")
        assert (hint or "") in str(caught.value.hint)
        assert books.store.head().size == size

    @pytest.mark.parametrize("act", [correct, withdraw, erase])
    @pytest.mark.parametrize("record_id", ["0.0", "4.0"])
    def test_keys_and_corrections_are_not_corrected(
        self, books: Ledger, act: Act, record_id: str
    ) -> None:
        books.withdraw("1.2", reason="so that 4.0 is a correction")
        with pytest.raises(InputError, match=f"record {record_id} is a (key|correction)") as caught:
            act(books, record_id)
        assert "ledger" in (caught.value.hint or "")

    def test_a_release_is_withdrawn_and_not_replaced_or_erased(self, books: Ledger) -> None:
        for act, way in ((correct, "ledger release create"), (erase, "ledger withdraw 3.0")):
            with pytest.raises(InputError, match="is a release") as caught:
                act(books, "3.0")
            assert way in (caught.value.hint or "")
        books.withdraw("3.0", reason="never sold")
        with pytest.raises(InputError, match=r"release 'm', record 3\.0, was withdrawn: never"):
            books.draft("m")
        books.release("m", datasets=["books", "web"])
        assert books.draft("m").records == 5

    def test_a_withdrawn_record_comes_back_by_a_correction_that_changes_nothing(
        self, books: Ledger
    ) -> None:
        books.withdraw("1.0", reason="the wrong file")
        (done,) = books.correct("1.0", reason="it was the right one")
        assert done.changes == ()
        assert books.history("1.0").newest == done.replacement
        assert [str(one.id) for one in books.find(file="data/books/b-0.txt")] == [
            str(done.replacement)
        ]

    def test_a_replaced_record_is_still_erased_and_the_newest_stays(self, books: Ledger) -> None:
        (done,) = books.correct("1.0", set=["source.name=x"], reason="first")
        books.erase("1.0", reason="it named somebody")
        assert books.history("1.0").newest == done.replacement
        assert values(books, str(done.replacement))["source"]["name"] == "x"
        with pytest.raises(NotFoundError, match="was erased"):
            books.show("1.0")
        with pytest.raises(InputError, match=r"was replaced by 4\.0"):
            books.correct("1.0", set=["source.name=y"], reason="again")

    def test_erasing_again_says_that_it_was(self, books: Ledger) -> None:
        (first,) = books.erase("1.0", reason="order")
        size = books.store.head().size
        (again,) = books.erase("1.0", reason="order")
        assert (again.old, again.correction) == (None, first.correction)
        assert books.store.head().size == size

    def test_no_reason_no_correction(self, books: Ledger) -> None:
        for act in (books.correct, books.withdraw, books.erase):
            with pytest.raises(InputError, match="says why"):
                act("1.0", reason=" ")
            with pytest.raises(InputError, match="no record is named"):
                act([], reason="r")
            with pytest.raises(NotFoundError, match=r"no record 9\.9"):
                act("9.9", reason="r")


class TestEvidence:
    def test_evidence_tells_what_became_of_the_record(self, books: Ledger) -> None:
        kept = books.prove("1.0")
        assert warnings(books, "1.0") == ()
        books.correct("1.0", set=["source.name=x"], reason="first")
        books.correct("4.0", set=["source.name=y"], reason="second")
        assert warnings(books, "1.0") == (
            "record 1.0 is superseded by 6.0: second (correction 7.0)",
        )
        assert warnings(books, "6.0") == ()
        books.withdraw("1.1", reason="gone")
        assert warnings(books, "1.1") == ("record 1.1 was withdrawn: gone (correction 8.0)",)
        # What was given out before is as true as it was, and knows no better.
        trust = Trust.parse(books.home.trust.read_bytes())
        assert len(verify(kept, trust).warnings) == 1

    def test_t43_an_erased_record_is_proved_closed_and_its_neighbours_as_before(
        self, books: Ledger
    ) -> None:
        given_out = books.prove("1.0")
        summary = books.summary("m")
        books.erase("1.0", reason="order 7")
        assert warnings(books, "1.0", closed=True) == (
            "record 1.0 was erased: order 7 (correction 5.0)",
        )
        with pytest.raises(NotFoundError, match="was erased: order 7") as caught:
            books.prove("1.0")
        assert caught.value.hint == "ledger prove 1.0 --closed"
        assert warnings(books, "1.1") == ()
        trust = Trust.parse(books.home.trust.read_bytes())
        assert verify(given_out, trust).records
        assert books.prove(str(summary.id))
        assert audit(books.store, books.home.public).is_clean


class TestTrainingSets:
    def test_a_release_takes_what_stands(self, books: Ledger) -> None:
        books.correct("1.0", set=["source.name=x"], reason="r")
        books.withdraw("1.1", reason="r")
        books.erase("1.2", reason="r")
        books.release("other", datasets=["books"])
        root = training_root(find_release(books.store, "other"))
        assert [one.id for one in books.store.training.members(root)] == [RecordId(4, 0)]

    def test_a_withdrawn_restatement_does_not_bring_the_older_one_back(self, books: Ledger) -> None:
        books.add("data/books", set=(*BOOKS, "source.period.end=2026-10"))
        books.withdraw("4.0", reason="not to be used")
        books.release("other", datasets=["books"])
        root = training_root(find_release(books.store, "other"))
        assert [str(one.id) for one in books.store.training.members(root)] == ["4.1", "4.2"]

    def test_t05_a_frozen_set_stays_and_its_summary_says_what_was_relabelled(
        self, books: Ledger
    ) -> None:
        frozen = root_of(books)
        books.correct(
            "2.0",
            set=["source.category=private_licensed"],
            unset=["source.crawl"],
            reason="we bought it",
        )
        books.withdraw("1.1", reason="the licence ended")
        books.erase("1.2", reason="order 7")
        assert root_of(books) == frozen
        books.home.profile.write_text("show:\n  sizes: figures\n", encoding="utf-8")
        document = books.draft("m")
        assert document.records == 5
        rows = {
            row.label: row.text
            for value in document.field("3.3.a").values
            for row in getattr(value, "rows", ())
        }
        assert [label.split(" since")[0] for label in rows if "training set" in label] == [
            "Records that say something else than when the training set was frozen",
            "Records withdrawn",
            "Records erased",
        ]
        said = [text.replace("\N{NO-BREAK SPACE}", " ").split(" on ")[0] for text in rows.values()]
        assert said == ["1 record, 48 bytes,", "1 record, 36 bytes,", "1 record"]
        told = list(books.relabelled("m"))
        assert [(str(one.record), str(one.newest)) for one in told] == [
            ("1.1", "1.1"),
            ("1.2", "1.2"),
            ("2.0", "4.0"),
        ]
        assert [change.path for change in told[2].changes] == ["source.category", "source.crawl"]
        assert "we bought it" in told[2].verdict

    def test_t10_a_later_release_keeps_what_was_withdrawn_or_erased(self, books: Ledger) -> None:
        books.correct("2.0", set=["source.name=x"], reason="r")
        books.withdraw("1.1", reason="r")
        books.erase("1.2", reason="r")
        books.release("m", datasets=["books", "web"])
        ranges = books.store.training.ranges(root_of(books))
        ids = [f"{one.index}.{at}" for one in ranges for at in range(one.lo, one.hi)]
        assert ids == ["1.0", "1.1", "1.2", "2.1", "4.0"]
        assert books.draft("m").records == 5

    def test_t10_a_correction_moves_no_record_out_of_a_release(self, books: Ledger) -> None:
        books.correct("1.0", set=["dataset.name=elsewhere"], reason="r")
        with pytest.raises(InputError, match=r"record 1\.0 .* in dataset 'elsewhere' now"):
            books.release("m", datasets=["books", "web"])
        books.release("m", datasets=["books", "web", "elsewhere"])
        assert books.draft("m").records == 5

    def test_a_dataset_that_was_erased_whole_does_not_stop_the_next_release(
        self, books: Ledger
    ) -> None:
        books.erase(dataset="web", reason="order")
        books.release("m", datasets=["books", "web"])
        assert books.draft("m").records == 5
        # Nobody knows its name any more, so leaving it out says the same.
        books.release("m", datasets=["books"])
        assert books.draft("m").records == 5
        for mistyped in ("book", "boks"):
            with pytest.raises(NotFoundError, match="did you mean 'books'"):
                books.release("m", datasets=["books", mistyped])

    def test_an_unknown_dataset_is_told_when_nothing_was_erased(self, books: Ledger) -> None:
        with pytest.raises(NotFoundError, match="no records of dataset 'elsewhere'"):
            books.release("m", datasets=["books", "web", "elsewhere"])
        with pytest.raises(InputError, match="'web' of the earlier release is not in the new set"):
            books.release("m", datasets=["books"])

    def test_recording_the_same_again_does_not_undo_a_correction(self, books: Ledger) -> None:
        books.correct("1.0", set=["rights.licence=CC0-1.0"], reason="r")
        books.withdraw("1.1", reason="r")
        report = books.add("data/books", set=BOOKS)
        assert (report.recorded, report.same) == (0, 3)


def test_a_file_that_two_records_are_about_is_named(books: Ledger) -> None:
    from ledger.client.correcting import twins

    books.add("data/books", set=(*BOOKS, "source.period.end=2026-10"))
    done = books.withdraw("1.0", reason="r")
    assert [str(one) for one in twins(books, done)] == ["4.0"]


def test_an_activity_goes_by_the_record_that_stands(books: Ledger, tmp_path: Path) -> None:
    books.correct("1.0", set=["source.name=x"], reason="r")
    with books.activity("copy", set=["dataset.name=c", "source.category=other"]) as activity:
        activity.input("data/books/b-0.txt")
        (tmp_path / "copy.txt").write_text("copy")
        activity.output(tmp_path / "copy.txt")
    lineage = values(books, activity.ids[0])["lineage"]
    assert [one["record"] for one in lineage["inputs"]] == ["4.0"]
