"""A time-stamping authority: OpenSSL's own, behind a server on loopback."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.log.doors import answering

_CONFIG = """\
[stamping]
serial = serial
signer_cert = authority.pem
signer_key = authority.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1, millisecs:500
"""


@dataclass
class Authority:
    """A root and a certificate for time-stamping under it, in a folder."""

    folder: Path
    valid_days: tuple[int, int] = (-1, 30)
    queries: list[bytes] = field(default_factory=list)
    instead: bytes | None = None
    """A query to answer in the place of the one that comes."""

    def __post_init__(self) -> None:
        if shutil.which("openssl") is None:
            pytest.skip("there is no openssl command")
        self.folder.mkdir(parents=True)
        (self.folder / "stamping.cnf").write_text(_CONFIG)
        (self.folder / "serial").write_text("01\n")
        root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        root = _certificate("Test Root", root_key, "Test Root", root_key, (-1000, 1000))
        leaf = _certificate(
            *("Test Authority", key, "Test Root", root_key, self.valid_days),
            purpose=ExtendedKeyUsageOID.TIME_STAMPING,
        )
        self.root = self.folder / "root.pem"
        self.root.write_bytes(root.public_bytes(Encoding.PEM))
        (self.folder / "authority.pem").write_bytes(leaf.public_bytes(Encoding.PEM))
        (self.folder / "authority.key").write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )

    def reply(self, query: bytes) -> bytes:
        """Return OpenSSL's answer to a TimeStampReq."""
        (self.folder / "query.tsq").write_bytes(query)
        subprocess.run(
            ["openssl", "ts", "-reply", "-config", "stamping.cnf", "-section", "stamping",
             "-queryfile", "query.tsq", "-out", "reply.tsr"],
            cwd=self.folder, check=True, capture_output=True,
        )  # fmt: skip
        return (self.folder / "reply.tsr").read_bytes()

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Serve while the block runs, and give the address."""

        def say(connection: socket.socket, request: bytes) -> None:
            head, _, query = request.partition(b"\r\n\r\n")
            assert b"\r\nContent-Type: application/timestamp-query" in head
            self.queries.append(query)
            body = self.reply(self.instead or query)
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\n"
                b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
            )

        with answering(say) as url:
            yield url


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    days: tuple[int, int],
    *,
    purpose: x509.ObjectIdentifier | None = None,
) -> x509.Certificate:
    now = datetime.now(UTC)
    issued_by, subject = (
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, one)]) for one in (issuer, name)
    )
    builder = (
        x509.CertificateBuilder(issued_by, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=name == issuer, path_length=None), critical=True)
    )
    if purpose is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
    return builder.sign(issuer_key, SHA256())
