"""Handing a batch to a log that somebody else runs, and believing of its answer what it proves.

    POST <url>/api/v1/batches    the signed batch, with values and secrets
    answer                       index, record ids, and a tlog-proof under a published checkpoint

The proof must be of this very batch, at the index that the answer names, under a checkpoint of the
log that was configured here; and that checkpoint must belong to one tree with the last one that
this client kept. Only then is it kept in its place, and only then is the batch called logged.

Whoever cannot tell whether a batch arrived sends the same bytes again: they get the same index.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.trust import Trust, VerifiedCheckpoint
from ledger.errors import (
    CannotTellError,
    InputError,
    LedgerError,
    MalformedError,
    StorageError,
    VerificationError,
)
from ledger.log.folder import replace_file
from ledger.log.web import Answer
from ledger.monitor.claims import Claims
from ledger.monitor.divergence import find_divergence
from ledger.monitor.remote import RemoteLog, Signed
from ledger.proof.tlog_proof import TlogProof
from ledger.record.batch import SignedBatch
from ledger.record.leaf import RecordId
from ledger.record.submission import encode_submission
from ledger.signing.note import Note
from ledger.tree.hashing import leaf_hash
from ledger.tree.tiles import TileHashReader

MAX_ANSWER = 4 * 2**20
"""Bytes: ten thousand record ids, and a checkpoint with a hundred signatures."""
PAUSES = (0.5, 2.0)
"""Seconds before the second and the third attempt."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A batch that a log has, and can no longer deny.

    `proof` and `checkpoint` are None where the log committed the batch and has not published it
    yet: then it is the server's word alone, and the same bytes sent again bring the proof.
    """

    index: int
    records: tuple[RecordId, ...]
    proof: TlogProof | None
    checkpoint: VerifiedCheckpoint | None


class Submitter:
    """Hands batches to one log.

    Args:
        log: Where the log is, and what it must be signed with.
        kept: The file that holds the last checkpoint this client believed; made when there is one.
        pause: Waits for so many seconds.
        now: The time in POSIX seconds, to say when a fork was noted.
    """

    def __init__(
        self,
        log: RemoteLog,
        kept: Path,
        *,
        pause: Callable[[float], None] = time.sleep,
        now: Callable[[], int] = lambda: int(time.time()),
    ) -> None:
        self._log = log
        self._path = kept
        self._pause = pause
        self._claims = Claims(kept.parent, now)

    def submit(self, signed: SignedBatch) -> Submitted:
        """Hand in a batch, and return where it is.

        Raises:
            InputError: The log refuses it; with the log's reason.
            StorageError: There was no answer, after every attempt; or nothing can be kept here.
            MalformedError: The answer is none.
            CannotTellError: Its checkpoint is signed by nobody that we know.
            VerificationError: The answer is false, or the log has forked.
        """
        found = _parse_answer(self._post(encode_submission(signed)), signed)
        if found.proof is None:
            return found
        proof = found.proof
        if proof.index != found.index:
            raise VerificationError(
                f"the log says that the batch is entry {found.index}, and proves entry "
                f"{proof.index}"
            )
        data = proof.checkpoint.to_bytes()
        checked = self._log.check(data)
        try:
            proof.check(leaf_hash(signed.note), self._log.trust)
        except LedgerError as error:
            raise VerificationError(
                f"the log's proof is not of this batch at entry {found.index}: {error}"
            ) from error
        self._keep(Signed(data, checked.checkpoint))
        return Submitted(found.index, found.records, proof, checked)

    def _post(self, body: bytes) -> Answer:
        """Send the same bytes until there is an answer that says what became of them."""
        for pause in (*PAUSES, None):
            try:
                answer = self._log.ask(
                    "POST",
                    f"{self._log.url}/api/v1/batches",
                    body=body,
                    headers={"Content-Type": "application/json"},
                    seconds=self._log.seconds,
                    limit=MAX_ANSWER,
                )
                if answer.status < 500:
                    return answer
                failure = StorageError(f"the log answers {answer.status}: {_detail(answer)}")
            except StorageError as error:
                failure = error
            if pause is None:
                break
            self._pause(pause)
        raise StorageError(
            f"{failure}; whether the batch arrived is not known",
            hint="send the same bytes again: they are logged once",
        )

    def _keep(self, new: Signed) -> None:
        """Demand that `new` belongs to one tree with what was kept, and keep the larger of both."""
        old = self._read()
        if old is None or not old.tree.size:
            replace_file(self._path, new.data)
            return
        first, second = (old, new) if old.tree.size <= new.tree.size else (new, old)
        reader = TileHashReader(second.tree.size, self._log.tree(second.tree))
        split = find_divergence(first.tree, second.tree, reader)
        if split is not None:
            file = self._claims.write_fork(first.data, second.data, split)
            raise VerificationError(
                f"{new.tree.origin} signed a tree that contradicts the one it showed before",
                hint=f"ledger verify {file}",
            )
        if second is new:
            replace_file(self._path, new.data)

    def _read(self) -> Signed | None:
        try:
            data = self._path.read_bytes()
            return Signed(data, Checkpoint.from_text(Note.from_bytes(data).text))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageError(f"{self._path} cannot be read: {error.strerror}") from error
        except MalformedError as error:
            raise InputError(
                f"{self._path} is no checkpoint: {error}",
                hint="restore it; without it, a fork of the log cannot be noticed",
            ) from error


def submit(url: str, signed: SignedBatch, trust: Trust, kept: Path) -> Submitted:
    """Hand one batch to the log at `url`; see `Submitter.submit`."""
    return Submitter(RemoteLog(url, trust, origin=signed.batch.origin), kept).submit(signed)


def _parse_answer(answer: Answer, signed: SignedBatch) -> Submitted:
    if answer.status not in (200, 201):
        if 300 <= answer.status < 400:
            raise CannotTellError(
                f"the log sends the batch elsewhere (status {answer.status}), and we do not go"
            )
        raise InputError(f"the log refuses the batch ({answer.status}): {_detail(answer)}")
    try:
        value = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise MalformedError("the answer to a batch is no JSON") from error
    match value:
        case {"index": int(index), "records": list(records)} if index >= 0 and index is not True:
            pass
        case _:
            raise MalformedError("the answer to a batch names no index and records")
    expected = [RecordId(index, position) for position in range(signed.batch.count)]
    if records != [str(one) for one in expected]:
        raise VerificationError(f"the records that the log names are not those of entry {index}")
    text = value.get("proof")
    if text is None:
        return Submitted(index, tuple(expected), None, None)
    if not isinstance(text, str):
        raise MalformedError("the proof in the answer to a batch is a text")
    return Submitted(index, tuple(expected), TlogProof.from_bytes(text.encode()), None)


def _detail(answer: Answer) -> str:
    """Return the log's own words about a problem (RFC 9457), shortened; nobody vouches for them."""
    try:
        detail = json.loads(answer.body)["detail"]
    except (ValueError, RecursionError, KeyError, TypeError):
        return "it does not say why"
    return str(detail)[:300]
