"""Records: what each kind must and may say, and an error for everything else."""

import re
import time
from typing import Any

import pytest

from ledger.errors import MalformedError
from ledger.record import vocabulary as words
from ledger.record.canonical import JSON, encode
from ledger.record.kinds import SCHEMAS, SHARD
from ledger.record.patterns import LICENCE
from ledger.record.record import OWN_FIELDS, SHARED_FIELDS, Record
from ledger.record.schema import (
    MAX_TEXT,
    Either,
    ListOf,
    MapOf,
    Object,
    Pattern,
    Shape,
    Text,
    Word,
    lookup,
)
from tests.makers import CLAIMED_AT, PRODUCER, key_event, shard

DIGEST = "blake3:" + "0" * 64
SHA = "sha256:" + "0" * 64
SIZE: JSON = {
    "modality": "text",
    "measure": "tokens",
    "range": 1,
    "records": 2,
    "sum": "10000000000000000000000",
    "missing": 0,
    "bytes": "0",
    "digits": 1,
}
SHARES: JSON = {
    "id": "c",
    "measure": "tokens",
    "parts": [{"label": "l", "permille": 1000, "sum": "3"}],
}


def stated(**fields: JSON) -> dict[str, JSON]:
    """Return fields with the basis and the time that every record has."""
    basis: JSON = dict.fromkeys(fields, "declared")
    return {**fields, "basis": basis, "claimed_at": CLAIMED_AT}


FULL_SHARD = shard(
    content={
        "digest": DIGEST,
        "sha256": "0" * 64,
        "size": 9,
        "name": "a",
        "media_type": "text/plain",
    },
    dataset={"name": "d", "version": "1"},
    modality=["image", "text"],
    languages=["en", "pt-BR", "zh-Hant"],
    measures={
        "bytes": 9,
        "documents": 2,
        "tokens": 3,
        "tokenizer": {"name": "bpe", "version": "1", "digest": SHA},
        "images": 1,
    },
    source={
        "category": "crawled",
        "name": "n",
        "link": "https://a.example",
        "provider": "p",
        "description": "d",
        "period": {"start": "2026-01", "end": "2026-12"},
        "geography": ["EU"],
        "content_types": ["web pages"],
        "characteristics": "c",
        "selection": "s",
        "publicly_known": True,
        "service": "s",
        "crawl": {
            "crawlers": [{"name": "Bot", "user_agent": "Bot/1", "operator": "o"}],
            "purpose": "p",
            "behaviour": "b",
            "archive": "a",
        },
        "breakdown": [
            {"category": "crawled", "name": "n", "bytes": 9, "documents": 2, "tokens": 3}
        ],
    },
    generator=[
        {
            "provider": "p",
            "reseller": "r",
            "model": "m",
            "model_served": "m-1",
            "role": "generator",
            "surface": "api",
            "endpoint": "e",
            "terms": [DIGEST, SHA],
            "period": {"start": "2026-01-01", "end": "2026-01-31"},
            "prompts": DIGEST,
            "sampling": {"temperature": "0.7", "top_k": -1, "greedy": False},
            "weights": SHA,
            "on_eu_market": True,
            "summary_link": "https://a.example",
            "training_data": "t",
            "documents": 1,
            "tokens": 1,
        }
    ],
    rights={
        "licence": "MIT OR (Apache-2.0 AND GPL-2.0-only WITH Classpath-exception-2.0)",
        "licence_concluded": "LicenseRef-contract-7",
        "concluded_by": "c",
        "evidence": [SHA],
        "copyright": "c",
        "agreement": "a",
        "opt_out": [
            {
                "mechanism": "robots.txt",
                "scope": "s",
                "observed_at": CLAIMED_AT,
                "value": "v",
                "snapshot": DIGEST,
                "action": "excluded",
            }
        ],
    },
    lineage={
        "inputs": [{"digest": DIGEST, "record": "3.4", "role": "r", "share": 1_000_000}],
        "activity": {
            "name": "n",
            "run": "r",
            "agent": "a",
            "started": CLAIMED_AT,
            "ended": CLAIMED_AT,
        },
        "code": {"repository": "r", "commit": "c", "digest": SHA},
        "parameters": {"a": 1, "b": "x", "c": True, "d": -5},
    },
    processing={
        "cleaning": "c",
        "personal_data": "p",
        "illegal_content": "i",
        "deduplication": "d",
        "decontamination": "d",
    },
    stages=["preference", "pretraining"],
    documents={"root": SHA, "count": 2, "unit": "row", "column": "text"},
    domains={"digest": SHA, "count": 7},
)

EXAMPLES: dict[str, dict[str, JSON]] = {
    "shard": FULL_SHARD,
    "release": {
        **stated(
            release={
                "name": "n",
                "models": [{"name": "m", "link": "l", "market_date": "2026-10-02", "digest": SHA}],
                "market_date": "2026-10-01",
                "dependencies": [{"model": "m", "summary_link": "l", "of": "n"}],
                "modified": True,
                "continues_training": True,
            },
            training={"count": 1, "lo": "0" * 24, "hi": "0" * 24, "root": "0" * 64},
            selection={"datasets": ["d"]},
            statements={"describe.other_sources": "t"},
            supersedes="1.2",
        )
    },
    "summary": stated(
        summary={
            "provider": "p",
            "release": "r",
            "version": 1,
            "template": "eu",
            "template_number": "1",
            "language": "en",
            "last_update": "2026-10-01",
            "size": 3,
        },
        release_record="2.0",
        renditions=[{"media_type": "text/html", "name": "s.html", "digest": SHA}],
        form=SHA,
        audit={
            "root": "ab" * 32,
            "mode": "sections",
            "measures": ["bytes"],
            "sections": ["crawled.text"],
            "table": [
                {
                    "name": "crawled.text",
                    "n": 1,
                    "lo": "00" * 12,
                    "hi": "00" * 12,
                    "sums": ["1"],
                    "hash": "cd" * 32,
                }
            ],
            "key_commit": "ef" * 32,
            "coverage": {"training": "01" * 32, "count": 1},
            "counting": {"bytes": "as recorded"},
        },
        figures={
            "show": "figures",
            "records": 2,
            "latest": "2026-10",
            "sizes": [SIZE],
            "sources": [
                {"category": "crawled", "records": 2, "modality": ["text"], "sizes": [SIZE]}
            ],
            "generators": [
                {
                    "provider": "p",
                    "model": "m",
                    "on_eu_market": True,
                    "records": 1,
                    "sizes": [SIZE],
                }
            ],
            "domains": {"total": 2, "listed": 1, "names": SHA, "digest": SHA, "permille": 1},
            "shares": [SHARES],
            "charts": [SHARES],
        },
        rendition_of="1.2",
        attachments=[{"media_type": "text/csv", "name": "d.csv", "digest": SHA}],
        supersedes="1.2",
    ),
    "terms": stated(
        terms={
            "title": "t",
            "provider": "p",
            "link": "l",
            "digest": SHA,
            "media_type": "text/html",
            "captured_at": CLAIMED_AT,
            "captured_by": "c",
            "effective": "2026-01-01",
        }
    ),
    "correction": stated(
        correction={"record": "1.2", "action": "replace", "reason": "r", "replacement": "4.0"}
    ),
    "audit": stated(
        audit={
            "summary": "3.0",
            "audit_root": "a" * 64,
            "level": 1,
            "mode": 1,
            "seed": "b" * 64,
            "draws": 459,
            "confidence": "99",
            "precision": "1",
            "claims": 1,
            "attempt": 1,
            "checked_at": CLAIMED_AT,
            "answer": SHA,
            "report": SHA,
            "verdict": "verified",
            "sections": [
                {"name": "crawled", "failures": 0, "records_below": "1", "bytes_below": "1"}
            ],
            "auditor": "a",
            "link": "l",
        }
    ),
    # No one action has all of these: which has which is for the key ring.
    "key": key_event("add", PRODUCER, "root", successor="x", note="x", since=1, reason="x"),
}


def test_there_is_an_example_of_every_kind() -> None:
    assert set(EXAMPLES) == set(SCHEMAS) == set(words.KINDS)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_everything_a_kind_may_say(kind: str) -> None:
    record = Record.parse(kind, EXAMPLES[kind])
    assert record.fields == EXAMPLES[kind]
    assert list(record.encoded) == sorted(EXAMPLES[kind])
    assert Record.of_encoded(kind, record.encoded) == record
    # The example does say everything: nothing of the schema is left out.
    said = {*walk(EXAMPLES[kind])}
    known = {path for path in schema_paths(SCHEMAS[kind]) if path not in ALTERNATIVES}
    assert known <= said


ALTERNATIVES = {
    "measures.audio_milliseconds",
    "measures.video_milliseconds",
}


def walk(value: JSON, path: str = "") -> list[str]:
    found = [path] if path else []
    if isinstance(value, dict):
        for name, item in value.items():
            found += walk(item, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for item in value:
            found += walk(item, path)
    return found


def schema_paths(shape: Shape, path: str = "") -> list[str]:
    if isinstance(shape, Either):
        return [one for inner in shape.shapes for one in schema_paths(inner, path)]
    if isinstance(shape, ListOf):
        return schema_paths(shape.item, path)
    if isinstance(shape, Object):
        return [
            one
            for name, member in shape.members.items()
            for one in schema_paths(member.shape, f"{path}.{name}" if path else name)
        ]
    return [path]


def places(shape: Shape, value: JSON, path: tuple[str | int, ...] = ()) -> list[Any]:
    """List every (path, shape) of the schema that this value has."""
    if isinstance(shape, Either):
        shape = next((one for one in shape.shapes if fits(one, value)), shape)
    found: list[Any] = [(path, shape)]
    if isinstance(shape, Object) and isinstance(value, dict):
        for name, item in value.items():
            found += places(shape.members[name].shape, item, (*path, name))
    elif isinstance(shape, ListOf) and isinstance(value, list):
        found += places(shape.item, value[0], (*path, 0))
    elif isinstance(shape, MapOf) and isinstance(value, dict):
        for name, item in value.items():
            found += places(shape.item, item, (*path, name))
    return found


def fits(shape: Shape, value: JSON) -> bool:
    try:
        shape.check(value, "")
    except MalformedError:
        return False
    return True


def copy_with(value: JSON, path: tuple[str | int, ...], new: object) -> Any:
    """Return a copy of `value` with `new` at `path`; `...` removes what is there."""
    if not path:
        return new
    name, *rest = path
    copied: Any = value.copy() if isinstance(value, dict | list) else value
    if new is ... and not rest:
        del copied[name]
    else:
        copied[name] = copy_with(copied[name], tuple(rest), new)
    return copied


WRONG = [None, 1.5, -(2**60), "", " ", [], {}, ["a", 1], {"a": "e\u0301"}, "\ud800", b"x"]


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_value_of_another_type_is_refused_by_its_path(kind: str) -> None:
    for path, shape in places(SCHEMAS[kind], EXAMPLES[kind]):
        for wrong in WRONG:
            if not path or fits(shape, wrong) or (isinstance(shape, Pattern) and wrong == ""):  # type: ignore[arg-type]
                continue
            with pytest.raises(MalformedError) as caught:
                Record.parse(kind, copy_with(EXAMPLES[kind], path, wrong))
            assert str(path[0]) in str(caught.value)
            assert ".".join(map(str, path)) in str(caught.value), (path, wrong)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_everything_that_is_needed_is_missed_by_its_path(kind: str) -> None:
    for path, shape in places(SCHEMAS[kind], EXAMPLES[kind]):
        if isinstance(shape, Object):
            for name in shape.missing:
                whole = ".".join(map(str, (*path, name)))
                with pytest.raises(
                    MalformedError, match=re.escape(f"{whole} is missing: expected")
                ):
                    Record.parse(kind, copy_with(EXAMPLES[kind], (*path, name), ...))


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_misspelt_name_is_told_the_nearest(kind: str) -> None:
    for path, shape in places(SCHEMAS[kind], EXAMPLES[kind]):
        if not isinstance(shape, Object):
            continue
        for name in shape.members:
            typo = f"{name}z"
            value = EXAMPLES[kind]
            found: Any = value
            for step in path:
                found = found[step]
            misspelt = {**found, typo: "x"}
            changed = copy_with(value, path, misspelt) if path else misspelt
            where = ".".join(map(str, (*path, typo)))
            with pytest.raises(MalformedError) as caught:
                Record.parse(kind, changed)
            assert f"{where}: there is no field '{typo}'; did you mean '" in str(caught.value)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_word_outside_its_list_is_told_the_nearest(kind: str) -> None:
    for path, shape in places(SCHEMAS[kind], EXAMPLES[kind]):
        if isinstance(shape, Word):
            wrong = shape.words[0] + "z"
            with pytest.raises(MalformedError) as caught:
                Record.parse(kind, copy_with(EXAMPLES[kind], path, wrong))
            text = str(caught.value)
            assert ".".join(map(str, path)) in text
            assert f"did you mean '{shape.words[0]}'?" in text


def refused(problem: str, **changes: Any) -> None:
    with pytest.raises(MalformedError, match=problem):
        Record.parse("shard", shard(**changes))


def test_what_a_wrong_name_or_kind_is_told() -> None:
    with pytest.raises(MalformedError, match="no kind 'shards' of record; did you mean 'shard'"):
        Record.parse("shards", shard())
    refused("there is no field 'sauce'; did you mean 'source'", sauce={"a": 1})
    refused("there is no field 'zzzzzz'; the names here are basis, claimed_at", zzzzzz=1)


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("modality", ["text", "image"], "modality: .* must be sorted, each item once"),
        ("modality", ["text", "text"], "modality: .* must be sorted, each item once"),
        ("modality", "text", "modality: found string 'text', expected a list"),
        ("modality", [], "modality: found array"),
        ("stages", ["pretraining", "evaluation"], "stages: .* must be sorted"),
        ("languages", ["EN"], r"languages\.0: found string 'EN', expected a BCP 47"),
        ("languages", ["english!"], r"languages\.0"),
        ("content", 5, "content: found integer 5, expected an object"),
        ("measures", {"bytes": -1}, r"measures\.bytes: -1 is not from 0"),
        ("measures", {"bytes": 2**53}, r"measures\.bytes: .* is not from 0 to 2\^53"),
        ("measures", {"bytes": True}, r"measures\.bytes: found boolean True, expected an integer"),
        ("measures", {"bytes": 1.0}, r"measures\.bytes: .* use an integer in a smaller unit"),
        ("measures", {"bytes": None}, r"measures\.bytes: found null, .* leave out what is unknown"),
        ("measures", {"bytes": 1, "tokens": 5}, r"measures\.tokenizer is missing"),
        ("measures", {"bytes": 1, "images": 2}, "images is 2, and modality has no 'image'"),
        ("measures", {"bytes": 1, "audio_milliseconds": 2}, "modality has no 'audio'"),
        ("measures", {"bytes": 1, "video_milliseconds": 2}, "modality has no 'video'"),
        (
            "measures",
            {"bytes": 0, "tokens": 5, "tokenizer": {"name": "a"}},
            "bytes is 0, and other measures are not",
        ),
        ("documents", {"root": SHA, "count": 2}, "documents.count is 2, .* is absent"),
        (
            "documents",
            {"root": SHA, "count": 2, "unit": "member"},
            "documents.count is 2, .* is absent",
        ),
        ("documents", {"root": DIGEST, "count": 2}, r"documents\.root: .* expected sha256:"),
        ("source", {"category": "synthetic"}, "generator is missing: a synthetic shard"),
        (
            "source",
            {"category": "public_dataset", "crawl": {"crawlers": [{"name": "b"}]}},
            "only for category crawled, and this is public_dataset",
        ),
        (
            "source",
            {"category": "other", "breakdown": [{"category": "other", "bytes": 8}]},
            r"source\.breakdown has 8 bytes, measures\.bytes is 7",
        ),
        ("source", {"category": "crawld"}, "did you mean 'crawled'"),
        ("source", {"category": "other", "period": {"start": "2026-13"}}, r"source\.period\.start"),
        ("source", {"category": "other", "name": "a" * (MAX_TEXT + 1)}, "at most 65536"),
        ("rights", {"licence": "MIT License"}, r"rights\.licence: .* expected an SPDX"),
        ("generator", "unkown", "generator: found string 'unkown', expected one of unknown"),
        ("generator", [{"provider": "p"}], r"generator\.0\.model is missing"),
        ("lineage", {"parameters": {"a": [1]}}, r"lineage\.parameters\.a: found array"),
        ("lineage", {"inputs": [{"digest": DIGEST, "record": "1"}]}, r"lineage\.inputs\.0\.record"),
    ],
)  # fmt: skip
def test_a_shard_is_told_what_is_wrong(name: str, value: JSON, problem: str) -> None:
    refused(problem, **{name: value})


def test_a_synthetic_shard_may_say_that_its_generator_is_unknown() -> None:
    Record.parse("shard", shard(source={"category": "synthetic"}, generator="unknown"))
    with pytest.raises(MalformedError) as caught:
        Record.parse("shard", shard(source={"category": "synthetic"}))
    assert caught.value.hint is not None
    assert "--set generator=unknown" in caught.value.hint


def with_basis(basis: dict[str, JSON], **changes: Any) -> Record:
    fields = shard(**changes)
    known = fields["basis"]
    assert isinstance(known, dict)
    return Record.parse("shard", {**fields, "basis": {**known, **basis}})


def test_a_basis_may_be_finer_than_a_field() -> None:
    with_basis({"measures.bytes": "observed", "source.name": "imported"})
    with_basis(
        {"source.geography.1": "inferred"}, source={"category": "other", "geography": ["a", "b"]}
    )


GEOGRAPHY: JSON = {"category": "other", "geography": ["a", "b"]}


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("measure", "there is no field 'measure'; did you mean 'measures'"),
        ("rights", "there is no field 'rights'"),
        ("claimed_at", "there is no field 'claimed_at'"),
        ("basis", "there is no field 'basis'"),
        ("measures.tokens", r"basis\.measures\.tokens: the record has no measures\.tokens"),
        ("measures.", "the record has no"),
        ("measures..bytes", "the record has no"),
        (".measures", "there is no field ''"),
        ("measures.bytes.x", "the record has no"),
        ("source.geography.2", "the record has no"),
        ("source.geography.-1", "the record has no"),
        ("source.geography.01", "the record has no"),
        ("source.geography.\N{ARABIC-INDIC DIGIT ONE}", "the record has no"),
        ("source.geography." + "9" * 5000, "the record has no"),
        ("", "empty string"),
    ],
)
def test_a_basis_speaks_of_what_is_there(path: str, problem: str) -> None:
    with pytest.raises(MalformedError, match=problem):
        with_basis({path: "observed"}, source=GEOGRAPHY)


def test_a_basis_leaves_nothing_out() -> None:
    fields = shard()
    basis = fields["basis"]
    assert isinstance(basis, dict)
    for name in basis:
        less = {other: value for other, value in basis.items() if other != name}
        with pytest.raises(MalformedError, match=f"basis.{name} is missing"):
            Record.parse("shard", {**fields, "basis": less})
    with pytest.raises(MalformedError, match=r"basis\.content: 'guess' is not one of"):
        with_basis({"content": "guess"})


@pytest.mark.parametrize(
    "licence",
    [
        *["MIT", "Apache-2.0 OR MIT", "GPL-2.0+", "NOASSERTION", "NONE", "LicenseRef-a"],
        *["DocumentRef-a:LicenseRef-b", "(MIT OR Apache-2.0) AND BSD-3-Clause"],
        *["GPL-2.0-only WITH Classpath-exception-2.0"],
    ],
)
def test_a_licence_expression(licence: str) -> None:
    LICENCE.check(licence, "licence")


@pytest.mark.parametrize(
    "licence",
    ["", " ", "MIT ", " MIT", "MIT  OR MIT", "MIT or Apache-2.0", "MIT, BSD", "MIT OR", "OR MIT",
     "MIT/BSD", "see file", "MIT\n", "GPL WITH", "a:b"],
)  # fmt: skip
def test_what_is_not_a_licence_expression(licence: str) -> None:
    with pytest.raises(MalformedError, match="SPDX"):
        LICENCE.check(licence, "licence")


def test_a_long_licence_with_an_error_at_its_end_is_refused_at_once() -> None:
    # Each term could once be read in two ways: twenty took a second, thirty a quarter of an hour.
    start = time.process_time()
    for term in ("LicenseRef-a AND ", "DocumentRef-a:LicenseRef-a OR ", "((a ", "a+ WITH b AND "):
        with pytest.raises(MalformedError):
            LICENCE.check(term * 5000 + "!", "licence")
    assert time.process_time() - start < 5


def test_says_the_same_whenever_it_was_claimed() -> None:
    one = Record.parse("shard", shard(1))
    later = Record.parse("shard", {**shard(1), "claimed_at": "2027-01-01T00:00:00Z"})
    assert one.says_the_same(later)
    assert one != later
    assert not one.says_the_same(Record.parse("shard", shard(2)))


def test_encoded_fields_are_read_as_they_are_written() -> None:
    record = Record.parse("shard", shard())
    with pytest.raises(MalformedError, match="not canonical"):
        Record.of_encoded("shard", {**record.encoded, "source": b'{"category": "other"}'})
    with pytest.raises(MalformedError, match="dataset is missing"):
        Record.of_encoded("shard", {n: d for n, d in record.encoded.items() if n != "dataset"})


def test_own_and_shared_fields_are_all_fields() -> None:
    assert set(SCHEMAS["shard"].members) == OWN_FIELDS | SHARED_FIELDS
    assert not OWN_FIELDS & SHARED_FIELDS


@pytest.mark.parametrize(
    ("path", "kind"),
    [("source.period.start", Pattern), ("source.geography.0", Text), ("basis.anything", Word)],
)
def test_the_shape_at_a_path(path: str, kind: type) -> None:
    assert isinstance(lookup(SHARD, path.split(".")), kind)


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("sourc", "no field 'sourc'; did you mean 'source'"),
        ("source.perod", r"^source\.perod: there is no field 'perod'; did you mean 'period'"),
        ("source.name.x", r"^source\.name\.x: a string has no field 'x'"),
        ("generator.0.modl", "did you mean 'model'"),
        ("generator.modl", "did you mean 'model'"),
    ],
)
def test_no_shape_at_a_path(path: str, problem: str) -> None:
    with pytest.raises(MalformedError, match=problem):
        lookup(SHARD, path.split("."))


def test_a_hostile_name_does_not_fill_the_screen() -> None:
    with pytest.raises(MalformedError) as caught:
        Record.parse("shard", {**shard(), "n" * 1_000_000: 1})
    assert len(str(caught.value)) < 1000


def test_fields_are_bytes_that_encode_gives() -> None:
    record = Record.parse("shard", FULL_SHARD)
    assert record.encoded == {name: encode(value) for name, value in FULL_SHARD.items()}


def test_an_empty_object_says_nothing() -> None:
    for name in ("rights", "processing", "lineage"):
        fields = {**EXAMPLES["shard"], name: {}}
        with pytest.raises(MalformedError, match=f"{name}: an empty object says nothing"):
            Record.parse("shard", fields)


def test_a_shard_without_bytes_has_no_film_in_it() -> None:
    fields: dict[str, JSON] = {
        **EXAMPLES["shard"],
        "modality": ["video"],
        "measures": {"bytes": 0, "video_milliseconds": 5},
    }
    with pytest.raises(MalformedError, match="measures contradict: bytes is 0"):
        Record.parse("shard", fields)


@pytest.mark.parametrize("day", ["2026-02-30", "2025-02-29", "2026-04-31"])
def test_a_date_is_in_the_calendar(day: str) -> None:
    stated = {**EXAMPLES["release"]["release"], "market_date": day}  # type: ignore[dict-item]
    with pytest.raises(MalformedError, match=f"release.market_date: {day} is not in the calendar"):
        Record.parse("release", {**EXAMPLES["release"], "release": stated})
    with pytest.raises(MalformedError, match=f"claimed_at: {day} is not in the calendar"):
        Record.parse("shard", {**EXAMPLES["shard"], "claimed_at": f"{day}T00:00:00Z"})


def with_template(name: str) -> dict[str, JSON]:
    fields = EXAMPLES["summary"]
    stated = fields["summary"]
    assert isinstance(stated, dict)
    return {**fields, "summary": {**stated, "template": name}}


@pytest.mark.parametrize("name", ["eu", "ab2013", "model-documentation", "hearing-2026-q3", "a"])
def test_a_summary_may_follow_any_template_with_a_plain_name(name: str) -> None:
    assert Record.parse("summary", with_template(name)).fields == with_template(name)


@pytest.mark.parametrize(
    "name", ["", "EU", "2026", "a_b", "a--b", "-a", "a-", "a b", "é", "a/b", "a\n", "a" * 65]
)
def test_a_template_with_another_name_is_refused(name: str) -> None:
    with pytest.raises(MalformedError, match=r"summary\.template"):
        Record.parse("summary", with_template(name))


def test_an_archive_may_have_more_members_than_samples_and_nothing_else_may() -> None:
    measures: dict[str, JSON] = {**measures_of(FULL_SHARD), "documents": 2}
    for count, unit, fits in ((3, "member", True), (1, "member", False), (3, "line", False)):
        fields: dict[str, JSON] = {
            **FULL_SHARD,
            "measures": measures,
            "documents": {"root": SHA, "count": count, "unit": unit},
        }
        if fits:
            assert Record.parse("shard", fields).fields == fields
        else:
            with pytest.raises(MalformedError, match=f"documents.count is {count}"):
                Record.parse("shard", fields)


def measures_of(fields: dict[str, JSON]) -> dict[str, JSON]:
    measures = fields["measures"]
    assert isinstance(measures, dict)
    return measures


def test_a_tree_of_documents_can_be_left_out_of_the_comparison() -> None:
    without = {name: value for name, value in FULL_SHARD.items() if name != "documents"}
    basis = FULL_SHARD["basis"]
    assert isinstance(basis, dict)
    without["basis"] = {name: word for name, word in basis.items() if name != "documents"}
    first, second = Record.parse("shard", FULL_SHARD), Record.parse("shard", without)
    assert not first.says_the_same(second)
    assert first.says_the_same(second, but={"documents"})
    other = Record.parse("shard", {**without, "dataset": {"name": "another"}})
    assert not first.says_the_same(other, but={"documents"})
