"""What provider and records both say of one matter: said once, and resting on both."""

import re
from collections.abc import Mapping

from ledger.summary.answer import Piece, own_rows
from ledger.summary.document import Labelled, Row, Support
from ledger.summary.filing import Filing
from ledger.summary.wording import NOT_KNOWN, sentence

_FILLERS = frozenset(
    ("a", "an", "and", "by", "for", "from", "in", "of", "on", "or", "our", "the", "their", "to")
)
_DENIALS = frozenset(("no", "not", "never", "none", "without", "nor", "except", "excluding"))

ON_RECORD = "On record: "
"""What parts the provider's words from those of records in one row."""


def says(text: str, other: str) -> bool:
    """Answer whether a text says nothing that the other does not: no further word, no denial."""
    words, others = _words(text), _words(other)
    return words <= others and words & _DENIALS == others & _DENIALS


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold())) - _FILLERS


def together(own: str, recorded: str) -> str:
    """Return the provider's words, and what records add to them."""
    if not own or not recorded:
        return own or recorded
    if says(recorded, own):
        return own
    if says(own, recorded):
        return recorded
    return f"{sentence(own)} {ON_RECORD}{recorded.removesuffix('.')}."


def merged(
    filing: Filing, labels: Mapping[str, str], recorded: Mapping[str, str], support: Support
) -> list[Piece]:
    """Return one row for each label, its provider's words first.

    Args:
        filing: Whose provider speaks.
        labels: Where the provider may speak, and the label of the row.
        recorded: What records say, by label; labels that no path has come last.
        support: What `recorded` rests on.
    """
    parts: dict[tuple[str, ...], tuple[list[Row], list[Support]]] = {}
    paths = {label: path for path, label in labels.items()}
    for label in dict.fromkeys((*paths, *recorded)):
        own = own_rows(filing, {paths[label]: label}) if label in paths else []
        said = [row.text for piece in own for row in _rows(piece)]
        supports = [one for piece in own for one in piece.rests_on]
        known = recorded.get(label, "")
        if said and known.rstrip(".").casefold() == NOT_KNOWN:
            known = ""
        if known:
            supports.append(support)
        if supports:
            owners = tuple(one.owner for one in supports)
            rows, every = parts.setdefault(owners, ([], []))
            rows.append(Row(label, together(" ".join(said), known)))
            every += [one for one in supports if one not in every]
    return [Piece(Labelled(tuple(rows)), tuple(every)) for rows, every in parts.values()]


def _rows(piece: Piece) -> tuple[Row, ...]:
    return piece.value.rows if isinstance(piece.value, Labelled) else ()
