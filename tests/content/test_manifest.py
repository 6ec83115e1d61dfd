from contextlib import suppress

import pytest
from blake3 import blake3
from hypothesis import given
from hypothesis import strategies as st

from ledger.content.digest import Digest
from ledger.content.manifest import Manifest, ManifestFile
from ledger.errors import MalformedError

ONE = Digest.of(b"one")


def file(path: str, size: int = 3) -> ManifestFile:
    return ManifestFile(path, size, ONE)


def paths() -> st.SearchStrategy[str]:
    letters = st.sampled_from("ab.\\\n\r\t n\u00e9\u4e2d\U0001f600\0")
    part = st.text(letters, min_size=1, max_size=4).filter(lambda text: text not in (".", ".."))
    return st.lists(part, min_size=1, max_size=3).map("/".join)


@st.composite
def manifests(draw: st.DrawFn) -> Manifest:
    found = draw(
        st.dictionaries(paths(), st.tuples(st.integers(0, 10**18), st.binary()), max_size=5)
    )
    return Manifest.of(
        ManifestFile(path, size, Digest.of(data)) for path, (size, data) in found.items()
    )


def test_the_bytes_of_a_manifest() -> None:
    manifest = Manifest.of([file("b\nc\\"), file("a/b", 12)])
    expected = f"tdl/manifest/v1\n{ONE} 12 a/b\n{ONE} 3 b\\nc\\\\\n".encode()
    assert manifest.to_bytes() == expected
    assert manifest.digest.value == blake3(expected).digest()
    assert Manifest.from_bytes(expected) == manifest
    assert Manifest.from_bytes(b"tdl/manifest/v1\n").files == ()


@given(manifests())
def test_manifests_come_back(manifest: Manifest) -> None:
    data = manifest.to_bytes()
    assert Manifest.from_bytes(data) == manifest
    assert data.count(b"\n") == 1 + len(manifest.files)
    assert b"\r" not in data


@given(manifests(), st.data())
def test_every_changed_byte_is_noticed(manifest: Manifest, data: st.DataObject) -> None:
    changed = bytearray(manifest.to_bytes())
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
    with suppress(MalformedError):
        assert Manifest.from_bytes(bytes(changed)).digest != manifest.digest


def test_order_is_by_utf_8_bytes() -> None:
    names = ["\uffff", "\U00010000", "Z", "a", "\u00e9"]
    ordered = [one.path for one in Manifest.of(map(file, names)).files]
    assert ordered == ["Z", "a", "\u00e9", "\uffff", "\U00010000"]


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("", "shortest form"),
        ("/a", "shortest form"),
        ("a/", "shortest form"),
        ("a//b", "shortest form"),
        ("./a", "shortest form"),
        ("a/../b", "shortest form"),
        ("e\u0301", "normal form C"),
        ("bad\udcff", "not a path in UTF-8"),
    ],
)
def test_a_path_that_cannot_be(path: str, problem: str) -> None:
    with pytest.raises(MalformedError, match=problem):
        file(path)


def test_a_size_that_cannot_be() -> None:
    with pytest.raises(MalformedError, match="-1 bytes"):
        file("a", -1)


@pytest.mark.parametrize("names", [("b", "a"), ("a", "a")])
def test_paths_are_sorted_and_distinct(names: tuple[str, str]) -> None:
    with pytest.raises(MalformedError, match="sorted by bytes and distinct"):
        Manifest(tuple(map(file, names)))
    lines = "".join(f"{ONE} 3 {name}\n" for name in names)
    with pytest.raises(MalformedError, match="sorted by bytes and distinct"):
        Manifest.from_bytes(f"tdl/manifest/v1\n{lines}".encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"tdl/manifest/v2\n",
        b"tdl/manifest/v1",
        b"tdl/manifest/v1\n\n",
        b"tdl/manifest/v1\nnothing\n",
        b"tdl/manifest/v1\n\xff\n",
        f"tdl/manifest/v1\n{ONE} 03 a\n".encode(),
        f"tdl/manifest/v1\n{ONE} -3 a\n".encode(),
        f"tdl/manifest/v1\n{ONE} 3  a\n".encode().replace(b"3  a", b"3 /a"),
        f"tdl/manifest/v1\n{ONE} 3 a".encode(),
        f"tdl/manifest/v1\n{ONE} 3 a\\\n".encode(),
        f"tdl/manifest/v1\n{ONE} 3 a\\x\n".encode(),
        f"tdl/manifest/v1\n{ONE} 3 a\rb\n".encode(),
        f"tdl/manifest/v1\n{ONE} 3 \n".encode(),
    ],
)
def test_what_is_not_a_manifest(data: bytes) -> None:
    with pytest.raises(MalformedError):
        Manifest.from_bytes(data)
