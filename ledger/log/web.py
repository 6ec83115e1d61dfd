"""One question to a web server, which may be anybody's: bounded in time and in bytes.

    dripping, hanging     one deadline for the whole exchange, not for each read
    too much              nothing is kept past a limit
    redirects             are not followed: the address is the one that was configured
    cut off               an answer shorter than it said is no answer

Names are looked up before the deadline can act: the system's resolver knows none. Every other step
ends with it.
"""

import io
import re
import socket
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from ledger import __version__
from ledger.errors import InputError, StorageError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_AGENT = f"training-data-ledger/{__version__}"
_STREAM = socket.SOCK_STREAM
_PRINTABLE = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered, whatever the status."""

    status: int
    media_type: str
    """In lower case and without parameters; empty if none was given."""
    body: bytes
    headers: Mapping[str, str]
    """By name in lower case; of several with one name the last."""


def ask(
    method: str,
    url: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    seconds: float = 10,
    limit: int = 2**20,
) -> Answer:
    """Send one request and return the answer; a status is no error.

    Args:
        method: `GET`, `POST`, `HEAD`.
        url: Of http or https, with no user in it.
        body: What to send along.
        headers: More header fields.
        seconds: When it must be over.
        limit: The most bytes of body to take.

    Raises:
        InputError: The URL is none that can be asked.
        StorageError: There was no whole answer within time and limit; says what was instead.
    """
    parts = _split(url)
    deadline = Deadline(seconds)
    fields = {"Host": parts.netloc, "User-Agent": _AGENT, "Connection": "close", **(headers or {})}
    try:
        with closing(_connect(parts, deadline)) as door:
            connection = HTTPConnection(parts.hostname or "")
            # It asks its socket for a file to read, and sends through it: no more than that.
            connection.sock = timed = TimedSocket(door, deadline)
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(method, target, body, fields)
            response = connection.getresponse()
            if timed.is_over:
                # To http.client a header that breaks off is one that ends.
                raise StorageError(f"{url} broke off within the header of its answer")
            return _read(response, url, limit)
    except TimeoutError as error:
        # A connection that the system gave up on early is a TimeoutError too.
        raise StorageError(f"{url} did not answer within {seconds:g} seconds") from error
    except HTTPException as error:
        reason = str(error) or type(error).__name__
        raise StorageError(f"{url} gave no whole HTTP answer: {reason[:200]}") from error
    except (OSError, UnicodeError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise StorageError(f"{url} cannot be reached: {reason[:200]}") from error


def _split(url: str) -> SplitResult:
    """Return the parts of a URL that can be asked."""
    try:
        parts = urlsplit(url)
        is_good = (
            _PRINTABLE.fullmatch(url) is not None
            and parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and parts.username is None
            and parts.port != 0
        )
    except ValueError:
        is_good = False
    if not is_good:
        raise InputError(f"{url[:200]!r} is no URL to ask: expected http(s)://host[:port]/path")
    return parts


def _read(response: HTTPResponse, url: str, limit: int) -> Answer:
    headers = {name.lower(): value for name, value in response.getheaders()}
    encoding = headers.get("content-encoding", "identity").lower()
    if encoding != "identity":
        raise StorageError(f"{url} answered in the encoding {encoding[:40]!r}, which nobody asked")
    body = response.read(limit + 1)
    if len(body) > limit:
        raise StorageError(f"{url} answered more than {limit} bytes")
    if response.length:
        raise StorageError(f"{url} broke off, {response.length} bytes before the end it announced")
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    return Answer(response.status, media_type, body, headers)


class Deadline:
    """The moment when an exchange must be over."""

    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left.

        Raises:
            TimeoutError: None are.
        """
        left = self._end - monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def _connect(parts: SplitResult, deadline: Deadline) -> socket.socket:
    """Return an open connection, encrypted for https, made in time."""
    host, is_tls = parts.hostname or "", parts.scheme == "https"
    failure: OSError = OSError("the name has no address")
    port = parts.port or (443 if is_tls else 80)
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=_STREAM):
        door = socket.socket(family, kind, protocol)
        try:
            door.settimeout(deadline.left())
            door.connect(address)
            door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return _encrypt(door, host, deadline) if is_tls else door
        except OSError as error:
            door.close()
            failure = error
    raise failure


def _encrypt(door: socket.socket, host: str, deadline: Deadline) -> socket.socket:
    import ssl

    door.settimeout(deadline.left())
    return ssl.create_default_context().wrap_socket(door, server_hostname=host)


class TimedSocket:
    """A socket that gives each operation only the time that is left of the whole."""

    def __init__(self, inner: socket.socket, deadline: Deadline) -> None:
        self._inner = inner
        self.deadline = deadline
        self.is_over = False
        """Whether the other side has said that nothing more comes."""

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return what `http.client` and `http.server` read from."""
        return io.BufferedReader(_TimedFile(self))

    def receive(self, buffer: "WriteableBuffer") -> int:
        """Take what has come, within the time that is left."""
        self._inner.settimeout(self.deadline.left())
        size = self._inner.recv_into(buffer)
        self.is_over = size == 0
        return size

    def sendall(self, data: bytes) -> None:
        """Send everything in time."""
        view = memoryview(data)
        while view:
            self._inner.settimeout(self.deadline.left())
            view = view[self._inner.send(view) :]

    def close(self) -> None:
        """Do nothing: the connection closes its socket before the answer is read from it."""


class _TimedFile(io.RawIOBase):
    """The reading end of a `TimedSocket`."""

    def __init__(self, source: TimedSocket) -> None:
        self._source = source

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Read what has come."""
        return self._source.receive(buffer)
