"""`Record.sharing` is a short cut: it gives and refuses what `Record.parse` does."""

from itertools import product
from typing import Any

import pytest

from ledger.errors import MalformedError
from ledger.record.canonical import JSON
from ledger.record.record import OWN_FIELDS, Record
from tests.makers import ROOT as ROOT_SIGNER
from tests.makers import key_event, shard

SHA = "sha256:" + "0" * 64
CONTENT = shard(7)["content"]

OWN: dict[str, list[Any]] = {
    "content": [..., CONTENT, {"digest": "x"}],
    "measures": [
        ...,
        {"bytes": 7},
        {"bytes": 7, "documents": 2},
        {"bytes": 7, "images": 1},
        {"bytes": 1.5},
    ],
    "lineage": [..., {"code": {"commit": "c"}}, {}],
    "documents": [..., {"root": SHA, "count": 2}],
    "domains": [..., {"digest": SHA, "count": 1}],
    "claimed_at": [..., "2026-10-01T00:00:00Z", "2026-10-01", None],
}

BASES: list[dict[str, JSON]] = [
    {},
    {"lineage": "observed"},
    {"documents": "observed", "measures.documents": "observed"},
    {"lineage": "observed", "documents": "observed", "domains": "observed"},
]

SHARED: list[dict[str, JSON]] = [
    {},
    {"modality": ["image", "text"]},
    {"source": {"category": "synthetic"}, "generator": "unknown"},
    {"source": {"category": "other", "breakdown": [{"category": "other", "bytes": 7}]}},
]


def template(shared: dict[str, JSON], basis: dict[str, JSON]) -> Record:
    """Return a valid record whose basis speaks of these own fields, so it must have them."""
    own: dict[str, JSON] = {"measures": {"bytes": 7, "documents": 2}}
    for name, value in (
        ("lineage", {"code": {"commit": "t"}}),
        ("documents", {"root": SHA, "count": 2}),
        ("domains", {"digest": SHA, "count": 9}),
    ):
        if name in basis:
            own[name] = value  # type: ignore[assignment]
    fields = shard(1, **{**own, **shared})
    known = fields["basis"]
    assert isinstance(known, dict)
    return Record.parse("shard", {**fields, "basis": {**known, **basis}})


def outcome(make: Any) -> Record | type[MalformedError]:
    try:
        record = make()
        assert isinstance(record, Record)
    except MalformedError:
        return MalformedError
    return record


def combinations() -> list[dict[str, JSON]]:
    """Return every combination of own fields, the absent ones left out."""
    return [
        {name: value for name, value in zip(OWN, values, strict=True) if value is not ...}
        for values in product(*OWN.values())
    ]


@pytest.mark.parametrize("basis", BASES, ids=lambda basis: "+".join(basis) or "plain")
@pytest.mark.parametrize("shared", SHARED, ids=lambda shared: "+".join(shared) or "plain")
def test_sharing_is_parsing_the_merged_fields(
    shared: dict[str, JSON], basis: dict[str, JSON]
) -> None:
    record = template(shared, basis)
    kept = {name: value for name, value in record.fields.items() if name not in OWN_FIELDS}
    made = 0
    for own in combinations():
        merged = {**kept, **own}
        found = outcome(lambda own=own: record.sharing(own))
        assert found == outcome(lambda merged=merged: Record.parse("shard", merged)), own
        if isinstance(found, Record):
            made += 1
            assert list(found.encoded) == sorted(found.encoded)
            assert found.fields == merged
    assert made > 0


def test_only_own_fields_are_taken() -> None:
    record = Record.parse("shard", shard())
    with pytest.raises(MalformedError, match="source is not a field of one shard alone"):
        record.sharing({"source": {"category": "other"}})
    with pytest.raises(MalformedError, match="nothing is not a field"):
        record.sharing({"nothing": 1})


def test_only_shards_share() -> None:
    record = Record.parse("key", key_event("add", ROOT_SIGNER, "root"))
    with pytest.raises(MalformedError, match="only shards share fields"):
        record.sharing({"content": CONTENT})
