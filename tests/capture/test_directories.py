"""Finding files: order, names, what is left out, and what cannot be read."""

import os
import socket
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.capture.directories import Found, Survey, survey, written_name
from ledger.capture.results import Failed
from ledger.errors import InputError


def make(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def names(found: Survey) -> list[str]:
    return [item.name for item in found.files]


def failures(found: Survey) -> dict[str, str]:
    failed = [item for item in found.items if isinstance(item, Failed)]
    return {os.path.basename(item.path): item.reason for item in failed}


def test_files_come_in_the_order_of_their_whole_names(tmp_path: Path) -> None:
    make(tmp_path, "b.txt", "a/z", "a.txt", "a0", "a/b/c", ".hidden", "é", "z")
    found = names(survey([str(tmp_path)]))
    assert found == sorted(found, key=str.encode)
    assert found == [".hidden", "a.txt", "a/b/c", "a/z", "a0", "b.txt", "z", "é"]


def test_a_file_is_called_by_its_base_name(tmp_path: Path) -> None:
    make(tmp_path, "sub/a.txt")
    assert names(survey([str(tmp_path / "sub" / "a.txt")])) == ["a.txt"]


def test_the_ledgers_own_files_are_skipped_and_said_to_be(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "ledger.db", "ledger.db-wal", "ledger.d/config.toml", "sub/ledger.yaml")
    found = survey([str(tmp_path)])
    assert names(found) == ["a.txt"]
    skipped = {os.path.relpath(item.path, tmp_path): item.reason for item in found.skipped}
    assert skipped == {
        "ledger.d": "belongs to a ledger",
        "ledger.db": "belongs to a ledger",
        "ledger.db-wal": "belongs to a ledger",
        "sub/ledger.yaml": "metadata, read as such",
    }


def test_a_manifest_among_the_data_is_no_shard(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "manifest.csv")
    found = survey([str(tmp_path)], exclude=[str(tmp_path / "manifest.csv")])
    assert names(found) == ["a.txt"]
    assert found.skipped[0].reason == "the manifest"


@pytest.mark.parametrize("content", [[], ["sub/ledger.yaml"]])
def test_a_folder_without_files_is_refused(tmp_path: Path, content: list[str]) -> None:
    make(tmp_path, *content)
    with pytest.raises(InputError, match="holds no files"):
        survey([str(tmp_path)])


def test_what_cannot_be_read_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "sub/b.txt")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "self").symlink_to("self")
    (tmp_path / "sub" / "up").symlink_to("..")
    (tmp_path / "null").symlink_to("/dev/null")
    with socket.socket(socket.AF_UNIX) as listener:
        here = os.getcwd()
        os.chdir(tmp_path)  # a socket's path may have 107 bytes
        try:
            listener.bind("socket")
        finally:
            os.chdir(here)
        found = survey([str(tmp_path), str(tmp_path / "missing"), "nul\0byte"])
    assert names(found) == ["a.txt", "sub/b.txt"]
    assert failures(found) == {
        "pipe": "a named pipe, expected a regular file",
        "dangling": "a link to 'nowhere', which does not exist",
        "self": "Too many levels of symbolic links",
        "up": "a link to a folder that it lies in",
        "null": "a device, expected a regular file",
        "socket": "a socket, expected a regular file",
        "missing": "No such file or directory",
        "nul\0byte": "not a path: embedded null byte",
    }


def test_links_to_files_and_folders_elsewhere_are_followed(tmp_path: Path) -> None:
    make(tmp_path, "blobs/1", "data/own.txt")
    (tmp_path / "data" / "one.txt").symlink_to("../blobs/1")
    (tmp_path / "data" / "all").symlink_to("../blobs")
    assert names(survey([str(tmp_path / "data")])) == ["all/1", "one.txt", "own.txt"]


def test_strange_names_are_written_so_that_they_can_be_read_again(tmp_path: Path) -> None:
    raw = [b"new\nline", b"tab\tand\x01", b"latin-\xe9.txt", "e\u0301.txt".encode()]
    for name in raw:
        with open(os.path.join(os.fsencode(tmp_path), name), "wb") as file:
            file.write(b"x")
    found = survey([str(tmp_path)])
    assert set(names(found)) == {"new\nline", "tab\tand\x01", "latin-%E9.txt", "\u00e9.txt"}
    for item in found.files:
        with open(item.path, "rb") as file:
            assert file.read() == b"x"


@given(st.binary(min_size=1).filter(lambda name: b"\0" not in name and b"/" not in name))
def test_every_name_is_written_in_normal_form_without_halves_of_pairs(name: bytes) -> None:
    written = written_name(os.fsdecode(name))
    assert unicodedata.is_normalized("NFC", written)
    written.encode()


def test_a_file_reached_twice_is_read_once(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "b.txt")
    found = survey([str(tmp_path / "b.txt"), str(tmp_path)])
    assert names(found) == ["b.txt", "a.txt"]
    assert found.skipped[0].reason == "given twice"


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[None]:
    """Stand above a nest of 1,200 folders, and take it away again: nobody else can."""
    here = os.getcwd()
    os.chdir(tmp_path)
    for _ in range(1200):
        os.mkdir("d")
        os.chdir("d")
    Path("leaf").write_bytes(b"x")
    os.chdir(tmp_path)
    yield
    for _ in range(1200):
        os.chdir("d")
    os.unlink("leaf")
    for _ in range(1200):
        os.chdir("..")
        os.rmdir("d")
    os.chdir(here)


@pytest.mark.usefixtures("deep")
def test_folders_nest_deeper_than_python_calls() -> None:
    assert [item.name.count("/") for item in survey(["."]).files] == [1200]


def test_what_was_found_says_how_it_was_then(tmp_path: Path) -> None:
    make(tmp_path, "a.txt")
    (item,) = survey([str(tmp_path)]).items
    assert isinstance(item, Found)
    status = os.stat(item.path)
    assert (item.size, item.mtime_ns, item.inode) == (1, status.st_mtime_ns, status.st_ino)
