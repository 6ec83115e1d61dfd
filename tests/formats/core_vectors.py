"""Vectors of what needs no signature: digests, manifests, canonical JSON, trees, tiles."""

from collections.abc import Callable, Mapping

from ledger.content.digest import Digest
from ledger.content.manifest import Manifest, ManifestFile
from ledger.errors import LedgerError
from ledger.record.canonical import JSON, decode, encode
from ledger.tree.hashing import EMPTY_ROOT, leaf_hash, root_of
from ledger.tree.proofs import (
    consistency_ranges,
    inclusion_ranges,
    prove_consistency,
    prove_inclusion,
)
from ledger.tree.tiles import (
    BundleId,
    TileId,
    bundles_between,
    decode_bundle,
    encode_bundle,
    tiles_between,
)
from tests.formats.examples import LeafReader


def refused(read: Callable[[], object]) -> bool:
    """Say whether `read` raises one of our errors; the vectors' bad cases must all do."""
    try:
        read()
    except LedgerError:
        return True
    return False


def rejected(cases: Mapping[str, str], read: Callable[[bytes], object]) -> list[dict[str, str]]:
    """Return bad inputs as a list for a vector file, after seeing that each is refused."""
    for name, text in cases.items():
        if not refused(lambda text=text: read(text.encode())):  # type: ignore[misc]
            raise AssertionError(f"{name} is not refused")
    return [{"name": name, "text": text} for name, text in cases.items()]


def content_digest() -> dict[str, object]:
    """Return vectors/content-digest.json."""
    inputs = {"empty": b"", "abc": b"abc", "shard": b"shard zero\n", "chunk": bytes(1024)}
    inputs["two chunks"] = bytes(range(256)) * 5
    good = str(Digest.of(b"abc"))
    bad = {
        "upper case": good.replace("blake3:", "blake3:").upper().replace("BLAKE3", "blake3"),
        "no prefix": good.removeprefix("blake3:"),
        "short": good[:-1],
        "other algorithm": good.replace("blake3", "sha256"),
        "line feed": good + "\n",
    }
    return {
        "digests": [
            {"name": name, "hex": data.hex(), "digest": str(Digest.of(data))}
            for name, data in inputs.items()
        ],
        "rejected": rejected(bad, lambda data: Digest.parse(data.decode())),
    }


def manifest() -> dict[str, object]:
    """Return vectors/manifest.json."""
    contents = {
        "b.txt": b"bb",
        "a/z.txt": b"z",
        "a.txt": b"",
        "a/line\nfeed\\.txt": b"odd name",
        "café.txt": "é".encode(),
    }
    whole = Manifest.of(
        ManifestFile(path, len(data), Digest.of(data)) for path, data in contents.items()
    )
    line = f"{Digest.of(b'')} 0 "
    header = "tdl/manifest/v1\n"
    bad = {
        "absolute path": f"{header}{line}/a\n",
        "parent path": f"{header}{line}../a\n",
        "empty part": f"{header}{line}a//b\n",
        "not sorted": f"{header}{line}b\n{line}a\n",
        "twice": f"{header}{line}a\n{line}a\n",
        "leading zero": f"{header}{line.replace(' 0 ', ' 00 ')}a\n",
        "carriage return": f"{header}{line}a\r\n",
        "unknown escape": f"{header}{line}a\\t\n",
        "not NFC": f"{header}{line}cafe\u0301\n",
        "no last line feed": f"{header}{line}a",
        "other header": f"tdl/manifest/v2\n{line}a\n",
        "empty line": f"{header}\n{line}a\n",
    }
    return {
        "files": [
            {"path": file.path, "size": file.size, "digest": str(file.digest)}
            for file in whole.files
        ],
        "manifest": whole.to_bytes().decode(),
        "digest": str(whole.digest),
        "empty": {"manifest": header, "digest": str(Manifest(()).digest)},
        "rejected": rejected(bad, Manifest.from_bytes),
    }


def canonical_json() -> dict[str, object]:
    """Return vectors/canonical-json.json."""
    values: dict[str, JSON] = {
        "order of names": {"b": 1, "a": 2, "B": 3, "aa": 4, "": 5},
        "order beyond the basic plane": {"\uff5e": 1, "\U0001f600": 2, "é": 3},
        "escapes": '"\\/\b\t\n\f\r\x00\x1f\x7f\u2028é😀',
        "integers": [0, -1, 2**53 - 1, -(2**53 - 1)],
        "empty things": [{}, [], ""],
        "booleans": [True, False],
        "sixteen deep": [[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]],
    }
    bad = {
        "space": '{"a": 1}',
        "line feed": "1\n",
        "wrong order": '{"b":1,"a":2}',
        "order by code point": '{"\uff5e":1,"\U0001f600":2}',
        "duplicate name": '{"a":1,"a":1}',
        "null": "null",
        "fraction": "1.5",
        "fraction zero": "1.0",
        "exponent": "1e2",
        "minus zero": "-0",
        "leading zero": "01",
        "too large": "9007199254740992",
        "not a number": "NaN",
        "escaped slash": '"\\/"',
        "escaped letter": '"\\u00e9"',
        "escape in upper case": '"\\u001F"',
        "long escape": '"\\u000a"',
        "escaped delete": '"\\u007f"',
        "bare control": '"\t"',
        "half a surrogate pair": '"\\ud83d"',
        "not NFC": '"e\u0301"',
        "name not NFC": '{"e\u0301":1}',
        "byte order mark": "\ufeff1",
        "seventeen deep": "[" * 17 + "]" * 17,
        "two values": "1 2",
        "nothing": "",
    }
    return {
        "accepted": [
            {"name": name, "value": value, "bytes": encode(value).hex()}
            for name, value in values.items()
        ],
        "rejected": rejected(bad, decode),
        "rejected_bytes": [_not_utf8("ff"), _not_utf8("22eda08022"), _not_utf8("22c0af22")],
    }


def _not_utf8(data: str) -> str:
    assert refused(lambda: decode(bytes.fromhex(data)))
    return data


def merkle_tree() -> dict[str, object]:
    """Return vectors/merkle-tree.json."""
    entries = ["one", "two", "three", "four", "five", "six", "seven"]
    leaves = [leaf_hash(entry.encode()) for entry in entries]
    reader = LeafReader(leaves)
    return {
        "entries": entries,
        "leaf_hashes": [leaf.hex() for leaf in leaves],
        "roots": [EMPTY_ROOT.hex(), *(root_of(leaves[:n]).hex() for n in range(1, 8))],
        "inclusion": [
            {
                "index": index,
                "size": size,
                "ranges": [list(part) for part in inclusion_ranges(index, size)],
                "proof": [one.hex() for one in prove_inclusion(index, size, reader)],
            }
            for size in (1, 3, 6, 7)
            for index in range(size)
        ],
        "consistency": [
            {
                "old": old,
                "new": new,
                "ranges": [list(part) for part in consistency_ranges(old, new)],
                "proof": [one.hex() for one in prove_consistency(old, new, reader)],
            }
            for new in (3, 6, 7)
            for old in range(1, new + 1)
        ],
    }


def tiles() -> dict[str, object]:
    """Return vectors/tiles.json."""
    good = [
        TileId(0, 0, 3),
        TileId(0, 273),
        TileId(1, 1234067, 17),
        TileId(63, 0, 1),
    ]
    bad = {
        "full width": "tile/0/000.p/256",
        "no hashes": "tile/0/000.p/0",
        "leading zero in the level": "tile/00/000",
        "leading zero in the width": "tile/0/000.p/07",
        "two digits": "tile/0/12",
        "group without x": "tile/0/001/234",
        "leading group of zeros": "tile/0/x000/234",
        "level 64": "tile/64/000",
        "leading slash": "/tile/0/000",
        "negative level": "tile/-1/000",
    }
    entries = [b"one", b"two", b"three"]
    bundle = encode_bundle(entries)
    assert decode_bundle(bundle, 3) == entries
    bad_bundles = {"cut off": "00036f6e", "no second entry": "00036f6e65", "spare byte": "000000"}
    for name, data in bad_bundles.items():
        width = 2 if name == "no second entry" else 1
        assert refused(lambda d=data, w=width: decode_bundle(bytes.fromhex(d), w))  # type: ignore[misc]
    return {
        "paths": [
            {"level": tile.level, "number": tile.number, "width": tile.width, "path": tile.path()}
            for tile in good
        ],
        "bundle_paths": [
            {"number": bundle_id.number, "width": bundle_id.width, "path": bundle_id.path()}
            for bundle_id in (BundleId(0, 3), BundleId(1234067))
        ],
        "rejected": rejected(bad, lambda data: TileId.parse(data.decode())),
        "last_tiles": [
            {
                "size": size,
                "paths": _last_tiles(size),
                "bundle": list(bundles_between(size - 1, size))[-1].path(),
            }
            for size in (1, 255, 256, 257, 70_000)
        ],
        "bundle": {"entries": [one.decode() for one in entries], "hex": bundle.hex()},
        "rejected_bundles": [
            {"name": name, "hex": data, "width": 2 if name == "no second entry" else 1}
            for name, data in bad_bundles.items()
        ],
        "tile": {
            "path": TileId(0, 0, 3).path(),
            "hex": b"".join(map(leaf_hash, entries)).hex(),
        },
    }


def _last_tiles(size: int) -> list[str]:
    """Return the rightmost tile of each level in the tree of `size` leaves."""
    last = {tile.level: tile for tile in tiles_between(0, size)}
    return [tile.path() for tile in last.values()]
