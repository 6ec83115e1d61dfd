"""What `ledger verify` says about a claim of misbehaviour, and about the age of a checkpoint."""

from ledger.checkpoint.trust import Trust
from ledger.cli.verdicts import Finding, refused
from ledger.errors import CannotTellError, MalformedError, VerificationError
from ledger.proof.misbehaviour import Contradiction, Misbehaviour, SignedTree

ABOUT = "misbehaviour"
_DAY = 86_400


def check_claim(path: str, data: bytes, trust: Trust) -> Finding:
    """Verify a claim of misbehaviour: `verified` means that the log did what it says."""
    try:
        claim = Misbehaviour.from_bytes(data)
        found = claim.check(trust)
    except (CannotTellError, MalformedError, VerificationError) as error:
        return refused(path, ABOUT, error)
    return Finding(path, "verified", ABOUT, details=_details(found, claim))


def _details(found: Contradiction, claim: Misbehaviour) -> list[tuple[str, str]]:
    first, second = found.first, found.second
    assert claim.divergence is not None  # or it would not have been verified
    details = [
        ("misbehaviour", f"the log {first.tree.origin} signed two trees that cannot be one"),
        ("it signed", _signed(first)),
        ("it also signed", _signed(second)),
    ]
    if first.tree.size < second.tree.size:
        text = (
            f"the second tree begins with another root at size {first.tree.size}: "
            f"{claim.divergence.root.hex()}"
        )
        details.append(("contradiction", text))
    else:
        details.append(("contradiction", "one size cannot have two roots"))
    for names in found.witnesses:
        who = names[0] if len(names) == 1 else f"{' and '.join(names)}, one witness,"
        details.append(("witness", f"{who} cosigned both, which no honest witness does"))
    details.append(("noted at", f"{claim.noted_at}, by whoever wrote this file"))
    return details


def _signed(signed: SignedTree) -> str:
    by = ", ".join(signed.witnesses) or "no witness that the trust file names"
    return (
        f"size {signed.tree.size}, root {signed.tree.root.hex()}; key {signed.log.id.hex()}; "
        f"cosigned by {by}"
    )


def warn_of_age(finding: Finding, *, now: int, max_age: int) -> None:
    """Add a warning if what a finding rests on is too old, or nobody says how old it is.

    Args:
        finding: A proof that verified; others have no age.
        now: POSIX seconds, by the clock of whoever verifies.
        max_age: In seconds.
    """
    if finding.verdict != "verified" or not finding.is_dated:
        return
    if finding.seen_at is None:
        finding.warnings += ("its age is not known: no witness says when it saw the checkpoint",)
    elif now - finding.seen_at > max_age:
        finding.warnings += (
            f"the checkpoint is {aged(now - finding.seen_at)} old: the log may have said more "
            "since, such as a correction",
        )


def aged(seconds: int) -> str:
    """Return an age in days, or in hours below two days."""
    if seconds >= 2 * _DAY:
        return f"{seconds // _DAY:,} days"
    return f"{max(0, seconds) // 3600} hours"
