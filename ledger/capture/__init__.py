"""Reading shards: from paths and metadata to the fields of shard records.

A `survey` says what there is, `Metadata` what the user says about it, and `capture` reads every
file once and yields a `Captured` or a `Failed` for each. Nothing heavy is imported before a file
needs it: YAML, fsspec, pyarrow and the tokenizer all wait.
"""

from ledger.capture.directories import Found, Skipped, Survey, survey
from ledger.capture.engine import Progress, capture
from ledger.capture.files import Options
from ledger.capture.metadata import Metadata
from ledger.capture.results import Captured, Failed

__all__ = [
    "Captured",
    "Failed",
    "Found",
    "Metadata",
    "Options",
    "Progress",
    "Skipped",
    "Survey",
    "capture",
    "survey",
]
