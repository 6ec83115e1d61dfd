"""What an answer rests on, in a few words."""

from ledger.summary.document import Field, Support
from ledger.summary.wording import counted, number


def rests_on(field: Field) -> str:
    """Return who keeps the facts of an answer and how they are known; `open` if nobody does."""
    return "; ".join(dict.fromkeys(map(_words, field.rests_on))) or "open"


def _words(support: Support) -> str:
    if support.owner == "rule":
        return "form"
    if support.none:
        return f"{support.owner}: none in {counted(support.count, 'record')}"
    known = [str(basis.name) for basis in support.basis]
    if len(known) > 1:
        shares = " · ".join(f"{basis.name} {number(basis.count)}" for basis in support.basis)
        return f"{support.owner}: {shares} records"
    if support.owner == "ledger":
        noun = "domain" if support.what == "domains" else "record"
        known.append(counted(support.count, noun))
    return f"{support.owner}: {' · '.join(known)}" if known else support.owner
