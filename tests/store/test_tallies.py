"""Tallies of domains on both databases: kept once, added up by size, missed by the audit."""

from pathlib import Path

import pytest

from ledger.content.domains import NO_DOMAIN, Tally
from ledger.errors import NotFoundError
from ledger.log.audit import audit
from ledger.record.canonical import JSON
from ledger.store.rows import RecordRange
from ledger.store.store import Store
from ledger.tree.hashing import Hash
from tests.databases import new_url, tamper
from tests.makers import ORIGIN, PRODUCER, batch, keys_batch, shard
from tests.store.ledgers import open_log

LIST = f"sha256:{'5a' * 32}"
ONE = Tally.of(LIST, {"a.example": (500, 5), "b.example": (900, 2), NO_DOMAIN: (7, 1)})
TWO = Tally.of(LIST, {"a.example": (500, 1), "c.example": (1_000, 4)})
ROOT = Hash(bytes(range(32)))


def crawled(number: int, tally: Tally | None, category: str = "crawled") -> dict[str, JSON]:
    fields = shard(number, source={"category": category})
    if tally is None:
        return fields
    basis = fields["basis"]
    assert isinstance(basis, dict)
    domains: JSON = {"digest": tally.digest, "count": tally.count}
    return {**fields, "domains": domains, "basis": {**basis, "domains": "observed"}}


@pytest.fixture
def tallied(store: Store) -> Store:
    """A frozen set of five records: ONE twice, TWO once, one without a tally, one not crawled."""
    store.tallies.keep([ONE, TWO])
    fields = [crawled(0, ONE), crawled(1, ONE), crawled(2, TWO), crawled(3, None)]
    fields.append(crawled(4, TWO, "public_dataset"))
    log = open_log(store)
    log.append([keys_batch()])
    log.append([batch(PRODUCER, "shard", fields)])
    store.training.freeze(ROOT, [RecordRange(1, 0, 5)], bytes(32))
    return store


def test_a_tally_is_kept_once_and_comes_back(store: Store) -> None:
    store.tallies.keep([ONE])
    store.tallies.keep([TWO, ONE])
    assert store.tallies.tally(ONE.digest) == ONE
    assert store.tallies.tally(TWO.digest) == TWO
    with pytest.raises(NotFoundError, match="no tally"):
        store.tallies.tally(f"sha256:{'0' * 64}")


def test_a_set_adds_up_each_tally_as_often_as_records_name_it(tallied: Store) -> None:
    found = tallied.training.domains(ROOT, listed=lambda total: total)
    assert found is not None
    # b has 2 × 900 bytes, a 2 × 500 + 500, c 1,000; the record that was not crawled is left out.
    assert found.ranked == ("b.example", "a.example", "c.example")
    assert (found.total, found.records, found.tallied) == (3, 4, 3)
    assert found.digest == Tally.merged([ONE, ONE, TWO]).digest
    assert found.suffix_lists == (LIST,)


def test_every_share_of_a_set_comes_by_name(tallied: Store) -> None:
    assert list(tallied.training.domain_shares(ROOT)) == [
        (NO_DOMAIN, 14, 2),
        ("a.example", 1_500, 11),
        ("b.example", 1_800, 4),
        ("c.example", 1_000, 4),
    ]


def test_no_more_names_are_read_than_are_listed(tallied: Store) -> None:
    found = tallied.training.domains(ROOT, listed=lambda total: total - 2)
    assert found is not None
    assert found.ranked == ("b.example",)


def test_a_set_without_tallies_has_no_domains(tallied: Store) -> None:
    assert tallied.training.domains(ROOT, listed=lambda n: n, category="synthetic") is None


def test_a_sound_ledger_with_tallies_is_clean(tallied: Store) -> None:
    report = audit(tallied)
    assert report.is_clean or {one.table for one in report.findings} == {"training_set"}


@pytest.mark.parametrize(
    ("edit", "place"),
    [
        ("UPDATE tally_domain SET bytes = 901 WHERE domain = 'b.example'", "tally 1"),
        ("DELETE FROM tally_domain WHERE domain = 'c.example'", "tally 2"),
        ("UPDATE tally SET suffix_lists = 'sha256:00'", "tally 1"),
        ("UPDATE sealed_record SET tally_digest = NULL WHERE position = 1", "sealed_record 1.1"),
    ],
)
def test_every_edit_of_a_tally_is_found(tallied: Store, url: str, edit: str, place: str) -> None:
    tamper(url, edit)
    assert place in {f"{one.table} {one.row}" for one in audit(tallied).findings}


def test_a_line_that_holds_no_number_is_found(tmp_path: Path) -> None:
    """SQLite keeps what it is given, whatever the column's type."""
    url = new_url("sqlite", tmp_path)
    with Store.create(url, origin=ORIGIN) as store:
        store.tallies.keep([ONE])
        tamper(url, "UPDATE tally_domain SET documents = 'many' WHERE domain = 'a.example'")
        found = list(map(str, audit(store).findings))
    assert found == [
        "tally_domain 1, a.example: documents is stored as text, not as integer",
        "tally 1: it cannot be read: a line holds something else than numbers",
    ]


def test_a_record_that_counts_otherwise_than_its_tally_is_found(store: Store) -> None:
    store.tallies.keep([ONE])
    fields = crawled(0, ONE)
    fields["domains"] = {"digest": ONE.digest, "count": 9}
    log = open_log(store)
    log.append([keys_batch()])
    log.append([batch(PRODUCER, "shard", [fields])])
    (finding,) = audit(store).findings
    assert str(finding) == "tally 1.0: the record states 9 domains, its tally has 2"


def test_a_name_with_every_byte_sorts_as_the_format_says(store: Store) -> None:
    """PostgreSQL sorts text by language, and would skip these marks."""
    names = ["a-b.example", "a.example", "a0.example", "a_b.example", "ab.example", NO_DOMAIN]
    tally = Tally.of(LIST, dict.fromkeys(names, (1, 1)))
    store.tallies.keep([tally])
    assert store.tallies.tally(tally.digest) == tally
    assert audit(store).is_clean


def test_a_record_whose_tally_is_gone_is_found(tallied: Store, url: str) -> None:
    tamper(url, "DELETE FROM tally_domain")
    tamper(url, "DELETE FROM tally")
    found = {f"{one.table} {one.row}" for one in audit(tallied).findings}
    assert {"tally 1.0", "tally 1.1", "tally 1.2", "tally 1.4"} <= found
