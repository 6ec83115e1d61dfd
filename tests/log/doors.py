"""Servers on loopback that say exactly what a test wants said, byte by byte."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Say = Callable[[socket.socket, bytes], None]


def request_of(connection: socket.socket) -> bytes:
    """Return the request: head, and as much body as it says."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65_536)
        if not more:
            return data
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lines = [line.split(b":", 1) for line in head.lower().split(b"\r\n")[1:]]
    size = next((int(words[1]) for words in lines if words[0] == b"content-length"), 0)
    while len(body) < size:
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body


@contextmanager
def answering(say: Say, *, read: Callable[[socket.socket], bytes] = request_of) -> Iterator[str]:
    """Give the address of a server that does `read` and then `say`, one connection at a time."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=_accept, args=(door, say, read))
        thread.start()
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            # Closing a listening socket wakes nobody who waits in accept.
            door.shutdown(socket.SHUT_RDWR)
            thread.join()


def _accept(door: socket.socket, say: Say, read: Callable[[socket.socket], bytes]) -> None:
    with suppress(OSError):
        while True:
            connection, _ = door.accept()
            with connection, suppress(OSError):
                say(connection, read(connection))


def saying(answer: bytes) -> Say:
    """Return what sends `answer` and closes."""
    return lambda connection, _: connection.sendall(answer)


def is_gone(connection: socket.socket, seconds: float) -> bool:
    """Wait for the other side to hang up, and say whether it did."""
    connection.settimeout(seconds)
    try:
        return connection.recv(1) == b""
    except TimeoutError:
        return False
