"""What `ledger verify` says about a tlog-proof or a COSE receipt, and the entry it is about."""

from datetime import UTC, datetime

from ledger.checkpoint.trust import Trust
from ledger.cli.output import counted
from ledger.cli.verdicts import Finding, refused
from ledger.errors import CannotTellError, InputError, MalformedError, VerificationError
from ledger.proof.cose_receipt import START
from ledger.proof.entry import VerifiedEntry, verify_entry
from ledger.tree.tiles import MAX_ENTRY_SIZE


def read_entry(path: str) -> bytes:
    """Return the bytes of an entry's file, at most one more than an entry may have.

    Raises:
        InputError: It cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return file.read(MAX_ENTRY_SIZE + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(f"{path} cannot be read: {reason}") from error


def check_entry_proof(path: str, data: bytes, trust: Trust, entry: bytes | None) -> Finding:
    """Verify the proof of an entry."""
    about = "COSE receipt" if data.startswith(START) else "tlog-proof"
    try:
        if entry is None:
            raise CannotTellError(
                f"a {about} is about an entry, and does not hold it",
                hint="--entry FILE, as `ledger prove INDEX --out FILE.note` writes it",
            )
        verified = verify_entry(data, entry, trust)
    except (CannotTellError, MalformedError, VerificationError) as error:
        return refused(path, about, error)
    return Finding(
        path,
        "verified",
        about,
        steps=verified.steps,
        warnings=verified.warnings,
        details=_details(verified),
        is_dated=True,
        seen_at=verified.seen_at,
    )


def _details(verified: VerifiedEntry) -> list[tuple[str, str]]:
    seen = verified.seen_at
    when = (
        datetime.fromtimestamp(seen, UTC).strftime("%Y-%m-%d %H:%M UTC, by a witness")
        if seen is not None
        else "not known: no witness says"
    )
    batch = verified.batch
    what = "not a batch of a ledger"
    if batch is not None:
        what = f"{counted(batch.count, f'{batch.kind} record')}, signed as {verified.producer}"
    return [
        ("log", f"{verified.origin}, size {verified.size}"),
        ("logged no later than", when),
        (f"entry {verified.index}", what),
    ]
