"""Every digit of every visible figure of a summary changed once, in every format and two modes.

None may verify. What is in a field of a page or of a DOCX must be named by field; of a form that a
forger changed everywhere at once, all that figures of the record are about.
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ledger.checkpoint.trust import Trust
from ledger.errors import LedgerError
from ledger.proof.document_slot import split_evidence, with_evidence
from ledger.proof.verify import StepFailedError
from ledger.render import JSONLD, render
from ledger.summary.document import Document, Show
from ledger.summary.verify import verify_summary
from tests.soak.figure import Figure
from tests.summary.full_lab import Lab, published
from tests.summary.tampering import docx_changes, form_changes, html_changes

MODES: tuple[Show, ...] = ("figures", "ranges")


@dataclass(frozen=True)
class Forgery:
    """A changed file: how to make it, and the field that must be named, if one must."""

    make: Callable[[], bytes]
    named: str
    place: str


def run(scale: float) -> list[Figure]:
    """Change everything, and count what is caught and named."""
    found: list[Figure] = []
    for show in MODES:
        with tempfile.TemporaryDirectory() as folder, published(Path(folder), show) as lab:
            for what, forgeries in _all(lab):
                found.append(_judged(f"{what}, {show}", _some(forgeries, scale), lab.trust))
    return found


def _some(forgeries: Iterable[Forgery], scale: float) -> Iterator[Forgery]:
    step = max(1, round(1 / scale))
    yield from (one for at, one in enumerate(forgeries) if at % step == 0)


def _all(lab: Lab) -> Iterator[tuple[str, Iterator[Forgery]]]:
    yield (
        "digits of a page",
        (
            Forgery(one.make, one.field or "outside the fields", one.place)
            for one in html_changes(lab.files["html"])
        ),
    )
    yield (
        "digits of a DOCX",
        (Forgery(one.make, one.field, one.place) for one in docx_changes(lab.files["docx"])),
    )
    yield (
        "digits of a form, rendered again",
        (
            Forgery(_carried(lab, one.make), one.field if one.is_named else "", one.place)
            for one in form_changes(lab.document)
        ),
    )
    yield "bytes of a PDF", _pdf(lab.files["pdf"])


def _carried(lab: Lab, make: Callable[[], Document]) -> Callable[[], bytes]:
    evidence = split_evidence(lab.files["jsonld"]).evidence
    assert evidence is not None
    return lambda: with_evidence(render(make(), JSONLD).document, evidence)


def _pdf(data: bytes) -> Iterator[Forgery]:
    """Yield the PDF with a bit of every 16th byte changed: pages, fonts, form, table, update."""

    def flipped(at: int) -> Callable[[], bytes]:
        return lambda: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]

    yield from (Forgery(flipped(at), "", f"byte {at}") for at in range(0, len(data), 16))


def _judged(what: str, forgeries: Iterator[Forgery], trust: Trust) -> Figure:
    counts: Counter[str] = Counter()
    missed: list[str] = []
    for one in forgeries:
        counts["made"] += 1
        must = bool(one.named)
        counts["to be named"] += must
        try:
            verify_summary(one.make(), trust)
        except StepFailedError as error:
            named = any(place.field == one.named for place in error.differences)
            counts["named"] += must and named
            counts["caught"] += 1
            if must and not named:
                missed.append(f"{one.named}: {one.place}")
        except LedgerError:
            counts["caught"] += 1
            if must:
                missed.append(f"{one.named}: {one.place}")
        else:
            missed.append(f"verified: {one.place}")
    found = f"{counts['caught']:,} caught"
    if counts["to be named"]:
        found += f", {counts['named']:,} of {counts['to be named']:,} named by field"
    if missed:
        found += f"; missed: {missed[:10]}"
    goal = "all caught, all figures named"
    return Figure(f"{counts['made']:,} {what}", goal, found, not missed)
