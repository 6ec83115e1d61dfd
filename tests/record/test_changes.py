"""What one record says otherwise than another."""

from ledger.record.changes import Change, changes
from ledger.record.record import Record
from tests.makers import shard


def test_equal_records_differ_in_nothing_whenever_they_were_claimed() -> None:
    one = Record.parse("shard", shard())
    later = Record.parse("shard", {**shard(), "claimed_at": "2026-12-01T00:00:00Z"})
    assert changes(one, later) == ()


def test_every_relabelled_path_is_listed_with_both_values() -> None:
    old = Record.parse("shard", shard(rights={"licence": "MIT"}, languages=["de", "en"]))
    new = Record.parse(
        "shard",
        shard(
            source={"category": "private_licensed", "name": "Example", "link": "https://x.example"},
            languages=["de"],
            processing={"cleaning": "none"},
        ),
    )
    assert changes(old, new) == (
        Change("languages", ["de", "en"], ["de"]),
        Change("processing", None, {"cleaning": "none"}),
        Change("rights", {"licence": "MIT"}, None),
        Change("source.category", "public_dataset", "private_licensed"),
        Change("source.link", None, "https://x.example"),
    )
    assert [one.path for one in changes(new, old)] == [one.path for one in changes(old, new)]


def test_yes_is_not_one() -> None:
    old = Record.parse("shard", shard(lineage={"parameters": {"flag": True}}))
    new = Record.parse("shard", shard(lineage={"parameters": {"flag": 1}}))
    assert changes(old, new) == (Change("lineage.parameters.flag", True, 1),)
