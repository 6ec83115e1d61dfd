"""What a package of kind `disclosure` proves: the four steps on evidence, and more.

    5 Package        one lab signed all of it, and all evidence is under one checkpoint
    6 Query          each record that is shown is one that was asked for, or shown not to be
    7 Statement      the trees are those that a logged summary committed to
    8 Leaves         every leaf of the opened trees is here, as many as their roots commit to
    9 Completeness   outside of the opened trees the query can be about no record

Steps 7 to 9 are done where completeness rests on a statement. docs/formats/package.md is
normative.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ledger.checkpoint.trust import Trust
from ledger.errors import MalformedError, VerificationError
from ledger.proof.audit_answer import Names
from ledger.proof.evidence import ClosedRecord, Evidence, FieldsOpening, Opening, WholeOpening
from ledger.proof.package import DISCLOSURE as KIND
from ledger.proof.package import Package, check_package_signer
from ledger.proof.verify import Step, Verified, Walk
from ledger.query.cover import Model, Trees
from ledger.query.disclosure import (
    LEVELS,
    PROMISED,
    PROVED,
    STATED,
    Disclosure,
    Files,
    Sections,
    decode_leaves,
    tree_name,
)
from ledger.query.expression import Query, Term, decide, holds
from ledger.query.names import check_codes
from ledger.query.sections import ERASED, REPLACED
from ledger.query.shown import ShownRecord, ShownRecords, is_absent, verify_parts
from ledger.query.statement import Context, audit_root_of
from ledger.record.canonical import JSON
from ledger.record.leaf import RecordId
from ledger.record.schema import Fields
from ledger.tree.sums import PrefixProof, SumNode, check_prefix

SHARD: Final = "shard"
NEVER: Final = 2**53
"""An index that no entry has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedTree:
    """A tree of which every leaf is shown."""

    name: str
    root: SumNode


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What completeness rests on."""

    summary: RecordId
    version: int
    size: int
    """N0: what was logged from here on is not in the statement."""
    measures: tuple[str, ...]
    trees: tuple[OpenedTree, ...]
    others: tuple[str, ...]
    """Names of the trees that are not opened."""
    unspoken: Mapping[str, int]
    """How many records of the training set say nothing of their own, by section."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedDisclosure:
    """What a package proves, under the trust it was checked with."""

    disclosure: Disclosure
    verified: Verified
    """What the first part of its evidence proves."""
    signer: str
    level: str
    records: tuple[ShownRecord, ...]
    others: tuple[ShownRecord, ...]
    silent: tuple[RecordId, ...]
    superseded: tuple[str, ...]
    """What later records say of those that were asked for: corrections after the statement."""
    count: Count | None
    steps: tuple[Step, ...]
    warnings: tuple[str, ...]

    def shown(self, name: str) -> int:
        """Return how many of the records show a field."""
        return sum(name in fields_of_opening(one.opening) for one in self.records)


def verify_disclosure(package: Package, trust: Trust) -> VerifiedDisclosure:
    """Return what a package of kind `disclosure` proves to somebody who holds `trust`.

    Raises:
        MalformedError: It is no such package.
        CannotTellError: A step could not be done: the package of another log.
        VerificationError: A step failed.
    """
    if package.kind != KIND:
        raise MalformedError(f"this is a package of kind {package.kind}, not {KIND}")
    files = Files.of(package.members)
    found = verify_parts([Evidence.from_bytes(part) for part in files.evidence], trust)
    walk = Walk(list(found.parts[0].steps))
    signer = _check_package(walk, package, trust, found.parts[0])
    checker = _Checker(files, walk, found)
    checker.check_query()
    count = checker.check_count() if files.sections is not None else None
    if (files.sections is None) != (files.disclosure.level == STATED):
        raise MalformedError("a package has a statement's sections where it counts, and only there")
    return VerifiedDisclosure(
        disclosure=files.disclosure,
        verified=found.parts[0],
        signer=signer,
        level=files.disclosure.level,
        records=tuple(checker.meant),
        others=tuple(checker.others),
        silent=tuple(checker.silent),
        superseded=checker.superseded(),
        count=count,
        steps=tuple(walk.done),
        warnings=tuple(checker.warnings()),
    )


def fields_of_opening(opening: Opening) -> Fields:
    """Return the fields that an opening shows, by name."""
    if isinstance(opening, WholeOpening):
        return dict(opening.fields)
    if isinstance(opening, FieldsOpening):
        return {one.name: one.value for one in opening.fields}
    return {}


def decide_shown(query: Query, opening: Opening) -> bool | None:
    """Answer whether a query is about a record; None if too little of it is shown to tell."""
    fields = fields_of_opening(opening)

    def known(term: Term) -> bool | None:
        name = term.path[0]
        if name in fields or isinstance(opening, WholeOpening):
            return holds(term, fields)
        if isinstance(opening, ClosedRecord):
            return None
        return False if is_absent(opening, name) else None

    return decide(query, known)


def _check_package(walk: Walk, package: Package, trust: Trust, verified: Verified) -> str:
    """Return the label of the key that signed the package."""
    with walk.step("Package") as outcome:
        key = check_package_signer(package, trust, verified)
        outcome.computed = f"{len(package.members)} files in the manifest signed by {key.label}"
        outcome.means = "it says what is in the package, and that nothing was added or taken out"
    return key.label


class _Checker:
    """Holds the files of a package against each other, step by step."""

    def __init__(self, files: Files, walk: Walk, found: ShownRecords) -> None:
        self.disclosure = files.disclosure
        self.files, self.walk, self.found = files, walk, found
        self.meant: list[ShownRecord] = []
        self.others: list[ShownRecord] = []
        self.silent: list[RecordId] = []
        shards = [one for one in found.records.values() if one.kind == SHARD]
        self._shards = {one.id: one for one in shards}
        self._closed = sorted(one.id for one in shards if one.is_closed)

    def check_query(self) -> None:
        """Check each record that is shown against the query, and how many there are."""
        stated = self.disclosure
        with self.walk.step("Query") as outcome:
            query = stated.query
            for one in self._shards.values():
                decided = decide_shown(query, one.opening)
                if one.is_closed:
                    continue
                if decided is None:
                    raise VerificationError(
                        f"of record {one.id} too little is shown to tell whether the query is "
                        "about it"
                    )
                (self.meant if decided else self.others).append(one)
            if not self.meant:
                raise VerificationError("no record in the package is one that the query is about")
            found = (len(self.meant), len(self.others))
            if found != (stated.records, stated.others):
                raise VerificationError(
                    f"the package states {stated.records} records and {stated.others} others, and "
                    f"shows {found[0]} and {found[1]}"
                )
            if self.files.sections is None and self._closed:
                raise VerificationError(f"nothing of record {self._closed[0]} is shown")
            outcome.computed = f"{found[0]} records match the query, {found[1]} shown do not"
            outcome.means = "every record that the package counts is one that was asked for"

    def check_count(self) -> Count:
        """Check that the opened trees hold every record that the query can be about."""
        sections = self.files.sections
        assert sections is not None
        with self.walk.step("Statement") as outcome:
            summary, audit = self._summary()
            context = _context(summary)
            _check_root(sections, audit, context)
            outcome.computed = (
                f"{len(sections.names)} sections hash to the audit root {str(audit['root'])[:16]}…"
            )
            outcome.means = (
                f"record {summary.id} committed to them before this package was made: summary "
                f"version {context.version} of {context.release}"
            )
        with self.walk.step("Leaves") as outcome:
            trees = self._check_trees(sections, context)
            total = ", ".join(f"{one.name} {one.root.count}" for one in trees[:6])
            more = f", and {len(trees) - 6} more trees" if len(trees) > 6 else ""
            outcome.computed = f"every leaf of {total}{more}"
            outcome.means = "none was left out: the count of each tree is part of its root"
        with self.walk.step("Completeness") as outcome:
            level = self._level(audit, sections)
            if LEVELS.index(self.disclosure.level) > LEVELS.index(level):
                raise VerificationError(
                    f"the package says that completeness is {self.disclosure.level}, and it is "
                    f"only {level}"
                )
            outcome.computed = f"{len(sections.names) - len(trees)} trees that are not opened"
            outcome.means = (
                "none of them can hold a record that the query is about"
                if level == PROVED
                else "by their names, and by what the signer promises of the models behind them, "
                "none holds a record that the query is about"
            )
        return Count(
            summary=summary.id,
            version=context.version,
            size=context.size,
            measures=tuple(str(one) for one in _list(audit["measures"])),
            trees=trees,
            others=tuple(name for name in sections.names if name not in self.disclosure.trees),
            unspoken={
                name: sections.roots[name].count
                for name in (ERASED, REPLACED)
                if name in sections.roots
            },
        )

    def _summary(self) -> tuple[ShownRecord, Fields]:
        """Return the summary record, and the statement that it commits to."""
        stated = self.disclosure
        found = None if stated.summary is None else self.found.records.get(stated.summary)
        fields = {} if found is None else fields_of_opening(found.opening)
        if found is None or found.kind != "summary" or "audit" not in fields:
            raise VerificationError(
                f"the evidence shows no summary record {stated.summary} with a statement"
            )
        audit, summary = fields["audit"], fields["summary"]
        assert isinstance(audit, dict)
        assert isinstance(summary, dict)
        if summary["release"] != stated.release:
            raise VerificationError(
                f"record {found.id} is of the release {str(summary['release'])[:80]!r}, and the "
                f"package is about {str(stated.release)[:80]!r}"
            )
        return found, audit

    def _check_trees(self, sections: Sections, context: Context) -> tuple[OpenedTree, ...]:
        """Check every leaf of the opened trees, and that the records in them are those shown."""
        trees = []
        refs: dict[RecordId, bytes] = {}
        for name, data in sorted(self.files.trees.items()):
            root = sections.roots.get(name)
            if root is None:
                raise VerificationError(f"the root of the tree {name} is not shown")
            for place, ref in _leaves(name, data, root):
                if place.index >= context.size or refs.setdefault(place, ref) != ref:
                    raise VerificationError(
                        f"a leaf of {name} refers to record {place} in two ways, or to one that "
                        "was logged after what is summarised"
                    )
            trees.append(OpenedTree(name=name, root=root))
        self._check_records(refs, context.size)
        return tuple(trees)

    def _check_records(self, refs: Mapping[RecordId, bytes], size: int) -> None:
        """Check that the records behind the leaves are those that the package shows."""
        before, now = self.found.corrections(size), self.found.corrections(NEVER)
        met: set[RecordId] = set()
        counted: set[RecordId] = set()
        for place, ref in refs.items():
            newest = before.newest(place)
            one = self._shards.get(newest)
            if one is None or one.leaf != ref:
                raise VerificationError(
                    f"a leaf counts record {place}, and the package does not show the record that "
                    "stood in its place"
                )
            if newest in counted:
                raise VerificationError(f"two leaves count one record, {newest}")
            counted.add(newest)
            met.update((place, newest))
            if one.is_closed:
                if now.erasure(newest) is None:
                    raise VerificationError(
                        f"nothing of record {newest} is shown, and no correction says that it was "
                        "erased"
                    )
                self.silent.append(newest)
        extra = self._shards.keys() - met
        if extra:
            raise VerificationError(f"record {min(extra)} is in none of the opened trees")
        if len(self.silent) != self.disclosure.silent:
            raise VerificationError(
                f"the package states {self.disclosure.silent} erased records, and has "
                f"{len(self.silent)}"
            )

    def _level(self, audit: Fields, sections: Sections) -> str:
        """Return how sure it is that the opened trees hold all that was asked for."""
        names, opened = sections.names, self.disclosure.trees
        query = self.disclosure.query
        models: Mapping[str, Model] = {}
        if self.files.names is not None:
            models = _models(Names.from_bytes(self.files.names), str(audit["key_commit"]))
        if not self.silent and Trees(names, models).is_cover(query, opened):
            return PROVED
        if Trees(names, models, promised=True).is_cover(query, opened):
            return PROMISED
        left = Trees(names, models, promised=True).sections_left(query, opened)
        raise VerificationError(
            f"the package does not open every tree that may hold such records: {left[0]} is closed"
        )

    def superseded(self) -> tuple[str, ...]:
        """Return what corrections say of the records that were asked for."""
        now = self.found.corrections(NEVER)
        verdicts = (now.verdict(one.id) for one in self.meant)
        return tuple(text for text in verdicts if text is not None)

    def warnings(self) -> Iterator[str]:
        """Yield what somebody who relies on the package should know."""
        if self.disclosure.level == STATED:
            yield (
                "whether these are all records that the query is about is what the signer says: "
                "the package does not show it"
            )
        elif self.disclosure.level == PROMISED:
            yield (
                "that no other model is meant is a signed promise: the codes of models in the "
                "statement can be told only with its key of names"
            )
        now = self.found.corrections(NEVER)
        # What was replaced before the statement is closed, and what replaced it is shown.
        expected = {now.verdict(one) for one in self._closed}
        yield from (text for text in self.found.warnings if text not in expected)


def _leaves(name: str, data: bytes, root: SumNode) -> Iterator[tuple[RecordId, bytes]]:
    """Yield the record and the ref of each leaf of a tree that is shown whole."""
    leaves = decode_leaves(data, tree_name(name))
    if len(leaves) != root.count:
        raise VerificationError(
            f"the tree {name} has {root.count} leaves, and {len(leaves)} are opened: some were "
            "left out or put in"
        )
    check_prefix(PrefixProof(leaves, ()), tree_name=name, root=root)
    for one in leaves:
        yield RecordId.of_key(one.leaf.key), one.leaf.ref


def _context(summary: ShownRecord) -> Context:
    stated = fields_of_opening(summary.opening)["summary"]
    assert isinstance(stated, dict)
    context = Context.of(stated)
    context.check_before(summary.id.index)
    return context


def _check_root(sections: Sections, audit: Fields, context: Context) -> None:
    """Check that the sections are those that the summary record commits to."""
    if sections.names != _list(audit["sections"]):
        raise VerificationError("the sections are not those that the summary record names")
    measures = [str(one) for one in _list(audit["measures"])]
    found = audit_root_of(context, measures, sections.ordered())
    if found.hex() != audit["root"]:
        raise VerificationError(
            f"the sections lead to the root {found.hex()}, and the summary commits to "
            f"{audit['root']}"
        )


def _models(names: Names, commit: str) -> Mapping[str, Model]:
    """Return the models behind the codes, each computed again with the key of names."""
    if names.name_key is None:
        raise MalformedError("names.json has the key of names, or the package has no such file")
    check_codes(names.name_key, names.generators, commit)
    return dict(names.generators)


def _list(value: JSON) -> list[JSON]:
    return value if isinstance(value, list) else []
