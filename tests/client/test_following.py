"""Each answer of the EU form leads to exactly the records that it counts, on both databases."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from ledger.capture import DomainColumn
from ledger.client.client import Ledger
from ledger.client.drafting import draft
from ledger.client.releasing import find_release, training_root
from ledger.client.reviewing import Rest, find_records, follow
from ledger.content.digest import Digest
from ledger.record.leaf import RecordId
from ledger.record.record import Record
from ledger.summary.facts import Group
from tests.databases import KINDS, drop, new_url
from tests.makers import CLAIMED_AT
from tests.summary.complete import GROUPS, PROFILE
from tests.summary.example import group

RELEASE = "m-1"
MODEL = {"provider": "P", "role": "generator"}
MORE = (
    group("synthetic", "own", generator=[{**MODEL, "model": "own", "on_eu_market": False}]),
    group("synthetic", "open", generator=[{**MODEL, "model": "open"}]),
    group("synthetic", "sold", generator=[{**MODEL, "model": "sold", "on_eu_market": True}]),
    group(
        "private_licensed",
        "merged",
        source={
            "breakdown": [
                {"category": "private_licensed", "name": "merged", "bytes": 600},
                {"category": "user_data_model", "bytes": 400},
            ]
        },
    ),
    group("public_dataset", "uncounted", measures={"bytes": 900}),
)
"""What the complete example has not: a model in each state, merged sources, no tokens."""


def records(one: Group) -> Iterator[Record]:
    """Yield up to three records that say what a group says; its sizes are spread over them."""
    fields = {key: said for key, said in one.fields.items() if key not in ("basis", "tokenizer")}
    parts = min(one.records, 3)
    for part in range(parts):
        measures: dict[str, Any] = {key: had.sum // parts for key, had in one.measures.items()}
        if "tokens" in measures:
            measures["tokenizer"] = one.fields.get("tokenizer", {"name": f"of {part}"})
        content: dict[str, Any] = {
            "digest": str(Digest.of(f"{one.source_name} {part}".encode())),
            "size": measures["bytes"],
            "name": f"{part}",
            "media_type": "application/octet-stream",
        }
        said: dict[str, Any] = {**fields, "content": content, "measures": measures}
        basis: dict[str, Any] = dict.fromkeys(said, "declared")
        yield Record.parse("shard", {**said, "basis": basis, "claimed_at": CLAIMED_AT})


@contextmanager
def opened(folder: Path, kind: str, groups: Sequence[Group]) -> Iterator[Ledger]:
    """Give a ledger of these groups and of a crawl that has a tally, with a release of all."""
    url = new_url(kind, folder)
    with Ledger.create(folder / "ledger", url=url, origin="lab.example/follow") as made:
        made.home.profile.write_text(yaml.safe_dump(PROFILE), encoding="utf-8")
        made.record(record for one in groups for record in records(one))
        pages = folder / "pages.jsonl"
        rows = (f'{{"url": "https://site-{n}.example/", "text": "x"}}\n' for n in range(3))
        pages.write_text("".join(rows), encoding="utf-8")
        said = ("dataset.name=pages", "source.category=crawled")
        made.add(pages, set=said, domains=DomainColumn("url"))
        named = {str(one.at("dataset.name")): None for one in groups}
        made.release(RELEASE, datasets=[*named, "pages"], models=["m-1"])
        yield made
    drop(url)


@pytest.fixture(scope="module", params=KINDS)
def ledger(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The complete example and more; nothing is changed in it."""
    with opened(tmp_path_factory.mktemp("lab"), request.param, (*GROUPS, *MORE)) as made:
        yield made


def rests(ledger: Ledger, field: str) -> list[Rest]:
    followed = follow(ledger, RELEASE, field).rests
    return [one for one in followed if one.support.owner == "ledger"]


def ids(rest: Rest) -> list[RecordId]:
    return [RecordId(one.index, at) for one in rest.ranges for at in range(one.lo, one.hi)]


def names(ledger: Ledger, rest: Rest) -> set[str]:
    """Return the datasets of the records behind a support."""
    shown = (ledger.show(one).record.fields for one in ids(rest))
    return {str(fields["dataset"]["name"]) for fields in shown}  # type: ignore[index,call-overload]


def check_counts(ledger: Ledger) -> set[str]:
    """Check every support of every field, and return what they are about."""
    _, document = draft(ledger, RELEASE)
    root = training_root(find_release(ledger.store, RELEASE))
    every = [support for field in document.fields() for support in field.rests_on]
    for support in every:
        rest = find_records(ledger, root, support)
        assert len(set(ids(rest))) == len(ids(rest)) == rest.records
        if support.what != "domains":
            assert rest.records == (support.count if support.owner == "ledger" else 0), support
    return {support.what for support in every}


def test_as_many_records_are_listed_as_are_counted(ledger: Ledger) -> None:
    seen = check_counts(ledger)
    assert {"measures.tokens", "measures.images", "generator", "source", "domains"} <= seen


@pytest.mark.parametrize("kind", KINDS)
def test_after_corrections_too(tmp_path: Path, kind: str) -> None:
    with opened(tmp_path, kind, MORE) as ledger:
        first, second, third, *_ = ids(rests(ledger, "1.3.a")[0])
        done = ledger.correct(first, set=["source.category=crawled"], reason="crawled by us")
        ledger.withdraw(second, reason="trained on all the same")
        ledger.erase(third, reason="asked for")
        check_counts(ledger)
        after = ids(rests(ledger, "1.3.a")[0])
        assert done[0].replacement in after
        assert second in after
        assert not {first, third} & set(after)


def test_domains_lead_to_all_that_was_crawled(ledger: Ledger) -> None:
    domains = next(one for one in rests(ledger, "2.3.h") if one.support.what == "domains")
    assert domains.support.count == 3
    assert names(ledger, domains) == {"pages", "examplebot crawl"}


def test_a_size_leads_to_the_records_of_its_modality(ledger: Ledger) -> None:
    found = {rest.support.what: names(ledger, rest) for rest in rests(ledger, "1.3.b")}
    assert found["measures.images"] == {"Regional press archive", "osip"}
    assert found["measures.audio_milliseconds"] == {"licensed broadcasts"}
    # Without tokens in each of them, text is told in bytes, of all text.
    text = found.get("measures.tokens", found.get("measures.bytes", set()))
    assert {"uncounted", "cc"} <= text
    assert {"osip", "licensed broadcasts"} & text == set()


def test_models_lead_to_their_own_records(ledger: Ledger) -> None:
    (sold,) = rests(ledger, "2.5.c")
    assert names(ledger, sold) == {"sold", "reasoning traces"}
    internal, undecided = rests(ledger, "2.5.d")
    assert names(ledger, internal) == {"own", "reasoning traces"}
    assert names(ledger, undecided) == {"open"}


def test_datasets_that_the_public_knows_stand_apart(ledger: Ledger) -> None:
    (known,) = rests(ledger, "2.2.2.c")
    assert names(ledger, known) == {"osip"}
    for rest in rests(ledger, "2.2.2.d"):
        assert names(ledger, rest) == {"Regional press archive"}


def test_merged_records_stand_in_each_of_their_sections(ledger: Ledger) -> None:
    for field in ("2.2.1.a", "2.4.a"):
        assert "merged" in names(ledger, rests(ledger, field)[0])


def test_two_sets_of_one_size_stand_apart(ledger: Ledger) -> None:
    (first, second) = (rest.support for rest in rests(ledger, "2.5.d"))
    assert {first.of, second.of} == {(0,), (1,)}
    assert first.key != second.key
