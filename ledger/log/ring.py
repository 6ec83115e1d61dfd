"""The key ring of a log, read from its rows."""

from itertools import groupby

from ledger.record.batch import parse_batch
from ledger.record.keyring import KeyRing
from ledger.store.reader import Reader


def read_ring(reader: Reader, size: int | None = None) -> KeyRing:
    """Return what the key records among the first `size` entries say; None reads all.

    Raises:
        LedgerError: A key record contradicts those before it: the database is damaged.
    """
    ring = KeyRing()
    stored = reader.open_records("key")
    for index, group in groupby(stored, key=lambda one: one.id.index):
        if size is None or index < size:
            _, note = parse_batch(reader.entry(index).note)
            ring.add_batch(note, [one.record for one in group], index)
    return ring
