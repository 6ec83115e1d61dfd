"""What was asked and what is shown: the files of a package of kind `disclosure`.

    cover.html          for people: what is in it, what is not, and why it is complete, or is not
    disclosure.json     the query, the fields, how many records, and how complete that is
    evidence-N.json     standard evidence of the records, in parts under one checkpoint, from 1 on
    sections.json       of the summary's statement: roots of some trees, hashes of the others
    trees/NAME.jsonl    every leaf of one opened tree, a line each
    names.json          which models the codes in names of trees stand for, with the key of names

The last three are there where completeness rests on a statement. How they are held against each
other is `ledger.query.disclosure_check`. docs/formats/package.md is normative.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Self

from ledger.errors import MalformedError
from ledger.proof.json_members import bytes_of, list_of, members, number_of, text_of
from ledger.proof.sum_json import decode_leaf, decode_node, encode_leaf, encode_node
from ledger.query.expression import Query
from ledger.query.expression_text import parse_query
from ledger.query.statement import section_hash
from ledger.record.canonical import JSON, decode_object, encode
from ledger.record.kinds import SHARD
from ledger.record.leaf import RecordId
from ledger.record.patterns import TIME
from ledger.tree.hashing import HASH_SIZE, Hash
from ledger.tree.sums import SaltedLeaf, SumNode, check_tree_name

TYPE: Final = "tdl/disclosure/v1"
SECTIONS_TYPE: Final = "tdl/disclosure-sections/v1"
COVER: Final = "cover.html"
DISCLOSURE: Final = "disclosure.json"
SECTIONS: Final = "sections.json"
NAMES: Final = "names.json"
PROVED: Final = "proved"
PROMISED: Final = "promised"
STATED: Final = "stated"
LEVELS: Final = (STATED, PROMISED, PROVED)
"""How sure it is that no record is missing, from the least: on the word of who wrote it; on a
promise that the log can be held against; by count."""

NO_RELEASE: Final = "no-release"
NO_STATEMENT: Final = "no-statement"
OTHERS: Final = "others"
REASONS: Final = (NO_RELEASE, NO_STATEMENT, OTHERS)
"""Why nothing is counted: no release was asked about, none of its summaries has a statement, or the
trees that hold the records hold others too, which were not to be shown."""

_EVIDENCE: Final = re.compile(r"evidence-([1-9][0-9]{0,4})\.json")
_TREE: Final = re.compile(r"trees/([a-z0-9][a-z0-9.-]{0,63})\.jsonl")
_MAX_FILE: Final = 16 * 2**20
MAX_LEAVES: Final = 200_000
"""Records of a package, and leaves of a tree in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """What a package says of itself. Nothing of it is checked yet."""

    where: str
    """The query, as it was asked."""
    fields: tuple[str, ...]
    """The fields that were asked for, in the order of the question."""
    made_at: str
    records: int
    """Records that the query is about."""
    others: int
    """Records of the opened trees that are shown to be none of them."""
    silent: int
    """Records of the opened trees whose values were destroyed since."""
    level: str
    reason: str | None = None
    """Why it is only stated that these are all: one of `REASONS`."""
    release: str | None = None
    summary: RecordId | None = None
    """The summary whose statement the count rests on."""
    trees: tuple[str, ...] = ()
    """The trees of which every leaf is opened, sorted."""

    @property
    def query(self) -> Query:
        """The query, read."""
        return parse_query(self.where)

    def to_bytes(self) -> bytes:
        """Return the file in its one byte form."""
        completeness: dict[str, JSON] = {"level": self.level}
        if self.reason is not None:
            completeness["reason"] = self.reason
        if self.summary is not None:
            completeness |= {"summary": str(self.summary), "trees": list(self.trees)}
        value: dict[str, JSON] = {
            "completeness": completeness,
            "fields": list(self.fields),
            "made_at": self.made_at,
            "others": self.others,
            "records": self.records,
            "silent": self.silent,
            "type": TYPE,
            "where": self.where,
        }
        if self.release is not None:
            value["release"] = self.release
        return encode(value) + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the disclosure whose `to_bytes` is exactly `data`.

        Raises:
            MalformedError: `data` is none.
        """
        value = _file(data, DISCLOSURE, TYPE)
        names = ("completeness", "fields", "made_at", "others", "records", "silent", "where")
        found = members(value, DISCLOSURE, *names, "type", optional=("release",))
        level, fields, made_at, others, records, silent, where, _ = found
        completeness = _completeness(level)
        summary, trees = _counted(completeness)
        TIME.check(made_at, "made_at")
        made = cls(
            where=text_of(where, "where"),
            fields=tuple(_field(one) for one in list_of(fields, "fields")),
            made_at=text_of(made_at, "made_at"),
            records=number_of(records, "records"),
            others=number_of(others, "others"),
            silent=number_of(silent, "silent"),
            level=text_of(completeness["level"], "level"),
            reason=text_of(completeness["reason"], "reason") if "reason" in completeness else None,
            release=text_of(value["release"], "release") if "release" in value else None,
            summary=summary,
            trees=trees,
        )
        made._check()
        return made

    def _check(self) -> None:
        if not self.fields or len(set(self.fields)) != len(self.fields):
            raise MalformedError(f"{DISCLOSURE}: fields names at least one field, each once")
        if list(self.trees) != sorted(set(self.trees)):
            raise MalformedError(f"{DISCLOSURE}: trees are sorted, each once")
        is_counted = self.summary is not None and bool(self.trees)
        if is_counted == (self.level == STATED) or (self.reason is None) == (self.level == STATED):
            raise MalformedError(
                f"{DISCLOSURE}: what is {STATED} has a reason; what is {PROMISED} or {PROVED} has "
                "a summary and trees"
            )
        if self.summary and self.release is None:
            raise MalformedError(f"{DISCLOSURE}: a summary is of a release")


def dict_of(value: JSON) -> dict[str, JSON]:
    """Return a member that must be an object."""
    if not isinstance(value, dict):
        raise MalformedError("completeness is an object")
    return value


def _completeness(value: JSON) -> dict[str, JSON]:
    (level,) = members(value, "completeness", "level", optional=("reason", "summary", "trees"))
    found = dict_of(value)
    if level not in LEVELS:
        raise MalformedError(f"completeness is {', '.join(LEVELS)}, not {str(level)[:40]!r}")
    if found.get("reason", REASONS[0]) not in REASONS:
        raise MalformedError(f"{str(found['reason'])[:40]!r} is not one of {', '.join(REASONS)}")
    return found


def _counted(found: dict[str, JSON]) -> tuple[RecordId | None, tuple[str, ...]]:
    """Return the summary and the trees that the count rests on."""
    if ("summary" in found) != ("trees" in found):
        raise MalformedError("completeness has a summary and trees, or neither")
    if "summary" not in found:
        return None, ()
    trees = tuple(text_of(one, "a tree") for one in list_of(found["trees"], "trees"))
    for name in trees:
        check_tree_name(name)
    return RecordId.parse(text_of(found["summary"], "summary")), trees


def _field(value: JSON) -> str:
    name = text_of(value, "a field")
    if name not in SHARD.members:
        raise MalformedError(f"a record of a shard has no field {name[:60]!r}")
    return name


@dataclass(frozen=True, slots=True)
class Sections:
    """A statement of which some trees are shown: their roots, and the hash of every other."""

    roots: Mapping[str, SumNode]
    hashes: Mapping[str, Hash]

    @property
    def names(self) -> list[str]:
        """All names, sorted."""
        return sorted([*self.roots, *self.hashes])

    def ordered(self) -> list[Hash]:
        """Return the hash of every tree, in the order of names: what the audit root is over."""
        shown = {name: section_hash(name, root) for name, root in self.roots.items()}
        found = {**self.hashes, **shown}
        return [found[name] for name in self.names]

    def to_bytes(self) -> bytes:
        """Return the file in its one byte form."""
        sections: dict[str, JSON] = {name: {"hash": one.hex()} for name, one in self.hashes.items()}
        sections |= {name: {"root": encode_node(root)} for name, root in self.roots.items()}
        return encode({"sections": sections, "type": SECTIONS_TYPE}) + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the sections whose `to_bytes` is exactly `data`.

        Raises:
            MalformedError: `data` is none.
        """
        value = _file(data, SECTIONS, SECTIONS_TYPE)
        sections, _ = members(value, SECTIONS, "sections", "type")
        roots: dict[str, SumNode] = {}
        hashes: dict[str, Hash] = {}
        for name, one in dict_of(sections).items():
            check_tree_name(name)
            if isinstance(one, dict) and "root" in one:
                (node,) = members(one, name, "root")
                roots[name] = decode_node(node)
            else:
                (text,) = members(one, name, "hash")
                hashes[name] = Hash(bytes_of(text, name, HASH_SIZE))
        return cls(roots, hashes)


def encode_leaves(leaves: Iterable[SaltedLeaf]) -> bytes:
    """Return the file of an opened tree: its leaves in order, a line each."""
    return b"".join(encode(encode_leaf(one.leaf, one.salt)) + b"\n" for one in leaves)


def decode_leaves(data: bytes, name: str) -> tuple[SaltedLeaf, ...]:
    """Return the leaves whose `encode_leaves` is exactly `data`.

    Raises:
        MalformedError: It is no such file.
    """
    lines = data.split(b"\n")
    if lines.pop() or not lines:
        raise MalformedError(f"{name} ends with a line feed, and has a line a leaf")
    if len(lines) > MAX_LEAVES:
        raise MalformedError(f"{name} has at most {MAX_LEAVES:,} leaves, not {len(lines):,}")
    return tuple(decode_leaf(decode_object(line, name)) for line in lines)


def evidence_name(number: int) -> str:
    """Return the name of a part of the evidence, from 1 on."""
    return f"evidence-{number}.json"


def tree_name(name: str) -> str:
    """Return the name of the member that holds the leaves of a tree."""
    return f"trees/{name}.jsonl"


@dataclass(frozen=True, slots=True)
class Files:
    """The members of a package by what they are."""

    disclosure: Disclosure
    evidence: tuple[bytes, ...]
    sections: Sections | None
    names: bytes | None
    trees: Mapping[str, bytes]
    cover: bytes

    @classmethod
    def of(cls, found: Mapping[str, bytes]) -> Self:
        """Return the files of a package of kind `disclosure`.

        Raises:
            MalformedError: A member is missing or is none of such a package.
        """
        evidence: list[bytes] = []
        trees: dict[str, bytes] = {}
        for name in found:
            if _EVIDENCE.fullmatch(name):
                evidence.append(_part(found, len(evidence) + 1))
            elif tree := _TREE.fullmatch(name):
                trees[tree[1]] = found[name]
            elif name not in (COVER, DISCLOSURE, SECTIONS, NAMES):
                raise MalformedError(f"a disclosure has no member {name[:80]!r}")
        for name in (COVER, DISCLOSURE, evidence_name(1)):
            if name not in found:
                raise MalformedError(f"a disclosure has a member {name!r}, and this one has none")
        disclosure = Disclosure.from_bytes(found[DISCLOSURE])
        sections = Sections.from_bytes(found[SECTIONS]) if SECTIONS in found else None
        if sorted(trees) != list(disclosure.trees):
            raise MalformedError(
                f"{DISCLOSURE} says that the leaves of {', '.join(disclosure.trees) or 'no tree'} "
                f"are opened, and the package has those of {', '.join(sorted(trees)) or 'none'}"
            )
        return cls(disclosure, tuple(evidence), sections, found.get(NAMES), trees, found[COVER])


def _part(found: Mapping[str, bytes], number: int) -> bytes:
    if evidence_name(number) not in found:
        raise MalformedError(f"a part of the evidence is missing: {evidence_name(number)}")
    return found[evidence_name(number)]


def _file(data: bytes, name: str, kind: str) -> dict[str, JSON]:
    """Return the object that a file holds."""
    if len(data) > _MAX_FILE or not data.endswith(b"\n"):
        raise MalformedError(f"{name} is canonical JSON and a line feed, at most {_MAX_FILE} bytes")
    value = decode_object(data[:-1], name)
    if value.get("type") != kind:
        raise MalformedError(f"{name} is {str(value.get('type'))[:60]!r}, and we read {kind!r}")
    return value
