"""A witness on a loopback port, in this process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ledger.witness.app import WitnessServer, listen
from ledger.witness.service import WitnessService


@contextmanager
def serving(
    service: WitnessService, *, seconds: float = 30, connections: int = 200
) -> Iterator[tuple[str, WitnessServer]]:
    """Serve while the block runs; give the address and the server."""
    server = WitnessServer(
        service, listen("127.0.0.1", 0), seconds=seconds, connections=connections
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", server
    finally:
        server.stop()
        thread.join()
        server.server_close()
