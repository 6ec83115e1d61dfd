"""Parts of a whole in thousandths, and charts of them.

Thousandths are rounded by largest remainder: each is rounded down, and what is lacking to 1,000
goes to those that lost most, of equal ones to the first. So they always add up, and none is off by
one or more.
"""

from collections.abc import Iterable, Mapping, Sequence

from ledger.summary.document import Chart, Share

WHOLE = 1000
MOST = 12
"""Parts of a chart; smaller ones are put together."""

THE_REST = "Others"


def permille(amounts: Sequence[int]) -> tuple[int, ...]:
    """Return each amount's part of their sum in thousandths; nothing of nothing when it is 0."""
    total = sum(amounts)
    if not total:
        return (0,) * len(amounts)
    parts = [divmod(amount * WHOLE, total) for amount in amounts]
    lacking = WHOLE - sum(whole for whole, _ in parts)
    order = sorted(range(len(parts)), key=lambda at: (-parts[at][1], at))
    raised = set(order[:lacking])
    return tuple(whole + (at in raised) for at, (whole, _) in enumerate(parts))


def shares(amounts: Mapping[str, int]) -> Mapping[str, int]:
    """Return the thousandths of named amounts, in their order."""
    return dict(zip(amounts, permille(tuple(amounts.values())), strict=True))


def chart(name: str, title: str, measure: str, amounts: Mapping[str, int]) -> Chart | None:
    """Return a chart with the largest part first; None if there is nothing to compare."""
    if len(amounts) < 2 or not sum(amounts.values()):
        return None
    parts = shares(_gathered(amounts))
    return Chart(name, title, measure, tuple(Share(label, part) for label, part in parts.items()))


def _gathered(amounts: Mapping[str, int]) -> Mapping[str, int]:
    """Return the amounts, the largest first, with those past the last place put together."""
    order = sorted(amounts.items(), key=lambda one: (-one[1], one[0]))
    if len(order) <= MOST:
        return dict(order)
    return dict([*order[: MOST - 1], (THE_REST, sum(size for _, size in order[MOST - 1 :]))])


def present(charts: Iterable[Chart | None]) -> tuple[Chart, ...]:
    """Return the charts that there is something to show in."""
    return tuple(one for one in charts if one is not None)
