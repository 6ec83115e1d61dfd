"""fsspec URLs: the same facts as for local files, and clear words where a driver is missing."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from blake3 import blake3

from ledger.capture import Captured, Failed, Metadata, capture, survey
from ledger.capture.directories import Found, Survey
from ledger.capture.files import Options, Running, Unreadable
from ledger.capture.remote import read_remote
from ledger.errors import InputError

fsspec = pytest.importorskip("fsspec")
NEEDED = ["dataset.name=corpus", "source.category=public_dataset"]


@pytest.fixture
def bucket() -> Iterator[str]:
    memory = fsspec.filesystem("memory")
    memory.pipe(
        {
            "/bucket/b.jsonl": b'{"text": 1}\n' * 300_000,
            "/bucket/a/c.txt": b"hello",
            "/bucket/a/ledger.yaml": b"fields: {languages: [en]}",
            "/bucket/z.csv": b"h\n1\n",
        }
    )
    yield "memory://bucket"
    memory.rm("/bucket", recursive=True)


def names(found: Survey) -> list[str]:
    return [item.name for item in found.files]


def test_everything_below_a_url_is_captured_in_name_order(bucket: str) -> None:
    found = survey([bucket])
    assert names(found) == ["a/c.txt", "b.jsonl", "z.csv"]
    assert [item.reason for item in found.skipped] == ["metadata, read as such"]
    results = list(capture(found, Metadata.load(settings=NEEDED)))
    fields = [result.fields for result in results if isinstance(result, Captured)]
    assert [one["measures"] for one in fields] == [
        {"bytes": 5, "documents": 1},
        {"bytes": 3_600_000, "documents": 300_000},
        {"bytes": 4, "documents": 1},
    ]
    assert [one.get("languages") for one in fields] == [["en"], None, None]
    content = fields[1]["content"]
    assert isinstance(content, dict)
    digest = blake3(b'{"text": 1}\n' * 300_000).hexdigest()
    assert content["digest"] == f"blake3:{digest}"


@pytest.mark.parametrize(
    ("end", "expected"),
    [("/z.csv", ["z.csv"]), ("/*.csv", ["z.csv"]), ("/a/", ["c.txt"]), ("/*/c*", ["a/c.txt"])],
)
def test_a_url_is_a_file_a_folder_or_a_pattern(bucket: str, end: str, expected: list[str]) -> None:
    assert names(survey([bucket + end])) == expected


def test_file_urls_and_parquet_footers_work_through_fsspec(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    pq.write_table(pa.table({"text": ["a", "b"]}), tmp_path / "a.parquet")
    (result,) = capture(survey([f"file://{tmp_path}"]), Metadata.load(settings=NEEDED))
    assert isinstance(result, Captured)
    measures = result.fields["measures"]
    assert isinstance(measures, dict)
    assert measures["documents"] == 2
    assert result.fields["modality"] == ["text"]


@pytest.mark.parametrize("end", ["/nothing", "/*.md"])
def test_a_url_without_files_is_refused(bucket: str, end: str) -> None:
    with pytest.raises(InputError, match=r"holds no files|does not exist"):
        survey([bucket + end])


def test_an_unknown_protocol_is_refused(bucket: str) -> None:
    with pytest.raises(InputError, match="nothing here reads nosuch://"):
        survey(["nosuch://bucket"])


@pytest.mark.skipif(find_spec("s3fs") is not None, reason="s3fs is installed")
def test_a_missing_driver_names_what_to_install() -> None:
    with pytest.raises(InputError, match="driver for s3://") as caught:
        survey(["s3://bucket/x"])
    assert "s3fs" in str(caught.value.hint)


class Overwriting(Running):
    """Replaces the object after the first chunk was read."""

    __slots__ = ()

    def advance(self, size: int) -> None:
        super().advance(size)
        fsspec.filesystem("memory").pipe("/bucket/b.jsonl", b"other")


def test_an_object_that_changes_or_vanishes_is_not_recorded(bucket: str) -> None:
    (item,) = survey([f"{bucket}/b.jsonl"]).items
    assert isinstance(item, Found)
    with pytest.raises(Unreadable, match="changed while it was read"):
        read_remote(item, Options(), Overwriting())
    found = survey([f"{bucket}/z.csv", f"{bucket}/a"])
    fsspec.filesystem("memory").rm("/bucket/z.csv")
    first, second = capture(found, Metadata.load(settings=NEEDED))
    assert isinstance(first, Failed)
    assert isinstance(second, Captured)
