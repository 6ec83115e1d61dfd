"""What the types of problems mean: where the `type` of every problem leads."""

from typing import Annotated

from fastapi import APIRouter, Path

from api.errors import PREFIX, PROBLEMS
from api.problems import problems
from api.schemas import ProblemMeaning
from ledger.errors import NotFoundError

router = APIRouter(prefix="/api/v1", tags=["problems"])


@router.get(
    "/problems/{name}",
    operation_id="read_problem",
    summary="What a problem means",
    responses=problems("not-found"),
)
def meaning(
    name: Annotated[str, Path(description=f"One of {', '.join(PROBLEMS)}.")],
) -> ProblemMeaning:
    """The meaning of a problem's `type`, for people who were sent here by one."""
    kind = PROBLEMS.get(name)
    if kind is None:
        raise NotFoundError(f"there is no problem type {name[:80]!r}: see {', '.join(PROBLEMS)}")
    return ProblemMeaning(
        type=PREFIX + kind.name, title=kind.title, status=kind.status, meaning=kind.meaning
    )
