"""Summaries, and the documents that show them."""

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response

from api import views
from api.deps import PublishedDep, SourcesDep
from api.folder import MEDIA_TYPES
from api.headers import BRIEF, DOCUMENT_POLICY
from api.paging import AfterQuery, LimitQuery, page
from api.problems import problems
from api.routes.records import RecordIdText
from api.schemas import Summaries, Summary
from ledger.errors import NotFoundError
from ledger.record.leaf import RecordId

router = APIRouter(prefix="/api/v1", tags=["releases and summaries"])
_TEXT = {"schema": {"type": "string"}}
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_CONTENT = {
    "text/html; charset=utf-8": _TEXT,
    "text/csv; charset=utf-8": _TEXT,
    "text/plain; charset=utf-8": _TEXT,
    "application/json": {"schema": {"type": "object"}},
    "application/ld+json": {"schema": {"type": "object"}},
}


@router.get(
    "/summaries",
    operation_id="list_summaries",
    summary="All public summaries",
    response_model_exclude_none=True,
    responses=problems("not-found", "malformed"),
)
def summaries(
    sources: SourcesDep,
    now: PublishedDep,
    response: Response,
    after: AfterQuery = None,
    limit: LimitQuery = 100,
) -> Summaries:
    """Every published summary in the log's order, with where its documents are."""
    response.headers["Cache-Control"] = BRIEF
    shown, following = page(views.summaries(sources, now), after, limit)
    return Summaries(summaries=shown, next=following)


@router.get(
    "/summaries/{record_id}",
    operation_id="read_summary",
    summary="A summary by its record id",
    response_model_exclude_none=True,
    responses=problems("not-found", "malformed"),
)
def summary(
    record_id: RecordIdText, sources: SourcesDep, now: PublishedDep, response: Response
) -> Summary:
    """One summary: what it is about, what supersedes it, and where its documents are."""
    response.headers["Cache-Control"] = BRIEF
    wanted = str(RecordId.parse(record_id))
    for one in views.summaries(sources, now):
        if one.record == wanted:
            return one
    raise NotFoundError(f"record {wanted} is no published summary", hint="see /api/v1/summaries")


@router.get(
    "/documents/{name}",
    operation_id="read_document",
    summary="A published document, with its proof inside",
    response_class=Response,
    responses={
        200: {
            "description": "The file as it was published, evidence included.",
            "content": {kind: _CONTENT.get(kind, _BINARY) for kind in MEDIA_TYPES.values()},
        },
        **problems("not-found"),
    },
)
def document(
    name: Annotated[
        str,
        Path(description="`<SHA-256 without its evidence>.html`, `.pdf`, `.docx` or `.jsonld`."),
    ],
    sources: SourcesDep,
) -> Response:
    """A summary in one of its formats. Save it unchanged: `ledger verify` checks it offline.

    HTML comes with a policy under which it runs no script and loads nothing.
    """
    data = sources.folder.document(name)
    headers = {
        # Not immutable: the same text may be published again with newer evidence in it.
        "Cache-Control": "public, max-age=60",
        "Content-Disposition": f'inline; filename="summary-{name[:12]}{name[64:]}"',
        "Content-Security-Policy": DOCUMENT_POLICY,
    }
    return Response(data, media_type=MEDIA_TYPES[name[65:]], headers=headers)
