"""Releases: versions of models, each with its frozen training set."""

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response

from api import views
from api.deps import PublishedDep, SourcesDep
from api.headers import BRIEF
from api.paging import AfterQuery, LimitQuery, page
from api.problems import problems
from api.schemas import Release, Releases
from ledger.errors import NotFoundError

router = APIRouter(prefix="/api/v1", tags=["releases and summaries"])


@router.get(
    "/releases",
    operation_id="list_releases",
    summary="All releases",
    response_model_exclude_none=True,
    responses=problems("not-found", "malformed"),
)
def releases(
    sources: SourcesDep,
    now: PublishedDep,
    response: Response,
    after: AfterQuery = None,
    limit: LimitQuery = 100,
) -> Releases:
    """Every published release in the log's order, also those that a later one supersedes."""
    response.headers["Cache-Control"] = BRIEF
    shown, following = page(views.releases(sources, now), after, limit)
    return Releases(releases=shown, next=following)


@router.get(
    "/releases/{name}",
    operation_id="read_release",
    summary="A release by name",
    response_model_exclude_none=True,
    responses=problems("not-found", "malformed"),
)
def release(
    name: Annotated[str, Path(description="The release's name.", max_length=500)],
    sources: SourcesDep,
    now: PublishedDep,
    response: Response,
) -> Release:
    """The newest release record of this name; `supersedes` leads to the one before it."""
    response.headers["Cache-Control"] = BRIEF
    found = views.releases(sources, now, name)
    if not found:
        raise NotFoundError(f"there is no release {name[:80]!r}", hint="see /api/v1/releases")
    return found[-1]
