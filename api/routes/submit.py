"""Adding to the log: a signed batch in, its place in the log out."""

from typing import Annotated

from fastapi import APIRouter, Header

from api.deps import BodyDep
from api.errors import RefusedError
from api.problems import problems
from api.schemas import Logged

router = APIRouter(prefix="/api/v1", tags=["submit"])
KeyHeader = Annotated[
    str | None,
    Header(
        description="A name for this submission, such as a UUID. The same key with the same body "
        "gets the same answer; with another body it is refused.",
    ),
]
BATCH = {
    "requestBody": {
        "required": True,
        "description": "A signed batch, with the secret and the fields of each of its records, as "
        "canonical JSON (docs/formats/canonical-json.md). The signature is the authorisation.",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["note", "records"],
                    "additionalProperties": False,
                    "properties": {
                        "note": {"type": "string"},
                        "records": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "required": ["fields", "secret"],
                                "additionalProperties": False,
                                "properties": {
                                    "fields": {"type": "object"},
                                    "secret": {"type": "string", "contentEncoding": "base64"},
                                },
                            },
                        },
                    },
                }
            }
        },
    }
}


@router.post(
    "/batches",
    operation_id="submit_batch",
    summary="Add a signed batch",
    status_code=201,
    response_model_exclude_none=True,
    responses={
        200: {
            "model": Logged,
            "description": "The same batch was logged before; nothing was added.",
        },
        201: {"description": "Logged: committed, and found at this index for ever."},
        **problems(
            "read-only",
            "unregistered-key",
            "revoked-key",
            "not-erased-here",
            "too-slow",
            "conflict",
            "reused-key",
            "too-large",
            "malformed-json",
            "malformed-note",
            "malformed-record",
            "malformed-key",
            "wrong-origin",
            "not-verified",
            "clock-ahead",
            "log-closed",
            "behind",
            "busy",
            "disk-full",
        ),
    },
    openapi_extra=BATCH,
)
async def submit(_: BodyDep, idempotency_key: KeyHeader = None) -> Logged:
    """Log records under one producer signature, all of them or none.

    The server computes every commitment again from values and secrets, and takes the batch only if
    root, signature, key and origin fit. It answers after the commit. Sending the same bytes again
    is safe: they get the same index, and 200 instead of 201.
    """
    # A server that takes batches has answered before the router (`api.door`).
    raise RefusedError("read-only", "this server takes no batches")
