"""What is asked of the tree over a file's documents, and what a record says of it."""

from dataclasses import dataclass
from typing import NamedTuple

from ledger.record.canonical import JSON


class DocumentTree(NamedTuple):
    """That there is to be a tree over a file's documents, and how the file is cut into them."""

    column: str = ""
    """The column whose text is the document; empty for the row as it stands."""
    keep: str = ""
    """A folder to keep each file's digests in, so that documents are found without the files."""
    asked: bool = False
    """Somebody asked for it by name: then a file that is recorded without one, or with another, is
    recorded again. Otherwise what is recorded already stays as it is."""


@dataclass(frozen=True, slots=True)
class Documents:
    """What a record says about the documents of its shard."""

    root: str
    """64 hex digits."""
    count: int
    unit: str
    """What a document is: `file`, `line`, `member`, `record` or `row`."""
    column: str = ""

    def to_json(self) -> dict[str, JSON]:
        """Return the field `documents`."""
        value: dict[str, JSON] = {
            "root": f"sha256:{self.root}",
            "count": self.count,
            "unit": self.unit,
        }
        return value | ({"column": self.column} if self.column else {})
