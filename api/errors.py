"""From what went wrong to what a client is told: one table, and RFC 9457 problems.

The body of every error is `application/problem+json`: type, title, status, detail, and hint where
there is a next step. The type is a path that answers with what it means. Nothing of the inside gets
out: no traceback, no path of a file, no SQL; the operator finds those in the server's own output.
"""

import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.headers import SAFE
from api.schemas import Problem
from ledger.errors import (
    CannotTellError,
    ConflictError,
    InputError,
    LedgerError,
    MalformedError,
    NotFoundError,
    StorageError,
    VerificationError,
)

MEDIA_TYPE: Final = "application/problem+json"
PREFIX: Final = "/api/v1/problems/"
_output = logging.getLogger("uvicorn.error")


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of problem: its name in the type URI, its status, title, and what it means."""

    name: str
    status: int
    title: str
    meaning: str


def _table(*types: ProblemType) -> dict[str, ProblemType]:
    return {one.name: one for one in types}


PROBLEMS: Final = _table(
    ProblemType(
        "malformed",
        422,
        "Not in the form it claims",
        "A value, path or body is not in its one form. The detail says what was found and what was "
        "expected; docs/formats/ defines every form.",
    ),
    ProblemType(
        "unusable",
        422,
        "Cannot be used as it is",
        "The form is right and the content does not fit here, such as a batch for another log.",
    ),
    ProblemType(
        "not-verified",
        422,
        "Does not verify",
        "A signature, a root or a count does not hold, or the key that signed may not sign that.",
    ),
    ProblemType(
        "unregistered-key",
        403,
        "Signed by a key that this log does not know",
        "Only producers whose key a key record of this log registers can add to it.",
    ),
    ProblemType(
        "read-only",
        403,
        "This server takes no batches",
        "Its operator serves the log for reading only.",
    ),
    ProblemType("not-found", 404, "Not found", "Nothing is published under this address."),
    ProblemType(
        "method-not-allowed",
        405,
        "Not allowed here",
        "The address exists and takes other methods; the header Allow lists them.",
    ),
    ProblemType(
        "too-slow",
        408,
        "The body did not arrive",
        "The connection ended, or the time for sending the body was over, before all of it came.",
    ),
    ProblemType(
        "conflict",
        409,
        "Somebody else was first",
        "Another writer advanced the log at the same moment. Nothing was written.",
    ),
    ProblemType(
        "too-large",
        413,
        "Too large",
        "The body is larger than this server reads. Nothing of it was parsed.",
    ),
    ProblemType(
        "internal",
        500,
        "A fault of this server",
        "Something failed that should not. The operator finds it in the server's output.",
    ),
    ProblemType(
        "storage",
        503,
        "The log cannot be read or written now",
        "The database or the disk failed. Sending the same batch again later is safe: a batch that "
        "was logged is not logged twice.",
    ),
)

_OF_ERROR: Final[tuple[tuple[type[LedgerError], str], ...]] = (
    (NotFoundError, "not-found"),
    (CannotTellError, "unregistered-key"),
    (VerificationError, "not-verified"),
    (MalformedError, "malformed"),
    (InputError, "unusable"),
    (ConflictError, "conflict"),
    (StorageError, "storage"),
)
_OF_STATUS: Final = {404: "not-found", 405: "method-not-allowed"}
_HINTS: Final = {
    "unregistered-key": "ask the operator of the log to register your key",
    "storage": "try again in a minute",
}


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
    if name == "storage":
        # Its message and hint speak to the operator: of files, and of what to run.
        _output.error("storage: %s", error)
        return _problem(name, "the database or the disk failed", None)
    hint = None if (error.hint or "").startswith("ledger ") else error.hint
    return _problem(name, str(error), hint)


def _problem(name: str, detail: str, hint: str | None) -> Problem:
    kind = PROBLEMS[name]
    return Problem(
        type=PREFIX + name,
        title=kind.title,
        status=kind.status,
        detail=detail,
        hint=hint or _HINTS.get(name),
    )


def _response(problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(
        problem.model_dump(exclude_none=True),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers={**SAFE, "Cache-Control": "no-store", **(headers or {})},
    )


async def _on_ledger_error(_: Request, error: Exception) -> JSONResponse:
    return _response(problem_of(cast(LedgerError, error)))


async def _on_http_exception(request: Request, error: Exception) -> JSONResponse:
    raised = cast(HTTPException, error)
    headers = dict(raised.headers or {})
    name = _OF_STATUS.get(raised.status_code)
    if name is not None:
        detail = f"{request.method} {request.url.path[:200]}"
        return _response(_problem(name, detail, "/api/v1/openapi.json lists what is here"), headers)
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
