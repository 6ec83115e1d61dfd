"""A witness over HTTP: a thread a connection, on the standard library alone.

    POST …/add-checkpoint                     ledger.witness.service
    GET  …/<hex SHA-256 of origin>/checkpoint the newest cosigned checkpoint of that log
    GET  /                                    the witness's keys, as text

Whoever reaches the port may be anybody. A request has one deadline for all its bytes, however they
drip; a body is measured before it is read and parsed; there are only so many connections, and who
comes later waits. Encryption is for the web server in front (docs/witness.md).
"""

import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from ledger import __version__
from ledger.errors import StorageError
from ledger.log.web import Answer, Deadline, TimedSocket
from ledger.witness.service import MAX_BODY, TEXT, WitnessService

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

SECONDS = 10.0
"""What a request may take to come in, and a kept connection to begin another one."""
CONNECTIONS = 200
_SHOWN = re.compile(r"(?:/[^?]*)?/([0-9a-f]{64})/checkpoint")
_HEAD = 65_536
"""Bytes that request line and header fields may have, together."""


class WitnessServer(ThreadingHTTPServer):
    """Serves a witness until `stop`.

    Args:
        service: Who decides.
        door: A listening socket, which the server then owns.
        seconds: What a request may take to come in.
        connections: How many are served at a time.
        complain: Told of what went wrong with no answer to show for it.
    """

    # Those that are being answered are waited for, when the server stops.
    daemon_threads = False
    block_on_close = True

    def __init__(
        self,
        service: WitnessService,
        door: socket.socket,
        *,
        seconds: float = SECONDS,
        connections: int = CONNECTIONS,
        complain: Callable[[str], None] = lambda _: None,
    ) -> None:
        super().__init__(door.getsockname()[:2], _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = door
        self.service = service
        self.seconds = seconds
        self.complain = complain
        self._places = threading.Semaphore(connections)
        self._idle: set[socket.socket] = set()
        self._idle_turn = threading.Lock()
        self.is_stopping = False

    def stop(self) -> None:
        """Accept nobody any more, answer what is being decided, and end `serve_forever`."""
        with self._idle_turn:
            self.is_stopping = True
            for connection in self._idle:
                _end(connection)
        # Not from this thread: it may be the one that serves, and `shutdown` waits for that.
        threading.Thread(target=self.shutdown).start()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give a connection its thread, once there is room."""
        self._places.acquire()
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._places.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection, and make room again."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Tell what a connection died of; a client that went away is no news."""
        import sys

        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            self.complain(f"a connection ended with {type(error).__name__}: {error}")

    def waiting(self, connection: socket.socket, *, is_waiting: bool) -> None:
        """Note whether a connection is one that nobody has been asked anything on yet."""
        with self._idle_turn:
            if not is_waiting:
                self._idle.discard(connection)
            elif self.is_stopping:
                _end(connection)
            else:
                self._idle.add(connection)


def _end(connection: socket.socket) -> None:
    """Let whoever reads from a connection find that nothing more comes."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RD)


class _MeteredSocket(TimedSocket):
    """Also gives each request only so many bytes."""

    allowance = 0

    def receive(self, buffer: "WriteableBuffer") -> int:
        """Take what has come, if it may."""
        if self.allowance <= 0:
            raise ConnectionAbortedError("the request is too large")
        size = super().receive(buffer)
        self.allowance -= size
        return size


class _Handler(BaseHTTPRequestHandler):
    """One connection, and its requests one after the other."""

    protocol_version = "HTTP/1.1"
    server_version = f"ledger-witness/{__version__}"
    sys_version = ""
    server: WitnessServer

    def setup(self) -> None:
        """Read through a deadline instead of a plain file."""
        super().setup()
        # An answer is two writes, and the second would wait for the first to be acknowledged.
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rfile.close()
        self._timed = _MeteredSocket(self.connection, Deadline(self.server.seconds))
        self.rfile = self._timed.makefile("rb")

    def handle_one_request(self) -> None:
        """Take one request, within the deadline."""
        self._timed.deadline = Deadline(self.server.seconds)
        self._timed.allowance = _HEAD + MAX_BODY
        self.server.waiting(self.connection, is_waiting=True)
        try:
            super().handle_one_request()
        finally:
            self.server.waiting(self.connection, is_waiting=False)
        if self.server.is_stopping:
            self.close_connection = True

    def do_GET(self) -> None:
        """Answer what can be read."""
        path = self.path.partition("?")[0]
        found = _SHOWN.fullmatch(path)
        if found:
            self._answer(self.server.service.checkpoint(found[1]))
        elif path == "/":
            keys = "".join(f"{key}\n" for key in self.server.service.keys)
            self._answer(Answer(200, TEXT, keys.encode(), {}))
        else:
            self._answer(_plain(404, "there is nothing here"))

    def do_POST(self) -> None:
        """Decide about a checkpoint."""
        if not self.path.endswith("/add-checkpoint"):
            self._refuse(404, "there is only add-checkpoint")
            return
        size = self.headers.get("Content-Length", "")
        if not re.fullmatch(r"[0-9]{1,18}", size) or "Transfer-Encoding" in self.headers:
            self._refuse(411, "say how long the body is, in Content-Length")
        elif int(size) > MAX_BODY:
            self._refuse(413, f"a request has at most {MAX_BODY} bytes")
        else:
            self._decide(int(size))

    def _decide(self, size: int) -> None:
        body = self.rfile.read(size)
        if len(body) < size:
            self._refuse(400, "the body ended early")
            return
        self.server.waiting(self.connection, is_waiting=False)
        self._answer(self.server.service.add_checkpoint(body))

    def _refuse(self, status: int, reason: str) -> None:
        """Answer without having read the body: nothing else can follow on this connection."""
        self.close_connection = True
        self._answer(_plain(status, reason))

    def _answer(self, answer: Answer) -> None:
        # Deciding took time too, and the deadline is for what comes in.
        self.connection.settimeout(self.server.seconds)
        self.send_response(answer.status)
        charset = "; charset=utf-8" if answer.media_type == TEXT else ""
        self.send_header("Content-Type", f"{answer.media_type}{charset}")
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        if self.close_connection or self.server.is_stopping:
            self.close_connection = True
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def do_HEAD(self) -> None:
        """Answer as to a GET, without the body."""
        self.do_GET()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what the standard library refuses, and quote nothing of it."""
        # Where no version could be read, the library would answer without a status line.
        self.request_version = self.protocol_version
        self._refuse(code, self.responses[HTTPStatus(code)][0])

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: decisions are logged, requests are not."""


def _plain(status: int, reason: str) -> Answer:
    return Answer(status, TEXT, f"{reason}\n".encode(), {})


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket.

    Raises:
        StorageError: The address is none of this machine's, or the port is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no host name"
        raise StorageError(f"cannot listen at {host}, port {port}: {reason}") from error
