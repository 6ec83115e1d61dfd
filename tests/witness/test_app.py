"""The witness over HTTP: many clients at once, and those who mean no good."""

import socket
import threading
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

import pytest

from ledger.checkpoint.cosignature import MLDSA44Cosigner
from ledger.checkpoint.trust import Trust
from ledger.errors import StorageError
from ledger.log.web import ask
from ledger.log.witnesses import SIZE_TYPE, Witnesses, monitoring_path, parse_lines, request_of
from ledger.witness.app import listen
from ledger.witness.place import policy_lines
from ledger.witness.service import MAX_BODY
from tests.makers import LOG, ORIGIN, seed
from tests.witness.making import Made, checkpoint, proof, request, witness
from tests.witness.serving import serving


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return witness(tmp_path)


def raw(url: str, data: bytes) -> bytes:
    """Send bytes, say that this was all, and return what comes back until the end."""
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=60) as door:
        door.sendall(data)
        door.shutdown(socket.SHUT_WR)
        return door.makefile("rb").read()


def test_a_checkpoint_is_cosigned_and_shown(made: Made) -> None:
    with serving(made.service) as (url, _):
        answer = ask("POST", f"{url}/add-checkpoint", body=request(0, 7))
        assert (answer.status, answer.headers["content-type"]) == (
            200,
            "text/plain; charset=utf-8",
        )
        assert len(parse_lines(answer.body)) == 2
        again = ask("POST", f"{url}/some/prefix/add-checkpoint", body=request(0, 9))
        assert (again.status, again.media_type, again.body) == (409, SIZE_TYPE, b"7\n")
        shown = ask("GET", f"{url}/some/prefix/{monitoring_path(ORIGIN)}")
        expected = checkpoint(7).with_signatures(parse_lines(answer.body))
        assert shown.body == expected.to_bytes()
        assert ask("HEAD", f"{url}/{monitoring_path(ORIGIN)}").body == b""
        keys = ask("GET", url).body.decode().splitlines()
        assert keys == [str(key) for key in made.service.keys]


def test_our_client_and_our_witness(made: Made) -> None:
    with serving(made.service) as (url, _):
        lines, name = policy_lines(made.service.keys, url)
        policy = "\n".join([f"log {LOG.key}", *lines, f"quorum {name}", ""])
        trust = Trust.parse(policy.encode())
        client = Witnesses(trust)
        for size in (7, 9, 9, 250):
            asked = client.cosign(checkpoint(size), partial(proof, new=size))
            assert (len(asked.lines), asked.failures, asked.ahead) == (2, (), ())
            verified = trust.check(checkpoint(size).with_signatures(asked.lines))
            assert verified.seen_at == made.clock.time
        assert client.cosign(checkpoint(100), lambda old: []).ahead == ((name[:-4], 250),)
        assert Witnesses(trust).seen(ORIGIN, None) == {name[:-4]: 250}


def test_one_connection_many_requests(made: Made) -> None:
    with serving(made.service) as (url, _):
        connection = HTTPConnection(url.removeprefix("http://"))
        for size in range(1, 20):
            connection.request("POST", "/add-checkpoint", request(size - 1, size))
            answer = connection.getresponse()
            assert (answer.status, len(parse_lines(answer.read()))) == (200, 2)
        connection.close()


def test_a_hundred_clients_at_once(made: Made) -> None:
    """Each size is cosigned for the first time once; nobody is turned away or left waiting."""
    start = threading.Barrier(100, timeout=120)
    statuses: list[list[int]] = [[] for _ in range(100)]

    def run(number: int, url: str) -> None:
        start.wait()
        for _ in range(3):
            answer = ask("POST", f"{url}/add-checkpoint", body=request(0, number + 1), seconds=120)
            statuses[number].append(answer.status)

    with serving(made.service) as (url, _):
        threads = [threading.Thread(target=run, args=(at, url)) for at in range(100)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    flat = [status for found in statuses for status in found]
    assert len(flat) == 300
    assert sorted(set(flat)) == [200, 409]
    assert flat.count(200) == 1


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", 200),
        (b"GET /nothing HTTP/1.1\r\n\r\n", 404),
        (b"GET /" + b"0" * 64 + b"/checkpoint HTTP/1.1\r\n\r\n", 404),
        (b"GET /" + b"A" * 64 + b"/checkpoint HTTP/1.1\r\n\r\n", 404),
        (b"GET /../../etc/passwd HTTP/1.1\r\n\r\n", 404),
        (b"POST /other HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 404),
        (b"POST /add-checkpoint HTTP/1.1\r\n\r\n", 411),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 411),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: x\r\n\r\n", 411),
        (b"POST /add-checkpoint HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 262145\r\n\r\n", 413),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 100\r\n\r\nold 0", 400),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 400),
        (b"PUT / HTTP/1.1\r\n\r\n", 501),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + b"X: 1\r\n" * 101 + b"\r\n", 431),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
    ],
    ids=lambda value: repr(value[:40]) if isinstance(value, bytes) else None,
)
def test_every_request_gets_a_plain_answer(made: Made, head: bytes, status: int) -> None:
    with serving(made.service) as (url, _):
        answer = raw(url, head)
        assert answer.startswith(b"HTTP/1.1 %d " % status), answer[:200]
        assert b"<html" not in answer.lower()
        assert b"Python" not in answer
        assert ask("POST", f"{url}/add-checkpoint", body=request(0, 7)).status == 200


def test_t31_a_header_without_end(made: Made) -> None:
    """More than a request may have is not kept waiting for its end."""
    with serving(made.service) as (url, _):
        line = b"X: " + b"1" * 60_000 + b"\r\n"
        try:
            answer = raw(url, b"GET / HTTP/1.1\r\n" + line * 20)
        except OSError:
            answer = b""  # it hung up while we were still sending
        assert answer == b""
        assert ask("GET", url).status == 200


@pytest.mark.parametrize(
    "sent",
    [b"", b"PO", b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 500\r\n\r\nold 0\n"],
    ids=["nothing", "half a line", "half a body"],
)
def test_t31_whoever_is_slow_is_cut_off(made: Made, sent: bytes) -> None:
    """Dripping does not help: the deadline is for the whole request."""
    with serving(made.service, seconds=0.3) as (url, _):
        port = int(url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=60) as door:
            door.sendall(sent)
            done = threading.Event()
            threading.Thread(target=_drip, args=(door, done)).start()
            assert door.recv(100) == b""
            done.set()
    assert made.outcomes == []


def _drip(door: socket.socket, done: threading.Event) -> None:
    while not done.wait(0.02):
        try:
            door.sendall(b"x")
        except OSError:
            return


def test_t31_connections_beyond_the_limit_wait(made: Made) -> None:
    with serving(made.service, connections=2) as (url, _):
        port = int(url.rpartition(":")[2])
        with (
            socket.create_connection(("127.0.0.1", port)),
            socket.create_connection(("127.0.0.1", port)),
            pytest.raises(StorageError, match=r"within 0\.3 seconds"),
        ):
            ask("GET", url, seconds=0.3)
        assert ask("GET", url, seconds=60).status == 200


def test_t24_stopping_answers_what_is_being_decided_and_lets_idle_ones_go(made: Made) -> None:
    with serving(made.service) as (url, server):
        idle = HTTPConnection(url.removeprefix("http://"))
        idle.request("GET", "/")
        assert idle.getresponse().read()
        asking = threading.Event()
        go_on = threading.Event()
        found: list[int] = []
        decide = made.service.add_checkpoint

        def slow(body: bytes) -> object:
            asking.set()
            assert go_on.wait(60)
            return decide(body)

        made.service.add_checkpoint = slow  # type: ignore[method-assign, assignment]
        busy = threading.Thread(
            target=lambda: found.append(
                ask("POST", f"{url}/add-checkpoint", body=request(0, 7), seconds=60).status
            )
        )
        busy.start()
        assert asking.wait(60)
        server.stop()
        assert idle.sock.recv(10) == b""
        go_on.set()
        busy.join()
        idle.close()
    assert found == [200]


def test_a_state_that_cannot_be_written_cosigns_nothing(made: Made, tmp_path: Path) -> None:
    made.state.close()
    with serving(made.service) as (url, _):
        for name in ("witness.db", "witness.db-wal", "witness.db-shm"):
            (tmp_path / name).unlink(missing_ok=True)
        answer = ask("POST", f"{url}/add-checkpoint", body=request(0, 7))
        assert (answer.status, answer.body) == (500, b"the witness cannot store\n")
        assert ask("GET", f"{url}/{monitoring_path(ORIGIN)}").status == 500
    assert [outcome.status for outcome in made.outcomes] == [500]


def test_a_taken_port() -> None:
    with listen("127.0.0.1", 0) as door:
        port = door.getsockname()[1]
        with pytest.raises(StorageError, match="cannot listen at 127"):
            listen("127.0.0.1", port)
    with pytest.raises(StorageError, match="cannot listen"):
        listen("192.0.2.1", 0)


def test_a_request_as_large_as_logs_make_them(made: Made) -> None:
    """Sixteen ML-DSA-44 lines, of which we know none, beside the log's."""
    others = [MLDSA44Cosigner(f"w{at}.example", seed(at), lambda: 1) for at in range(16)]
    body = request_of(0, (), checkpoint(7, by=[LOG, *others]))
    assert 50_000 < len(body) < MAX_BODY
    with serving(made.service) as (url, _):
        assert ask("POST", f"{url}/add-checkpoint", body=body).status == 200
