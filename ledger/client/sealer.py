"""From the fields of many shards to sealed records, in order, on two cores when it pays.

Checking, encoding and hashing a record takes as long as reading a small file and committing its
record together: about 50 microseconds each. When thousands are to come, a worker process takes as
many chunks as it keeps up with; the others are sealed here.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from types import TracebackType
from typing import NamedTuple, Self

from ledger.client.forge import Forge, Own, Result
from ledger.client.worker import Worker
from ledger.record.batch import SealedRecord
from ledger.record.canonical import encode
from ledger.record.record import OWN_FIELDS, Record
from ledger.record.schema import Fields
from ledger.tree.hashing import Hash

MANY = 4_000
"""From so many shards on a worker pays: it takes a tenth of a second to start."""

CHUNK = 128
_AHEAD = 16


class Refused(NamedTuple):
    """These fields are no record, and why."""

    reason: str
    hint: str | None


@dataclass(slots=True)
class _Chunk:
    rows: list[Own]
    results: list[Result] | None
    """None while the worker has it."""


class Sealer:
    """Seals shards in order, here and in a worker. Use it in a `with` statement.

    Args:
        claimed_at: The time that all records state.
        expected: About how many shards will come; it decides whether there is a worker.
    """

    def __init__(self, claimed_at: str, expected: int) -> None:
        self._descriptions = _Descriptions(claimed_at)
        self._forge = Forge()
        self._waiting: deque[_Chunk] = deque()
        self.worker = Worker.start() if expected >= MANY else None
        """The second core; None if it does not pay, cannot be had, or has died."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.worker is not None:
            self.worker.stop()

    def seal(self, shards: Iterable[Fields]) -> Iterator[SealedRecord | Refused]:
        """Yield for each shard its sealed record, or why it is none."""
        shards = iter(shards)
        while some := list(islice(shards, CHUNK)):
            self._waiting.append(self._begin(some))
            while self._waiting and self._is_ready():
                yield from self._end()
        while self._waiting:
            yield from self._end()

    def _begin(self, shards: Sequence[Fields]) -> _Chunk:
        rows = [self._descriptions.split(fields) for fields in shards]
        new = self._descriptions.news()
        self._forge.learn(new)
        if self.worker is not None:
            self.worker.learn(new)
            if self.worker.take(rows):
                return _Chunk(rows, None)
        return _Chunk(rows, self._forge.seal(rows))

    def _is_ready(self) -> bool:
        if self._waiting[0].results is not None or len(self._waiting) > _AHEAD:
            return True
        return self.worker is None or self.worker.has_answered()

    def _end(self) -> Iterator[SealedRecord | Refused]:
        chunk = self._waiting.popleft()
        results = self._answer(chunk) if chunk.results is None else chunk.results
        for (number, _), result in zip(chunk.rows, results, strict=True):
            if len(result) == 2:
                yield Refused(*result)
            else:
                own, secret, leaf = result
                yield SealedRecord(self._descriptions.record(number, own), secret, Hash(leaf))

    def _answer(self, chunk: _Chunk) -> list[Result]:
        """Return the worker's answer. If it has died, do its work from here on."""
        if self.worker is not None:
            try:
                return self.worker.answer()
            except (OSError, EOFError):
                self.worker.stop()
                self.worker = None
        return self._forge.seal(chunk.rows)


class _Descriptions:
    """The descriptions of captured files, each with a number.

    Capture gives files with the same description the same objects, so their identities tell
    whether it has a number already.
    """

    def __init__(self, claimed_at: str) -> None:
        self._claimed_at = claimed_at
        self._all: list[Fields] = []
        self._known = 0
        self._numbers: dict[tuple[int, ...], int] = {}
        self._models: dict[int, Record] = {}

    def split(self, fields: Fields) -> Own:
        """Return the number of a shard's description, and its own fields."""
        own: Fields = {"claimed_at": self._claimed_at}
        key = []
        for name, value in fields.items():
            if name in OWN_FIELDS:
                own[name] = value
            else:
                key.append(id(value))
        number = self._numbers.setdefault(tuple(key), len(self._all))
        if number == len(self._all):
            # Keeping the values also keeps their identities from being given to others.
            self._all.append({name: fields[name] for name in fields if name not in OWN_FIELDS})
        return number, own

    def news(self) -> list[Fields]:
        """Return the descriptions that are new since the last call."""
        new = self._all[self._known :]
        self._known = len(self._all)
        return new

    def record(self, number: int, own: dict[str, bytes]) -> Record:
        """Return the record that a forge has checked, from its own fields as it encoded them."""
        model = self._models.get(number)
        if model is None:
            shared = {name: encode(value) for name, value in self._all[number].items()}
            model = self._models[number] = Record("shard", shared)
        return model.beside(own)
