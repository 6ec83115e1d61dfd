"""A client that costs little: requests made beforehand, sent over many connections by one loop.

    python -m tests.benchmarks.http_load PORT BODIES

BODIES holds bodies, each after its length in four bytes. On standard input come lines of three
numbers, `lo hi clients`: send the bodies from `lo` up to `hi` over that many kept connections, each
waiting for its answer before it sends the next. For each line goes out one of JSON: the seconds,
and how many answers had which status. It is a process of its own, to disturb the server little.
"""

import json
import selectors
import socket
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

PATH = "/api/v1/batches"


class Client:
    """One connection: sends a request, and gathers the answer."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._answer = bytearray()

    def send(self, request: bytes) -> None:
        """Send a whole request."""
        self._answer.clear()
        self.socket.sendall(request)

    def receive(self) -> int | None:
        """Read what is there; return the status once the answer is whole."""
        data = self.socket.recv(1 << 18)
        if not data:
            raise ConnectionError("the server closed the connection")
        self._answer += data
        head = self._answer.find(b"\r\n\r\n")
        if head == -1:
            return None
        at = self._answer.lower().find(b"content-length:", 0, head)
        size = int(self._answer[at + 15 : self._answer.index(b"\r\n", at)])
        return int(self._answer[9:12]) if len(self._answer) >= head + 4 + size else None


def requests(path: Path) -> list[bytes]:
    """Return the requests that send the bodies of a file."""
    data, at, made = path.read_bytes(), 0, []
    while at < len(data):
        size = int.from_bytes(data[at : at + 4])
        head = (
            f"POST {PATH} HTTP/1.1\r\nHost: ledger.example\r\nContent-Type: application/json\r\n"
            f"Content-Length: {size}\r\n\r\n"
        )
        made.append(head.encode() + data[at + 4 : at + 4 + size])
        at += 4 + size
    return made


def send_all(clients: list[Client], wanted: Iterator[bytes]) -> Counter[int]:
    """Send all requests over the clients, and return how many answers had which status."""
    statuses: Counter[int] = Counter()
    with selectors.DefaultSelector() as selector:
        for client in clients:
            request = next(wanted, None)
            if request is not None:
                client.send(request)
                selector.register(client.socket, selectors.EVENT_READ, client)
        while selector.get_map():
            for key, _ in selector.select():
                status = key.data.receive()
                if status is None:
                    continue
                statuses[status] += 1
                request = next(wanted, None)
                if request is None:
                    selector.unregister(key.data.socket)
                else:
                    key.data.send(request)
    return statuses


def main() -> None:
    """Do what the lines of standard input say."""
    port, made = int(sys.argv[1]), requests(Path(sys.argv[2]))
    clients: list[Client] = []
    for line in sys.stdin:
        lo, hi, count = map(int, line.split())
        clients += [Client(port) for _ in range(count - len(clients))]
        began = perf_counter()
        statuses = send_all(clients[:count], iter(made[lo:hi]))
        print(json.dumps({"seconds": perf_counter() - began, "statuses": statuses}), flush=True)


if __name__ == "__main__":
    main()
