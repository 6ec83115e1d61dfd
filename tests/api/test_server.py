import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import pytest

from api.app import create_app
from api.settings import Settings
from ledger.record.submission import encode_submission
from tests.api.serving import serving
from tests.api.world import World, reader_of, settings_in, shard, signed


@pytest.fixture
def address(copy: World) -> Iterator[str]:
    """A server that takes batches, with small limits."""
    settings: Settings = settings_in(
        copy.folder, writable=True, body_limit=100_000, body_seconds=0.3
    )
    with serving(create_app(copy.log.store, settings, log=copy.log)) as address:
        yield address


def sent(address: str, head: str, *chunks: bytes) -> tuple[int, bytes]:
    """Send a raw request, and return the status and the body of what comes back."""
    place = urlsplit(address)
    assert place.hostname is not None
    with socket.create_connection((place.hostname, place.port or 80), timeout=10) as line:
        line.sendall(f"POST /api/v1/verify HTTP/1.1\r\nHost: x\r\n{head}\r\n\r\n".encode())
        with suppress(OSError):  # it may have heard enough before we are done
            for chunk in chunks:
                line.sendall(chunk)
        response = HTTPResponse(line, method="POST")
        response.begin()
        return response.status, response.read()


def test_an_endless_body_is_cut_short(address: str) -> None:
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    status, _ = sent(address, "Transfer-Encoding: chunked", *[chunk] * 50)
    assert status == 413


def test_a_stated_length_beyond_the_limit_is_refused_at_once(address: str) -> None:
    for length in ("100001", "9" * 40):
        status, _ = sent(address, f"Content-Length: {length}")
        assert status in (400, 413)


def test_a_slow_body_does_not_hold_the_server(address: str) -> None:
    status, body = sent(address, "Content-Length: 1000", b"x" * 10)
    assert status == 408
    assert b"too-slow" in body


def test_many_clients_sending_the_same_batch_log_it_once(address: str, copy: World) -> None:
    content = encode_submission(signed(shard("d.txt")))

    def submit(_: int) -> tuple[int, int]:
        connection = HTTPConnection(address.removeprefix("http://"), timeout=30)
        connection.request("POST", "/api/v1/batches", content)
        response = connection.getresponse()
        told = json.loads(response.read())
        connection.close()
        return response.status, told["index"]

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(submit, range(64)))
    assert sorted(answers) == [(200, 5)] * 63 + [(201, 5)]
    assert copy.log.store.head().size == 6


def test_head_over_the_wire_has_the_length_and_no_body(world: World) -> None:
    with serving(create_app(reader_of(world), world.settings)) as address:
        connection = HTTPConnection(address.removeprefix("http://"))
        for path in ("/checkpoint", "/tile/0/000.p/5", "/"):
            connection.request("GET", path)
            body = connection.getresponse().read()
            connection.request("HEAD", path)
            response = connection.getresponse()
            assert response.read() == b""
            assert response.headers["content-length"] == str(len(body))
        connection.close()
