"""What a correction may speak about: seen to before it becomes an entry, since none is changed."""

from collections.abc import Callable
from typing import TypeAlias

from ledger.errors import InputError, NotFoundError
from ledger.log.admission import Admitted
from ledger.record.corrections import CORRECTABLE, Correction
from ledger.record.leaf import RecordId
from ledger.store.rows import Entry

_PAGE = "docs/corrections.md says what is done about records of each kind"

EntryAt: TypeAlias = Callable[[int], Entry]
"""Returns the entry at an index; a NotFoundError if there is none yet."""


def check_corrections(batch: Admitted, index: int, entry_at: EntryAt) -> None:
    """Check that every correction of a batch speaks about earlier records, of kinds that fit.

    Args:
        batch: Of corrections.
        index: The entry that it would become.
        entry_at: The entries before it.

    Raises:
        InputError: A record that is named is not in the log, records of its kind are not corrected
            so, or the replacement is of another kind.
    """
    for position, sealed in enumerate(batch.records):
        stated = Correction.of(RecordId(index, position), sealed.record)
        kind = _kind(stated.record, index, entry_at)
        if kind not in CORRECTABLE[stated.action]:
            kinds = ", ".join(sorted(CORRECTABLE[stated.action]))
            raise InputError(
                f"record {stated.record} is of kind {kind}; a correction to {stated.action} speaks "
                f"about {kinds}",
                hint=_PAGE,
            )
        if stated.replacement is not None:
            other = _kind(stated.replacement, index, entry_at)
            if other != kind:
                raise InputError(
                    f"record {stated.replacement} of kind {other} cannot replace {stated.record}, "
                    f"which is of kind {kind}",
                    hint=_PAGE,
                )


def _kind(record_id: RecordId, index: int, entry_at: EntryAt) -> str:
    """Return the kind of an earlier record."""
    absent = InputError(
        f"a correction speaks about record {record_id}, and there is none before entry {index}",
        hint="a record is logged before it is corrected; its id is <log index>.<position>",
    )
    if record_id.index >= index:
        raise absent
    try:
        entry = entry_at(record_id.index)
    except NotFoundError:
        raise absent from None
    if record_id.position >= entry.count:
        raise absent
    return entry.kind
