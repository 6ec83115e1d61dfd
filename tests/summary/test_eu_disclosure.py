"""What the provider does not show is nowhere: amounts by mode, names of licensors, domains."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from ledger.summary.charts import MOST, THE_REST, chart, permille
from ledger.summary.document import Document, Domains, Items, Labelled, Row, Show
from ledger.summary.document_json import to_bytes
from ledger.summary.eu import Filing, summarise
from ledger.summary.eu.crawled import to_list
from ledger.summary.eu.domain_file import INLINE, attachments, domain_file
from ledger.summary.facts import CorrectedPart, DomainTally, Group, Total, gather
from ledger.summary.profile import check_profile
from tests.summary.complete import GROUPS, PROFILE, RELEASE
from tests.summary.example import IDENTITY, filing, group

MODES: tuple[Show, ...] = ("ranges", "shares", "figures")


def primes(groups: tuple[Group, ...]) -> Iterator[Group]:
    """Yield the groups with amounts that no text could hold by chance."""
    for number, one in enumerate(groups):
        measures = {
            name: Total(730_459_816_237 * (number + 1) * (at + 3), one.records)
            for at, name in enumerate(one.measures)
        }
        yield replace(one, measures=measures)


AUDIO = group("other", "a", 3, modality=["audio"], measures={"bytes": 1, "audio_milliseconds": 2})
SENSORS = group("other", "s", 2, modality=["other"], measures={"bytes": 5})
UNCOUNTED = group("crawled", "u", 2, measures={"bytes": 5})
MERGED = group(
    "public_dataset",
    "mix",
    3,
    source={
        "breakdown": [
            {"category": "public_dataset", "name": "A", "bytes": 87_178_291, "tokens": 47_900_161},
            {"category": "crawled", "name": "B", "bytes": 39_916_801},
        ]
    },
)
ALL = (*primes((*GROUPS, AUDIO, SENSORS, MERGED)),)
CORRECTED = (CorrectedPart(action="withdraw", day="2026-10-01", records=2, bytes=6_227_020_801),)


def shown(mode: Show, groups: tuple[Group, ...] = ALL, **show: Any) -> Filing:
    profile = check_profile({**PROFILE, "show": {"sizes": mode, **show}})
    tally = DomainTally(("a.example", "b.example"), 2, "sha256:00", sizes=(479_001_599, 39_916_799))
    return Filing(
        facts=gather(groups, tally, CORRECTED),
        profile=profile,
        release=RELEASE,
        identity=IDENTITY,
    )


def amounts(groups: tuple[Group, ...]) -> Iterator[int]:
    """Yield every amount that could leak: single ones, and sums over any part that is told of."""
    facts = gather(groups)
    parts = [facts, *(facts.modality(name) for name in facts.modalities)]
    kinds = {group.source["category"] for group in groups}
    parts += [facts.category(kind) for kind in kinds]
    parts += [part for kind in kinds for part in facts.category(kind).by_name.values()]
    for part in parts:
        for measure in ("bytes", "tokens", "images", "audio_milliseconds", "documents"):
            yield part.size(measure).sum
    for one in groups:
        yield from (total.sum for total in one.measures.values())
        for entry in one.source.get("breakdown", ()):
            yield from (entry[name] for name in ("bytes", "tokens") if name in entry)
    yield from (part.bytes or 0 for part in CORRECTED)
    yield from (479_001_599, 39_916_799)


def digits(amount: int) -> set[str]:
    """Return what would give an amount away: its first four digits, or hours of it."""
    return {str(value)[:4] for value in (amount, amount // 3_600_000) if value >= 10_000}


def runs(document: Document) -> list[str]:
    """Return the runs of digits in a document, spaces, points and commas between them dropped."""
    text = to_bytes(replace(document, size=0)).decode()
    text = re.sub(r"(?<=\d)[\u202f\u00a0.,](?=\d)", "", text)
    return re.findall(r"\d+", text)


@pytest.mark.parametrize("mode", ["ranges", "shares"])
def test_no_amount_is_in_a_document_that_shows_none(mode: Show) -> None:
    document = summarise(shown(mode))
    secret = {start for amount in amounts(ALL) for start in digits(amount)}
    assert len(secret) > 50
    # What the provider writes and the form prints is no amount of ours.
    harmless = set(runs(summarise(shown(mode, groups=tuple(small(ALL))))))
    leaks = {run for run in runs(document) if any(run.startswith(one) for one in secret)}
    assert leaks - harmless == set()


def small(groups: tuple[Group, ...]) -> Iterator[Group]:
    """Yield the same groups with other amounts: what stands in both documents is no amount."""
    for one in groups:
        yield replace(one, measures={name: Total(17, one.records) for name in one.measures})


def test_the_same_amounts_are_in_a_document_that_shows_them() -> None:
    found = runs(summarise(shown("figures")))
    secret = {start for amount in amounts(ALL) for start in digits(amount)}
    assert sum(any(run.startswith(one[:3]) for one in secret) for run in found) > 10


def test_only_sizes_differ_between_two_sets_of_one_shape_in_ranges() -> None:
    many = tuple(replace(one, measures=dict.fromkeys(one.measures, big(one))) for one in ALL)
    more = tuple(replace(one, measures=dict.fromkeys(one.measures, bigger(one))) for one in ALL)
    assert summarise(shown("ranges", many)) == summarise(shown("ranges", more))
    assert summarise(shown("figures", many)) != summarise(shown("figures", more))


def big(one: Group) -> Total:
    return Total(3_100_000_000_000, one.records)


def bigger(one: Group) -> Total:
    return Total(3_400_000_000_000, one.records)


def test_ranges_have_no_chart_and_shares_have_no_figure() -> None:
    documents = {mode: summarise(shown(mode)) for mode in MODES}
    assert documents["ranges"].charts == ()
    assert documents["shares"].charts == documents["figures"].charts != ()
    assert {mode: document.show for mode, document in documents.items()} == {m: m for m in MODES}
    for one in documents["shares"].charts:
        assert sum(share.permille for share in one.shares) == 1000
    rows = documents["shares"].field("1.3.b").values
    assert "approximately" not in repr(rows)


def test_charts_say_what_they_count_and_never_mix_units() -> None:
    charts = {one.id: one for one in summarise(shown("shares", GROUPS)).charts}
    assert {name: one.measure for name, one in charts.items()} == {
        "sources": "bytes",
        "modalities": "bytes",
    }
    text = tuple(one for one in GROUPS if one.modality == ("text",))
    charts = {one.id: one for one in summarise(shown("shares", text)).charts}
    assert charts["sources"].measure == "tokens"
    assert "modalities" not in charts


def test_generators_share_what_they_made_together() -> None:
    def made(name: str, tokens: int, *models: str) -> Group:
        said = [{"provider": "P", "model": model, "role": "generator"} for model in models]
        return group("synthetic", name, measures={"bytes": 1, "tokens": tokens}, generator=said)

    groups = (made("a", 500, "x"), made("b", 300, "y"), made("c", 200, "x", "y"))
    document = summarise(shown("shares", groups))
    (pie,) = [one for one in document.charts if one.id == "generators"]
    assert {share.label: share.permille for share in pie.shares} == {
        "x (P)": 500,
        "y (P)": 300,
        "x (P) and y (P) together": 200,
    }
    (rows,) = [one for one in document.field("2.5.e").values if isinstance(one, Labelled)]
    assert rows.rows[0] == Row("x (P)", "50.0\u00a0%")
    partly = (*groups, group("synthetic", "d", measures={"bytes": Total(0, 0)}))
    assert "generators" not in {one.id for one in summarise(shown("shares", partly)).charts}


def test_how_sources_are_known_is_counted_in_records() -> None:
    declared = group("other", "x", 3)
    observed = group("other", "y", 1, basis={"source": "observed"})
    document = summarise(shown("shares", (declared, observed)))
    (chart_,) = [one for one in document.charts if one.id == "basis"]
    assert [share.permille for share in chart_.shares] == [750, 250]
    assert chart_.measure == "records"


@pytest.mark.parametrize("total", range(1, 40))
@pytest.mark.parametrize("parts", [2, 3, 7])
def test_thousandths_add_up_and_none_is_off_by_one(total: int, parts: int) -> None:
    sizes = [(total * (at + 1) ** 2) % 97 for at in range(parts)]
    if not sum(sizes):
        return
    found = permille(sizes)
    assert sum(found) == 1000
    assert all(
        abs(one * sum(sizes) - 1000 * size) < sum(sizes)
        for one, size in zip(found, sizes, strict=True)
    )


def test_the_largest_remainder_is_raised_first() -> None:
    assert permille((1, 1, 1)) == (334, 333, 333)
    assert permille((2, 1)) == (667, 333)
    assert permille((0, 0)) == (0, 0)
    assert permille(()) == ()


def test_a_chart_has_few_parts_and_the_rest_together() -> None:
    many = {f"part {at:02d}": 100 - at for at in range(40)}
    one = chart("c", "Parts", "bytes", many)
    assert one is not None
    assert len(one.shares) == MOST
    assert one.shares[-1].label == THE_REST
    assert sum(share.permille for share in one.shares) == 1000
    assert chart("c", "One", "bytes", {"a": 1}) is None
    assert chart("c", "None", "bytes", {"a": 0, "b": 0}) is None


LICENSED = group("private_licensed", "Great Archive", source={"provider": "Publisher & Sons"})


@pytest.mark.parametrize("mode", MODES)
def test_licensors_are_named_only_where_the_provider_chose_so(mode: Show) -> None:
    for licensors in ({}, {"licensors": False}):
        text = repr(summarise(shown(mode, (LICENSED,), **licensors)))
        assert "Publisher & Sons" not in text
        assert "Great Archive" not in text
    named = summarise(shown(mode, (LICENSED,), licensors=True))
    assert "Publisher & Sons" in repr(named.field("3.3.a"))
    assert "Publisher & Sons" not in repr([f for f in named.fields() if f.id != "3.3.a"])


@pytest.mark.parametrize("mode", MODES)
def test_private_datasets_that_nobody_knows_are_named_nowhere(mode: Show) -> None:
    hidden = group(
        "private_third_party",
        "Hidden",
        source={"publicly_known": False, "link": "https://h.example"},
    )
    part = group(
        "public_dataset",
        "mix",
        source={"breakdown": [{"category": "private_third_party", "name": "Part", "bytes": 5}]},
    )
    text = repr(summarise(shown(mode, (hidden, part))))
    assert "Hidden" not in text
    assert "h.example" not in text
    assert "Part'" not in text


def test_whose_private_data_it_is_is_not_told_by_its_rights() -> None:
    rights = {"licence": "LicenseRef-Hidden-House-7", "copyright": "© Hidden House"}
    hidden = group("private_third_party", "h", source={"publicly_known": False}, rights=rights)
    document = summarise(filing(hidden))
    assert "Hidden" not in repr(document)
    assert "Under agreements with third parties." in repr(document.field("2.2.2.d"))


def tally(total: int, *, at_hand: int | None = None) -> DomainTally:
    names = tuple(f"d{at:06d}.example" for at in range(total if at_hand is None else at_hand))
    return DomainTally(names, total, "sha256:00", sizes=tuple(range(len(names), 0, -1)))


CRAWL = group("crawled", "web")


def crawled(total: int, show: Mapping[str, Any], **provider: Any) -> Filing:
    profile = {"show": show, "provider": provider}
    return filing(CRAWL, profile=profile, domains=tally(total))


@pytest.mark.parametrize("total", [*range(1, 45), 99, 100, 101, 19_980, 19_981, 20_001, 10**6])
def test_the_form_s_rule_on_domains_by_brute_force(total: int) -> None:
    tenth = next(n for n in range(total + 1) if n * 10 >= total)
    twentieth = next(n for n in range(total + 1) if n * 20 >= total)
    assert to_list(total, sme=False) == tenth
    assert to_list(total, sme=True) == min(twentieth, 1000)


@pytest.mark.parametrize(
    ("show", "names"), [({}, 5), ({"domains": "required"}, 5), ({"domains": "all"}, 41)]
)
def test_all_domains_are_listed_where_the_provider_chose_so(show: Any, names: int) -> None:
    given = crawled(41, show)
    (value,) = summarise(given).field("2.3.h").values
    assert isinstance(value, Domains)
    assert len(value.names) == names
    assert bool(attachments(given)) == (names == 41)


def test_a_long_list_is_a_file_and_the_document_has_what_the_form_asks() -> None:
    given = crawled(INLINE + 1, {"domains": "all"}, sme=True)
    document = summarise(given)
    (value,) = document.field("2.3.h").values
    assert isinstance(value, Domains)
    assert len(value.names) == 251
    (file,) = attachments(given)
    assert file.data.decode().splitlines() == list(
        given.facts.domains.ranked if given.facts.domains else ()
    )
    assert (file.name, file.media_type) == ("domains.txt", "text/plain")
    items = [v for v in document.field("2.3.i").values if isinstance(v, Items)]
    assert f"sha256:{sha256(file.data).hexdigest()}" in repr(items)


def test_sizes_of_domains_stand_in_the_file_only_with_figures() -> None:
    given = DomainTally(("a.example", "b.example"), 2, "sha256:00", sizes=(3, 1))
    assert domain_file(given, figures=True).data == (
        b"rank,domain,bytes,parts_per_million\r\n1,a.example,3,750000\r\n2,b.example,1,250000\r\n"
    )
    assert domain_file(given, figures=False).data == b"a.example\nb.example\n"
    (file,) = attachments(crawled(3, {"domains": "all", "sizes": "shares"}))
    assert file.name == "domains.txt"


def test_a_tally_without_all_names_has_no_file_and_says_so() -> None:
    given = filing(CRAWL, profile={"show": {"domains": "all"}}, domains=tally(100, at_hand=10))
    assert attachments(given) == ()
    gaps = [gap for gap in summarise(given).gaps if gap.field == "2.3.i"]
    assert [gap.severity for gap in gaps] == ["missing"]


def test_the_file_is_linked_where_the_site_is_known() -> None:
    profile = {"show": {"domains": "all"}, "publication": {"site": "https://example.org/ai/"}}
    given = filing(CRAWL, profile=profile, domains=tally(3))
    (items,) = [v for v in summarise(given).field("2.3.i").values if isinstance(v, Items)]
    assert items.items[0].link == "https://example.org/ai/m-1/eu/v1/domains.txt"


def test_who_answers_about_other_domains_says_how_to_ask() -> None:
    profile = {"crawling": {"domain_requests": "Write to domains@example.org."}}
    field = summarise(filing(CRAWL, profile=profile, domains=tally(3))).field("2.3.i")
    assert "Write to domains@example.org." in repr(field)
    assert [(one.owner, one.what) for one in field.rests_on] == [
        ("profile", "crawling.domain_requests")
    ]
