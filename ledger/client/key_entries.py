"""Which key entries belong into evidence: those that speak of the keys in question, now or later.

A key is in question if it signed an entry that is shown or belongs in, or if an entry that belongs
in speaks of it (docs/formats/keyring.md). So whoever checks the evidence sees the whole life of the
keys that it rests on, revocations after the entries that it is about included, and nothing of the
thousand other keys that a log may have.
"""

from collections.abc import Iterable

from ledger.record.key_event import KeyEvent
from ledger.store.reader import Reader
from ledger.store.rows import StoredRecord

KEY_KIND = "key"


def key_records(reader: Reader, size: int, shown: Iterable[int]) -> list[StoredRecord]:
    """Return the key records that evidence must show, each with all others of its entry.

    Args:
        reader: The log's public rows.
        size: How many entries the checkpoint covers.
        shown: The entries that the evidence is about.
    """
    entries: dict[int, list[StoredRecord]] = {}
    for stored in reader.open_records(KEY_KIND):
        if stored.id.index < size:
            entries.setdefault(stored.id.index, []).append(stored)
    spoken_of = {index: _spoken_of(records) for index, records in entries.items()}
    speaking: dict[str, list[int]] = {}
    for index, keys in spoken_of.items():
        for key in keys:
            speaking.setdefault(key, []).append(index)
    belonging: set[int] = set()
    asked: set[str] = set()
    waiting = [0, *(index for index in set(shown) if index < size)]
    while waiting:
        index = waiting.pop()
        keys = {reader.entry(index).producer, *spoken_of.get(index, ())} - asked
        asked |= keys
        belonging |= {index} & entries.keys()
        waiting += {at for key in keys for at in speaking.get(key, ())} - belonging
    return [stored for index in sorted(belonging) for stored in entries[index]]


def _spoken_of(records: Iterable[StoredRecord]) -> set[str]:
    events = [KeyEvent.of(stored.record) for stored in records]
    keys = {str(event.key) for event in events}
    return keys | {str(event.successor) for event in events if event.successor is not None}
