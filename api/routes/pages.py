"""The public page: what this log is, what it published, and a place to check a file."""

import time
from calendar import month_name
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api import views
from api.deps import Sources, SourcesDep
from api.headers import BRIEF, PAGE_POLICY
from api.schemas import Correction, LogState, Summary
from ledger import __version__
from ledger.errors import NotFoundError
from ledger.summary.wording import number

router = APIRouter(include_in_schema=False)
_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@router.get("/", response_class=HTMLResponse)
def index(sources: SourcesDep) -> HTMLResponse:
    """Show the log's state, its summaries, and the place where a file is checked."""
    state, current, earlier = _published(sources)
    page = _PAGES.get_template("index.html").render(
        origin=state.origin if state else sources.reader.head().origin,
        state=state,
        current=current,
        earlier=earlier,
        limit=sources.settings.body_limit,
        version=__version__,
        number=number,
        moment=_moment,
        age=_age,
        date=_date,
        withdrawal=_withdrawal,
    )
    headers = {"Cache-Control": BRIEF, "Content-Security-Policy": PAGE_POLICY}
    return HTMLResponse(page, headers=headers)


def _published(sources: Sources) -> tuple[LogState | None, list[Summary], list[Summary]]:
    """Return the log's state, the summaries that hold now, and those superseded; newest first."""
    try:
        now = sources.folder.published()
    except NotFoundError:
        return None, [], []
    every = views.summaries(sources, now)[::-1]
    told = [one for one in every if one.rendition_of is None]
    current = [one for one in told if one.superseded_by is None]
    earlier = [one for one in told if one.superseded_by is not None]
    return views.log_state(sources, now, at=int(time.time())), current, earlier


def _moment(text: str) -> str:
    """Return a UTC time as people read it: `24 November 2026, 09:30 UTC`."""
    return f"{_date(text)}, {text[11:16]} UTC"


def _age(seconds: int) -> str:
    """Return an age as people say it: `40 minutes`, `30 hours`, `3 days`."""
    units = ((86_400, "days"), (3_600, "hours"), (60, "minutes"))
    size, unit = next((one for one in units if seconds >= 2 * one[0]), (60, "minutes"))
    number = seconds // size
    return "1 minute" if (number, unit) == (1, "minutes") else f"{number:,} {unit}"


def _date(text: str) -> str:
    """Return a date (or a time's date) as people read it: `24 November 2026`."""
    when = datetime.fromisoformat(text)
    return f"{when.day} {month_name[when.month]} {when.year}"


def _withdrawal(corrections: Sequence[Correction]) -> Any:
    """Return the correction that withdraws or erases a record; None if none does."""
    return next((one for one in corrections if one.action != "replace"), None)
