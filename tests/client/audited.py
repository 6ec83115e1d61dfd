"""A ledger whose summary has a tree of every sort, and challenges of it.

web      crawled, with tallies of domains
books    a public dataset; of its records one is replaced before the summary, one by a record
         that is of the training set itself, one is erased, one withdrawn, one both
made     synthetic, by a model that the records name
mixed    merged from two kinds of source
"""

import json
from pathlib import Path

from ledger.capture import DomainColumn
from ledger.checkpoint.trust import Trust
from ledger.client.client import Ledger
from ledger.query.challenge import Challenge
from ledger.query.randomness import Mode
from ledger.record.canonical import JSON
from ledger.record.leaf import RecordId
from ledger.record.record import Record
from ledger.tree.hashing import Hash

RELEASE = "model-1"
NOW = "2030-01-01T00:00:00Z"
"""After every checkpoint that a test makes."""
LATER = "2030-01-02T00:00:00Z"
_MADE = '[{"provider": "Maker", "model": "maker-1", "role": "generator"}]'
_MIXED = '[{"category": "crawled"}, {"category": "private_licensed", "documents": 0}]'


def record_all(ledger: Ledger, folder: Path) -> RecordId:
    """Record all datasets, freeze them, correct some, publish the summary; return its record."""
    for name in ("books", "made", "mixed"):
        _write(folder / name, ".txt", "A line of {}.\n")
    _write(folder / "web", ".jsonl", '{{"url": "https://site-{}.example/", "text": "x"}}\n')
    for name, said in (
        ("books", ["source.category=public_dataset"]),
        ("made", ["source.category=synthetic", f"generator={_MADE}"]),
        ("mixed", ["source.category=other", f"source.breakdown={_MIXED}"]),
        ("web", ["source.category=crawled"]),
    ):
        column = DomainColumn("url") if name == "web" else None
        ledger.add(folder / name, set=[f"dataset.name={name}", *said], domains=column)
    books = [one.id for one in ledger.find(dataset="books")]
    ledger.release(RELEASE, datasets=["books", "made", "mixed", "web"])
    _replace(ledger, books[0], books[4])
    ledger.correct(books[1], reason="another licence", set=["rights.licence=MIT"])
    ledger.erase(books[2], reason="a request")
    ledger.withdraw([books[3], books[5]], reason="a doubt")
    ledger.erase(books[5], reason="and a request")
    return ledger.summary(RELEASE, folder=folder).id


def _replace(ledger: Ledger, record: RecordId, replacement: RecordId) -> None:
    """Let one record of the training set take the place of another."""
    said: JSON = {
        "action": "replace",
        "reason": "the same file",
        "record": str(record),
        "replacement": str(replacement),
    }
    fields: dict[str, JSON] = {
        "correction": said,
        "basis": {"correction": "declared"},
        "claimed_at": NOW,
    }
    ledger.record([Record.parse("correction", fields)])


def _write(folder: Path, ending: str, line: str) -> None:
    folder.mkdir(parents=True)
    for number in range(6):
        (folder / f"{number}{ending}").write_text(line.format(number) * (number + 1))


def challenge_of(ledger: Ledger, summary: RecordId, *, draws: int = 459) -> Challenge:
    """Return a regulator's challenge of a summary."""
    audit = ledger.show(summary).record.fields["audit"]
    assert isinstance(audit, dict)
    return Challenge(
        audit_root=Hash(bytes.fromhex(str(audit["root"]))),
        summary=str(summary),
        checkpoint=ledger.checkpoint(summary.index),
        mode=Mode.REGULATOR,
        rand=b"\x42" * 32,
        drawn_at=NOW,
        draws=draws,
        deadline=LATER,
    )


def trust_of(ledger: Ledger) -> Trust:
    """Return the trust that the ledger's own trust file states."""
    return Trust.parse(ledger.home.trust.read_bytes())


def field_of(ledger: Ledger, summary: RecordId, name: str) -> object:
    """Return a member of a summary's field `audit`."""
    audit = ledger.show(summary).record.fields["audit"]
    assert isinstance(audit, dict)
    return json.loads(json.dumps(audit[name]))
