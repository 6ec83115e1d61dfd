"""Items that records answer by dataset: (1), (3), (6) and (10).

Licensors are never named unless the profile says so, nor private datasets that the public does not
know of; what is not named is counted.
"""

from collections.abc import Iterator

from ledger.summary import remedies
from ledger.summary.answer import Answer, asked, on_profile, on_records, on_release
from ledger.summary.document import Gap, Item, Items, Labelled, Period, Row, Support, Text, Value
from ledger.summary.eu.describe import NOT_KNOWN, few, sizes
from ledger.summary.eu.overall import training_size
from ledger.summary.facts import Facts
from ledger.summary.filing import Filing
from ledger.summary.kinds import KINDS, by_kind, collected
from ledger.summary.parties import Crawler, crawlers
from ledger.summary.regimes.ab2013.confirmed import confirmed
from ledger.summary.shares import share
from ledger.summary.wording import counted, listed, long_date, number, period

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
    values: list[Value] = []
    supports: list[Support] = []
    gaps: list[Gap] = []
    for kind, part in parts.items():
        items, unnamed = _named(filing, kind, part)
        added: list[Value] = [Items(items, KINDS[kind])] if items else []
        if unnamed:
            added.append(Text((f"{KINDS[kind]}: {counted(unnamed, 'dataset')}, not named here.",)))
        places = tuple(range(len(values), len(values) + len(added)))
        support = on_records(part, "source")
        supports.append(
            Support(support.owner, support.what, support.count, support.basis, of=places)
        )
        values += added
        gaps += _source_gaps(kind, part, unnamed)
    return Answer(tuple(values), tuple(supports), tuple(gaps))


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
        remedy = remedies.set_record("source.crawl.crawlers", "…")
        yield Gap("", "missing", "no crawled record names its crawler", remedy)
    if kind.startswith("user_data") and unnamed:
        remedy = remedies.set_record("source.service", "NAME")
        yield Gap("", "missing", "no record of user data names the service", remedy)
    if kind == "public_dataset":
        for name, one in part.by_name.items():
            if not one.stating("source.link") and not one.stating("source.provider"):
                what = f"neither a link to {name} nor its owner is stated"
                yield Gap("", "advice", what, remedies.set_record("source.provider", "OWNER"))


def data_points(filing: Filing) -> Answer:
    """(3): a range for each modality, by kind of source where the provider shows more."""
    answer = training_size(filing)
    if not filing.facts.modalities:
        return answer
    values, supports = list(answer.values), list(answer.rests_on)
    if rows := tuple(_by_kind(filing)):
        values.append(Labelled(rows))
        supports.append(on_records(filing.facts, "measures"))
    if filing.profile.answer(ONGOING):
        day = long_date(filing.identity.last_update)
        values.append(Text((f"Collection is ongoing: the numbers are estimates of {day}.",)))
        supports.append(on_profile(ONGOING))
    elif filing.stated.get("continues_training"):
        day = long_date(filing.identity.last_update)
        values.append(Text((f"Training goes on with new data: the numbers are of {day}.",)))
        supports.append(on_release("release.continues_training"))
    return Answer(tuple(values), tuple(supports), answer.gaps)


def _by_kind(filing: Filing) -> Iterator[Row]:
    """Yield what each kind of source holds, where the provider shows parts of the whole."""
    if not filing.shows_shares:
        return
    for kind, part in by_kind(filing.facts).items():
        of_all = share(part, filing.facts)
        exact = f", {listed(sizes(part))}" if filing.shows_figures else ""
        yield Row(KINDS[kind], f"{f'{of_all} of all bytes' if of_all else NOT_KNOWN}{exact}")


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
    supports = (*answer.rests_on, on_records(facts, "rights"))
    return Answer((*answer.values, Labelled(rows)), supports, answer.gaps)


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
    facts = filing.facts
    values: list[Value] = []
    supports: list[Support] = []
    gaps: list[Gap] = []
    parts = by_kind(facts)
    remedy = remedies.set_record("source.period", "…")
    if dated := {kind: one for kind, one in parts.items() if any(collected(one))}:
        starts, ends = zip(*(collected(one) for one in dated.values()), strict=True)
        values.append(Period(min(filter(None, starts), default=""), max(ends)))
        rows = (Row(KINDS[kind], period(*collected(one))) for kind, one in parts.items())
        values.append(Labelled(tuple(rows)))
        supports.append(on_records(facts, "source.period"))
    else:
        opened = asked("no record states when its data was collected", remedy)
        values, gaps = list(opened.values), list(opened.gaps)
    if dated and (silent := facts.records - facts.dated_records):
        of = f"{number(silent)} of {counted(facts.records, 'record')}"
        gaps.append(Gap("", "advice", f"{of} do not state when their collection ended", remedy))
    ongoing = filing.profile.answer(ONGOING)
    if ongoing is None:
        what = "nothing says whether collection is ongoing"
        opened = asked(what, remedies.set_profile(ONGOING))
        return Answer((*values, *opened.values), tuple(supports), (*opened.gaps, *gaps))
    values.append(Text((f"Collection is {'' if ongoing else 'not '}ongoing.",)))
    return Answer(tuple(values), (*supports, on_profile(ONGOING)), tuple(gaps))
