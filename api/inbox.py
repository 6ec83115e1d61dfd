"""Where signed batches come in: each is logged once, however often it is sent.

A client whose connection broke cannot know whether its batch was logged. It sends the same bytes
again, and gets the same index. What was logged is looked up by leaf hash, in the tree itself: the
hashes of level 0 are kept in memory, 32 bytes an entry.

Two servers on one database that receive the same batch in the same instant may log it twice, at two
indices; both are true, and no proof suffers.
"""

import logging
import threading
from dataclasses import dataclass

from ledger.errors import LedgerError, StorageError
from ledger.log.log import Log
from ledger.record.batch import SignedBatch
from ledger.tree.hashing import HASH_SIZE, Hash, leaf_hash
from ledger.tree.tiles import TILE_WIDTH, tile_of

_output = logging.getLogger("uvicorn.error")


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a batch is in the log, and whether this submission put it there."""

    index: int
    is_new: bool


class Inbox:
    """Takes batches into a log, from any number of threads."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self._turn = threading.Lock()
        self._leaves = bytearray()
        self._must_reload = False

    def submit(self, signed: SignedBatch) -> Receipt:
        """Log a batch, unless it is there already, and return where it is.

        Raises:
            LedgerError: As `Log.append`.
        """
        leaf = leaf_hash(signed.note)
        with self._turn:
            self._reload()
            self._catch_up()
            found = self._find(leaf)
            if found is not None:
                return Receipt(found, is_new=False)
            try:
                (index,) = self.log.append([signed])
            except StorageError:
                self._must_reload = True
                raise
        return Receipt(index, is_new=True)

    def publish(self) -> None:
        """Publish what was logged. If that fails, it is still logged, and the next one tries."""
        try:
            self.log.publish()
        except LedgerError as error:
            self._must_reload = True
            _output.error("publishing failed: %s", error)

    def _reload(self) -> None:
        # After a storage error a log answers nothing until it has read everything again.
        if self._must_reload:
            self.log.reopen()
            self._leaves.clear()
            self._must_reload = False

    def _catch_up(self) -> None:
        """Read the leaf hashes that were added since the last look, by whomever."""
        size = self.log.store.head().size
        known = len(self._leaves) // HASH_SIZE // TILE_WIDTH
        wanted = [tile_of(0, number, size) for number in range(known, -(-size // TILE_WIDTH))]
        del self._leaves[known * TILE_WIDTH * HASH_SIZE :]
        for tile in self.log.store.tiles(wanted):
            self._leaves += tile

    def _find(self, leaf: Hash) -> int | None:
        at = self._leaves.find(leaf)
        while at != -1 and at % HASH_SIZE:
            at = self._leaves.find(leaf, at + 1)
        return None if at == -1 else at // HASH_SIZE
