"""Where signed batches come in: each is logged once, however often it is sent.

A client whose connection broke cannot know whether its batch was logged. It sends the same bytes
again, and gets the same index: the database looks the leaf hash up inside the transaction, so that
is true of any number of servers on one database. Batches that come together share a transaction
and a checkpoint (`ledger.log.group`).
"""

import asyncio
import logging
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass

from api.claims import check_claims
from ledger.errors import LedgerError
from ledger.log.appending import Logged
from ledger.log.group import GroupCommit, Proved
from ledger.log.log import Log
from ledger.proof.tlog_proof import TlogProof
from ledger.record.submission import decode_submission
from ledger.signing.note import Note
from ledger.store.advance import Submission

_output = logging.getLogger("uvicorn.error")
_SMALL = 16_384
"""Bytes of a body that is read at once; a larger one in a thread, while others are served."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a batch is in the log, how many records it has, and the proof that it is there."""

    index: int
    count: int
    is_new: bool
    proof: bytes | None
    """A tlog-proof; None if the served checkpoint does not cover the entry yet."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Taken:
    """A batch on its way into the log: what is told of it, and when it is committed."""

    count: int
    warnings: tuple[str, ...]
    committing: "Future[Logged]"


class Inbox:
    """Takes batches into a log.

    Args:
        log: Where they go.
        seconds: How long an answer waits for the checkpoint that proves the entry. It is logged
            either way.
    """

    def __init__(self, log: Log, *, seconds: float = 10) -> None:
        self._group = GroupCommit(log)
        self._seconds = seconds

    async def submit(self, body: bytes, submission: Submission | None = None) -> Receipt:
        """Log the batch that a body submits, unless it is there already; answer after the commit.

        Raises:
            LedgerError: It is refused, or the log failed; nothing of it was written, unless that
                is what the database could not say.
        """
        if len(body) <= _SMALL:
            taken = self._take_in(body, submission)
        else:
            taken = await asyncio.to_thread(self._take_in, body, submission)
        logged = await asyncio.wrap_future(taken.committing)
        return Receipt(
            index=logged.index,
            count=taken.count,
            is_new=logged.is_new,
            proof=await self._prove(logged.index),
            warnings=taken.warnings,
        )

    async def beat(self) -> None:
        """Publish although nothing may be new: witnesses then say that the log is as it was."""
        with suppress(LedgerError):
            await self._publish(0)

    def close(self) -> None:
        """Finish what was begun."""
        self._group.close()

    def _take_in(self, body: bytes, submission: Submission | None) -> "_Taken":
        batch = decode_submission(body)
        warnings = check_claims(batch.records, self._group.log.clock.milliseconds())
        return _Taken(batch.batch.count, warnings, self._group.enqueue(batch, submission))

    async def _prove(self, index: int) -> bytes | None:
        """Return the proof under what is served after publishing, if that comes in time."""
        try:
            proved = await asyncio.wait_for(self._publish(index), self._seconds)
        except (LedgerError, TimeoutError):
            return None
        if proved.proof is None:
            return None
        checkpoint = Note.from_bytes(proved.published.checkpoint)
        return TlogProof(index=index, proof=proved.proof, checkpoint=checkpoint).to_bytes()

    async def _publish(self, index: int) -> Proved:
        """Publish; if that fails, what was logged is still logged, and the next one tries."""
        try:
            return await asyncio.wrap_future(self._group.publish(index))
        except LedgerError as error:
            _output.error("publishing failed: %s", error)
            raise
