"""Where signed batches come in: each is logged once, however often it is sent.

A client whose connection broke cannot know whether its batch was logged. It sends the same bytes
again, and gets the same index: the database looks the leaf hash up inside the transaction, so that
is true of any number of servers on one database. Batches that come together share a transaction
and a checkpoint (`ledger.log.group`).
"""

import asyncio
import logging
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from api.claims import check_claims, check_erasures
from ledger.errors import LedgerError
from ledger.log.appending import Logged
from ledger.log.group import GroupCommit, Proved, Tell
from ledger.log.log import Log
from ledger.proof.tlog_proof import join_proof
from ledger.record.submission import decode_submission
from ledger.store.advance import Submission

_Answer = TypeVar("_Answer")
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


class Inbox:
    """Takes batches into a log. Its answers belong to the event loop that asks first.

    Args:
        log: Where they go.
        seconds: How long an answer waits for the checkpoint that proves the entry. It is logged
            either way.
    """

    def __init__(self, log: Log, *, seconds: float = 10) -> None:
        self._group = GroupCommit(log)
        self._post = Post()
        self._seconds = seconds

    async def submit(self, body: bytes, submission: Submission | None = None) -> Receipt:
        """Log the batch that a body submits, unless it is there already; answer after the commit.

        Raises:
            LedgerError: It is refused, or the log failed; nothing of it was written, unless that
                is what the database could not say.
        """
        committing, tell = self._post.expect(Logged)
        if len(body) <= _SMALL:
            count, warnings = self._take_in(body, submission, tell)
        else:
            count, warnings = await asyncio.to_thread(self._take_in, body, submission, tell)
        logged = await committing
        proof = await self._prove(logged.index)
        return Receipt(logged.index, count, logged.is_new, proof, warnings)

    async def beat(self) -> None:
        """Publish although nothing may be new: witnesses then say that the log is as it was."""
        with suppress(LedgerError):
            await self._publish(0)

    def close(self) -> None:
        """Finish what was begun."""
        self._group.close()

    def _take_in(
        self, body: bytes, submission: Submission | None, tell: Tell[Logged]
    ) -> tuple[int, tuple[str, ...]]:
        """Begin to log a batch; return its number of records, and what is to be told of it."""
        batch = decode_submission(body)
        check_erasures(batch.records)
        warnings = check_claims(batch.records, self._group.log.clock.milliseconds())
        self._group.begin(batch, submission, tell)
        return batch.batch.count, warnings

    async def _prove(self, index: int) -> bytes | None:
        """Return the proof under what is served after publishing, if that comes in time."""
        try:
            async with asyncio.timeout(self._seconds):
                proved = await self._publish(index)
        except (LedgerError, TimeoutError):
            return None
        if proved.proof is None:
            return None
        return join_proof(index, proved.proof, proved.published.checkpoint)

    async def _publish(self, index: int) -> Proved:
        """Publish; if that fails, what was logged is still logged, and the next one tries."""
        publishing, tell = self._post.expect(Proved)
        try:
            self._group.publish(index, tell)
            return await publishing
        except LedgerError as error:
            _output.error("publishing failed: %s", error)
            raise


class Post:
    """Carries answers from other threads to an event loop, many at a time.

    To wake the loop costs more than to answer; a group of a hundred wakes it once.
    """

    def __init__(self) -> None:
        self._answers: deque[tuple[asyncio.Future[Any], object]] = deque()
        self._is_called = False

    def expect(self, _: type[_Answer]) -> tuple["asyncio.Future[_Answer]", Tell[_Answer]]:
        """Return a future of this loop, and what another thread calls to settle it."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[_Answer] = loop.create_future()
        return future, partial(self._put, loop, future)

    def _put(
        self, loop: asyncio.AbstractEventLoop, future: "asyncio.Future[Any]", answer: object
    ) -> None:
        self._answers.append((future, answer))
        if not self._is_called:
            self._is_called = True
            # A loop that was closed meanwhile has nobody who waits.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        # First: what is put from here on calls again, so nothing is left lying.
        self._is_called = False
        while self._answers:
            future, answer = self._answers.popleft()
            if future.done():  # whoever waited went away
                continue
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)
