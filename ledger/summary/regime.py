"""A regime: a law or a questionnaire whose form is filled from the same facts."""

from collections.abc import Callable
from dataclasses import dataclass

from ledger.errors import InputError
from ledger.summary.document import Document
from ledger.summary.filing import Filing


@dataclass(frozen=True, slots=True)
class Regime:
    """A form by its name in `--template`: what it is, and how it is filled."""

    name: str
    about: str
    """In a few words, for people who choose: `AI Act, Article 53(1)(d)`."""
    fill: Callable[[Filing], Document]


def find_regime(name: str) -> Regime:
    """Return the regime of this name.

    Raises:
        InputError: There is none; with those that there are.
    """
    known = {one.name: one for one in regimes()}
    if name not in known:
        raise InputError(f"there is no template {name!r}: expected {', '.join(known)}")
    return known[name]


def regimes() -> tuple[Regime, ...]:
    """Return every regime, the EU's first."""
    from ledger.summary.eu import summarise

    return (Regime("eu", "EU AI Act, Article 53(1)(d)", summarise),)
