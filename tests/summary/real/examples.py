"""The four summaries, each read once from a real ledger and written once in each format."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ledger.render import FORMATS, render
from ledger.summary.document import Document
from ledger.summary.filing import Filing
from tests.summary.real import apertus, bria_3_2, gpt_5_5, smollm3_3b
from tests.summary.real.lab import Published, filed, opened

EXAMPLES: Mapping[str, Published] = {
    one.name: one
    for one in (
        apertus.PUBLISHED,
        bria_3_2.PUBLISHED,
        gpt_5_5.PUBLISHED,
        smollm3_3b.PUBLISHED,
    )
}


@dataclass(frozen=True)
class Made:
    """A summary as we would publish it, with what it was filled from."""

    published: Published
    filing: Filing
    document: Document

    def file(self, form: str) -> bytes:
        """Return the document in a format, without its evidence."""
        return _file(self.document, form)


@cache
def _file(document: Document, form: str) -> bytes:
    return render(document, FORMATS[form]).document


def make_all(folder: Path) -> Mapping[str, Made]:
    """Return all four, read from ledgers in subfolders."""
    made = {}
    for name, published in EXAMPLES.items():
        with opened(published, folder / name) as ledger:
            made[name] = Made(published, *filed(published, ledger))
    return made
