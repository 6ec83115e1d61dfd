"""Proofs to keep and verify offline: they need no further answer from this server."""

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import PublishedDep, SourcesDep
from api.headers import BRIEF
from api.problems import problems
from api.routes.records import RecordIdText
from api.views import find_open
from ledger.client.evidence import build_evidence, whole
from ledger.record.leaf import RecordId

router = APIRouter(prefix="/api/v1", tags=["proofs"])


@router.get(
    "/records/{record_id}/proof",
    operation_id="prove_record",
    summary="Evidence that a record is in the log",
    response_class=Response,
    responses={
        200: {
            "description": "An evidence file (docs/formats/evidence.md).",
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
        **problems("not-found", "malformed"),
    },
)
def record_proof(record_id: RecordIdText, sources: SourcesDep, now: PublishedDep) -> Response:
    """A file for `ledger verify`: two inclusion proofs, the checkpoint, and the key records.

    An open record is shown whole. Of a sealed one nothing is shown: the file proves that a record
    was logged here, by whom, and no more; its producer can give out a file that shows more.
    """
    wanted = RecordId.parse(record_id)
    stored = find_open(sources.reader, wanted)
    shown = {wanted: None if stored is None else whole(stored)}
    evidence = build_evidence(sources.reader, now.data, shown)
    headers = {
        "Cache-Control": BRIEF,
        "Content-Disposition": f'inline; filename="record-{wanted}.evidence.json"',
    }
    return Response(evidence.to_bytes(), media_type="application/json", headers=headers)
