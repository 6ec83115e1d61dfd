"""Showing what was asked, and no more: a query becomes a signed package (docs/disclosure.md).

    query       which trees of the newest summary's statement hold all records that it is about
    records     those behind the leaves of these trees, as they stood when the summary was logged
    evidence    the fields that were asked for, and those that the query reads
    package     with every leaf of the trees, so that the count is the one that was committed to

Where the trees hold other records as well, nothing of those is shown unless that is asked for: then
the package is not counted, and says so. What was made is verified before it leaves the house.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from shlex import quote
from typing import TYPE_CHECKING, Final

from ledger.client.evidence import build_parts, opening_of, whole
from ledger.client.naming import named_models
from ledger.client.own_log import read_trust
from ledger.client.releasing import find_release, training_root
from ledger.client.sealing import timestamp
from ledger.client.versions import versions
from ledger.errors import InputError, NotFoundError
from ledger.proof.audit_answer import Names
from ledger.proof.evidence import Evidence, FieldsOpening, Opening
from ledger.proof.package import DISCLOSURE, read_package, write_package
from ledger.query.cover import SILENT, Model, Trees
from ledger.query.disclosure import (
    COVER,
    MAX_LEAVES,
    NAMES,
    NO_RELEASE,
    NO_STATEMENT,
    OTHERS,
    PROMISED,
    PROVED,
    SECTIONS,
    STATED,
    Disclosure,
    Sections,
    encode_leaves,
    evidence_name,
    tree_name,
)
from ledger.query.disclosure import DISCLOSURE as FILE
from ledger.query.disclosure_check import VerifiedDisclosure, decide_shown, verify_disclosure
from ledger.query.expression import Query, fields_of, matches
from ledger.query.expression_text import parse_query
from ledger.query.statement import section_hash
from ledger.record.kinds import SHARD
from ledger.record.leaf import RecordId
from ledger.record.schema import nearest
from ledger.store.rows import StoredRecord
from ledger.store.statements import KeptStatement
from ledger.store.store import Store
from ledger.summary.disclosure_page import cover_page
from ledger.tree.sums import SaltedLeaf, leaf_salt

if TYPE_CHECKING:
    from ledger.client.client import Ledger

TEMPLATE: Final = "eu"
"""The summaries that commit to a statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What was asked: the query, the fields to show, and of which release."""

    where: str
    fields: tuple[str, ...]
    release: str | None = None
    others: bool = False
    """Show of the other records in the trees that they are not meant, to make the count whole."""
    name_key: bool = False
    """Hand over the key of names, which makes a proof of what is otherwise a promise."""

    @property
    def query(self) -> Query:
        """The query, read."""
        return parse_query(self.where)


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A package that was made, and what it proves."""

    data: bytes
    proves: VerifiedDisclosure


@dataclass(slots=True, kw_only=True)
class Selection:
    """The records behind some leaves: those that were asked for, and the others."""

    meant: list[StoredRecord] = field(default_factory=list)
    others: list[StoredRecord] = field(default_factory=list)
    silent: list[RecordId] = field(default_factory=list)
    """Their values were destroyed since."""
    earlier: list[RecordId] = field(default_factory=list)
    """Places in the training set of records that others took the place of."""

    def take(self, stored: StoredRecord, query: Query) -> None:
        """File a record."""
        is_meant = matches(query, stored.record.fields)
        (self.meant if is_meant else self.others).append(stored)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A summary with a statement, and what opens it."""

    summary: StoredRecord
    kept: KeptStatement
    models: Mapping[str, Model]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all trees."""
        return tuple(one.name for one in self.kept.sections)

    def leaves(self, opened: Iterable[str]) -> int:
        """Return how many leaves trees have together."""
        return sum(self.kept.section(name).root.count for name in opened)

    def level(self, query: Query, opened: Sequence[str], *, name_key: bool) -> str:
        """Return how sure somebody can be who is shown these trees."""
        models = self.models if name_key else {}
        return PROVED if Trees(self.names, models).is_cover(query, opened) else PROMISED


def disclose(ledger: "Ledger", question: Question) -> Disclosed:
    """Return the signed package that answers a question, verified with the ledger's own trust.

    Raises:
        InputError: The query cannot be read or selects no record, a field is unknown or no record
            has it, or there is too much to show.
        NotFoundError: There is no such release, or what opens its statement is not kept here.
    """
    query = question.query
    _check_fields(question.fields)
    if question.release is None and (question.others or question.name_key):
        raise InputError(
            "what is counted is counted in the training set of a release",
            hint="add --release NAME",
        )
    counted = _find_counted(ledger, question.release)
    made = _Making(ledger, question, query, counted)
    return made.package()


class _Making:
    """Makes one package."""

    def __init__(
        self, ledger: "Ledger", question: Question, query: Query, counted: Counted | None
    ) -> None:
        self._ledger = ledger
        self._question = question
        self._query = query
        self._counted = counted

    def package(self) -> Disclosed:
        """Return the package."""
        trees, selection = self._select()
        if not selection.meant:
            raise self._nothing()
        self._check_shown(selection.meant)
        counted = self._counted if trees else None
        members = self._members(trees, selection, counted)
        # First without its cover, to see what it proves: the cover says nothing else.
        ledger = self._ledger
        trust = read_trust(ledger.home)
        if trust is None:
            raise NotFoundError("the ledger has no trust file", hint="ledger keys trust")
        draft = write_package(DISCLOSURE, ledger.origin, members, ledger.producer)
        found = verify_disclosure(read_package(draft), trust)
        members[COVER] = cover_page(found).encode()
        return Disclosed(write_package(DISCLOSURE, ledger.origin, members, ledger.producer), found)

    def _select(self) -> tuple[Sequence[str], Selection]:
        """Return the trees to open, none if nothing is to be counted, and the records."""
        counted = self._counted
        if counted is None:
            return (), self._everything()
        query = self._query
        by_sections = Trees(counted.names).cover_by_sections(query)
        by_models = Trees(counted.names, counted.models).cover_by_models(query)
        covers = [by_sections] if by_sections == by_models else [by_sections, by_models]
        small = [one for one in covers if counted.leaves(one) <= MAX_LEAVES]
        if not small:
            raise InputError(
                f"the query could be about any of {counted.leaves(covers[-1]):,} records, and a "
                f"package shows at most {MAX_LEAVES:,}",
                hint="say more of the records: source.category, modality, generator.provider",
            )
        tried = [(one, self._behind(counted, one)) for one in small]
        best = min(tried, key=lambda one: len(one[1].others))
        if best[1].others and not self._question.others:
            return (), Selection(meant=best[1].meant)
        return best

    def _behind(self, counted: Counted, opened: Sequence[str]) -> Selection:
        """Return the records behind the leaves of trees, as the statement counts them."""
        leaves = (leaf for name in opened for leaf in counted.kept.section(name).leaves())
        refs = {RecordId.of_key(leaf.key): leaf.ref for leaf in leaves}
        store, selection = self._ledger.store, Selection()
        before = store.corrections(refs, size=counted.kept.size)
        for place in sorted(refs):
            newest = before.newest(place)
            if newest != place:
                selection.earlier.append(place)
            try:
                stored = store.record(newest)
            except NotFoundError:
                selection.silent.append(newest)
            else:
                selection.take(stored, self._query)
        return selection

    def _everything(self) -> Selection:
        """Return what the query selects where there is no statement: among the records that stand.

        Of a release, those are the records of its training set, or what took their place.
        """
        selection, store = Selection(), self._ledger.store
        for stored in self._standing(store):
            if matches(self._query, stored.record.fields):
                selection.meant.append(stored)
                if len(selection.meant) > MAX_LEAVES:
                    raise InputError(
                        f"the query selects more than {MAX_LEAVES:,} records, and a package shows "
                        "no more",
                        hint="say more of the records, or make several packages",
                    )
        return selection

    def _standing(self, store: Store) -> Iterator[StoredRecord]:
        if self._question.release is None:
            yield from store.records(current=True)
            return
        root = training_root(find_release(store, self._question.release))
        corrected = {one.record: one for one in store.training.corrected_members(root)}
        for stored in store.training.members(root):
            if stored.id not in corrected:
                yield stored
        newest = {one.newest for one in corrected.values() if one.action != "erase"}
        yield from (store.record(one) for one in sorted(newest))

    def _nothing(self) -> InputError:
        """Return the error for a query that selects nothing."""
        release = self._question.release
        where = "this ledger" if release is None else f"the training set of {release}"
        return InputError(
            f"the query selects no record of {where}, so there is nothing to show",
            hint="ledger list shows datasets; a value is compared letter by letter",
        )

    def _check_shown(self, meant: Sequence[StoredRecord]) -> None:
        """Check that of each field that was asked for there is something to show."""
        for name in self._question.fields:
            if not any(name in one.record.fields for one in meant):
                raise InputError(
                    f"none of the {len(meant)} records that the query selects has a field "
                    f"{name!r}{nearest(name, tuple(meant[0].record.fields))}",
                    hint=f"ledger show {meant[0].id}",
                )

    def _members(
        self, trees: Sequence[str], selection: Selection, counted: Counted | None
    ) -> dict[str, bytes]:
        """Return the files of the package, with no cover yet."""
        members = {COVER: b"", FILE: self._stated(trees, selection, counted).to_bytes()}
        wanted = self._openings(selection)
        for number, part in enumerate(self._evidence(wanted, counted), 1):
            members[evidence_name(number)] = part.to_bytes()
        if counted is not None:
            opened = (*trees, *(name for name in counted.names if name in SILENT))
            members[SECTIONS] = _sections(counted.kept, opened).to_bytes()
            if self._question.name_key:
                key = counted.kept.name_key
                members[NAMES] = Names(counted.models, key).to_bytes()
            for name in trees:
                members[tree_name(name)] = encode_leaves(_salted(counted.kept, name))
        return members

    def _stated(
        self, trees: Sequence[str], selection: Selection, counted: Counted | None
    ) -> Disclosure:
        question = self._question
        stated = Disclosure(
            where=question.where,
            fields=question.fields,
            made_at=timestamp(),
            records=len(selection.meant),
            others=len(selection.others),
            silent=len(selection.silent),
            level=STATED,
            release=question.release,
        )
        if counted is None:
            reason = OTHERS if self._counted else NO_STATEMENT if question.release else NO_RELEASE
            return replace(stated, reason=reason)
        level = counted.level(self._query, trees, name_key=question.name_key)
        if selection.silent:  # whether the query was about what was erased, nobody can check
            level = PROMISED
        return replace(stated, level=level, summary=counted.summary.id, trees=tuple(sorted(trees)))

    def _openings(self, selection: Selection) -> dict[RecordId, Opening | None]:
        """Return what is shown of each record."""
        wanted: dict[RecordId, Opening | None] = dict.fromkeys(selection.earlier)
        wanted |= dict.fromkeys(selection.silent)
        read = fields_of(self._query)
        for stored in selection.meant:
            wanted[stored.id] = self._opening(stored, (*self._question.fields, *read))
        for stored in selection.others:
            wanted[stored.id] = self._opening(stored, read)
        return wanted

    def _opening(self, stored: StoredRecord, names: Iterable[str]) -> FieldsOpening:
        """Return an opening of these fields, by which the query can be decided."""
        shown = [name for name in names if name in stored.record.fields]
        if shown:
            opening = opening_of(stored, shown)
            if decide_shown(self._query, opening) is not None:
                return opening
        return opening_of(stored, (*shown, *fields_of(self._query)))

    def _evidence(
        self, wanted: Mapping[RecordId, Opening | None], counted: Counted | None
    ) -> Iterator[Evidence]:
        """Return the parts of the evidence, all under one checkpoint."""
        ledger = self._ledger
        summary = {} if counted is None else {counted.summary.id: whole(counted.summary)}
        later = [one.id for one in ledger.store.corrections(wanted)]
        checkpoint = ledger.checkpoint(max([*wanted, *later, *summary]).index)
        return build_parts(ledger.store, checkpoint, {**wanted, **summary})


def _find_counted(ledger: "Ledger", release: str | None) -> Counted | None:
    """Return the newest summary of a release that has a statement; None if there is none."""
    if release is None:
        return None
    store = ledger.store
    find_release(store, release)  # a name that is mistyped is told as one
    for version in reversed(versions(store, release, TEMPLATE)):
        audit = version.record.record.fields.get("audit")
        if isinstance(audit, dict) and store.corrections([version.id]).deciding(version.id) is None:
            kept = store.statements.find(bytes.fromhex(str(audit["root"])))
            return Counted(summary=version.record, kept=kept, models=named_models(store, kept))
    return None


def _sections(kept: KeptStatement, opened: Iterable[str]) -> Sections:
    """Return a statement of which these trees' roots are shown."""
    table, shown = kept.table(), set(opened)
    return Sections(
        {name: root for name, root in table.items() if name in shown},
        {name: section_hash(name, root) for name, root in table.items() if name not in shown},
    )


def _salted(kept: KeptStatement, name: str) -> Iterator[SaltedLeaf]:
    for index, leaf in enumerate(kept.section(name).leaves()):
        yield SaltedLeaf(leaf, leaf_salt(kept.audit_secret, name, index))


def _check_fields(names: Sequence[str]) -> None:
    for name in names:
        if name not in SHARD.members:
            known = tuple(SHARD.members)
            close = nearest(name, known) or f"; the fields are {', '.join(sorted(known))}"
            raise InputError(
                f"--fields: a record of a shard has no field {name!r}{close}",
                hint=f"--fields {quote('source,measures')}",
            )
