"""The log's state, and the public part of every record."""

import time
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response

from api import views
from api.deps import PublishedDep, SourcesDep
from api.headers import BRIEF
from api.problems import problems
from api.schemas import RECORD_ID, LogState, RecordView
from ledger.record.leaf import RecordId

router = APIRouter(prefix="/api/v1", tags=["log"])
RecordIdText = Annotated[str, Path(description=f"A record's id: {RECORD_ID}.")]


@router.get(
    "/log",
    operation_id="read_log",
    summary="Where the log stands",
    response_model_exclude_none=True,
    responses=problems("not-found"),
)
def log(sources: SourcesDep, now: PublishedDep, response: Response) -> LogState:
    """Origin, size and root of the published tree, who witnessed it, and the registered keys."""
    response.headers["Cache-Control"] = BRIEF
    return views.log_state(sources, now, at=int(time.time()))


@router.get(
    "/records/{record_id}",
    operation_id="read_record",
    summary="The public part of a record",
    response_model_exclude_none=True,
    responses=problems("not-found", "malformed"),
)
def record(
    record_id: RecordIdText, sources: SourcesDep, now: PublishedDep, response: Response
) -> RecordView:
    """Who signed it, in which entry, and its leaf hash; of open kinds also what it says.

    What a sealed record says is not on this server: only its producer can open it.
    """
    response.headers["Cache-Control"] = BRIEF
    return views.record(sources, now, RecordId.parse(record_id))
