"""Lists in pages: a limit, and the id after which the next page begins."""

from collections.abc import Sequence
from typing import Annotated, Protocol, TypeVar

from fastapi import Query

from ledger.record.leaf import RecordId

LIMIT = 1_000
AfterQuery = Annotated[str | None, Query(description="A record id: the page begins after it.")]
LimitQuery = Annotated[int, Query(ge=1, le=LIMIT, description="How many at most.")]


class Addressed(Protocol):
    """Something that is known by its record's id."""

    @property
    def record(self) -> str:
        """The record id."""


_T = TypeVar("_T", bound=Addressed)


def page(found: Sequence[_T], after: str | None, limit: int) -> tuple[list[_T], str | None]:
    """Return the part of a list (in the log's order) after an id, and what continues it.

    Raises:
        MalformedError: `after` is no record id.
    """
    if after is not None:
        border = RecordId.parse(after)
        found = [one for one in found if RecordId.parse(one.record) > border]
    shown = list(found[:limit])
    return shown, shown[-1].record if len(found) > limit else None
