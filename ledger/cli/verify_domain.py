"""What `ledger verify` says of an answer about a domain."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ledger.checkpoint.trust import Trust
from ledger.cli.verdicts import Finding, refused
from ledger.errors import CannotTellError, MalformedError, VerificationError

if TYPE_CHECKING:
    from ledger.query.domain_answer import DomainAnswer

ABOUT = "domain answer"


def _check_cut(answer: "DomainAnswer") -> None:
    """Check that the list can have the name at all: of what is below a domain it has nothing.

    Raises:
        CannotTellError: By the public suffix list that is installed here, the answer should be
            about another name than it is.
    """
    from ledger.capture.hosts import suffixes

    registrable = suffixes().domain(answer.asked)
    if registrable != answer.domain:
        raise CannotTellError(
            f"the answer is about {answer.domain}, and by the public suffix list here "
            f"{answer.asked} is of {registrable or 'no domain'}: lists of crawled domains name "
            "registrable domains, so an answer about another name says nothing",
            hint=f"ask the lab about {registrable or 'a domain'}",
        )


def check_domain_answer(path: str, data: bytes, trust: Trust) -> Finding:
    """Verify an answer; one that rests on a promise is verified with a warning that says so."""
    from ledger.query.domain_answer import DomainAnswer
    from ledger.query.domain_check import verify_answer

    try:
        found = verify_answer(DomainAnswer.from_bytes(data), trust)
        _check_cut(found.answer)
    except (CannotTellError, MalformedError, VerificationError) as error:
        return refused(path, ABOUT, error)
    told, verified = found.told(), found.verified
    tree, seen = verified.checkpoint.checkpoint, verified.checkpoint.seen_at
    when = (
        datetime.fromtimestamp(seen, UTC).strftime("%Y-%m-%d %H:%M UTC, by a witness")
        if seen is not None
        else "not known: no witness says"
    )
    details = [
        *told.lines(),
        ("log", f"{tree.origin}, size {tree.size}"),
        ("logged no later than", when),
        (f"summary {found.summary.id}", f"signed by {found.summary.producer}"),
    ]
    if rule := found.cut_by:
        details.append(("domains", rule))
    warnings = (told.warning(), *verified.warnings) if told.warning() else verified.warnings
    return Finding(
        path,
        "verified",
        ABOUT,
        steps=verified.steps,
        warnings=warnings,
        details=details,
        is_dated=True,
        seen_at=seen,
        tree=tree,
    )
