"""The record that says it right: the fields of one that does not, with some set and some removed.

Another content is another shard: what was read from the bytes stays as it was read. What a
correction sets is declared, by whoever corrects, unless it says otherwise.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

from ledger.capture.values import Assignment, parse_set, put
from ledger.errors import InputError, LedgerError, MalformedError
from ledger.record.canonical import JSON
from ledger.record.kinds import SHARD
from ledger.record.record import Record, has_path
from ledger.record.schema import lookup

_READ: Final = {"content": (), "documents": (), "domains": (), "measures": ("bytes",)}
"""What was read from the bytes: fields, or the named parts of one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restatement:
    """What is to be set and what to be removed, checked as far as that needs no record."""

    assignments: tuple[Assignment, ...]
    removals: tuple[tuple[str, ...], ...]

    @classmethod
    def parse(cls, settings: Iterable[str], unset: Iterable[str]) -> Self:
        """Return what `--set` and `--unset` options say.

        Raises:
            InputError: A setting has no `=`, or speaks about what is read from the bytes.
            MalformedError: A field does not exist or holds something else.
        """
        assigned = [one for text in settings for one in parse_set(text)]
        removed = [tuple(path.strip().split(".")) for path in unset]
        for path in removed:
            lookup(SHARD, list(path))
        for path in [*(one.path for one in assigned), *removed]:
            _check_open(path)
        _check_basis(assigned)
        return cls(assignments=tuple(assigned), removals=tuple(removed))

    def of(self, record: Record, claimed_at: str) -> Record:
        """Return the record that says it right.

        Raises:
            MalformedError: The fields would contradict each other.
        """
        fields: dict[str, JSON] = {name: record.value(name) for name in record.encoded}
        for removal in self.removals:
            _remove(fields, removal)
        for one in self.assignments:
            put(fields, one.path, one.value)
        if self._recounts(fields):
            # Documents are counted by another rule now than the one that the tree was cut by.
            del fields["documents"]
        fields["basis"] = self._basis(fields)
        return Record.parse(record.kind, {**fields, "claimed_at": claimed_at})

    def _recounts(self, fields: dict[str, JSON]) -> bool:
        """Say whether the number of documents is corrected to another than that of the tree."""
        paths = [*(one.path for one in self.assignments), *self.removals]
        tree, measures = fields.get("documents"), fields.get("measures")
        return (
            ("measures", "documents") in paths
            and isinstance(tree, dict)
            and isinstance(measures, dict)
            and measures.get("documents") != tree["count"]
        )

    def _basis(self, fields: dict[str, JSON]) -> JSON:
        stated = fields["basis"]
        assert isinstance(stated, dict)
        basis = {path: word for path, word in stated.items() if _exists(fields, path)}
        said = {one.path[1] for one in self.assignments if one.path[0] == "basis"}
        for one in self.assignments:
            field, path = one.path[0], ".".join(one.path)
            if field != "basis" and path not in said:
                basis.setdefault(field, "declared")
                if _known(basis, path) != "declared":
                    basis[path] = "declared"
        return basis


def _check_open(path: Sequence[str]) -> None:
    """Check that a path is not of what was read from the bytes, nor when it was said."""
    parts = _READ.get(path[0])
    if path[0] == "claimed_at" or (
        parts is not None and (not parts or len(path) == 1 or path[1] in parts)
    ):
        raise InputError(
            f"{'.'.join(path)} is not corrected: it was read from the bytes, and other bytes are "
            "another shard"
            if path[0] != "claimed_at"
            else "claimed_at is the time of the correction",
            hint="ledger add FILE, then ledger withdraw ID",
        )


def _check_basis(assigned: Iterable[Assignment]) -> None:
    for one in assigned:
        if one.path[0] == "basis" and one.value == "observed":
            raise InputError(
                f"basis.{one.path[1]}: observed is only what the code reads itself",
                hint=f"--set basis.{one.path[1]}=declared, inferred or imported",
            )


def _remove(fields: dict[str, JSON], path: Sequence[str]) -> None:
    """Remove what is at a path, and what holds nothing any more then."""
    holder = fields.get(path[0])
    if len(path) > 1 and isinstance(holder, dict):
        _remove(holder, path[1:])
        if not holder:
            del fields[path[0]]
    elif len(path) == 1:
        fields.pop(path[0], None)


def _exists(fields: dict[str, JSON], path: str) -> bool:
    return has_path({name: fields[name] for name in fields if name != "basis"}, path.split("."))


def _known(basis: dict[str, JSON], path: str) -> JSON:
    """Return how a path is known: the nearest entry above it decides."""
    while path not in basis:
        path = path.rpartition(".")[0]
    return basis[path]


def explained(error: LedgerError, record_id: object) -> LedgerError:
    """Return an error about the fields with the record that it is about."""
    hint = error.hint
    if "only for category crawled" in str(error):
        hint = "--unset source.crawl"
    return MalformedError(f"record {record_id}: {error}", hint=hint)
