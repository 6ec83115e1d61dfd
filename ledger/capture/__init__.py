"""Reading shards: from paths and metadata to the fields of shard records.

A `survey` says what there is, `Metadata` what the user says about it, and `capture` reads every
file once and yields a `Captured` or a `Failed` for each. Nothing heavy is imported before a file
needs it: YAML, fsspec, pyarrow and the tokenizer all wait, and the names below do too.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ledger.capture.directories import Found, Skipped, Survey, survey
    from ledger.capture.document_tree import DocumentTree
    from ledger.capture.engine import Progress, capture
    from ledger.capture.files import Options
    from ledger.capture.metadata import Metadata
    from ledger.capture.results import Captured, Failed
    from ledger.capture.rows import DomainColumn
    from ledger.capture.tokens import ColumnSum, LocalTokenizer

__all__ = [
    "Captured",
    "ColumnSum",
    "DocumentTree",
    "DomainColumn",
    "Failed",
    "Found",
    "LocalTokenizer",
    "Metadata",
    "Options",
    "Progress",
    "Skipped",
    "Survey",
    "capture",
    "survey",
]

_MODULES = {
    "Captured": "results",
    "ColumnSum": "tokens",
    "DocumentTree": "document_tree",
    "DomainColumn": "rows",
    "Failed": "results",
    "Found": "directories",
    "LocalTokenizer": "tokens",
    "Metadata": "metadata",
    "Options": "files",
    "Progress": "engine",
    "Skipped": "directories",
    "Survey": "directories",
    "capture": "engine",
    "survey": "directories",
}


def __getattr__(name: str) -> object:
    """Find a public name in its module when it is first used (PEP 562)."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value
