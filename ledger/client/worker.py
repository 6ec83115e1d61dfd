"""The second core: a process that seals what it is given (`ledger.client.forge`).

A plain new process. A fork would inherit threads that read files and a database that is open, and
`multiprocessing` would run the user's script again. It computes and nothing else, so it can be
ended at any moment.
"""

import marshal
import os
import select
import subprocess
import sys
from collections import deque
from typing import IO, Self

from ledger.client.forge import Own, Result, framed, read_framed
from ledger.record.schema import Fields

_AHEAD = 8
"""Chunks that it has at once: it must not run dry while a thousand records are committed."""

_PIPE = 1 << 20
_PAGE = 4096


class Worker:
    """A process that seals chunks, and how much it has been given."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._stdin, self._stdout = process.stdin, process.stdout
        self._capacity = min(_enlarged(self._stdin), _enlarged(self._stdout))
        self._unanswered: deque[int] = deque()
        self._news: list[Fields] = []

    @classmethod
    def start(cls) -> Self | None:
        """Start one; None where there is one core only, or no pipe that can be polled and sized."""
        if sys.platform != "linux" or (os.cpu_count() or 1) < 2 or not sys.executable:
            return None
        path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
        try:
            return cls(
                subprocess.Popen(
                    [sys.executable, "-c", "from ledger.client.forge import serve; serve()"],
                    bufsize=0,  # what a buffer holds already, `select` would not see
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env={**os.environ, "PYTHONPATH": path},
                    process_group=0,  # Ctrl-C is for us; it ends when its stdin does
                )
            )
        except OSError:
            return None

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def learn(self, new: list[Fields]) -> None:
        """Have it learn descriptions, before the next chunk that it takes."""
        self._news += new

    def take(self, rows: list[Own]) -> bool:
        """Give it a chunk; False if it has enough to do.

        All that is unanswered fits into the pipe, so writing never blocks. As we never stop
        reading before it is done, neither side can wait for the other for ever.
        """
        if len(self._unanswered) >= _AHEAD:
            return False
        message = framed(marshal.dumps((self._news, rows)))
        size = -(-len(message) // _PAGE) * _PAGE
        if sum(self._unanswered) + size > self._capacity:
            return False
        try:
            self._stdin.write(message)
        except OSError:
            return False
        self._news = []
        self._unanswered.append(size)
        return True

    def has_answered(self) -> bool:
        """Say whether an answer has begun to arrive."""
        return bool(select.select([self._stdout], [], [], 0)[0])

    def answer(self) -> list[Result]:
        """Wait for the answer to the oldest chunk.

        Raises:
            EOFError: The process has died.
        """
        message = read_framed(self._stdout.read)
        self._unanswered.popleft()
        results: list[Result] = marshal.loads(message)
        return results

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


def _enlarged(pipe: IO[bytes]) -> int:
    """Enlarge a pipe to a megabyte, or leave it as it is, and return what it holds."""
    import fcntl

    try:
        return fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)
    except PermissionError:  # the user has many such pipes already
        return fcntl.fcntl(pipe, fcntl.F_GETPIPE_SZ)
