"""A training-data provenance ledger: the table of contents.

Read the folders in this order and they tell one story. `content` names the data by its digest.
`tree` is how many leaves become one hash, `signing` how somebody vouches for a text. A `record`
says where data came from, and its canonical bytes become a leaf; a `checkpoint` is a tree's root
under the log's signature; a `proof` ties one record to one checkpoint; a `query` speaks about many
records at once, and a `summary` tells a regulator what they say together.

All of that is pure, values in and values or an error out. The rest is where it lives: `keys`,
`store` and `log` keep it; `capture`, `client` and `integrations` feed it; `cli` here, and the
package `api` beside this one, show it to people.

The public names below are found in their modules when they are first used: `import ledger` costs
nothing, and a program that only verifies never loads a database.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ledger.client.client import Ledger
    from ledger.errors import (
        CannotTellError,
        ConflictError,
        InputError,
        LedgerError,
        MalformedError,
        NotFoundError,
        StorageError,
        VerificationError,
    )

__version__ = "0.1.0"

__all__ = [
    "CannotTellError",
    "ConflictError",
    "InputError",
    "Ledger",
    "LedgerError",
    "MalformedError",
    "NotFoundError",
    "StorageError",
    "VerificationError",
    "__version__",
]

_MODULES = {
    "CannotTellError": "ledger.errors",
    "ConflictError": "ledger.errors",
    "InputError": "ledger.errors",
    "Ledger": "ledger.client.client",
    "LedgerError": "ledger.errors",
    "MalformedError": "ledger.errors",
    "NotFoundError": "ledger.errors",
    "StorageError": "ledger.errors",
    "VerificationError": "ledger.errors",
}


def __getattr__(name: str) -> object:
    """Find a public name in its module, once (PEP 562)."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_MODULES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names too, so that completion shows what is not loaded yet."""
    return sorted({*globals(), *__all__})
