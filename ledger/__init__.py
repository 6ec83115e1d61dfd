"""A training-data provenance ledger: the table of contents.

Read the folders in this order and they tell one story. `content` names the data by its digest.
`tree` is how many leaves become one hash, `signing` how somebody vouches for a text. A `record`
says where data came from, and its canonical bytes become a leaf; a `checkpoint` is a tree's root
under the log's signature; a `proof` ties one record to one checkpoint; a `query` speaks about many
records at once, and a `summary` tells a regulator what they say together.

All of that is pure, values in and values or an error out. The rest is where it lives: `render`
makes files of documents; `keys`, `store` and `log` keep it; `witness` and `monitor` watch it;
`capture`, `client` and `integrations` feed it; `cli` here, and the package `api` beside this one,
show it to people.

The public names below are found in their modules when they are first used: `import ledger` costs
nothing, and a program that only verifies never loads a database.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ledger.capture.tokens import ColumnSum, LocalTokenizer
    from ledger.checkpoint.trust import Trust
    from ledger.client.activity import Activity
    from ledger.client.adding import AddReport
    from ledger.client.client import Ledger
    from ledger.client.summarising import Summary
    from ledger.content.digest import Digest
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
    from ledger.proof.document import verify_document
    from ledger.proof.evidence import Evidence
    from ledger.proof.verify import Verified, verify
    from ledger.record.leaf import RecordId
    from ledger.record.record import Record
    from ledger.store.rows import StoredRecord
    from ledger.summary.verify import verify_summary

__version__ = "0.1.0"

__all__ = [
    "Activity",
    "AddReport",
    "CannotTellError",
    "ColumnSum",
    "ConflictError",
    "Digest",
    "Evidence",
    "InputError",
    "Ledger",
    "LedgerError",
    "LocalTokenizer",
    "MalformedError",
    "NotFoundError",
    "Record",
    "RecordId",
    "StorageError",
    "StoredRecord",
    "Summary",
    "Trust",
    "VerificationError",
    "Verified",
    "__version__",
    "verify",
    "verify_document",
    "verify_summary",
]

_MODULES = {
    "Activity": "ledger.client.activity",
    "AddReport": "ledger.client.adding",
    "CannotTellError": "ledger.errors",
    "ColumnSum": "ledger.capture.tokens",
    "ConflictError": "ledger.errors",
    "Digest": "ledger.content.digest",
    "Evidence": "ledger.proof.evidence",
    "InputError": "ledger.errors",
    "Ledger": "ledger.client.client",
    "LedgerError": "ledger.errors",
    "LocalTokenizer": "ledger.capture.tokens",
    "MalformedError": "ledger.errors",
    "NotFoundError": "ledger.errors",
    "Record": "ledger.record.record",
    "RecordId": "ledger.record.leaf",
    "StorageError": "ledger.errors",
    "StoredRecord": "ledger.store.rows",
    "Summary": "ledger.client.summarising",
    "Trust": "ledger.checkpoint.trust",
    "VerificationError": "ledger.errors",
    "Verified": "ledger.proof.verify",
    "verify": "ledger.proof.verify",
    "verify_document": "ledger.proof.document",
    "verify_summary": "ledger.summary.verify",
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
