"""A regime: a law or a questionnaire whose form is filled from the same facts.

Each regime is one module, or a package where it is large, in `ledger/summary/regimes`, with a
`REGIME`. Its file is its registration: `ledger/summary/regimes/ab2013` is the template `ab2013`,
and nothing else needs to change for a further one (docs/regulations/own-questions.md). The names
are read off the folder, and a regime is imported when somebody asks for it.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger.errors import InputError
from ledger.record.schema import nearest

if TYPE_CHECKING:  # whoever only lists names, as --help does, need not pay for a form's parts
    from ledger.summary.attachment import Attachment
    from ledger.summary.document import Document
    from ledger.summary.filing import Filing

FIRST = "eu"
"""The form that stands first wherever regimes are listed, and is meant when none is named."""


@dataclass(frozen=True, slots=True)
class Regime:
    """A form by its name in `--template`: what it is, and how it is filled."""

    name: str
    about: str
    """In a few words, for people who choose: `AI Act, Article 53(1)(d)`."""
    fill: "Callable[[Filing], Document]"
    public: bool = True
    """Whether documents of this regime are made for everybody. What is not stays out of the folder
    that the world may read; the log holds its digests only."""
    attachments: "Callable[[Filing], tuple[Attachment, ...]]" = lambda filing: ()
    """The files that are published beside the document, each named in it by its digest."""


def regime_names() -> tuple[str, ...]:
    """Return the name of every regime, the EU's first, without importing any."""
    from ledger.summary import regimes as folder

    names = {one.name.replace("_", "-") for one in pkgutil.iter_modules(folder.__path__)}
    return tuple(sorted(names, key=lambda name: (name != FIRST, name)))


def find_regime(name: str) -> Regime:
    """Return the regime of this name.

    Raises:
        InputError: There is none; with those that there are.
    """
    names = regime_names()
    if name not in names:
        raise InputError(
            f"there is no template {name!r}{nearest(name, names)}",
            hint=f"--template {', '.join(names)}, or a file with questions: ./hearing.yaml",
        )
    module = importlib.import_module(f"{__package__}.regimes.{name.replace('-', '_')}")
    regime = module.REGIME
    if not isinstance(regime, Regime) or regime.name != name:
        raise AssertionError(f"{module.__name__}.REGIME is not the regime {name!r}")
    return regime


def regimes() -> tuple[Regime, ...]:
    """Return every regime, the EU's first."""
    return tuple(find_regime(name) for name in regime_names())
