"""Proofs to keep and verify offline: they need no further answer from this server."""

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response

from api.deps import PublishedDep, SourcesDep
from api.headers import BRIEF
from api.problems import problems
from api.routes.records import RecordIdText
from api.views import find_open
from ledger.client.evidence import build_evidence, whole
from ledger.errors import NotFoundError
from ledger.proof.tlog_proof import TlogProof
from ledger.record.leaf import RecordId

router = APIRouter(prefix="/api/v1", tags=["proofs"])
_LARGEST_INDEX = 2**53 - 1


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


@router.get(
    "/entries/{index}/proof",
    operation_id="prove_entry",
    summary="A tlog-proof of an entry",
    response_class=Response,
    responses={
        200: {
            "description": "A proof that any tlog tool reads (c2sp.org/tlog-proof).",
            "content": {"text/plain; charset=utf-8": {"schema": {"type": "string"}}},
        },
        **problems("not-found", "malformed"),
    },
)
def entry_proof(
    index: Annotated[int, Path(ge=0, le=_LARGEST_INDEX, description="An entry's log index.")],
    sources: SourcesDep,
    now: PublishedDep,
) -> Response:
    """The entry's inclusion proof with the signed checkpoint it leads to, as one text."""
    headers = {
        "Cache-Control": BRIEF,
        "Content-Disposition": f'inline; filename="entry-{index}.tlog-proof"',
    }
    if index >= now.tree.size:
        raise NotFoundError(f"the published log has {now.tree.size} entries, and no entry {index}")
    hashes = sources.reader.prove_entry(index, now.tree.size)
    proof = TlogProof(index=index, proof=tuple(hashes), checkpoint=now.note)
    return Response(proof.to_bytes(), media_type="text/plain; charset=utf-8", headers=headers)
