"""Answers that are not what was asked for, and summaries that are not what was logged."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from ledger import Ledger
from ledger.client import drafting, opening, stating, summarising
from ledger.client.releasing import find_release
from ledger.proof.audit_answer import Answer
from ledger.proof.audit_lines import OpenedLeaf, Refusal
from ledger.proof.evidence import EntryEvidence, Evidence, FieldsOpening, RecordEvidence
from ledger.query.statement import Context, Statement
from ledger.record.canonical import JSON
from ledger.tree.sums import SumLeaf
from tests.cli.prepared import Ran
from tests.journeys.cheating.auditor import TRUST, Auditor
from tests.journeys.cheating.cheat import cheat
from tests.journeys.cheating.data import DATASETS, RELEASE
from tests.journeys.cheating.lab import Lab
from tests.journeys.cheating.trees import with_sums

CRAWLED = "crawled.text"


def answered(lab: Lab, auditor: Auditor, *options: str) -> None:
    """Come as far as an honest answer; it is the same for many stories, and made once."""
    made = lab.folder.parent.parent / "answered"
    if not options and made.exists():
        for place in (lab.folder, auditor.folder):
            shutil.copytree(made / place.name, place, dirs_exist_ok=True)
        return
    taken = auditor.take(lab.publish())
    assert taken.code == 0, taken
    auditor.draw()
    ran = auditor.ask(*options)
    assert ran.code == 0, ran
    if not options:
        for place in (lab.folder, auditor.folder):
            shutil.copytree(place, made / place.name)


def is_of(one: OpenedLeaf, tree: str, index: int) -> bool:
    """Answer whether this is that leaf."""
    return one.place == (tree, index)


def with_leaf(answer: Answer, index: int, leaf: SumLeaf) -> Answer:
    """Return the answer with another leaf of crawled text."""
    opened = tuple(
        replace(one, opening=replace(one.opening, leaf=leaf)) if is_of(one, CRAWLED, index) else one
        for one in answer.opened
    )
    return replace(answer, opened=opened)


def leaf_of(answer: Answer, index: int) -> SumLeaf:
    """Return a leaf of crawled text that an answer opens."""
    return next(one.opening.leaf for one in answer.opened if is_of(one, CRAWLED, index))


@cheat("L1", "the lab says: lost in a fire")
def refused_opening(lab: Lab, auditor: Auditor) -> Ran:
    """Refuse to open the one record that would show it."""
    answered(lab, auditor, "--refuse", "1.5=lost in a fire")
    return auditor.check()


@cheat("L1", "leaf 3 is not opened")
def silent_omission(lab: Lab, auditor: Auditor) -> Ran:
    """Leave a drawn leaf out of the answer and say nothing."""
    answered(lab, auditor)

    def without(answer: Answer) -> Answer:
        key = leaf_of(answer, 3).key
        kept = tuple(one for one in answer.opened if one.opening.leaf.key != key)
        return replace(answer, opened=kept)

    lab.repack(auditor.answer, without)
    return auditor.check()


@cheat("L1", "the answer came after the deadline")
def answered_too_late(lab: Lab, auditor: Auditor) -> Ran:
    """Take a year to search for better numbers."""
    answered(lab, auditor)
    return auditor.check("--received", "2099-01-01T00:00:00Z")


@cheat("L1", "it answers another challenge than ours: with other randomness")
def drawn_again(lab: Lab, auditor: Auditor) -> Ran:
    """Draw until the draw misses, and answer that."""
    auditor.take(lab.publish())
    asked = auditor.draw()
    ours = replace(asked, rand=bytes(32))
    auditor.challenge.write_bytes(ours.to_bytes())
    assert auditor.ask().code == 0
    auditor.challenge.write_bytes(asked.to_bytes())
    return auditor.check()


@cheat("L1", "the table of sections leads to the root")
def salted_again_after_the_challenge(lab: Lab, auditor: Auditor) -> Ran:
    """Make another statement of the same records, and open that one."""
    answered(lab, auditor)
    with lab.open() as ledger:
        ledger.summary(RELEASE, to=["html"], folder=lab.folder)
        newest = ledger.store.statements.find(ledger.store.statements.roots()[-1])

    def salted(answer: Answer) -> Answer:
        before = Statement.from_bytes(answer.statement)
        after = Statement(before.context, before.measures, newest.table())
        return replace(answer, statement=after.to_bytes())

    lab.repack(auditor.answer, salted)
    return auditor.check()


@cheat("L1", "it answers another challenge than ours: for summary")
def another_version_of_the_summary(lab: Lab, auditor: Auditor) -> Ran:
    """Answer for the next version of the summary, which has been mended."""
    auditor.take(lab.publish())
    auditor.draw()
    first = auditor.challenge.read_bytes()
    auditor.challenge.unlink()
    auditor.take(lab.publish())
    auditor.draw()
    assert auditor.ask().code == 0
    auditor.challenge.write_bytes(first)
    return auditor.check()


@cheat("L1", "the statement is for release 'm-2'")
def foreign_context(lab: Lab, auditor: Auditor) -> Ran:
    """Commit in the summary of one release to the statement of another."""

    class Foreign:
        """Makes contexts of another release, where the lab makes its own."""

        def __call__(self, **said: Any) -> Context:
            return Context(**{**said, "release": "m-2"})

        def of(self, stated: Mapping[str, Any]) -> Context:
            return replace(Context.of(stated), release="m-2")

    foreign = Foreign()

    with patch.object(stating, "Context", foreign), patch.object(opening, "Context", foreign):
        return auditor.audit(lab.publish())


@cheat("L1", "and before it the log holds a newer one of the same release")
def subset_of_the_release(lab: Lab, auditor: Auditor) -> Ran:
    """Freeze more data for a release, and summarise the smaller set of before."""
    with lab.open() as ledger:
        smaller = find_release(ledger.store, RELEASE)
        more = lab.folder / "data" / "crawl" / "part-8.jsonl"
        more.write_text(more.read_text(encoding="utf-8") * 2, encoding="utf-8")
        ledger.add(more, set=["dataset.name=late", "source.category=other"])
        ledger.release(RELEASE, datasets=[*DATASETS, "late"])
    with (
        patch.object(summarising, "find_release", lambda *_: smaller),
        patch.object(drafting, "find_release", lambda *_: smaller),
    ):
        document = lab.publish()
    return auditor.audit(document, "--log", str(lab.folder / "ledger.d" / "public"))


@cheat("L1", "each of values cannot be negative, and this is '-500'")
def negative_value(lab: Lab, auditor: Auditor) -> Ran:
    """Open a leaf with minus 500 bytes."""
    return _with_value(lab, auditor, "-500")


@cheat("L1", "a leaf's value is below 2^64")
def value_of_65_bits(lab: Lab, auditor: Auditor) -> Ran:
    """Open a leaf with 2^64 bytes."""
    return _with_value(lab, auditor, str(2**64))


def _with_value(lab: Lab, auditor: Auditor, value: str) -> Ran:
    answered(lab, auditor)
    lab.rewrite(auditor.answer, "openings.jsonl", lambda data: _lied(data, value))
    return auditor.check()


def _lied(data: bytes, value: str) -> bytes:
    lines = data.split(b"\n")
    at = next(n for n, line in enumerate(lines) if b'"tree":"crawled.text"' in line)
    found: dict[str, dict[str, list[str]]] = json.loads(lines[at])
    found["opening"]["values"][0] = value
    lines[at] = json.dumps(found, separators=(",", ":"), sort_keys=True).encode()
    return b"\n".join(lines)


@cheat("L1", "leaf 0 of crawled.text does not open: leads to a root with hash")
def another_salt(lab: Lab, auditor: Auditor) -> Ran:
    """Open a leaf with a salt that was found afterwards."""
    answered(lab, auditor)

    def salted(answer: Answer) -> Answer:
        first, *rest = answer.opened
        return replace(
            answer, opened=(replace(first, opening=replace(first.opening, salt=bytes(32))), *rest)
        )

    lab.repack(auditor.answer, salted)
    return auditor.check()


@cheat("L1", "leaf 4 of crawled.text does not open: leads to a root with sums [")
def two_truths_under_one_sibling(lab: Lab, auditor: Auditor) -> Ran:
    """Show a sibling with another sum under the same hash (Maxwell's mistake)."""
    answered(lab, auditor)

    def shown(answer: Answer) -> Answer:
        opened = []
        for one in answer.opened:
            if is_of(one, CRAWLED, 4):
                sibling, *rest = one.opening.path
                path = (with_sums(sibling, sibling.sums[0] + 900), *rest)
                one = replace(one, opening=replace(one.opening, path=path))
            opened.append(one)
        return replace(answer, opened=tuple(opened))

    lab.repack(auditor.answer, shown)
    return auditor.check()


@cheat("L1", "the opened fields are of different records")
def another_source_shown(lab: Lab, auditor: Auditor) -> Ran:
    """Show the auditor another source than the record was logged with."""
    answered(lab, auditor)

    def shown(answer: Answer) -> Answer:
        return replace(answer, evidence=tuple(map(_another_source, answer.evidence)))

    lab.repack(auditor.answer, shown)
    return auditor.check()


def _another_source(part: Evidence) -> Evidence:
    def entry(one: EntryEvidence) -> EntryEvidence:
        records = tuple(record(it) if one.index == 1 else it for it in one.records)
        return replace(one, records=records)

    def record(one: RecordEvidence) -> RecordEvidence:
        shown = one.opening
        if one.position != 2 or not isinstance(shown, FieldsOpening):
            return one
        source: JSON = {"category": "public_dataset"}
        fields = tuple(
            replace(it, value=source) if it.name == "source" else it for it in shown.fields
        )
        return replace(one, opening=replace(shown, fields=fields))

    return replace(part, entries=tuple(map(entry, part.entries)))


@cheat("L1", "record 4.0 does not show its field")
def generator_kept_hidden(lab: Lab, auditor: Auditor) -> Ran:
    """Leave out of an opening the field that names the generator."""
    answered(lab, auditor)

    def hidden(answer: Answer) -> Answer:
        return replace(answer, evidence=tuple(map(_without_generator, answer.evidence)))

    lab.repack(auditor.answer, hidden)
    return auditor.check()


def _without_generator(part: Evidence) -> Evidence:
    def record(one: RecordEvidence) -> RecordEvidence:
        shown = one.opening
        if not isinstance(shown, FieldsOpening):
            return one
        kept = tuple(it for it in shown.fields if it.name != "generator")
        return replace(one, opening=replace(shown, fields=kept))

    return replace(
        part,
        entries=tuple(
            replace(one, records=tuple(map(record, one.records))) if one.index == 4 else one
            for one in part.entries
        ),
    )


@cheat("L1", "and there is none")
def refusal_of_no_draw(lab: Lab, auditor: Auditor) -> Ran:
    """Refuse what was not asked for, to make the count of refusals look odd."""
    answered(lab, auditor)

    def refusing(answer: Answer) -> Answer:
        return replace(answer, refused=(Refusal(CRAWLED, 1, 99, "no"),))

    lab.repack(auditor.answer, refusing)
    return auditor.check()


@cheat("L1", "and neither the trust file nor a key record in its evidence knows that key", code=3)
def answered_by_somebody_else(lab: Lab, auditor: Auditor) -> Ran:
    """Have a subsidiary sign the answer, so that the lab can disown it."""
    answered(lab, auditor)
    with Ledger.create(lab.folder / "other", origin="lab.example/log") as other:
        signer = other.producer
        lab.rewrite(auditor.answer, "refused.json", lambda data: data, signer=signer)
    return auditor.check()


@cheat("L1", "the member 'names.json' of the package was changed or damaged")
def changed_on_the_way(lab: Lab, auditor: Auditor) -> Ran:
    """Change a byte of the answer after it was signed."""
    answered(lab, auditor)
    data = auditor.answer.read_bytes()
    auditor.answer.write_bytes(data.replace(b"teacher-1", b"teacher-9", 1))
    return auditor.check()


@cheat("L0", "what the file shows was changed in 1 place after it was logged")
def another_text_in_the_document(lab: Lab, auditor: Auditor) -> Ran:
    """Print another number than the one that was logged."""
    document = lab.publish()
    text = document.read_text(encoding="utf-8")
    document.write_text(text.replace("Example Lab", "Sample Lab", 1), encoding="utf-8")
    return auditor.take(document)


@cheat("L1", "draws cannot exclude 1 % with 99 % confidence: it takes", code=2)
def audited_by_itself(lab: Lab, auditor: Auditor) -> Ran:
    """Draw 459 records itself (mode 4) and call that an audit."""
    auditor.take(lab.publish())
    words = ("audit", "challenge", "summary.html", *TRUST, "--mode", "self", "--draws", "459")
    return auditor.run(*words, "--json")


@cheat("L1", "the challenge was drawn before the summary was fixed")
def stale_checkpoint(lab: Lab, auditor: Auditor) -> Ran:
    """Have the challenge drawn at a checkpoint from before the summary."""
    early = auditor.folder / "early"
    shutil.copy(lab.folder / "ledger.d" / "public" / "checkpoint", early)
    auditor.take(lab.publish())
    words = ("audit", "challenge", "summary.html", *TRUST, "--checkpoint", "early", "--json")
    return auditor.run(*words)
