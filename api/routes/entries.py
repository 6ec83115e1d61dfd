"""Entries, and their proofs in two forms that other people's tools read.

A form has an address of its own (`/entries/7.cose`), which any cache may keep by its path. The
address without a form chooses by the header Accept, and says so in Vary.
"""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, Path
from fastapi.responses import Response

from api.deps import PublishedDep, SourcesDep
from api.headers import BRIEF, IMMUTABLE
from api.negotiation import choose
from api.problems import problems
from ledger.client.entry_proofs import consistency_receipt, inclusion_receipt, tlog_proof
from ledger.errors import NotFoundError
from ledger.proof.cose_receipt import MEDIA_TYPE as COSE

router = APIRouter(prefix="/api/v1", tags=["proofs"])
TEXT: Final = "text/plain"
_TEXT_CONTENT = {"text/plain; charset=utf-8": {"schema": {"type": "string"}}}
_COSE_CONTENT = {COSE: {"schema": {"type": "string", "format": "binary"}}}
NUMBER: Final = r"^(0|[1-9][0-9]{0,15})$"
"""A number has one spelling: an answer is kept by its path."""


def _index(
    index: Annotated[str, Path(pattern=NUMBER, description="An entry's log index.")],
) -> int:
    return int(index)


def _size(
    size: Annotated[str, Path(pattern=NUMBER, description="The older tree's size.")],
) -> int:
    return int(size)


Index = Annotated[int, Depends(_index)]
Size = Annotated[int, Depends(_size)]
AcceptHeader = Annotated[
    str, Header(alias="Accept", description=f"`{TEXT}` (default) or `{COSE}`.", max_length=1000)
]


@router.get(
    "/entries/{index}/proof",
    operation_id="prove_entry",
    summary="A proof of an entry, in the form that the header Accept names",
    response_class=Response,
    responses={
        200: {
            "description": "A tlog-proof (c2sp.org/tlog-proof) or a COSE receipt (RFC 9942).",
            "content": {**_TEXT_CONTENT, **_COSE_CONTENT},
        },
        **problems("not-found", "not-acceptable", "malformed"),
    },
)
def entry_proof(
    index: Index, sources: SourcesDep, now: PublishedDep, accept: AcceptHeader = ""
) -> Response:
    """The entry's inclusion proof: with the signed checkpoint it leads to, or as a receipt."""
    if choose(accept, (TEXT, COSE)) == COSE:
        response = entry_receipt(index, sources, now)
        response.headers["Content-Location"] = f"/api/v1/entries/{index}.cose"
    else:
        response = entry_tlog_proof(index, sources, now)
        response.headers["Content-Location"] = f"/api/v1/entries/{index}.tlog-proof"
    response.headers["Vary"] = "Accept"
    return response


@router.get(
    "/entries/{index}.tlog-proof",
    operation_id="prove_entry_tlog",
    summary="A tlog-proof of an entry",
    response_class=Response,
    responses={
        200: {
            "description": "A proof that any tlog tool reads (c2sp.org/tlog-proof).",
            "content": _TEXT_CONTENT,
        },
        **problems("not-found", "malformed"),
    },
)
def entry_tlog_proof(index: Index, sources: SourcesDep, now: PublishedDep) -> Response:
    """The entry's inclusion proof with the signed checkpoint it leads to, as one text."""
    data = tlog_proof(sources.reader, now.note, index).to_bytes()
    return _file(data, f"entry-{index}.tlog-proof", f"{TEXT}; charset=utf-8")


@router.get(
    "/entries/{index}.cose",
    operation_id="prove_entry_cose",
    summary="A COSE receipt of an entry",
    response_class=Response,
    responses={
        200: {
            "description": "A COSE_Sign1 with the inclusion proof in it (RFC 9942).",
            "content": _COSE_CONTENT,
        },
        **problems("not-found", "malformed"),
    },
)
def entry_receipt(index: Index, sources: SourcesDep, now: PublishedDep) -> Response:
    """The entry's inclusion proof, under a root that the log's key signed.

    It carries no cosignatures: a tlog-proof of the same entry proves more.
    """
    signed = sources.folder.signed_root(now)
    data = inclusion_receipt(sources.reader, now.note, signed, index).to_bytes()
    return _file(data, f"entry-{index}.cose", COSE)


@router.get(
    "/entries/{index}.note",
    operation_id="read_entry",
    summary="An entry: the signed batch",
    response_class=Response,
    responses={
        200: {
            "description": "The bytes that proofs of this entry are about: a signed note.",
            "content": _TEXT_CONTENT,
        },
        **problems("not-found", "malformed"),
    },
)
def entry(index: Index, sources: SourcesDep, now: PublishedDep) -> Response:
    """The entry itself: who signed how many records of which kind, under which root."""
    if index >= now.tree.size:
        raise NotFoundError(f"the published log has {now.tree.size} entries, and no entry {index}")
    data = sources.reader.entry(index).note
    return _file(data, f"entry-{index}.note", f"{TEXT}; charset=utf-8", IMMUTABLE)


@router.get(
    "/consistency/{size}.cose",
    operation_id="prove_growth",
    summary="A COSE receipt that the log grew from a size",
    response_class=Response,
    responses={
        200: {
            "description": "A COSE_Sign1 with the consistency proof in it (RFC 9942).",
            "content": _COSE_CONTENT,
        },
        **problems("not-found", "malformed"),
    },
)
def growth_receipt(size: Size, sources: SourcesDep, now: PublishedDep) -> Response:
    """That the published tree extends the one that the log had at `size`."""
    signed = sources.folder.signed_root(now)
    data = consistency_receipt(sources.reader, now.note, signed, size).to_bytes()
    return _file(data, f"from-{size}-to-{now.tree.size}.cose", COSE)


def _file(data: bytes, name: str, media_type: str, caching: str = BRIEF) -> Response:
    headers = {"Cache-Control": caching, "Content-Disposition": f'inline; filename="{name}"'}
    return Response(data, media_type=media_type, headers=headers)
