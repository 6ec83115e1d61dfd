"""From what went wrong to what a client is told: one table, and RFC 9457 problems.

The body of every error is `application/problem+json`: type, title, status, detail, and hint where
there is a next step. The type is a path that answers with what it means. Nothing of the inside gets
out: no traceback, no path of a file, no SQL; the operator finds those in the server's own output.
"""

import logging
from http import HTTPStatus
from typing import Final, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.headers import SAFE
from api.problem_types import PROBLEMS as PROBLEMS
from api.schemas import Problem
from ledger.errors import (
    BehindError,
    CannotTellError,
    ConflictError,
    DiskFullError,
    InputError,
    LedgerError,
    LogClosedError,
    MalformedError,
    NotFoundError,
    OtherLogError,
    RevokedKeyError,
    StorageError,
    VerificationError,
)
from ledger.log.appending import ReusedKeyError
from ledger.record.submission import BodyFormError, NoteFormError, RecordFormError

MEDIA_TYPE: Final = "application/problem+json"
PREFIX: Final = "/api/v1/problems/"
_output = logging.getLogger("uvicorn.error")


_OF_ERROR: Final[tuple[tuple[type[LedgerError], str], ...]] = (
    # The first that fits: so the narrower class stands before the wider.
    (NotFoundError, "not-found"),
    (CannotTellError, "unregistered-key"),
    (RevokedKeyError, "revoked-key"),
    (VerificationError, "not-verified"),
    (BodyFormError, "malformed-json"),
    (NoteFormError, "malformed-note"),
    (RecordFormError, "malformed-record"),
    (MalformedError, "malformed"),
    (OtherLogError, "wrong-origin"),
    (ReusedKeyError, "reused-key"),
    (InputError, "unusable"),
    (ConflictError, "conflict"),
    (DiskFullError, "disk-full"),
    (LogClosedError, "log-closed"),
    (BehindError, "behind"),
    (StorageError, "storage"),
)
_OF_STATUS: Final = {404: "not-found", 405: "method-not-allowed"}
_STORAGE: Final = {
    "storage": "the database or the disk failed",
    "disk-full": "the disk of the log is full",
    "log-closed": "the log is closed after an error of its database or disk",
    "behind": "the database lacks entries that this log has signed",
}
"""What is told of a storage error: its message and hint are for the operator, of files and SQL."""


class RefusedError(LedgerError):
    """This server does not do what was asked, whatever the content: too large, read-only …."""

    def __init__(self, problem: str, message: str, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.problem = problem


def install(app: FastAPI) -> None:
    """Let every error of `app` come out as a problem."""
    app.add_exception_handler(LedgerError, _on_ledger_error)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(Exception, _on_fault)


def problem_of(error: LedgerError) -> Problem:
    """Return what a client is told about an error."""
    if isinstance(error, RefusedError):
        return _problem(error.problem, str(error), error.hint)
    name = next(name for kind, name in _OF_ERROR if isinstance(error, kind))
    if name in _STORAGE:
        _output.error("%s: %s", name, error)
        return _problem(name, _STORAGE[name], None)
    hint = None if (error.hint or "").startswith("ledger ") else error.hint
    return _problem(name, str(error), hint)


def response_to(error: LedgerError) -> JSONResponse:
    """Return the answer that an error makes."""
    return _response(problem_of(error))


def _problem(name: str, detail: str, hint: str | None) -> Problem:
    kind = PROBLEMS[name]
    return Problem(
        type=PREFIX + name,
        title=kind.title,
        status=kind.status,
        detail=detail,
        hint=hint or kind.hint,
    )


def _response(problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    told = {**SAFE, "Cache-Control": "no-store", **(headers or {})}
    kind = PROBLEMS.get(problem.type.removeprefix(PREFIX))
    if kind is not None and kind.retry_after is not None:
        told["Retry-After"] = str(kind.retry_after)
    return JSONResponse(
        problem.model_dump(exclude_none=True),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=told,
    )


async def _on_ledger_error(_: Request, error: Exception) -> JSONResponse:
    return response_to(cast(LedgerError, error))


async def _on_http_exception(request: Request, error: Exception) -> JSONResponse:
    raised = cast(HTTPException, error)
    headers = dict(raised.headers or {})
    name = _OF_STATUS.get(raised.status_code)
    if name is not None:
        detail = f"{request.method} {request.url.path[:200]}"
        return _response(_problem(name, detail, None), headers)
    title = HTTPStatus(raised.status_code).phrase
    problem = Problem(
        type="about:blank", title=title, status=raised.status_code, detail=str(raised.detail)
    )
    return _response(problem, headers)


async def _on_validation_error(_: Request, error: Exception) -> JSONResponse:
    first = cast(RequestValidationError, error).errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return _response(_problem("malformed", f"{where}: {first['msg']}"[:400], None))


async def _on_fault(_: Request, error: Exception) -> JSONResponse:
    # The server's own output gets the traceback from the framework, which raises it again.
    return _response(_problem("internal", "the request could not be answered", None))
