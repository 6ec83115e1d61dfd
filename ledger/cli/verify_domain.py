"""What `ledger verify` says of an answer about a domain."""

from datetime import UTC, datetime

from ledger.checkpoint.trust import Trust
from ledger.cli.verdicts import Finding, refused
from ledger.errors import CannotTellError, MalformedError, VerificationError

ABOUT = "domain answer"


def check_domain_answer(path: str, data: bytes, trust: Trust) -> Finding:
    """Verify an answer; one that rests on a promise is verified with a warning that says so."""
    from ledger.query.domain_answer import DomainAnswer
    from ledger.query.domain_check import verify_answer

    try:
        found = verify_answer(DomainAnswer.from_bytes(data), trust)
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
