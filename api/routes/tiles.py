"""The log as files (c2sp.org/tlog-tiles): any tlog client reads it, any cache may keep it."""

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response

from api.deps import PublishedDep, SourcesDep
from api.headers import IMMUTABLE
from api.problems import problems

router = APIRouter(tags=["log"])
TilePath = Annotated[str, Path(description="`<level>/<number>[.p/<width>]` or `entries/…`.")]
BINARY = {"schema": {"type": "string", "format": "binary"}}


@router.get(
    "/checkpoint",
    operation_id="read_checkpoint",
    summary="The signed checkpoint",
    response_class=Response,
    responses={
        200: {
            "description": "A signed note (c2sp.org/tlog-checkpoint).",
            "content": {"text/plain; charset=utf-8": {"schema": {"type": "string"}}},
        },
        **problems("not-found"),
    },
)
def checkpoint(now: PublishedDep) -> Response:
    """What the log says of its whole tree: origin, size and root, with its signatures.

    Never kept by a cache: whoever asks wants the newest.
    """
    headers = {"Cache-Control": "no-store"}
    return Response(now.data, media_type="text/plain; charset=utf-8", headers=headers)


@router.get(
    "/tile/{path:path}",
    operation_id="read_tile",
    summary="A tile, or a bundle of entries",
    response_class=Response,
    responses={
        200: {
            "description": "`tile/<L>/<N>[.p/<W>]`: W (or 256) hashes of 32 bytes. "
            "`tile/entries/<N>[.p/<W>]`: W (or 256) times a length of two bytes, and an entry.",
            "content": {"application/octet-stream": BINARY},
        },
        **problems("not-found"),
    },
)
def tile(path: TilePath, sources: SourcesDep) -> Response:
    """Hashes of the tree, or entries, as published (c2sp.org/tlog-tiles). They never change.

    The part after `/tile/` is `<level>/<number>` or `entries/<number>`, the number in groups of
    three digits (1234067 is `x001/x234/067`), and `.p/<width>` for a partial one. A partial tile
    is there if it was the edge of a published checkpoint.
    """
    data = sources.folder.tile(f"tile/{path}")
    headers = {"Cache-Control": IMMUTABLE}
    return Response(data, media_type="application/octet-stream", headers=headers)
