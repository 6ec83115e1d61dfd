"""Where shards are checked, encoded and sealed: fields in, commitments out, nothing else touched.

The same code runs here and in a worker process (`ledger.client.worker`), which speaks in messages:

    to the worker      size (8 bytes), marshal of (descriptions that are new, [(number, own)])
    from the worker    size (8 bytes), marshal of [(own fields encoded, secret, leaf) or (problem)]

`marshal` carries exactly the plain values that these are, twice as fast as `pickle`. Both ends are
the same Python, and nothing that is stored has its form.
"""

import marshal
import secrets
import sys
from collections.abc import Callable, Sequence
from typing import TypeAlias

from ledger.errors import MalformedError
from ledger.record.batch import SealedRecord
from ledger.record.commitment import SECRET_SIZE
from ledger.record.record import Record
from ledger.record.schema import Fields

Own: TypeAlias = tuple[int, Fields]
"""The number of the description that a shard shares, and its own fields."""

Result: TypeAlias = tuple[dict[str, bytes], bytes, bytes] | tuple[str, str | None]
"""Own fields encoded, secret and leaf hash; or message and hint why there is no record."""


class Forge:
    """Seals shards under descriptions that it has learned."""

    def __init__(self) -> None:
        self._descriptions: list[Fields] = []
        self._models: dict[int, Record] = {}

    def learn(self, new: Sequence[Fields]) -> None:
        """Take in descriptions; they are numbered in the order in which they come."""
        self._descriptions += new

    def seal(self, rows: Sequence[Own]) -> list[Result]:
        """Return one result a row."""
        return [self._seal(number, own) for number, own in rows]

    def _seal(self, number: int, own: Fields) -> Result:
        try:
            record = self._record(number, own)
        except MalformedError as error:
            return str(error), error.hint
        sealed = SealedRecord.of(record, secrets.token_bytes(SECRET_SIZE))
        return {name: record.encoded[name] for name in own}, sealed.secret, bytes(sealed.leaf)

    def _record(self, number: int, own: Fields) -> Record:
        """Check the first record of a description whole, and of the others what is their own."""
        model = self._models.get(number)
        if model is not None:
            return model.sharing(own)
        record = Record.parse("shard", {**self._descriptions[number], **own})
        self._models[number] = record
        return record


def framed(message: bytes) -> bytes:
    """Return a message as it goes through a pipe."""
    return len(message).to_bytes(8) + message


def read_framed(read: Callable[[int], bytes | None]) -> bytes:
    """Return the next message.

    Raises:
        EOFError: The other end is closed.
    """
    return _read_exactly(read, int.from_bytes(_read_exactly(read, 8)))


def _read_exactly(read: Callable[[int], bytes | None], size: int) -> bytes:
    parts = []
    while size:
        part = read(size)
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def serve() -> None:
    """Be the worker: answer messages on stdin until it ends."""
    forge = Forge()
    while True:
        try:
            new, rows = marshal.loads(read_framed(sys.stdin.buffer.read))
        except EOFError:
            return
        forge.learn(new)
        sys.stdout.buffer.write(framed(marshal.dumps(forge.seal(rows))))
        sys.stdout.buffer.flush()
