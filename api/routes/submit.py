"""Adding to the log: a signed batch in, its place in the log out."""

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import BodyDep, Sources, SourcesDep
from api.errors import RefusedError
from api.problems import problems
from api.schemas import Logged
from api.submission import decode_submission
from ledger.errors import NotFoundError
from ledger.proof.tlog_proof import TlogProof

router = APIRouter(prefix="/api/v1", tags=["submit"])
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
            "too-slow",
            "conflict",
            "too-large",
            "malformed",
            "unusable",
            "not-verified",
        ),
    },
    openapi_extra=BATCH,
)
def submit(body: BodyDep, sources: SourcesDep, response: Response) -> Logged:
    """Log records under one producer signature, all of them or none.

    The server computes every commitment again from values and secrets, and takes the batch only if
    root, signature, key and origin fit. It answers after the commit. Sending the same bytes again
    is safe: they get the same index, and 200 instead of 201.
    """
    if sources.inbox is None:
        raise RefusedError("read-only", "this server takes no batches")
    signed = decode_submission(body)
    receipt = sources.inbox.submit(signed)
    sources.inbox.publish()
    if not receipt.is_new:
        response.status_code = 200
    return Logged(
        index=receipt.index,
        records=[f"{receipt.index}.{position}" for position in range(signed.batch.count)],
        proof=_proof(sources, receipt.index),
    )


def _proof(sources: Sources, index: int) -> str | None:
    """Return the entry's proof; None if publishing has to wait. The batch is logged either way."""
    try:
        now = sources.folder.published()
        hashes = sources.reader.prove_entry(index, now.tree.size)
    except NotFoundError:
        return None
    return TlogProof(index=index, proof=tuple(hashes), checkpoint=now.note).to_bytes().decode()
