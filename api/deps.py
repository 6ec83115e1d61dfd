"""What routes ask for: the things an app was made with, and a body within its limits."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.requests import ClientDisconnect

from api.errors import RefusedError
from api.folder import PublicFolder, Published
from api.gate import Gate, Passage
from api.inbox import Inbox
from api.settings import Settings
from ledger.checkpoint.trust import Trust
from ledger.store.reader import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Everything that answers come from. `inbox` is None where nothing is taken in."""

    reader: Reader
    folder: PublicFolder
    settings: Settings
    trust: Trust | None
    inbox: Inbox | None
    gate: Gate


async def sources_of(request: Request) -> Sources:
    """Return what this app was made with."""
    sources = request.app.state.sources
    assert isinstance(sources, Sources)
    return sources


SourcesDep = Annotated[Sources, Depends(sources_of)]


def published(sources: SourcesDep) -> Published:
    """Return the checkpoint that is published now: answers speak about its tree and no more."""
    return sources.folder.published()


PublishedDep = Annotated[Published, Depends(published)]


async def read_body(request: Request, sources: SourcesDep) -> AsyncIterator[bytes]:
    """Give the body, unparsed, if it is not too large and comes in time.

    Until the request is answered, the gate counts its bytes.

    Raises:
        RefusedError: It is too large, too slow, was cut off, or there is no room for it now.
    """
    with sources.gate.opened() as passage:
        yield await receive_body(request, sources.settings, passage)


async def receive_body(request: Request, settings: Settings, passage: Passage) -> bytes:
    """Return the body as it comes, counted by `passage`.

    Raises:
        RefusedError: It is too large, too slow, was cut off, or there is no room for it now.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(settings.body_seconds):
            async for chunk in _chunks(request, settings.body_limit):
                passage.take(len(chunk))
                body += chunk
    except TimeoutError as error:
        seconds = settings.body_seconds
        raise RefusedError("too-slow", f"the body took longer than {seconds:g} s") from error
    except ClientDisconnect as error:
        raise RefusedError("too-slow", "the connection ended within the body") from error
    return bytes(body)


async def _chunks(request: Request, limit: int) -> AsyncIterator[bytes]:
    """Yield a body as it arrives, until it is known to be too large."""
    stated = request.headers.get("content-length", "")
    if stated.isdecimal() and (len(stated) > 15 or int(stated) > limit):
        raise _too_large(limit)
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        yield chunk


BodyDep = Annotated[bytes, Depends(read_body)]


def _too_large(limit: int) -> RefusedError:
    return RefusedError(
        "too-large",
        f"a body has at most {limit} bytes here",
        hint="`ledger verify FILE` reads larger evidence; a batch can be split",
    )
