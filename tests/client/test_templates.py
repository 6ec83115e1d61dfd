"""Templates end to end: a file of questions, documents for few, versions by name, bad files."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from ledger.checkpoint.trust import Trust
from ledger.client.backup import make_backup
from ledger.client.client import Ledger
from ledger.client.restoring import restore
from ledger.client.site import write_site
from ledger.client.templates import find_template, template_name
from ledger.client.versions import find_version, is_restricted, read_form, versions
from ledger.client.yaml_files import LARGEST
from ledger.errors import InputError
from ledger.proof.document import verify_document
from ledger.summary.document_json import to_bytes

HEARING = Path(__file__).parents[2] / "docs" / "regulations" / "distillation-hearing.yaml"
NAME = "distillation-hearing"
QUESTION = """\
title: One question
sections:
  - title: Only one
    questions:
      - {id: A, label: "Which languages?", answer: {facts: languages}}
"""


@pytest.fixture
def taught(ledger: Ledger, tmp_path: Path) -> Ledger:
    """A release of one shard that another model wrote."""
    path = tmp_path / "data" / "traces.txt"
    path.write_text("worked exercises", encoding="utf-8")
    generator = {"provider": "Other Lab", "model": "teacher-1", "role": "generator"}
    said = [f"generator.{name}={value}" for name, value in generator.items()]
    ledger.add(path, set=["dataset.name=d", "source.category=synthetic", *said])
    ledger.release("m-1", datasets=["d"])
    return ledger


def test_a_hearings_questions_are_answered_logged_and_proven(
    taught: Ledger, tmp_path: Path
) -> None:
    made = taught.summary("m-1", template=str(HEARING), folder=tmp_path / "out")
    assert [path.name for path in made.files] == [
        f"m-1-{NAME}-v1.html",
        f"m-1-{NAME}-v1.jsonld",
    ]
    page = made.files[0].read_text(encoding="utf-8")
    assert "teacher-1" in page
    assert "Which models made, rewrote, labelled or judged training data?" in page
    digest = f"sha256:{sha256(HEARING.read_bytes()).hexdigest()}"
    assert made.document.template_number == digest
    trust = Trust.parse(taught.home.trust.read_bytes())
    for path in made.files:
        stated = verify_document(path.read_bytes(), trust).record.fields["summary"]
        assert isinstance(stated, dict)
        assert (stated["template"], stated["template_number"]) == (NAME, digest)


def test_what_is_not_for_everybody_stays_out_of_the_public_folder(
    taught: Ledger, tmp_path: Path
) -> None:
    for template in (str(HEARING), "model-documentation", "ab2013"):
        taught.summary("m-1", template=template, to=["html"], folder=tmp_path / "out")
    home = taught.home
    assert home.restricted.stat().st_mode & 0o777 == 0o700
    public = [path for path in home.public.rglob("*.html") if path.is_file()]
    assert len(public) == 1
    assert "Civil Code" in public[0].read_text(encoding="utf-8")
    for template in (NAME, "model-documentation"):
        (one,) = versions(taught.store, "m-1", template)
        assert is_restricted(home, one)
        assert read_form(home, one) is not None
    report = write_site(taught, tmp_path / "site")
    assert report.summaries == 1
    assert not [path for path in (tmp_path / "site").rglob("*") if "model-doc" in path.as_posix()]


def test_nobody_can_try_out_answers_by_the_digests_in_the_log(taught: Ledger) -> None:
    drafts = [taught.draft("m-1", template="model-documentation") for _ in range(2)]
    assert len({to_bytes(one) for one in drafts}) == 2
    assert len({to_bytes(replace(one, salt="")) for one in drafts}) == 1
    assert all(len(one.salt) == 32 for one in drafts)
    public = {to_bytes(taught.draft("m-1", template="ab2013")) for _ in range(2)}
    assert len(public) == 1


def test_a_questionnaire_may_be_public(taught: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "open-questions.yaml"
    path.write_text(f"public: yes\n{QUESTION}", encoding="utf-8")
    taught.summary("m-1", template=str(path), to=["html"], folder=tmp_path / "out")
    assert not taught.home.restricted.exists()
    assert write_site(taught, tmp_path / "site").summaries == 1


def test_versions_of_a_template_count_apart_and_outlive_the_file(
    taught: Ledger, tmp_path: Path
) -> None:
    path = tmp_path / "asked.yaml"
    path.write_text(QUESTION, encoding="utf-8")
    taught.summary("m-1", to=["html"], folder=tmp_path)
    first = taught.summary("m-1", template=str(path), to=["html"], folder=tmp_path)
    path.write_text(QUESTION.replace("languages", "modality"), encoding="utf-8")
    second = taught.summary("m-1", template=str(path), to=["html"], folder=tmp_path)
    assert (first.document.version, second.document.version) == (1, 2)
    assert first.document.template_number != second.document.template_number
    assert first.document.template_number in repr(second.document.field("version"))
    path.unlink()
    later = taught.render("m-1", version=1, template="asked", to=["jsonld"], folder=tmp_path)
    assert later.document == first.document
    kept = find_version(taught.store, "m-1", "asked", 1)
    assert len(kept.renditions) == 2
    assert len(list(taught.home.restricted.glob("*.jsonld"))) == 1


def test_restricted_documents_are_in_backups_and_come_back(taught: Ledger, tmp_path: Path) -> None:
    taught.summary("m-1", template="model-documentation", to=["html"], folder=tmp_path)
    before = {path.name for path in taught.home.restricted.iterdir()}
    copy = make_backup(taught.home, taught.store, tmp_path / "copy", now=datetime.now(UTC))
    shutil.rmtree(taught.home.restricted)
    restored = restore(copy.path, tmp_path / "again")
    assert {path.name for path in restored.home.restricted.iterdir()} == before
    assert restored.home.restricted.stat().st_mode & 0o777 == 0o700


def test_check_asks_by_template(taught: Ledger) -> None:
    assert {gap.field for gap in taught.check("m-1", template="ab2013")} >= {"purpose_fit"}
    assert {gap.field for gap in taught.check("m-1", template=str(HEARING))} >= {"U1"}
    with pytest.raises(InputError, match="no template 'ab2012'; did you mean 'ab2013'"):
        taught.check("m-1", template="ab2012")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"title: [", "line 1: expected"),
        (b"\xff\xfe", "is UTF-16, expected UTF-8"),
        (b"", "expected name, title"),
        (b"title: x", "sections is missing"),
        (b"title: x\ntitle: y", "line 2: the key title is there twice"),
        (b"- a", "expected name, title"),
        (QUESTION.replace("facts: languages", "facts: langs").encode(), "there is no 'langs'"),
        (QUESTION.encode() + b"#" * LARGEST, "more than 1,000,000 bytes"),
        (b"title: &a [*a]", "title: expected a text"),
        (b"title: !!python/object/apply:os.system [ls]", "could not determine a constructor"),
        (b"[" * 300, "line 1: "),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_file_that_is_no_questionnaire_is_told_so(
    content: bytes, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "asked.yaml"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        find_template(str(path))
    assert message in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_file_that_is_not_there_or_has_no_plain_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no file"):
        find_template(str(tmp_path / "none.yaml"))
    with pytest.raises(InputError, match="cannot be read"):
        find_template(str(tmp_path))
    named = tmp_path / "Our Questions.yaml"
    named.write_text(QUESTION, encoding="utf-8")
    with pytest.raises(InputError, match="'Our Questions' is none") as caught:
        find_template(str(named))
    assert caught.value.hint == "name: our-questions"
    assert template_name("eu") == "eu"
