"""The life of a summary: versions, drafts, formats that come later, and what changed."""

from hashlib import sha256
from pathlib import Path

import pytest

from ledger.checkpoint.trust import Trust
from ledger.client.client import Ledger
from ledger.client.versions import find_version, form_path, read_form, versions
from ledger.errors import CannotTellError, InputError, NotFoundError
from ledger.proof.document import verify_document
from ledger.proof.document_slot import split_evidence
from ledger.summary.furniture import DRAFT


@pytest.fixture
def released(ledger: Ledger, tmp_path: Path) -> Ledger:
    add(ledger, tmp_path, "one")
    ledger.release("m-1", datasets=["d"])
    return ledger


def add(ledger: Ledger, folder: Path, name: str, *said: str) -> None:
    path = folder / f"{name}.txt"
    path.write_text(f"text {name}", encoding="utf-8")
    ledger.add(path, set=["dataset.name=d", "source.category=other", *said])


def trust(ledger: Ledger) -> Trust:
    return Trust.parse(ledger.home.trust.read_bytes())


def test_a_version_keeps_its_form_and_the_next_says_what_changed(
    released: Ledger, tmp_path: Path
) -> None:
    first = released.summary("m-1", folder=tmp_path / "out")
    add(released, tmp_path, "two", "languages=fr")
    released.release("m-1", datasets=["d"])
    second = released.summary("m-1", folder=tmp_path / "out")
    one, two = versions(released.store, "m-1", "eu")
    assert (one.number, two.number) == (1, 2)
    assert two.record.record.fields["supersedes"] == str(first.id) == str(one.id)
    assert read_form(released.home, one) == first.document
    assert read_form(released.home, two) == second.document
    told = repr(second.document.field("0.a"))
    assert "The training set has 2\\xa0records; it had 1." in told
    assert "1.3.e" in told
    assert "Earlier versions" in told


def test_a_version_whose_form_is_lost_is_not_guessed_at(released: Ledger, tmp_path: Path) -> None:
    released.summary("m-1", folder=tmp_path)
    (one,) = versions(released.store, "m-1", "eu")
    form_path(released.home, one).write_bytes(b"{}")
    assert "What changed is not known" in repr(released.draft("m-1").field("0.a"))
    with pytest.raises(NotFoundError, match="form of version 1 is not kept here"):
        released.render("m-1", version=1, template="eu", to=["jsonld"], folder=tmp_path)


def test_a_format_that_is_rendered_later_is_logged_and_verifies(
    released: Ledger, tmp_path: Path
) -> None:
    first = released.summary("m-1", to=["html"], folder=tmp_path)
    size = released.store.head().size
    later = released.render("m-1", version=1, template="eu", to=["jsonld"], folder=tmp_path)
    assert released.store.head().size == size + 1
    assert later.document == first.document
    record = released.show(later.id).record
    assert record.fields["rendition_of"] == str(first.id)
    assert record.value("summary") == released.show(first.id).record.value("summary")
    verified = verify_document(later.files[0].read_bytes(), trust(released))
    assert verified.record.id == later.id
    (one,) = versions(released.store, "m-1", "eu")
    assert {file["name"] for file in one.renditions} == {"summary.html", "summary.jsonld"}


def test_a_format_that_is_there_is_written_again_and_nothing_is_logged(
    released: Ledger, tmp_path: Path
) -> None:
    (first,) = released.summary("m-1", to=["html"], folder=tmp_path / "a").files
    size = released.store.head().size
    (again,) = released.render(
        "m-1", version=1, template="eu", to=["html"], folder=tmp_path / "b"
    ).files
    assert released.store.head().size == size
    same = [split_evidence(path.read_bytes()).document for path in (first, again)]
    assert same[0] == same[1]


def test_a_version_has_one_file_of_each_format(released: Ledger, tmp_path: Path) -> None:
    # A file that another renderer made: its bytes are logged, and they are lost.
    released.summary("m-1", to=["html"], folder=tmp_path)
    (one,) = versions(released.store, "m-1", "eu")
    (file,) = one.renditions
    kept = released.home.public / "documents" / f"{file['digest'][7:]}.html"
    kept.unlink()
    released.render("m-1", version=1, template="eu", to=["html"], folder=tmp_path)
    assert kept.is_file()  # the same renderer makes the same bytes
    form = form_path(released.home, one)
    assert sha256(form.read_bytes()).hexdigest() == form.stem


def test_there_is_no_such_version(released: Ledger) -> None:
    with pytest.raises(NotFoundError, match="no version 3 of the eu summary of 'm-1'; there is"):
        find_version(released.store, "m-1", "eu", 3)


def test_a_draft_is_marked_logs_nothing_and_proves_nothing(
    released: Ledger, tmp_path: Path
) -> None:
    size = released.store.head().size
    drafted = released.preview("m-1", to=["html", "jsonld"], folder=tmp_path)
    assert released.store.head().size == size
    assert [path.name for path in drafted.files] == [
        "m-1-summary-draft.html",
        "m-1-summary-draft.jsonld",
    ]
    for path in drafted.files:
        text = path.read_text(encoding="utf-8")
        assert DRAFT in text
        assert "ledger verify" not in text
        with pytest.raises(CannotTellError, match="carries no evidence"):
            verify_document(path.read_bytes(), trust(released))
    assert drafted.gaps == released.check("m-1")


def test_a_format_that_does_not_exist_is_refused_before_anything_is_logged(
    released: Ledger, tmp_path: Path
) -> None:
    size = released.store.head().size
    with pytest.raises(InputError, match="no format 'odt'"):
        released.summary("m-1", to=["html", "odt"], folder=tmp_path)
    assert released.store.head().size == size


def test_templates_count_their_versions_apart(released: Ledger, tmp_path: Path) -> None:
    released.summary("m-1", folder=tmp_path)
    released.summary("m-1", template="ab2013", folder=tmp_path)
    released.summary("m-1", folder=tmp_path)
    numbers = {name: len(versions(released.store, "m-1", name)) for name in ("eu", "ab2013")}
    assert numbers == {"eu": 2, "ab2013": 1}
