"""The lines of an audit answer's files: opened leaves, absent keys, refusals, tallies, all leaves.

    openings.jsonl   {"opening": <opening>, "tree": <name>}           sorted by tree and index
    absences.jsonl   {"key": hex, "proof": <absence>}                 sorted by key
    leaves.jsonl     {"key": hex, "ref": hex, "tree": <name>, "values": ["<decimal>"...]}
                                                                      sorted by tree and key
    tallies.jsonl    {"digest": "sha256:<hex>", "tally": "<text>"}    sorted by digest
    refused.json     {"refused": [{"draw": int, "kind": 1, "reason": text, "tree": <name>}...],
                      "type": "tdl/audit-refused/v1"}                 sorted by tree, kind and draw

Each line is canonical JSON and ends with one line feed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

from ledger.content.domains import Tally
from ledger.errors import MalformedError
from ledger.proof.json_members import (
    bytes_of,
    decimal_of,
    list_of,
    members,
    number_of,
    text_of,
)
from ledger.proof.sum_json import (
    MAX_KEY,
    decode_absence,
    decode_opening,
    encode_absence,
    encode_opening,
)
from ledger.record.canonical import JSON, decode_object, encode
from ledger.tree.hashing import HASH_SIZE
from ledger.tree.sums import AbsenceProof, SumLeaf, SumOpening

OPENINGS: Final = "openings.jsonl"
ABSENCES: Final = "absences.jsonl"
REFUSED: Final = "refused.json"
TALLIES: Final = "tallies.jsonl"
LEAVES: Final = "leaves.jsonl"
REFUSED_TYPE: Final = "tdl/audit-refused/v1"
TRAINING: Final = "training"
"""The tree of the release's training set, beside those of the statement."""

MAX_LINE: Final = 131_072
"""Bytes of a line: an opening has at most 40 siblings, each with at most 16 sums of 39 digits."""
_TREE: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")

Leaves: TypeAlias = Mapping[str, Sequence[SumLeaf]]
"""All leaves of every tree, by its name, in the order of their keys."""


@dataclass(frozen=True, slots=True)
class OpenedLeaf:
    """A leaf of one of the trees, with its path."""

    tree: str
    opening: SumOpening

    @property
    def place(self) -> tuple[str, int]:
        """What leaves are sorted by: the tree's name, then the index."""
        return self.tree, self.opening.index


@dataclass(frozen=True, slots=True)
class AbsentKey:
    """The proof that the training tree has no leaf of this key."""

    key: bytes
    proof: AbsenceProof


@dataclass(frozen=True, slots=True)
class Refusal:
    """A draw that is not answered. It counts as a failure; the reason goes into the report."""

    tree: str
    kind: int
    number: int
    """Which draw of that kind, from 0 on."""
    reason: str

    @property
    def place(self) -> tuple[str, int, int]:
        """What refusals are sorted by."""
        return self.tree, self.kind, self.number


def openings_to_bytes(opened: Iterable[OpenedLeaf]) -> bytes:
    """Return the file of opened leaves."""
    lines = (
        encode({"opening": encode_opening(one.opening), "tree": one.tree}) + b"\n"
        for one in sorted(opened, key=lambda one: one.place)
    )
    return b"".join(lines)


def openings_from_bytes(data: bytes) -> tuple[OpenedLeaf, ...]:
    """Return the opened leaves that a file states, in their order.

    Raises:
        MalformedError: A line is none, too long, or not after the one before it.
    """
    found = tuple(_opened(number, line) for number, line in enumerate(_lines(data, OPENINGS), 1))
    for number, (one, later) in enumerate(pairwise(found), 2):
        if one.place >= later.place:
            raise MalformedError(
                f"{OPENINGS}, line {number}: {later.tree} {later.opening.index} does not come "
                f"after {one.tree} {one.opening.index}: each leaf is opened once, in order"
            )
    return found


def absences_to_bytes(absent: Iterable[AbsentKey]) -> bytes:
    """Return the file of keys that are not in the training tree."""
    lines = (
        encode({"key": one.key.hex(), "proof": encode_absence(one.proof)}) + b"\n"
        for one in sorted(absent, key=lambda one: one.key)
    )
    return b"".join(lines)


def absences_from_bytes(data: bytes) -> tuple[AbsentKey, ...]:
    """Return the absent keys that a file states; raise MalformedError if it is none."""
    found = tuple(_absent(number, line) for number, line in enumerate(_lines(data, ABSENCES), 1))
    if any(one.key >= later.key for one, later in pairwise(found)):
        raise MalformedError(f"{ABSENCES}: each key stands once, in order")
    return found


def refused_to_bytes(refused: Iterable[Refusal]) -> bytes:
    """Return the file of refusals."""
    lines: list[JSON] = [
        {"draw": one.number, "kind": one.kind, "reason": one.reason, "tree": one.tree}
        for one in sorted(refused, key=lambda one: one.place)
    ]
    return encode({"refused": lines, "type": REFUSED_TYPE}) + b"\n"


def refused_from_bytes(data: bytes) -> tuple[Refusal, ...]:
    """Return the refusals that a file states; raise MalformedError if it is none."""
    lines = list_of(object_of(data, REFUSED, REFUSED_TYPE, ("refused",), ())["refused"], "refused")
    found = tuple(map(_refusal, lines))
    if any(one.place >= later.place for one, later in pairwise(found)):
        raise MalformedError(f"{REFUSED}: each draw stands once, by tree, kind and number")
    return found


def tallies_to_bytes(tallies: Mapping[str, Tally]) -> bytes:
    """Return the file of tallies."""
    lines = (
        encode({"digest": digest, "tally": tallies[digest].to_bytes().decode()}) + b"\n"
        for digest in sorted(tallies)
    )
    return b"".join(lines)


def tallies_from_bytes(data: bytes) -> dict[str, Tally]:
    """Return the tallies that a file states, by digest; raise MalformedError if it is none."""
    found: dict[str, Tally] = {}
    before = ""
    for number, line in enumerate(_lines(data, TALLIES), 1):
        try:
            digest, text = members(decode_object(line, "a line"), "a line", "digest", "tally")
            tally = Tally.from_bytes(text_of(text, "tally").encode())
            if tally.digest != digest or not before < tally.digest:
                raise MalformedError("its digest is not its own, or not after the one before")
        except MalformedError as error:
            raise MalformedError(f"{TALLIES}, line {number}: {error}") from error
        found[tally.digest] = tally
        before = tally.digest
    return found


def leaves_to_bytes(leaves: Leaves) -> bytes:
    """Return the file of all leaves of all trees."""
    lines = (
        encode(
            {
                "key": leaf.key.hex(),
                "ref": leaf.ref.hex(),
                "tree": tree,
                "values": [str(one) for one in leaf.values],
            }
        )
        + b"\n"
        for tree in sorted(leaves)
        for leaf in leaves[tree]
    )
    return b"".join(lines)


def leaves_from_bytes(data: bytes) -> dict[str, list[SumLeaf]]:
    """Return the leaves that a file states, by tree; raise MalformedError if it is none."""
    found: dict[str, list[SumLeaf]] = {}
    before = ("", b"")
    for number, line in enumerate(_lines(data, LEAVES), 1):
        try:
            tree, leaf = _leaf(line)
            if (tree, leaf.key) <= before:
                raise MalformedError("it does not come after the one before")
        except MalformedError as error:
            raise MalformedError(f"{LEAVES}, line {number}: {error}") from error
        found.setdefault(tree, []).append(leaf)
        before = (tree, leaf.key)
    return found


def _leaf(line: bytes) -> tuple[str, SumLeaf]:
    key, ref, tree, values = members(_line(line), "a line", "key", "ref", "tree", "values")
    leaf = SumLeaf(
        key=_key(key),
        ref=bytes_of(ref, "ref", HASH_SIZE),
        values=tuple(decimal_of(one, "a value") for one in list_of(values, "values")),
    )
    return _tree(tree), leaf


def _key(value: JSON) -> bytes:
    data = bytes_of(value, "key")
    if not 1 <= len(data) <= MAX_KEY:
        raise MalformedError(f"a key has 1 to {MAX_KEY} bytes, not {len(data)}")
    return data


def _lines(data: bytes, what: str) -> Iterator[bytes]:
    if not data:
        return
    if not data.endswith(b"\n"):
        raise MalformedError(f"{what} ends with a line feed; this one is cut off")
    yield from data[:-1].split(b"\n")


def _opened(number: int, line: bytes) -> OpenedLeaf:
    where = f"{OPENINGS}, line {number}"
    try:
        opening, tree = members(_line(line), "a line", "opening", "tree")
        return OpenedLeaf(_tree(tree), decode_opening(opening))
    except MalformedError as error:
        raise MalformedError(f"{where}: {error}") from error


def _absent(number: int, line: bytes) -> AbsentKey:
    try:
        key, proof = members(_line(line), "a line", "key", "proof")
        return AbsentKey(_key(key), decode_absence(proof))
    except MalformedError as error:
        raise MalformedError(f"{ABSENCES}, line {number}: {error}") from error


def _line(line: bytes) -> dict[str, JSON]:
    if len(line) > MAX_LINE:
        raise MalformedError(f"it has {len(line)} bytes, and a line at most {MAX_LINE}")
    return decode_object(line, "a line")


def _refusal(value: JSON) -> Refusal:
    draw, kind, reason, tree = members(
        value, f"{REFUSED}: a refusal", "draw", "kind", "reason", "tree"
    )
    text = text_of(reason, "reason")
    if not 0 < len(text) <= 2_000:
        raise MalformedError(f"{REFUSED}: a reason has 1 to 2,000 characters, not {len(text)}")
    if kind not in (1, 2) or isinstance(kind, bool):
        raise MalformedError(f"{REFUSED}: {str(kind)[:20]!r} is no kind of draw: 1 or 2")
    return Refusal(_tree(tree), int(kind), number_of(draw, "draw"), text)


def object_of(
    data: bytes, what: str, kind: str, needed: tuple[str, ...], more: tuple[str, ...]
) -> dict[str, JSON]:
    """Return the object of a file of one canonical JSON value and a line feed.

    Args:
        data: The file.
        what: Its name, for errors.
        kind: What its member `type` must say.
        needed: The other members that it must have.
        more: Those that it may have.
    """
    if not data.endswith(b"\n"):
        raise MalformedError(f"{what} ends with a line feed; this one is cut off")
    value = decode_object(data[:-1], what)
    if value.get("type") != kind:
        raise MalformedError(f"{what} is {str(value.get('type'))[:60]!r}, and we read {kind!r}")
    members(value, what, *needed, "type", optional=more)
    return value


def _tree(value: JSON) -> str:
    if not isinstance(value, str) or not _TREE.fullmatch(value):
        raise MalformedError(f"{str(value)[:80]!r} is no name of a tree")
    return value
