"""Answering an audit challenge: the lab opens what was drawn, and says of the rest why not.

    seed            which leaves are drawn, of every tree of the statement and of the training set
    their records   each is opened in every tree where it stands, and in the training set's
    evidence        the records' own fields that decide where they stand, under the challenge's
                    checkpoint, with what corrected them before the summary

What was kept when the statement was made is what is opened: corrections and erasures of later days
change nothing of it. A record whose values were destroyed since cannot be shown, and is refused.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.client.naming import named_models
from ledger.client.opening_records import RecordFiles
from ledger.client.own_log import read_trust
from ledger.errors import InputError, LedgerError, NotFoundError, VerificationError
from ledger.keys.files import log_signers
from ledger.log.ring import read_ring
from ledger.proof.audit_answer import KIND, Answer, Names, Secrets
from ledger.proof.audit_lines import TRAINING, AbsentKey, Leaves, OpenedLeaf, Refusal
from ledger.proof.package import write_package
from ledger.query.challenge import Challenge
from ledger.query.sample import BY_RECORDS, BY_SIZE, Sample, draw_sample
from ledger.query.sections import read_section_name
from ledger.query.statement import Context, Statement
from ledger.record.leaf import RecordId
from ledger.signing.keys import Signer
from ledger.store.rows import RecordRange, StoredRecord
from ledger.store.statements import KeptStatement
from ledger.tree.sums import SumLeaf, SumTree

if TYPE_CHECKING:
    from ledger.client.client import Ledger

Refused = Mapping[RecordId, str]
"""Records that are not opened, each with the reason that the report will give."""

Draw = tuple[str, int, int]
"""A tree, a kind of draw, and its number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenged:
    """A challenge of this ledger, and what is kept to answer it."""

    challenge: Challenge
    data: bytes
    summary: StoredRecord
    release: StoredRecord
    statement: Statement
    kept: KeptStatement

    @property
    def training(self) -> int:
        """How many records the release was trained on."""
        said = self.release.record.fields["training"]
        assert isinstance(said, dict)  # the schema of the kind says so
        count = said["count"]
        assert isinstance(count, int)
        return count

    def sample(self) -> Sample:
        """Return all that is drawn."""
        return draw_sample(
            self.challenge.seed(),
            self.statement.sections,
            training=self.training,
            draws=self.challenge.draws,
            contents=self.challenge.contents,
        )


def open_challenge(
    ledger: "Ledger",
    challenge: bytes,
    *,
    name_key: bool = False,
    refused: Refused | None = None,
    everything: bool = False,
) -> bytes:
    """Return the answer to a challenge, as the file of a signed package.

    Args:
        ledger: Whose summary is challenged.
        challenge: The challenge's file.
        name_key: Hand over the name key: then labels of generators and pseudonyms of domains are
            proved, and every name that the auditor can think of can be looked up.
        refused: Records that are not opened.
        everything: Hand over every leaf of every tree, every record and all secrets (level 2).

    Raises:
        InputError: The challenge is for another log, or for a summary that is not of this ledger.
        NotFoundError: What opens the statement is not kept here.
        VerificationError: The challenge is not sound: drawn before its checkpoint, or not signed
            by this log.
        MalformedError: It is no challenge.
    """
    answer = answer_challenge(
        ledger, challenge, name_key=name_key, refused=refused, everything=everything
    )
    return pack_answer(ledger, answer)


def pack_answer(ledger: "Ledger", answer: Answer) -> bytes:
    """Return an answer as a package that a key of this ledger signs.

    That of the producer, if the log knew it at the challenge's checkpoint. A key that came later is
    unknown to the answer's evidence: then the log signs, whose key the auditor's trust file has.
    """
    return write_package(KIND, ledger.origin, answer.files(), _signer(ledger, answer.challenge))


def _signer(ledger: "Ledger", challenge: bytes) -> Signer:
    producer = ledger.producer
    known = read_ring(ledger.store).find(producer.key)
    with suppress(LedgerError):
        tree = Checkpoint.from_text(Challenge.from_bytes(challenge).note.text)
        if known is None or known.since >= tree.size:
            return log_signers(ledger.home.keys)[0]
    return producer


def answer_challenge(
    ledger: "Ledger",
    challenge: bytes,
    *,
    name_key: bool = False,
    refused: Refused | None = None,
    everything: bool = False,
) -> Answer:
    """Return the answer to a challenge (`open_challenge`), before it is packed."""
    challenged = read_challenge(ledger, challenge)
    leaves = all_leaves(ledger, challenged) if everything else {}
    draws = drawn_of_all(leaves) if everything else drawn_keys(ledger, challenged)
    files = RecordFiles(ledger.store, challenged.kept.size)
    files.read({RecordId.of_key(key) for key in draws.values()})
    closed = {**files.closed, **(refused or {})}
    keys = {key for key in draws.values() if RecordId.of_key(key) not in closed}
    opened, absent = ([], []) if everything else open_leaves(ledger, challenged, keys, files)
    contents = challenged.challenge.contents
    inspected = {
        RecordId.of_key(key)
        for (_, _, number), key in draws.items()
        if everything or number < contents
    }
    shown = {RecordId.of_key(key) for key in keys}
    return Answer(
        challenge=challenge,
        statement=challenged.statement.to_bytes(),
        names=names_of(ledger, challenged, with_key=name_key or everything),
        evidence=files.evidence(
            challenged.challenge.checkpoint, shown, (challenged.summary, challenged.release)
        ),
        opened=tuple(sorted(opened, key=lambda one: one.place)),
        absent=tuple(sorted(absent, key=lambda one: one.key)),
        refused=tuple(_refusals(draws, closed)),
        tallies=files.tallies(inspected & shown),
        leaves=leaves,
        secrets=secrets_of(ledger, challenged) if everything else None,
    )


def read_challenge(ledger: "Ledger", data: bytes) -> Challenged:
    """Return a challenge with what answers it; raise as `open_challenge`."""
    challenge = Challenge.from_bytes(data)
    _check_checkpoint(ledger, challenge)
    summary = _summary(ledger, challenge)
    stated, audit = summary.record.fields["summary"], summary.record.fields["audit"]
    assert isinstance(stated, dict)
    assert isinstance(audit, dict)
    measures = audit["measures"]
    assert isinstance(measures, list)
    kept = ledger.store.statements.find(challenge.audit_root)
    statement = Statement(Context.of(stated), tuple(map(str, measures)), kept.table())
    statement.check(challenge.audit_root)
    release = RecordId.parse(str(summary.record.fields["release_record"]))
    return Challenged(
        challenge=challenge,
        data=data,
        summary=summary,
        release=ledger.store.open_record(release),
        statement=statement,
        kept=kept,
    )


def _check_checkpoint(ledger: "Ledger", challenge: Challenge) -> None:
    """Check that a challenge was drawn at a checkpoint of this log."""
    tree = Checkpoint.from_text(challenge.note.text)
    if tree.origin != ledger.origin:
        raise InputError(
            f"the challenge is for the log {tree.origin!r}, and this is {ledger.origin!r}",
            hint="--ledger DIR, of the ledger whose summary is challenged",
        )
    head = ledger.store.head()
    if tree.size > head.size or ledger.store.edge(tree.size).root() != tree.root:
        raise VerificationError(
            f"the challenge rests on a checkpoint of {tree.size} entries that is not of this log's "
            "tree"
        )
    trust = read_trust(ledger.home)
    if trust is not None:
        challenge.check(trust)


def _summary(ledger: "Ledger", challenge: Challenge) -> StoredRecord:
    place = RecordId.parse(challenge.summary)
    try:
        found = ledger.store.open_record(place)
    except NotFoundError as error:
        raise InputError(f"the challenge is for record {place}, and there is none") from error
    if found.record.kind != "summary":
        raise InputError(f"the challenge is for record {place}, and that is no summary")
    audit = found.record.fields.get("audit")
    if not isinstance(audit, dict):
        raise InputError(f"summary {place} was logged without a statement: nothing can be opened")
    if audit["root"] != challenge.audit_root.hex():
        raise InputError(
            f"the challenge is for the audit root {challenge.audit_root.hex()}, and summary "
            f"{place} has {audit['root']}: it was made for another version",
        )
    return found


def drawn_keys(ledger: "Ledger", challenged: Challenged) -> dict[Draw, bytes]:
    """Return for every draw the key of the leaf that answers it."""
    found: dict[Draw, bytes] = {}
    for one in challenged.sample():
        if one.name == TRAINING:
            keys = _training_keys(ledger, challenged, one.records)
            places: Mapping[int, bytes] = keys
        else:
            leaves = challenged.kept.section(one.name).leaves()
            places, points = _keys_at(leaves, one.records, one.sizes)
            for number, point in enumerate(one.sizes):
                found[one.name, BY_SIZE, number] = points[point]
        for number, index in enumerate(one.records):
            found[one.name, BY_RECORDS, number] = places[index]
    return found


def all_leaves(ledger: "Ledger", challenged: Challenged) -> dict[str, list[SumLeaf]]:
    """Return every leaf of every tree, in the order of keys."""
    found = {one.name: list(one.leaves()) for one in challenged.kept.sections}
    found[TRAINING] = list(_training_leaves(ledger, challenged))
    return found


def drawn_of_all(leaves: Leaves) -> dict[Draw, bytes]:
    """Return the keys of all leaves that refer to records, as if each was drawn."""
    return {
        (tree, BY_RECORDS, number): leaf.key
        for tree, several in leaves.items()
        if tree == TRAINING or not read_section_name(tree).is_of_names
        for number, leaf in enumerate(several)
    }


def secrets_of(ledger: "Ledger", challenged: Challenged) -> Secrets:
    """Return what all salts and pseudonyms follow from."""
    kept = challenged.kept
    return Secrets(
        audit_secret=kept.audit_secret,
        training_secret=ledger.store.training.secret(kept.training),
        name_key=kept.name_key,
    )


def _keys_at(
    leaves: Iterator[SumLeaf], indices: Sequence[int], points: Sequence[int]
) -> tuple[dict[int, bytes], dict[int, bytes]]:
    """Return the keys of the leaves at these indices, and of those that these points fall into."""
    wanted = set(indices)
    waiting = sorted(set(points), reverse=True)
    by_index: dict[int, bytes] = {}
    by_point: dict[int, bytes] = {}
    total = 0
    for index, leaf in enumerate(leaves):
        if index in wanted:
            by_index[index] = leaf.key
        total += leaf.values[0]
        while waiting and waiting[-1] < total:
            by_point[waiting.pop()] = leaf.key
    return by_index, by_point


def _training_keys(
    ledger: "Ledger", challenged: Challenged, indices: Sequence[int]
) -> dict[int, bytes]:
    ranges = ledger.store.training.ranges(challenged.kept.training)
    wanted = sorted(set(indices), reverse=True)
    found: dict[int, bytes] = {}
    at = 0
    for one in ranges:
        size = one.hi - one.lo
        while wanted and wanted[-1] < at + size:
            index = wanted.pop()
            found[index] = _place(one, index - at).key
        at += size
    return found


def _place(one: RecordRange, offset: int) -> RecordId:
    return RecordId(one.index, one.lo + offset)


def open_leaves(
    ledger: "Ledger", challenged: Challenged, keys: set[bytes], files: RecordFiles
) -> tuple[list[OpenedLeaf], list[AbsentKey]]:
    """Return the leaves of these keys in every tree, and what else their judging takes.

    One tree is in memory at a time.
    """
    opened: list[OpenedLeaf] = []
    for section in challenged.kept.sections:
        if not read_section_name(section.name).is_of_names:
            tree = SumTree.build(section.name, challenged.kept.audit_secret, section.leaves())
            opened += _opened(tree, keys)
    tree = training_tree(ledger, challenged)
    absent: list[AbsentKey] = []
    related = {one.key for key in keys for one in files.related(RecordId.of_key(key))}
    opened += _opened(tree, keys | related)
    for key in sorted(related):
        if tree.find(key) is None:
            absent.append(AbsentKey(key, tree.open_absence(key)))
    return opened, absent


def _opened(tree: SumTree, keys: set[bytes]) -> Iterator[OpenedLeaf]:
    for key in sorted(keys):
        index = tree.find(key)
        if index is not None:
            yield OpenedLeaf(tree.tree_name, tree.open(index))


def training_tree(ledger: "Ledger", challenged: Challenged) -> SumTree:
    """Return the tree over the training set, to open leaves of it."""
    secret = ledger.store.training.secret(challenged.kept.training)
    return SumTree.build(TRAINING, secret, _training_leaves(ledger, challenged))


def _training_leaves(ledger: "Ledger", challenged: Challenged) -> Iterator[SumLeaf]:
    sets = ledger.store.training
    for one, leaf in sets.leaves(sets.ranges(challenged.kept.training)):
        yield SumLeaf(key=one.key, ref=leaf)


def names_of(ledger: "Ledger", challenged: Challenged, *, with_key: bool) -> Names:
    """Return what the labels of the statement's generators stand for."""
    kept = challenged.kept
    return Names(named_models(ledger.store, kept), kept.name_key if with_key else None)


def _refusals(draws: Mapping[Draw, bytes], closed: Refused) -> Iterator[Refusal]:
    for (tree, kind, number), key in sorted(draws.items(), key=lambda one: one[0]):
        reason = closed.get(RecordId.of_key(key))
        if reason is not None:
            yield Refusal(tree, kind, number, reason)
