"""The answer to an audit challenge: a package of what a lab opens, and says of what it does not.

    challenge.json    the challenge, byte for byte
    statement.json    the statement that was challenged: context, measures, the table of its trees
    names.json        which generators the labels in tree names stand for; the name key, if given
    evidence-N.json   standard evidence under the challenge's checkpoint, in parts, from 1 on
    openings.jsonl    one opened leaf of one tree a line, sorted by tree and index
    absences.jsonl    keys that are not in the training tree, sorted
    refused.json      which draws are not answered, and why
    tallies.jsonl     the tallies of domains of records whose content is checked, by digest
    leaves.jsonl      at level 2: every leaf of every tree
    secrets.json      at level 2: what all salts follow from

Here is the form: what the files say is held against challenge and statement by
`ledger.query.audit_check`. docs/formats/audit.md is normative.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self, TypeAlias

from ledger.content.domains import Tally
from ledger.errors import MalformedError
from ledger.proof.audit_lines import (
    ABSENCES,
    LEAVES,
    OPENINGS,
    REFUSED,
    TALLIES,
    AbsentKey,
    Leaves,
    OpenedLeaf,
    Refusal,
    absences_from_bytes,
    absences_to_bytes,
    leaves_from_bytes,
    leaves_to_bytes,
    object_of,
    openings_from_bytes,
    openings_to_bytes,
    refused_from_bytes,
    refused_to_bytes,
    tallies_from_bytes,
    tallies_to_bytes,
)
from ledger.proof.evidence import Evidence
from ledger.proof.json_members import bytes_of, members, text_of
from ledger.record.canonical import JSON, encode

KIND: Final = "audit-answer"
"""The kind of package that holds these."""
CHALLENGE: Final = "challenge.json"
STATEMENT: Final = "statement.json"
NAMES: Final = "names.json"
SECRETS: Final = "secrets.json"

NAMES_TYPE: Final = "tdl/audit-names/v1"
SECRETS_TYPE: Final = "tdl/audit-secrets/v1"

KEY_SIZE: Final = 32
_EVIDENCE: Final = re.compile(r"evidence-([1-9][0-9]{0,5})\.json")
_LABEL: Final = re.compile(r"[0-9a-f]{16}")

Generators: TypeAlias = Mapping[str, tuple[str, str]]
"""By label, who offers a model and what it is called."""


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
        value = object_of(data, NAMES, NAMES_TYPE, ("generators",), ("name_key",))
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
        value = object_of(data, SECRETS, SECRETS_TYPE, names, ())
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
    leaves: Leaves = field(default_factory=dict)
    """At level 2 every leaf of every tree, and no opening; else none."""
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
            **self._handed_over(),
        }

    def _handed_over(self) -> dict[str, bytes]:
        if self.secrets is None:
            return {}
        return {LEAVES: leaves_to_bytes(self.leaves), SECRETS: self.secrets.to_bytes()}

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> Self:
        """Return the answer that the files of a package hold.

        Raises:
            MalformedError: A file is missing or not expected, out of order, or not in its form.
        """
        parts = [name for name in files if _EVIDENCE.fullmatch(name)]
        expected = [CHALLENGE, STATEMENT, NAMES, *map(evidence_name, range(1, len(parts) + 1))]
        expected += [
            OPENINGS,
            ABSENCES,
            REFUSED,
            TALLIES,
            *([LEAVES, SECRETS] if SECRETS in files else []),
        ]
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
            leaves=leaves_from_bytes(files[LEAVES]) if SECRETS in files else {},
            secrets=Secrets.from_bytes(files[SECRETS]) if SECRETS in files else None,
        )


def evidence_name(number: int) -> str:
    """Return what part `number` of the evidence is called, from 1 on."""
    return f"evidence-{number}.json"


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
