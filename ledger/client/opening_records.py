"""The records behind opened leaves: what is shown of each, and the evidence for it."""

from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import suppress

from ledger.client.evidence import build_parts, opening_of, whole
from ledger.content.domains import Tally
from ledger.errors import NotFoundError
from ledger.proof.evidence import Evidence, FieldsOpening, Opening
from ledger.query.shown import NEEDED, is_absent
from ledger.record.corrections import Corrections
from ledger.record.leaf import RecordId
from ledger.store.rows import StoredRecord
from ledger.store.store import Store

_MOST_OPEN = 5_000
"""Up to so many corrections and releases are shown: the log's files alone can then be followed."""


def deciding_fields(stored: StoredRecord) -> Opening:
    """Show of a shard record what decides where it is counted, and with what.

    A field that the record does not have is shown to be absent, by the fields beside its place.
    """
    opening = opening_of(stored, NEEDED)
    assert all(name in stored.record.fields or is_absent(opening, name) for name in NEEDED)
    return opening


class RecordFiles:
    """What a store holds of records that are opened, as of a size of the log.

    Args:
        store: The ledger's rows.
        size: N0: later corrections did not decide what was counted.
    """

    def __init__(self, store: Store, size: int) -> None:
        self._store = store
        self._tallies = store.tallies
        self._size = size
        self._corrections = Corrections()
        self._shown: dict[RecordId, Mapping[RecordId, Opening | None]] = {}
        self.closed: dict[RecordId, str] = {}
        """Records whose values were destroyed since, with the reason."""

    def read(self, records: Set[RecordId]) -> None:
        """Read what is shown of these records."""
        self._corrections = self._store.corrections(records, size=self._size, earlier=True)
        for record in sorted(records):
            try:
                self._shown[record] = dict(self._of(record))
            except NotFoundError as error:
                self.closed[record] = f"its values cannot be shown: {error}"

    def related(self, record: RecordId) -> tuple[RecordId, ...]:
        """Return the records whose place in the training set decides where this one counts."""
        newest = self._corrections.newest(record)
        if newest == record:
            return ()
        chain = self._corrections.chain(newest)
        return tuple(one for one in chain if one == newest or one < record)

    def evidence(
        self, checkpoint: bytes, records: Set[RecordId], whole_too: Sequence[StoredRecord]
    ) -> tuple[Evidence, ...]:
        """Return the evidence of records, in parts.

        Args:
            checkpoint: What it rests on.
            records: Of those that were read.
            whole_too: Further records, shown whole.
        """
        wanted: dict[RecordId, Opening | None] = {}
        for record in sorted(records):
            for place, opening in self._shown[record].items():
                if wanted.get(place) is None:
                    wanted[place] = opening
        wanted |= {one.id: whole(one) for one in (*self._all_open(), *whole_too)}
        return tuple(build_parts(self._store, checkpoint, wanted))

    def tallies(self, records: Set[RecordId]) -> dict[str, Tally]:
        """Return by digest the tallies of domains of these records, as far as they are kept."""
        found: dict[str, Tally] = {}
        for record in records:
            for opening in self._shown.get(record, {}).values():
                digest = _tally_digest(opening)
                if digest is not None and digest not in found:
                    with suppress(NotFoundError):
                        found[digest] = self._tallies.tally(digest)
        return found

    def _of(self, record: RecordId) -> Iterator[tuple[RecordId, Opening | None]]:
        newest = self._corrections.newest(record)
        is_erased = self._corrections.erasure(newest) is not None
        if newest != record or is_erased:
            yield record, None
        if not is_erased:
            yield newest, deciding_fields(self._store.record(newest))

    def _all_open(self) -> Iterator[StoredRecord]:
        """Yield the corrections and releases before the summary: all, if they are not many.

        Of more corrections only those of the records are shown, and of more releases none: then
        who reads the log has to ask where they are served.
        """
        mine = {one.id for one in self._corrections}
        for kind in ("correction", "release"):
            every = [one for one in self._store.open_records(kind) if one.id.index < self._size]
            for one in every:
                if len(every) <= _MOST_OPEN or one.id in mine:
                    yield one


def _tally_digest(opening: Opening | None) -> str | None:
    """Return the digest of the tally that an opening shows its record to name."""
    if isinstance(opening, FieldsOpening):
        for one in opening.fields:
            if one.name == "domains" and isinstance(one.value, dict):
                return str(one.value["digest"])
    return None
