"""An activity: data goes in, data comes out, and one batch says so when it is done.

    with ledger.activity("dedup", parameters={"threshold": 8}) as activity:
        activity.input("raw/part-1.jsonl")
        ...
        activity.output("clean/part-1.jsonl")

Every output is recorded with the lineage of the activity: its inputs by digest, what was done, with
which code and parameters, from when to when. If the body raises, nothing is recorded: an activity
that did not end made nothing.
"""

import inspect
import uuid
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from ledger.capture import Captured, DocumentTree, Failed, Metadata, Options, capture, survey
from ledger.client.adding import Recorder
from ledger.client.finding import file_digest
from ledger.client.sealing import timestamp
from ledger.content.digest import Digest
from ledger.errors import InputError
from ledger.record.canonical import JSON
from ledger.record.leaf import RecordId
from ledger.record.schema import Fields

if TYPE_CHECKING:
    from ledger.client.client import Ledger

P = ParamSpec("P")
R = TypeVar("R")
_ARGUMENT = "activity"
_LATE = (inspect.iscoroutinefunction, inspect.isgeneratorfunction, inspect.isasyncgenfunction)


class Activity:
    """One run: collects inputs and outputs, and commits at its end. Made by `Ledger.activity`."""

    def __init__(
        self,
        ledger: "Ledger",
        name: str,
        *,
        agent: str | None,
        code: Mapping[str, str] | None,
        parameters: Mapping[str, str | int | bool] | None,
        set: Sequence[str],
    ) -> None:
        self._ledger = ledger
        self._activity: dict[str, JSON] = {"name": name, "run": str(uuid.uuid4())}
        if agent is not None:
            self._activity["agent"] = agent
        self._code: dict[str, JSON] = dict(code or {})
        self._parameters: dict[str, JSON] = dict(parameters or {})
        self._set = tuple(set)
        self._inputs: dict[str, dict[str, JSON]] = {}
        self._outputs: list[tuple[str, tuple[str, ...]]] = []
        self.ids: tuple[RecordId, ...] = ()
        """The ids of the outputs' records, in order, once the activity has ended."""

    @property
    def run(self) -> str:
        """The run's id, a UUID."""
        return str(self._activity["run"])

    def input(self, what: str | Path | RecordId | Digest, *, role: str | None = None) -> None:
        """Say that something went in: a file or folder, a record of this ledger, or a digest.

        Args:
            what: A path (hashed now), `RecordId` or its text, `Digest` or its text.
            role: What part it played, such as `seed` or `prompts`.

        Raises:
            NotFoundError: There is no such record.
            InputError: The path cannot be read.
        """
        for digest, record_id in self._digests(what):
            one: dict[str, JSON] = {"digest": str(digest)}
            if record_id is not None:
                one["record"] = str(record_id)
            if role is not None:
                one["role"] = role
            self._inputs[str(digest)] = one

    def output(self, path: str | Path, *, set: Sequence[str] = ()) -> None:
        """Say that a file or folder came out; it is read and recorded when the activity ends.

        Args:
            path: The file or folder.
            set: `field.path=value` for it, over what the activity sets for all outputs.
        """
        self._outputs.append((str(path), tuple(set)))

    def _digests(
        self, what: str | Path | RecordId | Digest
    ) -> list[tuple[Digest, RecordId | None]]:
        if isinstance(what, str) and what.startswith("blake3:"):
            what = Digest.parse(what)
        elif (
            isinstance(what, str) and what.partition(".")[0].isdecimal() and not Path(what).exists()
        ):
            what = RecordId.parse(what)
        if isinstance(what, RecordId):
            stored = self._ledger.show(what)
            if stored.digest is None:
                raise InputError(f"record {what} is a {stored.record.kind}, and no data goes in")
            return [(stored.digest, what)]
        if isinstance(what, Digest):
            return [(what, self._known(what))]
        return [(digest, self._known(digest)) for digest in _file_digests(Path(what))]

    def _known(self, digest: Digest) -> RecordId | None:
        found = [one.id for one in self._ledger.find(digest=digest)]
        return found[-1] if found else None

    def begin(self) -> None:
        """Note when the activity began; `with` does that."""
        self._activity["started"] = timestamp()

    def commit(self) -> None:
        """Record every output, with its lineage, in one batch; `with` does that at its end.

        Raises:
            InputError: An output cannot be read or lacks metadata. Nothing was recorded.
            MalformedError: A field is unknown or wrong. Nothing was recorded.
        """
        self._activity["ended"] = timestamp()
        recorder = Recorder()
        records = [
            recorder.record(self._with_lineage(fields))
            for path, said in self._outputs
            for fields in _captured(path, (*self._set, *said))
        ]
        if records:
            self.ids = tuple(self._ledger.record(records))
            self._ledger.publish()

    def _with_lineage(self, fields: Fields) -> Fields:
        lineage: dict[str, JSON] = {"activity": dict(self._activity)}
        if self._inputs:
            lineage["inputs"] = list(self._inputs.values())
        if self._code:
            lineage["code"] = self._code
        if self._parameters:
            lineage["parameters"] = self._parameters
        basis = fields["basis"]
        assert isinstance(basis, dict)
        return {**fields, "lineage": lineage, "basis": {**basis, "lineage": "observed"}}


class Activities:
    """What `Ledger.activity` returns: a context manager and a decorator."""

    def __init__(self, make: Callable[[], Activity]) -> None:
        self._make = make
        self._running: list[Activity] = []

    def __enter__(self) -> Activity:
        activity = self._make()
        activity.begin()
        self._running.append(activity)
        return activity

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        activity = self._running.pop()
        if error is None:
            activity.commit()

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """Run one activity a call; the function may ask for it by a parameter `activity`.

        Raises:
            TypeError: It is no plain function: its body would run after the activity has ended.
        """
        if any(is_late(function) for is_late in _LATE):
            raise TypeError("an activity decorates plain functions; in this one, use `with`")
        wants = _ARGUMENT in inspect.signature(function).parameters

        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            # One of its own: calls may run in several threads, or within each other.
            with Activities(self._make) as activity:
                if wants:
                    kwargs[_ARGUMENT] = activity
                return function(*args, **kwargs)

        return run


def _captured(path: str, said: Sequence[str]) -> list[Fields]:
    """Return the fields of every file at `path`; one that cannot be read stops the activity."""
    options = Options(documents=DocumentTree())
    results = list(capture(survey([path]), Metadata.load(settings=said), options=options))
    for result in results:
        if isinstance(result, Failed):
            raise InputError(f"{result.path}: {result.reason}", hint=result.hint)
    return [result.fields for result in results if isinstance(result, Captured)]


def _file_digests(path: Path) -> list[Digest]:
    """Return the digest of a file, or of each file of a folder."""
    digests = []
    for found in survey([str(path)]).items:
        if isinstance(found, Failed):
            raise InputError(f"{found.path}: {found.reason}", hint=found.hint)
        digests.append(file_digest(found.path))
    return digests
