"""A record: a producer's statement about one thing, as canonical fields.

Who said it is in the batch that carries it; when it was logged is in the checkpoint that covers
it. A record never changes; saying something else is another record.
"""

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Self

from ledger.errors import MalformedError
from ledger.record.canonical import JSON, decode, encode, encode_checked
from ledger.record.kinds import SCHEMAS, UNKNOWN
from ledger.record.schema import Fields, Object, nearest, unknown_name
from ledger.record.vocabulary import KINDS

OWN_FIELDS: Final = frozenset(
    {"content", "measures", "lineage", "documents", "domains", "claimed_at"}
)
"""Shard fields that usually differ from record to record."""

SHARED_FIELDS: Final = frozenset(SCHEMAS["shard"].members) - OWN_FIELDS
"""Shard fields that many records have in common: stored, checked and encoded once."""

_POSITION = re.compile("0|[1-9][0-9]{0,8}")

NOT_STATED: Final = frozenset({"basis", "claimed_at"})
"""Fields that are about the statement itself, and need no basis."""


@dataclass(frozen=True)
class Record:
    """A statement of one kind: its fields by name, each as canonical bytes.

    Build it with `Record.parse` (from values) or `Record.of_encoded` (from bytes); both check. Two
    records are equal when kind and bytes are.
    """

    kind: str
    encoded: Mapping[str, bytes]

    @cached_property
    def fields(self) -> Fields:
        """The fields as values, in name order. A fresh reading of the bytes."""
        return {name: decode(self.encoded[name]) for name in sorted(self.encoded)}

    def value(self, name: str) -> JSON:
        """Return one field's value; a KeyError if the record does not state it."""
        return decode(self.encoded[name])

    @classmethod
    def parse(cls, kind: str, fields: Mapping[str, JSON]) -> Self:
        """Return the record of these fields.

        Raises:
            MalformedError: A field is unknown, missing, of the wrong type, out of its list, or
                contradicts another; the message gives path, found, expected and the nearest name.
        """
        check_fields(kind, fields)
        return cls(kind, _encode_all(fields))

    @classmethod
    def of_encoded(cls, kind: str, encoded: Mapping[str, bytes]) -> Self:
        """Return the record whose fields have these canonical bytes."""
        fields = {name: decode(data) for name, data in encoded.items()}
        check_fields(kind, fields)
        return cls(kind, {name: encoded[name] for name in sorted(encoded)})

    def sharing(self, own: Mapping[str, JSON]) -> Self:
        """Return the shard record with this one's shared fields and the own fields given.

        Only `own` is checked and encoded again; ten thousand shards of a dataset pay for its
        description once.
        """
        if self.kind != "shard":
            raise MalformedError(f"only shards share fields, and this is of kind {self.kind}")
        if not own.keys() <= OWN_FIELDS:
            raise MalformedError(
                f"{min(own.keys() - OWN_FIELDS)} is not a field of one shard alone"
            )
        shape = SCHEMAS[self.kind]
        for name, value in own.items():
            shape.members[name].shape.check(value, name)
        merged = {**self._shared_fields, **own}
        self._check_names(shape, merged, frozenset(own))
        _check_shard(merged)
        return self.beside(_encode_all(own))

    def _check_names(self, shape: Object, merged: Fields, own: frozenset[str]) -> None:
        """Check what depends on the names of the own fields alone: once for each set of them.

        The basis may speak of a part of an own field (`measures.tokens`). Then whether that part
        is there has to be looked up in every record.
        """
        if own in self._named:
            return
        _check_needed(shape, merged.keys())
        _check_basis(merged)
        basis = merged["basis"]
        assert isinstance(basis, dict)
        if not any("." in path and path.partition(".")[0] in own for path in basis):
            self._named.add(own)

    @cached_property
    def _named(self) -> set[frozenset[str]]:
        return set()

    def beside(self, own: Mapping[str, bytes]) -> Self:
        """Return the record of this one's shared fields and `own`, which `sharing` has encoded."""
        encoded = {**self._shared_encoded, **own}
        record = type(self)(self.kind, {name: encoded[name] for name in sorted(encoded)})
        record.__dict__["shared_json"] = self.shared_json
        return record

    @cached_property
    def shared_json(self) -> bytes:
        """The canonical JSON object of the fields that many records share; the same for them."""
        return joined(self.encoded, self.encoded.keys() & SHARED_FIELDS)

    @cached_property
    def own_json(self) -> bytes:
        """The canonical JSON object of all other fields."""
        return joined(self.encoded, self.encoded.keys() - SHARED_FIELDS)

    @cached_property
    def _shared_fields(self) -> Fields:
        return {name: value for name, value in self.fields.items() if name in SHARED_FIELDS}

    @cached_property
    def _shared_encoded(self) -> dict[str, bytes]:
        return {name: data for name, data in self.encoded.items() if name in SHARED_FIELDS}

    def says_the_same(self, other: "Record", *, but: Set[str] = frozenset()) -> bool:
        """Say whether both state the same facts, whenever each was claimed; fields `but` apart."""
        mine, theirs = (record._said(but | {"claimed_at"}) for record in (self, other))
        return self.kind == other.kind and mine == theirs

    def _said(self, but: Set[str]) -> dict[str, bytes]:
        said = {name: data for name, data in self.encoded.items() if name not in but}
        basis = decode(said["basis"]) if len(but) > 1 and "basis" in said else None
        if isinstance(basis, dict):
            said["basis"] = encode({name: basis[name] for name in basis if name not in but})
        return said


def joined(encoded: Mapping[str, bytes], names: Iterable[str]) -> bytes:
    """Return the canonical JSON object of some of a record's fields.

    Field names are ASCII words of the schema, so name order is canonical order, and nothing that
    is already encoded is encoded again.
    """
    members = [b'"%b":%b' % (name.encode(), encoded[name]) for name in sorted(names)]
    return b"{%b}" % b",".join(members)


def check_fields(kind: str, fields: Mapping[str, JSON]) -> None:
    """Check fields against the schema of `kind` and against each other.

    Raises:
        MalformedError: Naming the path, what was found and what was expected.
    """
    if kind not in SCHEMAS:
        raise MalformedError(f"there is no kind {kind!r} of record{nearest(kind, KINDS)}")
    SCHEMAS[kind].check(dict(fields), "")
    _check_basis(fields)
    if kind == "shard":
        _check_shard(fields)
    if kind == "correction":
        _check_correction(fields["correction"])


def _check_correction(correction: JSON) -> None:
    """A replacement is named exactly where there is one, and it is newer: no chain has a loop."""
    assert isinstance(correction, dict)
    action, replacement = correction["action"], correction.get("replacement")
    if (action == "replace") != (replacement is not None):
        needs = "names its replacement" if action == "replace" else "has no replacement"
        raise MalformedError(f"correction.replacement: a correction to {action} {needs}")
    if replacement is None:
        return
    old, new = (
        tuple(map(int, str(named).split("."))) for named in (correction["record"], replacement)
    )
    if new <= old:
        raise MalformedError(
            f"correction.replacement: {replacement} is not newer than {correction['record']}, "
            "which it is said to replace"
        )


def _encode_all(fields: Mapping[str, JSON]) -> Mapping[str, bytes]:
    return {name: encode_checked(fields[name]) for name in sorted(fields)}


def _check_needed(shape: Object, names: Set[str]) -> None:
    absent = shape.missing - names
    if absent:
        expected = shape.members[min(absent)].shape.describe()
        raise MalformedError(f"{min(absent)} is missing: expected {expected}")


def _check_basis(fields: Mapping[str, JSON]) -> None:
    """Every stated field says how it is known, and nothing else does."""
    basis = fields["basis"]
    assert isinstance(basis, dict)
    stated = fields.keys() - NOT_STATED
    for path in basis:
        name, dot, rest = path.partition(".")
        if name not in stated:
            raise unknown_name(f"basis.{path[:80]}", name, tuple(sorted(stated)))
        if dot and not has_path(fields[name], rest.split(".")):
            raise MalformedError(f"basis.{path[:80]}: the record has no {path[:80]}")
    if not stated <= basis.keys():
        missing = min(stated - basis.keys())
        raise MalformedError(
            f"basis.{missing} is missing: expected one of observed, declared, inferred, imported"
        )


def has_path(value: JSON, names: list[str]) -> bool:
    """Say whether there is something at a path, whose names go into objects and lists."""
    for name in names:
        if isinstance(value, list) and _POSITION.fullmatch(name) and int(name) < len(value):
            value = value[int(name)]
        elif isinstance(value, dict) and name in value:
            value = value[name]
        else:
            return False
    return True


def _check_shard(fields: Mapping[str, JSON]) -> None:
    measures, source = fields["measures"], fields["source"]
    assert isinstance(measures, dict)
    assert isinstance(source, dict)
    if source["category"] == "synthetic" and "generator" not in fields:
        raise MalformedError(
            "generator is missing: a synthetic shard names the model that made it",
            hint=f"--set generator.provider=… --set generator.model=… or --set generator={UNKNOWN}",
        )
    if "crawl" in source and source["category"] != "crawled":
        raise MalformedError(
            f"source.crawl is only for category crawled, and this is {source['category']}"
        )
    _check_measures(measures, fields)


def _check_measures(measures: Mapping[str, JSON], fields: Mapping[str, JSON]) -> None:
    if "tokens" in measures and "tokenizer" not in measures:
        raise MalformedError(
            "measures.tokenizer is missing: a number of tokens means nothing without it",
            hint="--set measures.tokenizer.name=…",
        )
    modality = fields["modality"]
    assert isinstance(modality, list)
    needs = {"images": "image", "audio_milliseconds": "audio", "video_milliseconds": "video"}
    for name, word in needs.items():
        if measures.get(name) and word not in modality:
            raise MalformedError(
                f"measures contradict: {name} is {measures[name]}, and modality has no {word!r}"
            )
    if measures["bytes"] == 0 and any(
        measures.get(name)
        for name in ("tokens", "images", "audio_milliseconds", "video_milliseconds")
    ):
        raise MalformedError("measures contradict: bytes is 0, and other measures are not")
    _check_documents(measures, fields.get("documents"))
    _check_breakdown(measures, fields["source"])


def _check_documents(measures: Mapping[str, JSON], documents: JSON | None) -> None:
    """Check that the tree has as many documents as were counted; members may be more.

    A sample of an archive is one document or several: the members that share a name.
    """
    if not isinstance(documents, dict):
        return
    count, counted = documents["count"], measures.get("documents")
    assert isinstance(count, int)
    fits = isinstance(counted, int) and (
        count == counted or (documents.get("unit") == "member" and count > counted)
    )
    if not fits:
        raise MalformedError(
            f"measures contradict: documents.count is {count}, "
            f"measures.documents is {'absent' if counted is None else counted}"
        )


def _check_breakdown(measures: Mapping[str, JSON], source: JSON) -> None:
    assert isinstance(source, dict)
    breakdown = source.get("breakdown")
    if not isinstance(breakdown, list):
        return
    for name in ("bytes", "documents", "tokens"):
        parts = [part.get(name) for part in breakdown if isinstance(part, dict)]
        known = [part for part in parts if isinstance(part, int)]
        if len(known) == len(parts) and measures.get(name) != sum(known):
            raise MalformedError(
                f"measures contradict: source.breakdown has {sum(known)} {name}, "
                f"measures.{name} is {measures.get(name, 'absent')}"
            )
