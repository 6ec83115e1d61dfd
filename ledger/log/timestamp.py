"""RFC 3161 tokens on checkpoints: a time-stamping authority says that a checkpoint existed by then.

    what is stamped    the SHA-256 of the checkpoint's note text, UTF-8, with its last line feed and
                       without the empty line and the signatures: cosignatures that come later
                       change nothing
    what is kept       timestamps/<size>.tsr beside the tiles: the TimeStampResp of RFC 3161, DER,
                       as `openssl ts` reads and writes it

This is an option beside witnesses, not instead of them: a token says when, and never that everybody
was shown the same tree. The libraries for it are an extra and are imported when they are needed.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ledger.errors import (
    InputError,
    LedgerError,
    MalformedError,
    StorageError,
    VerificationError,
)
from ledger.log.ports import TileSink
from ledger.log.web import ask

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampRequest, TimeStampResponse, TimeStampTokenInfo

MAX_TOKEN = 100_000
"""Bytes: a token with the chain of its authority has about 6 kB."""
_QUERY, _REPLY = "application/timestamp-query", "application/timestamp-reply"
_SHA256 = "2.16.840.1.101.3.4.2.1"
_STATUS = {2: "rejected", 3: "waiting", 4: "revocation warning", 5: "revoked"}


@dataclass(frozen=True, slots=True)
class Stamped:
    """What a token says, once it was checked."""

    time: int
    """POSIX seconds: no later than then. The authority's time and its stated error, rounded up."""
    authority: str
    """The subject of its certificate."""


def token_path(size: int) -> str:
    """Return where the token on the checkpoint of `size` entries is published."""
    return f"timestamps/{size}.tsr"


def ask_authority(
    url: str, text: str, *, roots: Sequence["Certificate"], seconds: float = 30
) -> tuple[bytes, Stamped]:
    """Ask a time-stamping authority to stamp a checkpoint's text, and check its token.

    Args:
        url: Where it takes RFC 3161 requests over HTTP.
        text: The checkpoint's note text.
        roots: Whose certificates are believed; with none, the signature is not checked here.
        seconds: What it may take.

    Raises:
        StorageError: It did not answer, or with something else.
        VerificationError: Its token is not about this text, not about this request, or not by an
            authority under `roots`.
    """
    request = new_request(text)
    answer = ask(
        "POST",
        url,
        body=request.as_bytes(),
        headers={"Content-Type": _QUERY, "Accept": _REPLY},
        seconds=seconds,
        limit=MAX_TOKEN,
    )
    if answer.status != 200 or answer.media_type != _REPLY:
        raise StorageError(f"{url} answered {answer.status} {answer.media_type or 'nothing'}")
    return answer.body, check_token(answer.body, text, roots=roots, nonce=request.nonce)


def new_request(text: str) -> "TimeStampRequest":
    """Return a request to stamp a checkpoint's text, with a nonce of its own."""
    library = _library()
    builder = library.TimestampRequestBuilder().data(text.encode())
    request: TimeStampRequest = builder.hash_algorithm(library.HashAlgorithm.SHA256).build()
    return request


def check_token(
    data: bytes, text: str, *, roots: Sequence["Certificate"], nonce: int | None = None
) -> Stamped:
    """Check that a token stamps a checkpoint's text, offline.

    Args:
        data: The token's file.
        text: The checkpoint's note text.
        roots: Whose certificates are believed. With none, imprint and nonce are all that is
            checked: for whoever has just asked, and keeps the token for others.
        nonce: That of the request, for whoever made it.

    Raises:
        MalformedError: It is no token.
        VerificationError: It is about something else, answers another request, or is not by an
            authority under `roots` whose certificate was valid then and is for time-stamping.
        InputError: The libraries are not installed.
    """
    if len(data) > MAX_TOKEN:
        raise MalformedError(f"a token has at most {MAX_TOKEN} bytes")
    library = _library()
    try:
        response = library.decode_timestamp_response(data)
        _check_subject(response, text, nonce)
        if roots:
            _check_signature(response, text, roots)
        return Stamped(_time(response.tst_info), _authority(response))
    except LedgerError:
        raise
    except Exception as error:
        # The library parses what is inside when it is asked for, and has an error of its own for
        # each kind of nonsense (KeyError for an unknown tag in a name, for one).
        raise MalformedError(f"it is no RFC 3161 token: {str(error)[:200]}") from error


def _check_subject(response: "TimeStampResponse", text: str, nonce: int | None) -> None:
    """Check that a response is a token about `text`, for our request."""
    if response.status not in (0, 1):
        said = _STATUS.get(response.status, str(response.status))
        raise VerificationError(f"the authority gave no token: {said}")
    info = response.tst_info
    imprint = info.message_imprint
    if imprint.hash_algorithm.dotted_string != _SHA256 or imprint.message != _digest(text):
        raise VerificationError("the token is about something else than this checkpoint")
    if nonce is not None and info.nonce != nonce:
        raise VerificationError("the token answers another request than ours")


def _time(info: "TimeStampTokenInfo") -> int:
    """Return the second by which the authority had surely seen what it stamped."""
    moment, error = info.gen_time.replace(tzinfo=UTC), info.accuracy
    if error is not None:
        moment += timedelta(
            seconds=error.seconds or 0,
            milliseconds=error.millis or 0,
            microseconds=error.micros or 0,
        )
    return math.ceil(moment.timestamp())


def read_roots(data: bytes) -> list["Certificate"]:
    """Return the certificates of a PEM file.

    Raises:
        InputError: It holds none.
    """
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return load_pem_x509_certificates(data)
    except ValueError as error:
        raise InputError(
            f"it holds no certificates in PEM: {error}", hint="openssl x509 -in FILE -out FILE.pem"
        ) from error


def keep_token(sink: TileSink, size: int, data: bytes) -> bytes:
    """Keep a token beside the tiles, durably; return the one that is there, which is the first.

    Raises:
        StorageError: It could not be written.
    """
    found = sink.read(token_path(size))
    if found is None:
        sink.write(token_path(size), data)
    return found or data


def _check_signature(
    response: "TimeStampResponse", text: str, roots: Sequence["Certificate"]
) -> None:
    library = _library()
    builder = library.VerifierBuilder()
    for root in roots:
        builder = builder.add_root_certificate(root)
    try:
        builder.build().verify(response, _digest(text))
    except (library.VerificationError, ValueError) as error:
        raise VerificationError(f"the token's signature does not hold: {error}") from error


def _authority(response: "TimeStampResponse") -> str:
    """Return the subject of the certificate that signed."""
    from cryptography.x509 import load_der_x509_certificate

    signers = list(response.signed_data.signer_infos)
    for der in response.signed_data.certificates:
        certificate = load_der_x509_certificate(der)
        if any(
            (one.issuer, one.serial_number) == (certificate.issuer, certificate.serial_number)
            for one in signers
        ):
            return certificate.subject.rfc4514_string()
    raise VerificationError("the token holds no certificate of whoever signed it")


def _digest(text: str) -> bytes:
    return sha256(text.encode()).digest()


def _library() -> Any:
    try:
        import rfc3161_client
    except ImportError as error:
        raise InputError(
            "RFC 3161 needs rfc3161-client, which is not installed",
            hint="pip install 'training-data-ledger[timestamp]'",
        ) from error
    return rfc3161_client
