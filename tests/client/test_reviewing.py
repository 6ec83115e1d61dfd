"""An answer is followed to the records that it rests on, whatever was corrected since."""

from pathlib import Path

import pytest

from ledger.client.client import Ledger
from ledger.client.reviewing import follow
from ledger.errors import NotFoundError
from tests.cli.prepared import RELEASE, prepare


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    prepare(tmp_path)
    return tmp_path


def places(ledger: Ledger, field: str, most: int = 9) -> list[str]:
    followed = follow(ledger, RELEASE, field, most=most)
    (records,) = [one for one in followed.rests if one.support.owner == "ledger"]
    return [f"{one.index}.{one.lo}+{one.hi - one.lo}" for one in records.ranges]


def test_the_part_of_each_section_is_its_own(folder: Path) -> None:
    with Ledger.open(folder) as ledger:
        assert places(ledger, "2.1.a") == ["1.0+3"]
        assert places(ledger, "2.3.a") == ["2.0+2"]
        assert places(ledger, "1.3.a") == ["1.0+3", "2.0+2"]
        assert places(ledger, "1.3.a", most=1) == ["1.0+3"]
        with pytest.raises(NotFoundError):
            follow(ledger, RELEASE, "4.a")


def test_the_newest_records_are_named(folder: Path) -> None:
    with Ledger.open(folder) as ledger:
        relabelled = ["source.category=crawled"]
        (done,) = ledger.correct("1.0", set=relabelled, reason="crawled by us")
        ledger.withdraw("1.1", reason="trained on all the same")
        ledger.erase("2.0", reason="asked for")
        assert done.replacement is not None
        assert places(ledger, "2.1.a") == ["1.1+2"]
        assert places(ledger, "2.3.a") == ["2.1+1", f"{done.replacement.index}.0+1"]


def test_corrections_are_no_further_training(folder: Path) -> None:
    with Ledger.open(folder) as ledger:
        ledger.correct("1.0", set=["rights.licence=CC0-1.0"], reason="misread")
        ledger.release(RELEASE, datasets=["books", "web"])
        due = ledger.review(RELEASE).due
    assert due is not None
    assert (due.what, due.now) == ("nothing", False)
    assert "Answers have changed since" in due.sentence


def test_another_form_has_no_lints_and_no_date(folder: Path) -> None:
    with Ledger.open(folder) as ledger:
        found = ledger.review(RELEASE, template="ab2013")
        assert (found.lints, found.due) == ((), None)
        assert found.gaps == ledger.check(RELEASE, template="ab2013")
        assert set(ledger.check(RELEASE)) <= set(ledger.review(RELEASE).gaps)
