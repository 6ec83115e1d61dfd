"""Dates that cannot be: what records, release and summary say of time, held against each other.

A period that ends after the summary was made, or starts after it ends, is a mistake. A form is
filled as if nobody had stated it, and the mistake is a gap of its own.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from ledger.summary.facts import Facts, Fields, Group
from ledger.summary.filing import Filing
from ledger.summary.wording import counted, long_date, month, say

Mistake = Callable[[Fields], bool]
"""Answers whether a period with `start` and `end` is a mistake."""


@dataclass(frozen=True, slots=True)
class Impossible:
    """Records with periods that cannot be, by one path and in one way."""

    path: str
    what: str
    facts: Facts


def without_impossible(filing: Filing) -> Filing:
    """Return the filing as if nobody had stated the periods that cannot be."""
    groups = tuple(_mended(group, filing) for group in filing.facts.groups)
    if all(new is old for new, old in zip(groups, filing.facts.groups, strict=True)):
        return filing
    return replace(filing, facts=replace(filing.facts, groups=groups))


def impossible(facts: Facts, last_update: str) -> Iterator[Impossible]:
    """Yield which records of a part state a period that cannot be, and why it cannot."""
    for path, periods, data in (
        ("source.period", _collection, "collection"),
        ("generator.period", _generation, "generation"),
    ):
        for is_wrong, why in (
            (_is_reversed, "ends before it starts"),
            (_is_late(last_update), f"lies after the last update ({long_date(last_update)})"),
        ):
            part = Facts(tuple(g for g in facts.groups if any(map(is_wrong, periods(g)))))
            if part.records:
                wrong = next(one for g in part.groups for one in periods(g) if is_wrong(one))
                told = f"a period of {data} ({_spelt(wrong)}) that {why}"
                count = counted(part.records, "record")
                what = f"{count} {say(part.records, 'state')} {told}"
                yield Impossible(path, what, part)


def early_placements(filing: Filing) -> Iterator[tuple[str, str]]:
    """Yield each model that was on the market before its data was collected, with its date.

    Only where the release says that training does not go on.
    """
    latest = filing.facts.latest_month
    if filing.stated.get("continues_training") is not False:
        return
    common = str(filing.stated.get("market_date", ""))
    for model in filing.models:
        placed = str(model.get("market_date") or common)
        if placed and placed[:7] < latest:
            yield str(model["name"]), placed


def _collection(group: Group) -> list[Fields]:
    period = group.source.get("period")
    return [period] if period else []


def _generation(group: Group) -> list[Fields]:
    return [period for one in group.generators if (period := one.get("period"))]


def _is_reversed(period: Fields) -> bool:
    start, end = (str(period.get(key, "")) for key in ("start", "end"))
    length = min(len(start), len(end))
    return bool(length) and start[:length] > end[:length]


def _is_late(last_update: str) -> Mistake:
    def is_late(period: Fields) -> bool:
        dates = [str(period.get(key, "")) for key in ("start", "end")]
        return any(date > last_update[: len(date)] for date in dates)

    return is_late


def _spelt(period: Fields) -> str:
    dates = [str(period.get(key, "")) for key in ("start", "end")]
    spelt = [long_date(one) if len(one) == 10 else month(one) if one else "…" for one in dates]
    return " to ".join(spelt)


def _mended(group: Group, filing: Filing) -> Group:
    is_late = _is_late(filing.identity.last_update)

    def is_wrong(period: Fields) -> bool:
        return _is_reversed(period) or is_late(period)

    fields: dict[str, Any] = {}
    if any(map(is_wrong, _collection(group))):
        fields["source"] = {k: v for k, v in group.source.items() if k != "period"}
    if any(map(is_wrong, _generation(group))):
        fields["generator"] = [_undated(one, is_wrong) for one in group.generators]
    if not fields:
        return group
    return replace(group, fields={**group.fields, **fields}, recorded=group.fields)


def _undated(generator: Fields, is_wrong: Mistake) -> Fields:
    if not is_wrong(generator.get("period", {})):
        return generator
    return {key: value for key, value in generator.items() if key != "period"}
