"""One question to a server, and every way in which it may be answered badly."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ledger.errors import InputError, StorageError
from ledger.log.web import ask
from tests.log.doors import answering, is_gone, saying

OK = b"HTTP/1.1 200 OK\r\nContent-Type: Text/Plain; charset=utf-8\r\n"


def test_an_answer() -> None:
    seen: list[bytes] = []

    def say(connection: socket.socket, request: bytes) -> None:
        seen.append(request)
        connection.sendall(OK + b'Content-Length: 5\r\nETag: "1"\r\n\r\nhello and more')

    with answering(say) as url:
        answer = ask("POST", f"{url}/a/b?c=d", body=b"question", headers={"X-One": "1"})
    assert (answer.status, answer.media_type, answer.body) == (200, "text/plain", b"hello")
    assert answer.headers["etag"] == '"1"'
    head, _, body = seen[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /a/b?c=d HTTP/1.1\r\n")
    assert b"\r\nHost: " + url.removeprefix("http://").encode() in head
    assert b"\r\nX-One: 1" in head
    assert b"\r\nUser-Agent: training-data-ledger/" in head
    assert body == b"question"


def test_the_path_is_never_empty() -> None:
    with answering(lambda connection, data: connection.sendall(OK + b"\r\n" + data)) as url:
        assert ask("GET", url).body.startswith(b"GET / HTTP/1.1\r\n")


@pytest.mark.parametrize("status", [204, 302, 404, 409, 500])
def test_a_status_is_no_error_and_a_redirect_is_not_followed(status: int) -> None:
    head = b"HTTP/1.1 %d No\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n" % status
    with answering(saying(head)) as url:
        answer = ask("GET", url)
    assert (answer.status, answer.body, answer.media_type) == (status, b"", "")


def test_chunks_and_answers_that_end_with_the_connection() -> None:
    chunks = b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
    with answering(saying(OK + chunks)) as url:
        assert ask("GET", url).body == b"abc"
    with answering(saying(OK + b"\r\nabc")) as url:
        assert ask("GET", url).body == b"abc"


def test_continuing_for_ever_is_not_answering() -> None:
    def say(connection: socket.socket, _: bytes) -> None:
        while True:
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")

    with answering(say) as url, pytest.raises(StorageError, match=r"within 0\.3 seconds"):
        ask("GET", url, seconds=0.3)


def test_hanging() -> None:
    def say(connection: socket.socket, _: bytes) -> None:
        assert is_gone(connection, 30)

    with answering(say) as url, pytest.raises(StorageError, match=r"within 0\.2 seconds"):
        ask("GET", url, seconds=0.2)


@pytest.mark.parametrize("where", ["status line", "header", "body", "chunk"])
def test_dripping_is_hanging(where: str) -> None:
    """Each byte comes soon after the last; it is the whole that takes too long."""
    drops = {
        "status line": (b"", b"H"),
        "header": (OK, b"X"),
        "body": (OK + b"Content-Length: 100000\r\n\r\n", b"x"),
        "chunk": (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    }
    start, drop = drops[where]

    def say(connection: socket.socket, _: bytes) -> None:
        connection.sendall(start)
        for byte in cycle(drop):
            connection.sendall(bytes([byte]))
            if is_gone(connection, 0.01):
                return

    with answering(say) as url, pytest.raises(StorageError, match=r"within 0\.3 seconds"):
        ask("GET", url, seconds=0.3)


def test_a_server_that_does_not_read() -> None:
    """The request fills every buffer on the way and is not taken."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
        with pytest.raises(StorageError, match=r"within 0\.3 seconds"):
            ask("POST", url, body=bytes(50_000_000), seconds=0.3)


@pytest.mark.parametrize(
    "answer",
    [
        OK + b"Content-Length: 4001\r\n\r\n" + bytes(4001),
        OK + b"Content-Length: 99999999999999999999\r\n\r\n" + bytes(100_000),
        OK + b"\r\n" + bytes(100_000),
        OK + b"Transfer-Encoding: chunked\r\n\r\nffffff\r\n" + bytes(100_000),
    ],
    ids=["one too many", "announced", "unannounced", "chunked"],
)
def test_too_much(answer: bytes) -> None:
    with answering(saying(answer)) as url, pytest.raises(StorageError, match="more than 4000 byte"):
        ask("GET", url, limit=4000)


def test_as_much_as_is_allowed() -> None:
    with answering(saying(OK + b"Content-Length: 4000\r\n\r\n" + bytes(4000))) as url:
        assert len(ask("GET", url, limit=4000).body) == 4000


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (b"", "no whole HTTP answer"),
        (b"HTTP/1.1 200", "within the header"),
        (OK, "within the header"),
        (OK + b"Content-Length: 10", "within the header"),
        (b"SSH-2.0-OpenSSH\r\n", "no whole HTTP answer"),
        (b"HTTP/1.1 abc\r\n\r\n", "no whole HTTP answer"),
        (OK + b"X: 1\r\n" * 101 + b"\r\n", "no whole HTTP answer"),
        (OK + b"X: " + b"1" * 70_000 + b"\r\n\r\n", "no whole HTTP answer"),
        (OK + b"Content-Length: 10\r\n\r\nabc", "broke off, 7 bytes before the end"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab", "no whole HTTP answer"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nab", "no whole HTTP answer"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", "no whole HTTP answer"),
        (OK + b"Content-Encoding: gzip\r\n\r\nabc", "encoding 'gzip'"),
    ],
    ids=lambda value: repr(value[-30:]) if isinstance(value, bytes) else None,
)
def test_what_is_no_answer(answer: bytes, complaint: str) -> None:
    with answering(saying(answer)) as url, pytest.raises(StorageError, match=complaint) as caught:
        ask("GET", url, seconds=30)
    assert str(caught.value).startswith(url)


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
    with pytest.raises(StorageError, match="cannot be reached: Connection refused"):
        ask("GET", url)


def test_a_handshake_that_hangs() -> None:
    with answering(saying(b"")) as url:
        secure = url.replace("http", "https")
        with pytest.raises(StorageError, match=r"within 0\.3 seconds"):
            ask("GET", secure, seconds=0.3)


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_self_signed(tmp_path))

    def say(connection: socket.socket, _: bytes) -> None:
        raise AssertionError("nothing is asked before the certificate is accepted")

    def shake_hands(connection: socket.socket) -> bytes:
        with pytest.raises(ssl.SSLError):
            context.wrap_socket(connection, server_side=True)
        raise OSError

    with answering(say, read=shake_hands) as url:
        named = url.replace("http://127.0.0.1", "https://localhost")
        with pytest.raises(StorageError, match="CERTIFICATE_VERIFY_FAILED"):
            ask("GET", named, seconds=30)


def _self_signed(folder: Path) -> Path:
    """Return a file with a key and a certificate for localhost that it signed itself."""
    key = Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, None)
    )
    path = folder / "localhost.pem"
    path.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + certificate.public_bytes(Encoding.PEM)
    )
    return path


@pytest.mark.parametrize(
    "url",
    [
        "",
        "host/path",
        "ftp://host/",
        "http://",
        "http:///path",
        "http://user@host/",
        "http://host:0/",
        "http://host:99999/",
        "http://[::1/",
        "http://host/a b",
        "http://host/\r\nX: 1",
        "http://h\N{LATIN SMALL LETTER O WITH DIAERESIS}st/",
    ],
)
def test_what_is_no_url(url: str) -> None:
    with pytest.raises(InputError, match="no URL to ask"):
        ask("GET", url)


def test_a_name_that_cannot_be_one() -> None:
    with pytest.raises(StorageError, match="cannot be reached"):
        ask("GET", f"http://{'a' * 300}.invalid/")
