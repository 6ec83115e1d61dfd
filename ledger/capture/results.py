"""What comes out of capture: for each file a `Captured` or a `Failed`, in path order."""

from typing import NamedTuple

from ledger.record.schema import Fields


class Captured(NamedTuple):
    """A shard was read: the fields of its record, all but `claimed_at`.

    Values that many shards have in common are the same objects in all of them, so that a caller can
    tell by identity what need not be encoded again. Nobody may change them.
    """

    path: str
    fields: Fields
    notes: tuple[str, ...] = ()
    """What could not be counted and why, one sentence each."""


class Failed(NamedTuple):
    """A file was not recorded; the others are."""

    path: str
    reason: str
    hint: str | None = None
