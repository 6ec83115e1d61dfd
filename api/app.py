"""Building the app: from what it serves to ASGI. A factory; nothing lives at module level."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from api import errors, openapi
from api.deps import Sources
from api.door import Door
from api.folder import PublicFolder
from api.gate import Gate
from api.headers import Guard
from api.inbox import Inbox
from api.routes import (
    entries,
    meanings,
    pages,
    proofs,
    records,
    releases,
    submit,
    summaries,
    tiles,
    verify,
)
from api.settings import Settings, read_settings
from ledger.checkpoint.trust import Trust
from ledger.client.home import Home
from ledger.errors import InputError, MalformedError
from ledger.log.log import Log
from ledger.store.reader import Reader

STATIC = Path(__file__).parent / "static"
# In this order: of two addresses that fit, the first is taken.
_ROUTES = (
    tiles,
    records,
    proofs,
    entries,
    releases,
    summaries,
    verify,
    submit,
    meanings,
    pages,
)


def create_app(reader: Reader, settings: Settings, *, log: Log | None = None) -> FastAPI:
    """Return the app over a ledger.

    Args:
        reader: Reads the log's public rows; closed when the app shuts down.
        settings: Where the published files are, and what is allowed.
        log: Takes batches in; used only if `settings.writable`.

    Raises:
        InputError: The trust file cannot be read, or there is no log to write to.
    """
    if settings.writable and log is None:
        raise InputError("a server that takes batches needs the log that they go to")
    sources = Sources(
        reader=reader,
        folder=PublicFolder(settings.public),
        settings=settings,
        trust=_read_trust(settings.trust),
        inbox=_inbox(log, settings),
        gate=Gate(settings.bodies_limit),
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        beating = None
        if sources.inbox is not None and settings.heartbeat_seconds:
            beating = asyncio.create_task(_beat(sources.inbox, settings.heartbeat_seconds))
        yield
        if beating is not None:
            beating.cancel()
        await asyncio.to_thread(close)

    def close() -> None:
        if sources.inbox is not None:
            sources.inbox.close()
        (log or reader).close()

    app = FastAPI(
        **openapi.TITLE_PAGE,
        openapi_url=None,
        # The usual documentation pages load scripts from elsewhere; ours is docs/api.md.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.sources = sources
    app.state.close = close
    errors.install(app)
    for module in _ROUTES:
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=STATIC))
    openapi.install(app)
    # The last one added is the outermost.
    app.add_middleware(Door, sources=sources)
    app.add_middleware(Guard)
    return app


def from_environment() -> FastAPI:
    """Return the app that the environment describes (`api.settings`): what uvicorn is given.

    Raises:
        LedgerError: There is no ledger, or it cannot be opened.
    """
    settings, home = read_settings(os.environ)
    if not settings.writable:
        return create_app(Reader.open(home.url), settings)
    log = _open_log(home)
    return create_app(log.store, settings, log=log)


def _inbox(log: Log | None, settings: Settings) -> Inbox | None:
    if log is None or not settings.writable:
        return None
    return Inbox(log, seconds=settings.proof_seconds)


async def _beat(inbox: Inbox, seconds: float) -> None:
    """Publish now and then, for as long as the server runs."""
    while True:
        await asyncio.sleep(seconds)
        await inbox.beat()


def _open_log(home: Home) -> Log:
    from ledger.client.own_log import open_log
    from ledger.store.store import Store

    store = Store.open(home.url)
    try:
        return open_log(home, store)
    except BaseException:
        store.close()
        raise


def _read_trust(path: Path | None) -> Trust | None:
    if path is None:
        return None
    try:
        return Trust.parse(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(f"the trust file {path} cannot be read: {error.strerror}") from error
    except MalformedError as error:
        raise InputError(f"{path}: {error}") from error
