"""The answer to an audit challenge: a package of what a lab opens, and says of what it does not.

    challenge.json    the challenge, byte for byte
    statement.json    the statement that was challenged: context, measures, the table of its trees
    names.json        which generators the labels in tree names stand for; the name key, if given
    evidence-N.json   standard evidence under the challenge's checkpoint, in parts, from 1 on
    openings.jsonl    one opened leaf of one tree a line, sorted by tree and index
    absences.jsonl    keys that are not in the training tree, sorted
    refused.json      which draws are not answered, and why
    tallies.jsonl     the tallies of domains of records whose content is checked, by digest
    secrets.json      at level 2: what all salts follow from

Here is the form: what the files say is held against challenge and statement by
`ledger.query.audit_check`. docs/formats/audit.md is normative.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Self, TypeAlias

from ledger.content.domains import Tally
from ledger.errors import MalformedError
from ledger.proof.evidence import Evidence
from ledger.proof.json_members import bytes_of, list_of, members, number_of, text_of
from ledger.proof.sum_json import (
    MAX_KEY,
    decode_absence,
    decode_opening,
    encode_absence,
    encode_opening,
)
from ledger.record.canonical import JSON, decode_object, encode
from ledger.tree.sums import AbsenceProof, SumOpening

KIND: Final = "audit-answer"
"""The kind of package that holds these."""
CHALLENGE: Final = "challenge.json"
STATEMENT: Final = "statement.json"
NAMES: Final = "names.json"
OPENINGS: Final = "openings.jsonl"
ABSENCES: Final = "absences.jsonl"
REFUSED: Final = "refused.json"
TALLIES: Final = "tallies.jsonl"
SECRETS: Final = "secrets.json"

NAMES_TYPE: Final = "tdl/audit-names/v1"
REFUSED_TYPE: Final = "tdl/audit-refused/v1"
SECRETS_TYPE: Final = "tdl/audit-secrets/v1"

TRAINING: Final = "training"
"""The tree of the release's training set, beside those of the statement."""
KEY_SIZE: Final = 32
MAX_LINE: Final = 131_072
"""Bytes of a line: an opening has at most 40 siblings, each with at most 16 sums of 39 digits."""
_EVIDENCE: Final = re.compile(r"evidence-([1-9][0-9]{0,5})\.json")
_LABEL: Final = re.compile(r"[0-9a-f]{16}")
_TREE: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")

Generators: TypeAlias = Mapping[str, tuple[str, str]]
"""By label, who offers a model and what it is called."""


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


@dataclass(frozen=True, slots=True)
class Names:
    """What the labels of generator trees stand for."""

    generators: Generators
    name_key: bytes | None = None
    """With it every label, and every pseudonym of a domain, can be computed again."""

    def to_bytes(self) -> bytes:
        """Return the file."""
        value: dict[str, JSON] = {
            "generators": {
                label: {"model": model, "provider": provider}
                for label, (provider, model) in self.generators.items()
            },
            "type": NAMES_TYPE,
        }
        if self.name_key is not None:
            value["name_key"] = self.name_key.hex()
        return encode(value) + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return what a file states; raise MalformedError if it is none."""
        value = _object(data, NAMES, NAMES_TYPE, ("generators",), ("name_key",))
        named = value["generators"]
        if not isinstance(named, dict):
            raise MalformedError(f"{NAMES}: generators is an object")
        found: dict[str, tuple[str, str]] = {}
        for label, one in named.items():
            if not _LABEL.fullmatch(label):
                raise MalformedError(f"{NAMES}: {label[:40]!r} is no label of 16 hex digits")
            model, provider = members(one, f"{NAMES}: {label}", "model", "provider")
            found[label] = text_of(provider, "provider"), text_of(model, "model")
        key = None
        if "name_key" in value:
            key = bytes_of(value["name_key"], "name_key", KEY_SIZE)
        return cls(found, key)


@dataclass(frozen=True, slots=True)
class Secrets:
    """What is handed over at level 2: all salts follow from it."""

    audit_secret: bytes
    training_secret: bytes
    name_key: bytes

    def to_bytes(self) -> bytes:
        """Return the file."""
        value: JSON = {
            "audit_secret": self.audit_secret.hex(),
            "name_key": self.name_key.hex(),
            "training_secret": self.training_secret.hex(),
            "type": SECRETS_TYPE,
        }
        return encode(value) + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return what a file states; raise MalformedError if it is none."""
        names = ("audit_secret", "name_key", "training_secret")
        value = _object(data, SECRETS, SECRETS_TYPE, names, ())
        audit_secret, name_key, training = (bytes_of(value[name], name, KEY_SIZE) for name in names)
        return cls(audit_secret, training, name_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a lab answers, read and not checked yet.

    `challenge` and `statement` are their files' bytes, which other modules read.
    """

    challenge: bytes
    statement: bytes
    names: Names
    evidence: tuple[Evidence, ...]
    opened: tuple[OpenedLeaf, ...]
    absent: tuple[AbsentKey, ...] = ()
    refused: tuple[Refusal, ...] = ()
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    """By digest, `sha256:<hex>`."""
    secrets: Secrets | None = None

    def files(self) -> dict[str, bytes]:
        """Return the files of the package, in their order."""
        parts = {evidence_name(n): one.to_bytes() for n, one in enumerate(self.evidence, 1)}
        return {
            CHALLENGE: self.challenge,
            STATEMENT: self.statement,
            NAMES: self.names.to_bytes(),
            **parts,
            OPENINGS: openings_to_bytes(self.opened),
            ABSENCES: absences_to_bytes(self.absent),
            REFUSED: refused_to_bytes(self.refused),
            TALLIES: tallies_to_bytes(self.tallies),
            **({SECRETS: self.secrets.to_bytes()} if self.secrets is not None else {}),
        }

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> Self:
        """Return the answer that the files of a package hold.

        Raises:
            MalformedError: A file is missing or not expected, out of order, or not in its form.
        """
        parts = [name for name in files if _EVIDENCE.fullmatch(name)]
        expected = [CHALLENGE, STATEMENT, NAMES, *map(evidence_name, range(1, len(parts) + 1))]
        expected += [OPENINGS, ABSENCES, REFUSED, TALLIES, *([SECRETS] if SECRETS in files else [])]
        _check_files(list(files), expected)
        return cls(
            challenge=files[CHALLENGE],
            statement=files[STATEMENT],
            names=Names.from_bytes(files[NAMES]),
            evidence=tuple(_evidence(name, files[name]) for name in parts),
            opened=openings_from_bytes(files[OPENINGS]),
            absent=absences_from_bytes(files[ABSENCES]),
            refused=refused_from_bytes(files[REFUSED]),
            tallies=tallies_from_bytes(files[TALLIES]),
            secrets=Secrets.from_bytes(files[SECRETS]) if SECRETS in files else None,
        )


def evidence_name(number: int) -> str:
    """Return what part `number` of the evidence is called, from 1 on."""
    return f"evidence-{number}.json"


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
    lines = list_of(_object(data, REFUSED, REFUSED_TYPE, ("refused",), ())["refused"], "refused")
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


def _check_files(found: list[str], expected: list[str]) -> None:
    for name in expected:
        if name not in found:
            raise MalformedError(f"the answer has no {name}")
    for name in found:
        if name not in expected:
            raise MalformedError(f"{name[:80]!r} is no file of an answer")
    if found != expected:
        raise MalformedError(f"the files of an answer are in this order: {', '.join(expected)}")


def _evidence(name: str, data: bytes) -> Evidence:
    try:
        return Evidence.from_bytes(data)
    except MalformedError as error:
        raise MalformedError(f"{name}: {error}") from error


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
        data = bytes_of(key, "key")
        if not 1 <= len(data) <= MAX_KEY:
            raise MalformedError(f"a key has 1 to {MAX_KEY} bytes, not {len(data)}")
        return AbsentKey(data, decode_absence(proof))
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


def _object(
    data: bytes, what: str, kind: str, needed: tuple[str, ...], more: tuple[str, ...]
) -> dict[str, JSON]:
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
