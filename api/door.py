"""The way in for batches, before the router.

`POST /api/v1/batches` is the one address where the time of each answer counts, and with the
framework's routing, dependencies and models four fifths of it were the framework's. So a server
that takes batches answers it here, with the same limits, the same problems, and headers by the same
guard. The route in `api.routes.submit` describes it, and refuses where nothing is taken in.
"""

import re
from hashlib import sha256
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.deps import Sources, receive_body
from api.errors import RefusedError, response_to
from api.inbox import Inbox, Receipt
from api.schemas import Logged
from ledger.errors import LedgerError
from ledger.store.advance import Submission

PATH: Final = "/api/v1/batches"
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


class Door:
    """ASGI middleware that takes batches in; everything else goes on."""

    def __init__(self, app: ASGIApp, sources: Sources) -> None:
        self._app = app
        self._sources = sources

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or let it pass."""
        inbox = self._sources.inbox
        if inbox is None or not _is_batch(scope):
            await self._app(scope, receive, send)
            return
        try:
            response = await self._submit(Request(scope, receive), inbox)
        except LedgerError as error:
            response = response_to(error)
        await response(scope, receive, send)

    async def _submit(self, request: Request, inbox: Inbox) -> Response:
        key = request.headers.get("idempotency-key")
        # Until the answer is made, the gate counts the body's bytes.
        with self._sources.gate.opened() as passage:
            body = await receive_body(request, self._sources.settings, passage)
            receipt = await inbox.submit(body, _submission(key, body))
        return Response(
            _told(receipt).model_dump_json(exclude_none=True),
            status_code=201 if receipt.is_new else 200,
            media_type="application/json",
        )


def _is_batch(scope: Scope) -> bool:
    return (scope["type"], scope.get("method"), scope.get("path")) == ("http", "POST", PATH)


def _submission(key: str | None, body: bytes) -> Submission | None:
    """Return what an Idempotency-Key stands for from now on: this body."""
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise RefusedError(
            "malformed-key",
            f"{key[:80]!r} is no Idempotency-Key: expected 1 to 200 printable ASCII characters "
            "without spaces",
        )
    return Submission(key, sha256(body).digest())


def _told(receipt: Receipt) -> Logged:
    return Logged(
        index=receipt.index,
        records=[f"{receipt.index}.{position}" for position in range(receipt.count)],
        proof=None if receipt.proof is None else receipt.proof.decode(),
        warnings=list(receipt.warnings) or None,
    )
