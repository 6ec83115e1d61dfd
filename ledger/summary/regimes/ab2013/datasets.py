"""Items that records answer by dataset: (1), (3), (6) and (10).

Licensors are never named unless the profile says so, nor private datasets that the public does not
know of; what is not named is counted.
"""

from collections.abc import Iterator

from ledger.summary import remedies
from ledger.summary.answer import Answer, asked, on_profile, on_records, on_release
from ledger.summary.document import Gap, Item, Items, Labelled, Period, Row, Text, Value
from ledger.summary.eu.charts import category_shares
from ledger.summary.eu.describe import few, sizes
from ledger.summary.eu.overall import training_size, undated
from ledger.summary.facts import Facts
from ledger.summary.filing import Filing
from ledger.summary.form import joined, only, rested
from ledger.summary.kinds import KINDS, by_kind, collected
from ledger.summary.parties import Crawler, crawlers
from ledger.summary.regimes.ab2013.confirmed import confirmed
from ledger.summary.wording import (
    NOT_KNOWN,
    counted,
    listed,
    named_date,
    number,
    percent,
    period,
    say,
)

ONGOING = "confirm.collection_ongoing"
BOUGHT = "confirm.purchased_or_licensed"


def no_records() -> Answer:
    """Return the open answer of a release without records."""
    remedy = "ledger release create NAME --dataset DATASET"
    return asked("the training set holds no records", remedy)


def sources(filing: Filing) -> Answer:
    """(1): by name where the public may know it, else by kind and number."""
    parts = by_kind(filing.facts)
    if not parts:
        return no_records()
    return joined(_kind(filing, kind, part) for kind, part in parts.items())


def _kind(filing: Filing, kind: str, part: Facts) -> Answer:
    items, unnamed = _named(filing, kind, part)
    values: list[Value] = [Items(items, KINDS[kind])] if items else []
    if unnamed:
        # The title of the list stands above already.
        what = "Besides" if items else KINDS[kind]
        values.append(Text((f"{what}: {counted(unnamed, 'dataset')}, not named here.",)))
    gaps = tuple(_source_gaps(kind, part, unnamed))
    return Answer(tuple(values), (on_records(part, "source"),), gaps)


def _named(filing: Filing, kind: str, part: Facts) -> tuple[tuple[Item, ...], int]:
    """Return what is named of a kind of source, and how many of its datasets are not."""
    if kind == "crawled":
        named = crawlers(part)
        items = tuple(_crawler(one) for one in named)
        return items, 0 if items else len(part.by_name)
    if kind.startswith("user_data"):
        items = tuple(_dataset(name, one) for name, one in part.by_service.items())
        return items, 0 if items else len(part.by_name)
    shown = _shown(filing, kind, part)
    items = tuple(_dataset(name, one) for name, one in shown.by_name.items())
    return items, len(part.by_name) - len(items)


def _shown(filing: Filing, kind: str, part: Facts) -> Facts:
    """Return the part whose datasets may be named."""
    if kind == "private_third_party":
        return part.where("source.publicly_known", True)
    named = kind in ("public_dataset", "other") or (
        kind == "private_licensed" and filing.profile.answer("show.licensors") is True
    )
    return part if named else Facts(())


def _crawler(crawler: Crawler) -> Item:
    by = listed(crawler.operators)
    return Item(crawler.name, details=(Row("Operated by", by),) if by else ())


def _dataset(name: str, part: Facts) -> Item:
    links, owner = list(part.statements("source.link")), listed(part.statements("source.provider"))
    return Item(name, links[0] if links else "", (Row("Owner", owner),) if owner else ())


def _source_gaps(kind: str, part: Facts, unnamed: int) -> Iterator[Gap]:
    if kind == "crawled" and unnamed:
        remedy = remedies.correct_record("source.crawl.crawlers", "…", ())
        yield Gap("", "missing", "no crawled record names its crawler", remedy)
    if kind.startswith("user_data") and unnamed:
        remedy = remedies.correct_record("source.service", "NAME", ())
        yield Gap("", "missing", "no record of user data names the service", remedy)
    if kind == "public_dataset":
        for name, one in part.by_name.items():
            if not one.stating("source.link") and not one.stating("source.provider"):
                what = f"neither a link to {name} nor its owner is stated"
                remedy = remedies.correct_record("source.provider", "OWNER", ())
                yield Gap("", "advice", what, remedy)


def data_points(filing: Filing) -> Answer:
    """(3): a range for each modality, by kind of source where the provider shows more."""
    return joined([training_size(filing), _by_kind(filing), _estimates(filing)])


def _by_kind(filing: Filing) -> Answer:
    """Return what each kind of source holds, where the provider shows parts of the whole."""
    found = category_shares(filing.facts) if filing.shows_shares else None
    if not found:
        return Answer(())
    measure, thousandths = found
    rows = (
        Row(
            KINDS[kind],
            f"{percent(thousandths[KINDS[kind]])} of all {measure}"
            + (f", {listed(sizes(part))}" if filing.shows_figures else ""),
        )
        for kind, part in by_kind(filing.facts).items()
    )
    return rested(on_records(filing.facts, "measures"), Labelled(tuple(rows)))


def _estimates(filing: Filing) -> Answer:
    """Return that numbers are of a day, where data or training goes on."""
    day = named_date(filing.identity.last_update)
    if filing.profile.answer(ONGOING):
        text = f"Collection is ongoing: the numbers are estimates of {day}."
        return rested(on_profile(ONGOING), Text((text,)))
    if filing.stated.get("continues_training"):
        text = f"Training goes on with new data: the numbers are of {day}."
        return rested(on_release("release.continues_training"), Text((text,)))
    return Answer(())


def purchased_or_licensed(filing: Filing) -> Answer:
    """(6): Yes rests on records, No on the developer's word; then what is known of each kind."""
    facts = filing.facts
    agreed = tuple(group for group in facts.groups if group.at("rights.agreement"))
    part = Facts((*facts.category("private_licensed").groups, *agreed))
    what = "that was licensed or is under an agreement"
    answer = confirmed(filing, BOUGHT, "datasets were purchased or licensed", part, what)
    rows = tuple(
        Row(KINDS[kind], _acquired(kind, one))
        for kind, one in by_kind(facts).items()
        if kind in ("public_dataset", "private_licensed", "private_third_party")
    )
    if not rows:
        return answer
    return joined([answer, rested(on_records(facts, "rights"), Labelled(rows))])


def _acquired(kind: str, part: Facts) -> str:
    """Return on which terms datasets of a kind were had; an agreement is counted, never cited."""
    datasets = counted(len(part.by_name), "dataset")
    if kind == "private_licensed":
        return f"licensed: {datasets}"
    if kind == "private_third_party":
        agreed = part.stating("rights.agreement")
        under = f"under agreements: {number(agreed)} of {counted(part.records, 'record')}"
        return f"{datasets}; {under}" if agreed else f"{datasets}; terms {NOT_KNOWN}"
    licences = part.statements("rights.licence")
    silent = part.records - part.stating("rights.licence")
    texts = [f"public licences: {few(licences)}"] if licences else []
    if silent:
        texts.append(f"licence {NOT_KNOWN} for {number(silent)} of {number(part.records)} records")
    return "; ".join([datasets, *texts])


def collection_period(filing: Filing) -> Answer:
    """(10): over all and for each kind of source, and whether collection goes on."""
    return joined([_periods(filing), _ongoing(filing)])


def _periods(filing: Filing) -> Answer:
    facts = filing.facts
    months = {kind: collected(one) for kind, one in by_kind(facts).items()}
    remedy = remedies.correct_record("source.period.end", "YYYY-MM", ())
    if not any(map(any, months.values())):
        return asked("no record states when its data was collected", remedy)
    starts, ends = zip(*months.values(), strict=True)
    whole = Period(min(filter(None, starts), default=""), max(ends))
    rows = tuple(Row(KINDS[kind], period(*one)) for kind, one in months.items())
    answer = rested(on_records(facts, "source.period"), whole, Labelled(rows))
    if not (silent := undated(facts).records):
        return answer
    of = f"{number(silent)} of {counted(facts.records, 'record')}"
    what = f"{of} {say(silent, 'do')} not state when collection ended"
    gap = Gap("", "advice", what, remedy)
    return joined([answer, only(gap)])


def _ongoing(filing: Filing) -> Answer:
    said = filing.profile.answer(ONGOING)
    if said is None:
        return asked("nothing says whether collection is ongoing", remedies.set_profile(ONGOING))
    text = f"Collection is {'' if said else 'not '}ongoing."
    return rested(on_profile(ONGOING), Text((text,)))
