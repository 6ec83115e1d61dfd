"""A real server on loopback, for what only a socket or a browser can show."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serve `app` on a free port while the block runs, and give its address."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        # An answer is two writes; without this the second waits 40 ms for the first to be
        # acknowledged. (asyncio sets it by itself only on sockets that name their protocol.)
        door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        config = uvicorn.Config(app, log_config=None, access_log=False)
        server = uvicorn.Server(config)
        # The door is open before the server is: a client that comes early waits in its queue.
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
