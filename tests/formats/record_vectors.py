"""Vectors of records: their fields and their commitments."""

import json
from collections.abc import Callable
from typing import Any

from ledger.record.canonical import JSON
from ledger.record.commitment import FieldOpening, commit, field_leaf, field_salt, record_root
from ledger.record.record import Record
from ledger.record.vocabulary import KINDS
from ledger.tree.hashing import leaf_hash, root_of
from tests.formats.core_vectors import refused
from tests.formats.examples import (
    CLAIMED_AT,
    RELEASE_SECRET,
    ROOT,
    example_log,
    key_record,
    release_record,
    sealed,
    shard_fields,
    training_root,
)

Edit = Callable[[Any], object]


def records() -> dict[str, dict[str, JSON]]:
    """Return the fields of one record of each kind."""
    log = example_log()
    digest = "sha256:" + "0" * 64
    others: dict[str, dict[str, JSON]] = {
        "release": release_record(training_root(log.batches[1], 1, RELEASE_SECRET)),
        "summary": {
            "basis": {
                "summary": "declared",
                "release_record": "declared",
                "renditions": "observed",
            },
            "claimed_at": CLAIMED_AT,
            "release_record": "2.0",
            "renditions": [{"digest": digest, "media_type": "text/html", "name": "summary.html"}],
            "summary": {
                "language": "en",
                "last_update": "2026-09-01",
                "provider": "Example Lab",
                "release": "Example-1",
                "size": 3,
                "template": "eu",
                "template_number": "C(2025) 8311",
                "version": 1,
            },
        },
        "terms": {
            "basis": {"terms": "observed"},
            "claimed_at": CLAIMED_AT,
            "terms": {"digest": digest, "provider": "Teacher Labs", "title": "Terms of use"},
        },
        "correction": {
            "basis": {"correction": "declared"},
            "claimed_at": CLAIMED_AT,
            "correction": {"action": "withdraw", "reason": "duplicate of 1.1", "record": "1.2"},
        },
        "key": key_record("add", ROOT, "root"),
        "audit": {
            "audit": {
                "answer": "sha256:" + "ab" * 32,
                "attempt": 1,
                "audit_root": "20cdceb911476bdc7331ed17d21a47ac8d0c7edada4ec2d90d606e43c43fdd4b",
                "checked_at": "2026-10-01T12:00:00Z",
                "claims": 1,
                "confidence": "99",
                "draws": 459,
                "level": 1,
                "mode": 1,
                "precision": "1",
                "report": "sha256:" + "ab" * 32,
                "sections": [
                    {
                        "bytes_below": "1.0",
                        "failures": 0,
                        "name": "crawled.text",
                        "records_below": "0.99",
                    },
                    {"failures": 0, "name": "training", "records_below": "0.99"},
                ],
                "seed": "d95103879f348b2b5fbb67a998166ab662d5ac4c7ff0dca52bdbea2994ae511b",
                "summary": "12.0",
                "verdict": "verified",
            },
            "basis": {"audit": "observed"},
            "claimed_at": CLAIMED_AT,
        },
    }
    return {"shard": shard_fields()[0], **others}


def record() -> dict[str, object]:
    """Return vectors/record.json."""
    good = records()
    assert sorted(good) == sorted(KINDS)
    return {
        "accepted": [
            {
                "kind": kind,
                "fields": fields,
                "encoded": {
                    name: data.decode() for name, data in Record.parse(kind, fields).encoded.items()
                },
            }
            for kind, fields in good.items()
        ],
        "rejected": [_rejected(name, kind, good[kind], edit) for name, kind, edit in BROKEN],
    }


def _rejected(name: str, kind: str, fields: dict[str, JSON], edit: Edit) -> dict[str, object]:
    broken = json.loads(json.dumps(fields))
    edit(broken)
    if not refused(lambda: Record.parse(kind, broken)):
        raise AssertionError(f"{name} is not refused")
    return {"name": name, "kind": kind, "fields": broken}


def _at(path: str, value: object) -> Edit:
    """Return the edit that sets `path` to `value`, or removes it if `value` is None."""

    def edit(fields: Any) -> None:
        *way, last = path.split(".")
        for name in way:
            fields = fields[name]
        if value is None:
            del fields[last]
        else:
            fields[last] = value

    return edit


BROKEN: list[tuple[str, str, Edit]] = [
    ("unknown field", "shard", _at("licence", "MIT")),
    ("unknown member", "shard", _at("source.url", "https://data.example/")),
    ("required field missing", "shard", _at("measures", None)),
    ("required member missing", "shard", _at("content.size", None)),
    (
        "basis of a list position with a leading zero",
        "shard",
        lambda f: f["basis"].update({"rights.opt_out.00": "observed"}),
    ),
    ("wrong type", "shard", _at("content.size", "11")),
    ("a boolean is no integer", "shard", _at("content.size", True)),
    ("negative integer", "shard", _at("content.size", -1)),
    ("word not in the list", "shard", _at("source.category", "scraped")),
    ("empty list", "shard", _at("languages", [])),
    ("list not sorted", "shard", _at("languages", ["fr", "en"])),
    ("blank string", "shard", _at("dataset.name", " ")),
    ("language tag in lower case", "shard", _at("languages", ["pt-br"])),
    ("month that does not exist", "shard", _at("source.period.end", "2026-13")),
    ("time without Z", "shard", _at("claimed_at", "2026-09-01T12:00:00")),
    ("field without basis", "shard", _at("basis.source", None)),
    ("basis of a field that is not there", "shard", _at("basis.generator", "declared")),
    (
        "basis of a path that is not there",
        "shard",
        lambda f: f["basis"].update({"content.sha256": "observed"}),
    ),
    ("basis of claimed_at", "shard", _at("basis.claimed_at", "declared")),
    ("synthetic without generator", "shard", _at("source", {"category": "synthetic"})),
    ("crawl of something not crawled", "shard", _at("source.category", "public_dataset")),
    ("tokens without tokenizer", "shard", _at("measures.tokenizer", None)),
    ("images without the modality", "shard", _at("measures.images", 1)),
    ("no bytes, some tokens", "shard", _at("measures.bytes", 0)),
    (
        "document tree of another count",
        "shard",
        lambda f: (
            f.update(documents={"count": 3, "root": "sha256:" + "0" * 64}),
            f["basis"].update(documents="observed"),
        ),
    ),
    (
        "breakdown that does not add up",
        "shard",
        _at("source.breakdown", [{"bytes": 10, "category": "crawled"}]),
    ),
    ("upper-case hexadecimal", "release", _at("training.root", "A" * 64)),
    ("empty training set", "release", _at("training.count", 0)),
    ("record id with a leading zero", "summary", _at("release_record", "02.0")),
    ("withdrawal with a replacement", "correction", _at("correction.replacement", "2.0")),
    ("replacement that is not named", "correction", _at("correction.action", "replace")),
    (
        "replacement that is older",
        "correction",
        lambda f: f["correction"].update(action="replace", replacement="1.1"),
    ),
    ("key action that does not exist", "key", _at("key.action", "replace")),
]


def commitment() -> dict[str, object]:
    """Return vectors/commitment.json."""
    whole = sealed("shard", shard_fields()[1], 0x21)
    encoded = whole.record.encoded
    fields = []
    for index, name in enumerate(sorted(encoded)):
        salt = field_salt(whole.secret, name)
        leaf = field_leaf(salt=salt, name=name, value=encoded[name])
        fields.append(
            {
                "index": index,
                "name": name,
                "value": encoded[name].decode(),
                "salt": salt.hex(),
                "leaf_hash": leaf.hex(),
            }
        )
    root = commit(encoded, whole.secret)
    tree = root_of([bytes.fromhex(str(one["leaf_hash"])) for one in fields])
    assert root == record_root(len(fields), tree)
    opening = FieldOpening.of(encoded, whole.secret, "source", whole.record.fields["source"])
    assert opening.root(len(fields)) == root
    assert leaf_hash(root) == whole.leaf
    return {
        "secret": whole.secret.hex(),
        "fields": fields,
        "tree_root": tree.hex(),
        "record_root": root.hex(),
        "record_leaf_hash": whole.leaf.hex(),
        "opening": {
            "index": opening.index,
            "name": opening.name,
            "size": len(fields),
            "proof": [one.hex() for one in opening.proof],
        },
    }
