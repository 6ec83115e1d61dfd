"""Verification for people who have no command line at hand."""

from fastapi import APIRouter

from api.deps import BodyDep, SourcesDep
from api.problems import problems
from api.schemas import Verdict
from api.verdict import judge

router = APIRouter(prefix="/api/v1", tags=["verify"])
FILES = {
    "requestBody": {
        "required": True,
        "description": "The file's bytes as they are; no form, no encoding.",
        "content": {
            "application/json": {"schema": {"type": "object"}},
            "application/ld+json": {"schema": {"type": "object"}},
            "text/html": {"schema": {"type": "string"}},
        },
    }
}


@router.post(
    "/verify",
    operation_id="verify_file",
    summary="Check evidence or a document",
    response_model_exclude_none=True,
    responses=problems("too-large", "too-slow", "busy"),
    openapi_extra=FILES,
)
def verify_file(body: BodyDep, sources: SourcesDep) -> Verdict:
    """A verdict in numbered steps on evidence, an HTML or JSON-LD document, or misbehaviour.

    It is judged by the trust file of this server. A file that does not verify is an answer like any
    other (200): the verdict says so, which step failed, and why. Nothing is kept. Whoever does not
    want to rely on this server runs `ledger verify` with a trust file of their own.
    """
    return judge(body, sources.trust)
