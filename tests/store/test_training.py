from hashlib import sha256
from typing import Any, cast

import pytest

from ledger.errors import InputError, NotFoundError
from ledger.record.canonical import JSON
from ledger.store.rows import RecordRange
from ledger.store.store import Store
from ledger.tree.hashing import Hash, leaf_hash
from tests.store.ledgers import filled, shards

SECRET = bytes(32)
ROOT = Hash(b"\x01" * 32)
SECRET = b"\x02" * 32


@pytest.fixture
def mixed(store: Store) -> Store:
    """Entries 1 to 4: a whole batch of `example`, one of `other`, one of both, `example` again."""
    log = filled(store, [300])
    log.append([shards(range(300, 303), dataset={"name": "other"}, measures={"bytes": 5})])
    odd, even = (shards([n], dataset={"name": "other"}) for n in (401, 403))
    both = [shards([400]).records[0], odd.records[0], shards([402]).records[0], even.records[0]]
    from ledger.record.batch import sign_batch
    from tests.makers import ORIGIN, PRODUCER

    log.append([sign_batch(ORIGIN, both, PRODUCER)])
    log.append([shards([500, 501], measures={"bytes": 9, "documents": 2})])
    return store


def test_a_selection_is_ranges_in_order(mixed: Store) -> None:
    assert mixed.training.select(["example"]) == [
        RecordRange(1, 0, 300),
        RecordRange(3, 0, 1),
        RecordRange(3, 2, 3),
        RecordRange(4, 0, 2),
    ]
    assert mixed.training.select(["other"], before=3) == [RecordRange(2, 0, 3)]
    assert mixed.training.select(["example", "other"])[2] == RecordRange(3, 0, 4)


def test_an_unknown_dataset_is_not_found(mixed: Store) -> None:
    with pytest.raises(NotFoundError, match="'missing'"):
        mixed.training.select(["example", "missing"])


def test_leaves_are_those_that_were_signed(mixed: Store) -> None:
    ranges = mixed.training.select(["other"])
    for place, leaf in mixed.training.leaves(ranges):
        assert mixed.prove(place).leaf == leaf
    assert [str(place) for place, _ in mixed.training.leaves(ranges)] == [
        *("2.0", "2.1", "2.2"),
        *("3.1", "3.3"),
    ]


def test_a_set_is_exactly_what_was_frozen(mixed: Store) -> None:
    ranges = mixed.training.select(["example"])
    mixed.training.freeze(ROOT, ranges, SECRET)
    mixed.training.freeze(ROOT, ranges, SECRET)
    filled_later = mixed.training.select(["example", "other"])
    assert filled_later != ranges
    assert mixed.training.ranges(ROOT) == ranges
    assert mixed.training.count(ROOT) == 304
    members = [one.id for one in mixed.training.members(ROOT)]
    assert members == [place for place, _ in mixed.training.leaves(ranges)]


def test_a_set_knows_the_datasets_of_its_records(mixed: Store) -> None:
    mixed.training.freeze(ROOT, mixed.training.select(["other"]), SECRET)
    assert mixed.training.datasets(ROOT) == ["other"]
    both, other_root = mixed.training.select(["other", "example"]), Hash(b"\x08" * 32)
    mixed.training.freeze(other_root, both, SECRET)
    assert mixed.training.datasets(other_root) == ["example", "other"]
    with pytest.raises(NotFoundError):
        mixed.training.datasets(Hash(b"\x07" * 32))


def test_groups_add_up_each_measure_and_say_how_often_it_is_stated(mixed: Store) -> None:
    mixed.training.freeze(ROOT, mixed.training.select(["example", "other"]), SECRET)
    groups = {one.shared["dataset"]["name"]: one for one in mixed.training.groups(ROOT)}  # type: ignore[index,call-overload]
    assert groups["other"].records == 5
    assert groups["example"].records == 304
    assert groups["example"].totals["documents"] == 4
    assert groups["example"].stated == {"bytes": 304, "documents": 2}
    members = list(mixed.training.members(ROOT))
    total = sum(one.totals["bytes"] for one in groups.values())
    assert total == sum(one.record.fields["measures"]["bytes"] for one in members)  # type: ignore[index,call-overload,misc]


def test_records_are_found_by_what_they_share(mixed: Store) -> None:
    mixed.training.freeze(ROOT, mixed.training.select(["example", "other"]), SECRET)
    other: JSON = {"name": "other"}
    assert list(mixed.training.places(ROOT, lambda shared, _: shared["dataset"] == other)) == [
        RecordRange(2, 0, 3),
        RecordRange(3, 1, 2),
        RecordRange(3, 3, 4),
    ]
    assert list(mixed.training.places(ROOT, lambda *_: False)) == []
    assert list(mixed.training.places(ROOT, lambda *_: True)) == mixed.training.ranges(ROOT)
    with pytest.raises(NotFoundError):
        next(mixed.training.places(Hash(b"\x07" * 32), lambda *_: True))


def test_tokens_of_two_tokenizers_are_two_groups(store: Store) -> None:
    log = filled(store, [1])
    tokenizers: list[JSON] = [{"name": "one"}, {"name": "two", "version": "\0"}]
    for first, tokenizer in zip((10, 20), tokenizers, strict=True):
        measures: JSON = {"bytes": 5, "tokens": 3, "tokenizer": tokenizer}
        log.append([shards([first, first + 1], measures=measures)])
    silent: JSON = {"bytes": 5, "tokenizer": {"name": "three"}}
    log.append([shards([30], measures=silent)])
    store.training.freeze(ROOT, store.training.select(["example"]), SECRET)
    found = {
        str(one.tokenizer["name"]) if one.tokenizer else "": one
        for one in store.training.groups(ROOT)
    }
    assert {name: (one.records, one.totals.get("tokens")) for name, one in found.items()} == {
        "": (2, None),
        "one": (2, 6),
        "two": (2, 6),
    }
    places = store.training.places(ROOT, lambda _, tokenizer: tokenizer is None)
    assert list(places) == [RecordRange(1, 0, 1), RecordRange(4, 0, 1)]
    places = store.training.places(ROOT, lambda _, said: said is not None and said["name"] == "two")
    assert list(places) == [RecordRange(3, 0, 2)]


@pytest.mark.parametrize(
    "ranges",
    [
        [],
        [RecordRange(1, 0, 2), RecordRange(1, 1, 3)],
        [RecordRange(2, 0, 1), RecordRange(1, 0, 1)],
    ],
    ids=["empty", "overlapping", "out of order"],
)
def test_ranges_that_are_no_set_are_refused(mixed: Store, ranges: list[RecordRange]) -> None:
    with pytest.raises(InputError):
        mixed.training.freeze(ROOT, ranges, SECRET)


def test_another_set_under_the_same_root_is_refused(mixed: Store) -> None:
    mixed.training.freeze(ROOT, [RecordRange(1, 0, 2)], SECRET)
    with pytest.raises(InputError, match="another set"):
        mixed.training.freeze(ROOT, [RecordRange(1, 0, 3)], SECRET)
    with pytest.raises(NotFoundError, match="no training set"):
        mixed.training.count(leaf_hash(b""))


def test_a_file_that_was_recorded_again_is_taken_once_and_newest(store: Store) -> None:
    log = filled(store, [3])
    log.append([shards([1], languages=["en"])])  # shard 1 again, and more is said of it
    assert store.training.select(["example"]) == [
        RecordRange(1, 0, 1),
        RecordRange(1, 2, 3),
        RecordRange(2, 0, 1),
    ]
    assert store.training.select(["example"], before=2) == [RecordRange(1, 0, 3)]


def test_a_source_that_may_be_named_has_one_digest_over_its_files(store: Store) -> None:
    log = filled(store, [])
    public: dict[str, JSON] = {"category": "public_dataset"}
    for numbers, source in (
        (range(10, 13), {**public, "name": "Named"}),
        (range(20, 22), public),
        (range(30, 32), {"category": "private_third_party", "publicly_known": True}),
        (range(40, 42), {"category": "private_third_party", "publicly_known": False}),
        (range(50, 52), {"category": "private_licensed", "publicly_known": True}),
    ):
        log.append([shards(numbers, source=source, dataset={"name": f"d{numbers[0]}"})])
    # More of one source, in another dataset.
    log.append([shards(range(13, 15), source={**public, "name": "Named"}, dataset={"name": "e"})])
    ranges = store.training.select(["d10", "d20", "d30", "d40", "d50", "e"])
    store.training.freeze(ROOT, ranges, SECRET)
    contents: dict[str, list[str]] = {"Named": [], "d20": [], "d30": []}
    for member in store.training.members(ROOT):
        fields = cast(dict[str, Any], member.record.fields)
        name = fields["source"].get("name") or fields["dataset"]["name"]
        contents.setdefault(name, []).append(fields["content"]["digest"].removeprefix("blake3:"))
    lines = {name: "".join(f"{one}\n" for one in sorted(files)) for name, files in contents.items()}
    assert store.training.digests(ROOT) == {
        name: f"sha256:{sha256(lines[name].encode()).hexdigest()}"
        for name in ("Named", "d20", "d30")
    }
    assert [len(contents[name]) for name in ("Named", "d20", "d30")] == [5, 2, 2]
