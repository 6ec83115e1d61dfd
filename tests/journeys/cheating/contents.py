"""Records that do not say what their files hold, and level 2: everything handed over, or not."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from ledger.capture import Captured, DomainColumn, engine
from ledger.capture.statement import state
from ledger.content.domains import Tally
from ledger.proof.audit_answer import Answer
from tests.cli.prepared import Ran
from tests.journeys.cheating.auditor import TRUST, Auditor
from tests.journeys.cheating.cheat import cheat
from tests.journeys.cheating.data import CRAWLER, DATASETS, RELEASE
from tests.journeys.cheating.lab import Lab

CONTENTS = ("--contents", "29")
Lie = Callable[[Captured], Captured]


def recounted(
    lab: Lab, auditor: Auditor, *options: str, rules: Sequence[str] = ("--domain-column", "url")
) -> Ran:
    """Be audited, and have all files counted again."""
    taken = auditor.take(lab.publish())
    assert taken.code == 0, taken
    auditor.draw(*CONTENTS)
    assert auditor.ask().code == 0
    assert auditor.check().code == 0, "the records agree with what was counted"
    words = ("audit", "recount", "answer.zip", str(lab.folder / "data"), "--challenge")
    return auditor.run(*words, "challenge.json", *TRUST, *rules, "--json", *options)


def recorded(lab: Lab, lie: Lie) -> None:
    """Record one more crawled file, with a lie, and freeze the set again."""
    path = lab.folder / "data" / "late" / "part-9.jsonl"
    path.parent.mkdir()
    rows = '{"text": "word word", "url": "https://late.example/"}\n'
    path.write_text(rows * 3 + rows.replace("late", "later"), encoding="utf-8")
    lying: Any = lambda *words: lie(state(*words))  # noqa: E731 - it stands in for a function
    with patch.object(engine, "state", lying), lab.open() as ledger:
        said = ["dataset.name=late", "source.category=crawled", f"source.crawl={CRAWLER}"]
        ledger.add(path, set=said, domains=DomainColumn("url"))
        ledger.release(RELEASE, datasets=[*DATASETS, "late"])


def inflated(one: Captured) -> Captured:
    """Say a thousand times the documents that the file has."""
    measures: Any = one.fields["measures"]
    basis: Any = one.fields["basis"]
    fields = {**one.fields, "measures": {**measures, "documents": 4000}}
    fields.pop("documents", None)
    fields["basis"] = {path: how for path, how in basis.items() if path != "documents"}
    return one._replace(fields=fields)


def without_a_domain(one: Captured) -> Captured:
    """Leave a domain out of the tally, and give its bytes to another."""
    assert one.tally is not None
    (suffixes,) = one.tally.suffix_lists
    hidden = Tally.of(suffixes, {"late.example": (36, 4)})
    domains: Any = {"digest": hidden.digest, "count": hidden.count}
    return one._replace(fields={**one.fields, "domains": domains}, tally=hidden)


@cheat("content", "measures.documents is 4, stated was 4000")
def inflated_shard(lab: Lab, auditor: Auditor) -> Ran:
    """Record a thousand times the documents that a file has."""
    recorded(lab, inflated)
    return recounted(lab, auditor)


@cheat("content", "domain later.example is 9 bytes in 1 documents, stated was nothing")
def domain_left_out_of_a_tally(lab: Lab, auditor: Auditor) -> Ran:
    """Leave a domain out of the tally of a file, and out of everything that follows from it."""
    recorded(lab, without_a_domain)
    return recounted(lab, auditor)


@cheat("content", "documents is {'root': ")
def documents_of_another_shard(lab: Lab, auditor: Auditor) -> Ran:
    """Record a tree over other documents than those in the file."""

    def lie(one: Captured) -> Captured:
        tree: Any = one.fields["documents"]
        fields: Any = {**one.fields, "documents": {**tree, "root": f"sha256:{'0' * 64}"}}
        return one._replace(fields=fields)

    recorded(lab, lie)
    return recounted(lab, auditor)


@cheat("content", "counted again: content.digest is blake3:")
def shard_swapped(lab: Lab, auditor: Auditor) -> Ran:
    """Hand over another file under the name of the one that was recorded."""
    (lab.folder / "data" / "licensed" / "news-1.txt").write_text("harmless\n", encoding="utf-8")
    return recounted(lab, auditor)


@cheat("content", "its bytes were not handed over")
def bytes_withheld(lab: Lab, auditor: Auditor) -> Ran:
    """Hand over all files but one."""
    (lab.folder / "data" / "chat" / "turn-1.jsonl").unlink()
    return recounted(lab, auditor)


@cheat("L2", "crawled.names is built again with the root")
def secrets_of_another_summary(lab: Lab, auditor: Auditor) -> Ran:
    """Hand over the secrets of another version, and everything else."""

    def other(answer: Answer) -> Answer:
        assert answer.secrets is not None
        return replace(answer, secrets=replace(answer.secrets, audit_secret=bytes(32)))

    return _everything(lab, auditor, other)


@cheat("L2", "3 leaves of synthetic.text came, and it has 4")
def not_all_leaves(lab: Lab, auditor: Auditor) -> Ran:
    """Say that everything is handed over, and leave a leaf out."""

    def fewer(answer: Answer) -> Answer:
        return replace(
            answer, leaves={**answer.leaves, "synthetic.text": answer.leaves["synthetic.text"][1:]}
        )

    return _everything(lab, auditor, fewer)


def _everything(lab: Lab, auditor: Auditor, change: Callable[[Answer], Answer]) -> Ran:
    auditor.take(lab.publish())
    auditor.draw()
    ran = auditor.ask("--all")
    assert ran.code == 0, ran
    honest = auditor.check()
    assert honest.code == 0, honest
    lab.repack(auditor.answer, change)
    return auditor.check()
