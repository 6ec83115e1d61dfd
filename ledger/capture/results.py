"""What comes out of capture: for each file a `Captured` or a `Failed`, in path order."""

from typing import TYPE_CHECKING, NamedTuple

from ledger.record.schema import Fields

if TYPE_CHECKING:
    from ledger.content.domains import Tally


class Captured(NamedTuple):
    """A shard was read: the fields of its record, all but `claimed_at`.

    Values that many shards have in common are the same objects in all of them, so that a caller can
    tell by identity what need not be encoded again. Nobody may change them.
    """

    path: str
    fields: Fields
    notes: tuple[str, ...] = ()
    """What could not be counted and why, one sentence each."""
    tally: "Tally | None" = None
    """What `domains` in the fields is the digest of. The record alone does not hold it."""


class Failed(NamedTuple):
    """A file was not recorded; the others are."""

    path: str
    reason: str
    hint: str | None = None
