"""Run many files: small ones here, one after the other, large ones on a pool of two.

Results come in the survey's order whatever finishes first. Large files are started a little ahead
of their turn, so that the pool has work while small ones are read here. Two threads are as many as
pay: hashing lets go of Python's lock, counting does not.

Memory stays at one chunk for each thread. Nothing is mapped: a mapped file that somebody truncates
meanwhile kills the process (SIGBUS), and a pipeline must not die of its bookkeeping. It would
not be faster either: the figures are in docs/capture.md.
"""

from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from ledger.capture.directories import Found, Survey
from ledger.capture.files import (
    Facts,
    Options,
    Running,
    Unreadable,
    read_file,
    read_small,
)
from ledger.capture.metadata import Metadata
from ledger.capture.results import Captured, Failed
from ledger.capture.statement import Contradiction, Declared, state
from ledger.errors import InputError

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

SMALL = 1 << 20
# Enough to keep two threads busy for the tenth of a second that a database takes to import and
# open. What is kept of a file that was read is a few hundred bytes.
_AHEAD = 64
_THREADS = 2
_REMOTE_THREADS = 8  # they wait for the network, not for the processor
_SECONDS_BETWEEN_REPORTS = 0.1


class Progress(Protocol):
    """Is told how far capture is; always from the thread that iterates over the results."""

    def begin(self, *, files: int, size: int) -> None:
        """The survey is known: so many files, so many bytes."""

    def advance(self, *, files: int, size: int) -> None:
        """So many more files are done, and so many more bytes read."""


class Silent:
    """A Progress that nobody watches."""

    def begin(self, *, files: int, size: int) -> None:
        """See Progress."""

    def advance(self, *, files: int, size: int) -> None:
        """See Progress."""


def capture(
    survey: Survey,
    metadata: Metadata,
    *,
    options: Options = Options(),  # noqa: B008 - it is frozen
    progress: Progress | None = None,
) -> "Results":
    """Read every file of the survey and yield its record's fields, or why there are none.

    All metadata is resolved and checked before the first byte is read. Large files are being read
    when this returns, so the caller can open its database meanwhile. What is returned has a
    `close`, which may be called at any time and waits for one chunk of each file under way.

    Raises:
        InputError: The metadata is incomplete, or a rule matches nothing. Nothing was yielded.
        MalformedError: A value in the metadata is not what its field holds. Nothing was yielded.
    """
    declared = metadata.resolve(survey.files)
    if options.tokens is not None and not options.tokens.tokenizer:
        _check_tokenizer(declared)
    watching = progress or Silent()
    files = survey.files
    watching.begin(files=len(survey.items), size=sum(found.size for found in files))
    jobs = (
        (found, _wanted(options, said))
        for found, said in zip(files, declared, strict=True)
        if found.size >= SMALL or found.protocol
    )
    pool = _Pool(jobs, watching)
    return Results(_run(survey, declared, options, watching, pool), pool)


class Results(Iterator[Captured | Failed]):
    """What `capture` returns.

    A generator alone would not do: closed before its first step, it would not stop the pool.
    """

    def __init__(self, results: Generator[Captured | Failed, None, None], pool: "_Pool") -> None:
        self._results = results
        self._pool = pool

    def __next__(self) -> Captured | Failed:
        return next(self._results)

    def close(self) -> None:
        """Stop reading."""
        self._results.close()
        self._pool.close()


def _run(
    survey: Survey,
    declared: Sequence[Declared],
    options: Options,
    progress: Progress,
    pool: "_Pool",
) -> Generator[Captured | Failed, None, None]:
    statements = iter(declared)
    with closing(pool):
        for item in survey.items:
            size = 0
            if isinstance(item, Failed):
                yield item
            else:
                said = next(statements)
                try:
                    if item.size < SMALL and not item.protocol:
                        size = item.size
                        facts = read_small(
                            item, _wanted(options, said) if said.content else options
                        )
                    else:
                        facts = pool.next_facts()
                    yield state(item, facts, said)
                except (Unreadable, Contradiction) as error:
                    yield Failed(item.path, str(error), error.hint)
            progress.advance(files=1, size=size)


def _check_tokenizer(declared: Sequence[Declared]) -> None:
    if any("tokenizer" not in said.measures for said in declared):
        raise InputError(
            "measures.tokenizer is missing: a number of tokens means nothing without it",
            hint="--set measures.tokenizer.name=…",
        )


def _wanted(options: Options, said: Declared) -> Options:
    """Compute SHA-256 for a file that claims one, too."""
    if "sha256" in said.content and not options.sha256:
        return replace(options, sha256=True)
    return options


class _Pool:
    """Reads the files of `jobs` in order, a few ahead of who asks."""

    def __init__(self, jobs: Iterable[tuple[Found, Options]], progress: Progress) -> None:
        self._jobs = iter(jobs)
        self._progress = progress
        self._waiting: deque[tuple[Future[Facts], _Reported]] = deque()
        self._executor: ThreadPoolExecutor | None = None
        self._fill()

    def close(self) -> None:
        """Stop, and wait for the threads; a second time does nothing."""
        for _future, running in self._waiting:
            running.stopped = True
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)

    def next_facts(self) -> Facts:
        """Return the facts of the next file, or raise why there are none."""
        future, _ = self._waiting[0]
        try:
            while True:
                try:
                    return future.result(_SECONDS_BETWEEN_REPORTS)
                except TimeoutError:
                    if future.done():
                        raise
                    self._report()
        finally:
            self._report()
            if future.done():
                self._waiting.popleft()
                self._fill()

    def _fill(self) -> None:
        for found, options in islice(self._jobs, _AHEAD - len(self._waiting)):
            if self._executor is None:
                # 16 ms, and a folder of small files never needs it.
                from concurrent.futures import ThreadPoolExecutor

                threads = _REMOTE_THREADS if found.protocol else _THREADS
                self._executor = ThreadPoolExecutor(threads, "capture")
            running = _Reported()
            read = _read_remote if found.protocol else read_file
            self._waiting.append((self._executor.submit(read, found, options, running), running))

    def _report(self) -> None:
        size = sum(running.news() for _, running in self._waiting)
        if size:
            self._progress.advance(files=0, size=size)


class _Reported(Running):
    """A Running of which we know what was already passed on."""

    __slots__ = ("_passed_on",)

    def __init__(self) -> None:
        super().__init__()
        self._passed_on = 0

    def news(self) -> int:
        """Return the bytes read since the last call."""
        size = self.bytes - self._passed_on
        self._passed_on += size
        return size


def _read_remote(found: Found, options: Options, running: Running) -> Facts:
    from ledger.capture.remote import read_remote

    return read_remote(found, options, running)
