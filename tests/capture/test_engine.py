"""From paths to the fields of records: many files, in order, whatever goes wrong with some."""

import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from blake3 import blake3

from ledger.capture import Captured, ColumnSum, Failed, Metadata, Options, capture, engine, survey
from ledger.errors import InputError
from ledger.record.record import Record

NEEDED = ["dataset.name=corpus", "source.category=public_dataset"]


def run(root: Path, *settings: str, options: Options | None = None) -> list[Captured | Failed]:
    metadata = Metadata.load(settings=[*NEEDED, *settings])
    return list(capture(survey([str(root)]), metadata, options=options or Options()))


def only(results: list[Captured | Failed]) -> Captured:
    (result,) = results
    assert isinstance(result, Captured), result
    return result


def test_the_fields_are_a_shard_record_but_for_the_time(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"a": 1}\n{"a": 2}\n')
    result = only(run(tmp_path, "rights.licence=MIT", "basis.rights=imported"))
    assert result.fields == {
        "content": {
            "digest": f"blake3:{blake3((tmp_path / 'a.jsonl').read_bytes()).hexdigest()}",
            "size": 18,
            "name": "a.jsonl",
            "media_type": "application/jsonl",
        },
        "measures": {"bytes": 18, "documents": 2},
        "modality": ["text"],
        "dataset": {"name": "corpus"},
        "source": {"category": "public_dataset"},
        "rights": {"licence": "MIT"},
        "basis": {
            "content": "observed",
            "dataset": "declared",
            "measures": "observed",
            "modality": "inferred",
            "rights": "imported",
            "source": "declared",
        },
    }
    Record.parse("shard", {**result.fields, "claimed_at": "2024-01-01T00:00:00Z"})


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    for number in range(40):
        size = 3 << 20 if number % 3 == 0 else number
        (tmp_path / f"{number:02d}.bin").write_bytes(bytes([number]) * size)
    return tmp_path


def test_results_come_in_path_order_with_the_right_digests(mixed: Path) -> None:
    results = run(mixed)
    assert [os.path.basename(result.path) for result in results] == sorted(os.listdir(mixed))
    for result in results:
        assert isinstance(result, Captured)
        content = result.fields["content"]
        assert isinstance(content, dict)
        assert content["digest"] == f"blake3:{blake3(Path(result.path).read_bytes()).hexdigest()}"


def test_shared_fields_are_the_same_objects(mixed: Path) -> None:
    for one, other in pairwise(run(mixed)):
        assert isinstance(one, Captured)
        assert isinstance(other, Captured)
        assert one.fields["basis"] is other.fields["basis"]
        assert one.fields["source"] is other.fields["source"]


class Watching:
    """Adds up what it is told, and can do something on the way."""

    def __init__(self, act: object = None) -> None:
        self.expected = (0, 0)
        self.files = self.size = 0
        self.act = act

    def begin(self, *, files: int, size: int) -> None:
        self.expected = (files, size)

    def advance(self, *, files: int, size: int) -> None:
        self.files += files
        self.size += size
        if callable(self.act):
            self.act()


def test_progress_adds_up_to_what_was_announced(mixed: Path) -> None:
    os.mkfifo(mixed / "pipe")
    watching = Watching()
    metadata = Metadata.load(settings=NEEDED)
    list(capture(survey([str(mixed)]), metadata, progress=watching))
    assert watching.expected == (
        41,
        sum((mixed / name).stat().st_size for name in os.listdir(mixed)),
    )
    assert (watching.files, watching.size) == watching.expected


def test_files_that_fail_stand_in_their_place_and_the_rest_goes_on(mixed: Path) -> None:
    os.mkfifo(mixed / "00-pipe")
    found = survey([str(mixed)])
    (mixed / "03.bin").unlink()  # large: read on the pool
    (mixed / "04.bin").unlink()  # small: read in this thread
    results = list(capture(found, Metadata.load(settings=NEEDED)))
    failed = {os.path.basename(one.path): one.reason for one in results if isinstance(one, Failed)}
    assert failed == {
        "00-pipe": "a named pipe, expected a regular file",
        "03.bin": "No such file or directory",
        "04.bin": "No such file or directory",
    }
    assert len(results) == 41


def test_a_caller_that_goes_away_stops_the_pool(mixed: Path) -> None:
    results = capture(survey([str(mixed)]), Metadata.load(settings=NEEDED))
    assert isinstance(results, Iterator)
    next(results)
    close = getattr(results, "close")  # noqa: B009 - an Iterator need not have it, this one does
    close()
    assert list(results) == []


def test_metadata_is_checked_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x")
    with pytest.raises(InputError, match=r"dataset.name is missing"):
        capture(survey([str(tmp_path)]), Metadata.load())


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("measures.documents=10", "measures contradict: measures.documents is 2, declared was 10"),
        ("measures.bytes=1", "measures contradict: measures.bytes is 6, declared was 1"),
        ("content.size=7", "content contradicts: content.size is 6, declared was 7"),
        ("content.name=b", "content contradicts: content.name is a.jsonl, declared was b"),
        ("content.digest=blake3:" + "0" * 64, "content.digest is blake3:"),
        ("content.sha256=" + "0" * 64, "content.sha256 is 3c"),
    ],
)
def test_a_claim_that_the_bytes_contradict_fails_the_file(
    tmp_path: Path, claim: str, reason: str
) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"{}\n{}\n")
    (result,) = run(tmp_path, claim)
    assert isinstance(result, Failed)
    assert reason.removesuffix("3c") in result.reason
    assert result.hint


def test_claims_that_hold_and_measures_nobody_can_count_are_recorded(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"{}\n{}\n")
    claims = ["content.size=6", "measures.documents=2", "measures.tokens=9"]
    result = only(
        run(tmp_path, *claims, "measures.tokenizer.name=gpt2", "content.media_type=text/x-mine")
    )
    assert result.fields["measures"] == {
        "bytes": 6,
        "documents": 2,
        "tokens": 9,
        "tokenizer": {"name": "gpt2"},
    }
    basis, content = result.fields["basis"], result.fields["content"]
    assert isinstance(basis, dict)
    assert isinstance(content, dict)
    assert content["media_type"] == "text/x-mine"
    assert basis["measures"] == "observed"
    finer = {path: word for path, word in basis.items() if "." in path}
    assert finer == {
        "content.media_type": "declared",
        "measures.tokens": "declared",
        "measures.tokenizer": "declared",
    }


def test_sha256_is_kept_on_request(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    content = only(run(tmp_path, options=Options(sha256=True))).fields["content"]
    assert isinstance(content, dict)
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert content["sha256"] == empty


def test_a_sum_of_tokens_needs_to_know_whose_tokens(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"n": 3}\n{"n": 4}\n')
    options = Options(tokens=ColumnSum("n"))
    with pytest.raises(InputError, match=r"measures.tokenizer is missing"):
        run(tmp_path, options=options)
    result = only(run(tmp_path, "measures.tokenizer.name=gpt2", options=options))
    assert result.fields["measures"] == {
        "bytes": 18,
        "documents": 2,
        "tokens": 7,
        "tokenizer": {"name": "gpt2"},
    }
    (failed,) = run(tmp_path, "measures.tokenizer.name=gpt2", "measures.tokens=8", options=options)
    assert isinstance(failed, Failed)
    assert failed.reason == "measures contradict: measures.tokens is 7, declared was 8"


def test_notes_say_what_was_not_counted(tmp_path: Path) -> None:
    (tmp_path / "a.tar").write_bytes(b"z" * 600)
    result = only(run(tmp_path))
    assert result.notes == ("not counted: not a tar header: size b'zzzzzzzzzzzz'",)


HEAVY = ("pyarrow", "fsspec", "yaml", "sqlmodel", "sqlalchemy", "tokenizers", "concurrent.futures")


def test_a_folder_of_small_files_imports_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x")
    program = (
        "import sys\n"
        "from ledger.capture import Metadata, capture, survey\n"
        f"metadata = Metadata.load(settings={NEEDED!r})\n"
        f"assert len(list(capture(survey([{str(tmp_path)!r}]), metadata))) == 1\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout == b"[]\n"


def test_small_is_less_than_large() -> None:
    assert engine.SMALL == 1 << 20
