r"""What a sample shows of a whole: how many draws are enough, and how large a share may be bad.

    no failure        m = ceil( ln(alpha) / ln(1 - p) )
    k failures        the smallest m with P(X <= k) <= alpha, X binomial with m draws of share p
    few records       the same with X hypergeometric: draws by records do not repeat
    upper bound       the largest share with P(X <= k) > alpha: Clopper and Pearson's, one-sided;
                      where the records are few, the number of bad ones instead of the share

Computed with 50 digits and not with floats, so that two readers never differ by a draw.
docs/formats/audit.md, "How many draws", is normative.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from math import comb
from typing import Final

from ledger.errors import InputError

_CONTEXT: Final = Context(prec=50, Emin=-999_999_999, Emax=999_999_999)
_STEPS: Final = 100
"""Halvings of an interval of shares: beyond what 30 digits can tell apart."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What the share of bad ones is below, and the largest share that it may still be.

    Both are the same where shares come in any size. Of few records, the share is that of a whole
    number; and if all were drawn, it is known.
    """

    below: Fraction
    at_most: Fraction
    is_exact: bool = False

    def is_within(self, precision: Fraction) -> bool:
        """Answer whether shares of `precision` and above are excluded."""
        if self.below == self.at_most and not self.is_exact:
            return self.below <= precision
        return self.at_most < precision

    def percent(self) -> str:
        """Return a percentage that the share is below, rounded up to two digits that count."""
        if self.is_exact:
            return _rounded_up(self.at_most)
        finite = self.at_most not in (0, self.below)
        if finite and Fraction(up := _rounded_up(self.at_most)) / 100 > self.at_most:
            return up
        return _rounded_up(self.below)


def sample_size(
    *,
    confidence: Fraction,
    precision: Fraction,
    failures: int = 0,
    claims: int = 1,
    population: int | None = None,
) -> int:
    """Return the smallest m for which at most `failures` in m draws show fewer than `precision`.

    If a share `precision` or more is bad, at most so many failures are seen with a probability of
    (1 - confidence) / claims at most.

    Args:
        confidence: Such as 99/100.
        precision: p, the share that the claim stays below.
        failures: k, how many draws may fail.
        claims: How many claims are made at once, and share the error.
        population: How many records there are: draws of few records may be fewer. None: any
            number, and the draws may repeat, as those by size do.

    Raises:
        InputError: The confidence or the precision is not between 0 and 1.
    """
    if not (0 < confidence < 1 and 0 < precision < 1 and claims >= 1 and failures >= 0):
        raise InputError("a confidence and a precision are above 0 % and below 100 %")
    alpha = _decimal((1 - confidence) / claims)
    if population is None:
        return _smallest(lambda m: at_most(failures, m, precision) <= alpha, failures, None)
    bad = -(-precision * population // 1)  # the smallest number that is such a share
    return _smallest(
        lambda m: at_most_of(failures, m, int(bad), population) <= alpha, failures, population
    )


def upper_bound(failures: int, draws: int, alpha: Fraction) -> Bound:
    """Return what the share of bad ones is below, when draws that may repeat found `failures`.

    The share from which on P(X <= failures) <= alpha, rounded up: Clopper and Pearson's bound.
    """
    if draws == 0 or failures >= draws:
        return Bound(Fraction(1), Fraction(1))
    wanted = _decimal(alpha)
    low, high = Fraction(0), Fraction(1)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if at_most(failures, draws, middle) <= wanted:
            high = middle
        else:
            low = middle
    return Bound(high, high)


def upper_bound_of(failures: int, draws: int, population: int, alpha: Fraction) -> Bound:
    """Return what the share of bad records is below, when different records were drawn.

    Args:
        failures: How many of the drawn ones are bad.
        draws: How many were drawn, all different.
        population: How many there are.
        alpha: The error that is allowed.
    """
    if draws >= population:
        found = Fraction(failures, population)
        return Bound(found, found, is_exact=True)
    wanted = _decimal(alpha)
    low, high = failures, population  # `low` bad ones are possible, `high` are not, or are all
    if draws == 0:
        return Bound(Fraction(1), Fraction(1))
    while high - low > 1:
        middle = (low + high) // 2
        possible = at_most_of(failures, draws, middle, population) > wanted
        low, high = (middle, high) if possible else (low, middle)
    return Bound(Fraction(high, population), Fraction(high - 1, population))


def at_most(failures: int, draws: int, share: Fraction) -> Decimal:
    """Return P(X <= failures) of a binomial X: so many of `draws` hit a `share`."""
    with localcontext(_CONTEXT):
        bad, good = _decimal(share), _decimal(1 - share)
        terms = (
            Decimal(comb(draws, hits)) * bad**hits * good ** (draws - hits)
            for hits in range(min(failures, draws) + 1)
        )
        return sum(terms, Decimal(0))


def at_most_of(failures: int, draws: int, bad: int, population: int) -> Decimal:
    """Return P(X <= failures) of a hypergeometric X: `draws` of `population`, of it `bad` bad."""
    fewest = max(0, draws + bad - population)  # more are drawn than there are good ones
    if fewest > failures:
        return Decimal(0)
    with localcontext(_CONTEXT):
        term = _chance_of_fewest(fewest, draws, bad, population)
        total = Decimal(0)
        for hits in range(fewest, min(failures, bad, draws) + 1):
            total += term
            up = (bad - hits) * (draws - hits)
            term = term * up / ((hits + 1) * (population - bad - draws + hits + 1))
        return total


def _chance_of_fewest(fewest: int, draws: int, bad: int, population: int) -> Decimal:
    if fewest:
        return Decimal(comb(bad, fewest)) / Decimal(comb(population, draws))
    chance = Decimal(1)
    fewer, more = sorted((draws, bad))  # either may be read as what is drawn of the other
    for step in range(fewer):
        chance = chance * (population - more - step) / (population - step)
    return chance


def _smallest(is_enough: Callable[[int], bool], low: int, most: int | None) -> int:
    """Return the smallest number above `low` that is enough, or `most`."""
    high = low + 1
    while not is_enough(high):
        if most is not None and high >= most:
            return most
        low, high = high, high * 2 if most is None else min(high * 2, most)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


def _rounded_up(share: Fraction) -> str:
    """Return a share in percent: `1.0`, `0.27`, `12`, `100`; 0 only if it is 0."""
    if share == 0:
        return "0"
    percent, digits = share * 100, 0
    while percent * 10**digits < 10:  # so that two digits count
        digits += 1
    whole = -(-percent * 10**digits // 1)
    if whole == 100 and digits:  # 9.98 became 10.0
        whole, digits = 10, digits - 1
    return f"{Decimal(int(whole)).scaleb(-digits):f}"


def _decimal(share: Fraction) -> Decimal:
    return _CONTEXT.divide(Decimal(share.numerator), Decimal(share.denominator))
