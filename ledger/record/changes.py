"""What one record says otherwise than another: the relabelling that nobody may do in silence."""

from collections.abc import Iterator
from dataclasses import dataclass

from ledger.record.canonical import JSON
from ledger.record.record import NOT_STATED, Record


@dataclass(frozen=True, slots=True)
class Change:
    """A path whose value is another, or is there in one of the two records alone (None)."""

    path: str
    old: JSON | None
    new: JSON | None


def changes(old: Record, new: Record) -> tuple[Change, ...]:
    """Return what `new` says otherwise than `old`, by path.

    When each was claimed, and on which basis, is not among it. Lists are compared whole.
    """
    names = sorted((old.encoded.keys() | new.encoded.keys()) - NOT_STATED)
    differing = [name for name in names if old.encoded.get(name) != new.encoded.get(name)]
    before, after = old.fields, new.fields
    return tuple(
        change for name in differing for change in _changes(name, before.get(name), after.get(name))
    )


def _changes(path: str, old: JSON | None, new: JSON | None) -> Iterator[Change]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted(old.keys() | new.keys()):
            yield from _changes(f"{path}.{name}", old.get(name), new.get(name))
    elif old != new or type(old) is not type(new):
        yield Change(path, old, new)
