"""What `ledger verify --timestamp` adds: an RFC 3161 token on the checkpoint of a file's proof."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from ledger.cli.timestamp import read_roots_file
from ledger.cli.verdicts import Finding
from ledger.errors import CannotTellError, InputError, MalformedError, VerificationError

_NAME = "logged no later than"


def check_timestamp(findings: Sequence[Finding], token: str, roots: str | None) -> None:
    """Check a token against every verified proof, and let it say when.

    A proof that the token is not about is not verified any more: whoever gives a token with it
    claims that it is.

    Raises:
        InputError: A file cannot be used.
        CannotTellError: No roots are given, so nobody's token can be believed.
    """
    from ledger.log.timestamp import MAX_TOKEN, check_token

    if roots is None:
        raise CannotTellError(
            "there are no certificates to believe the token by",
            hint="--tsa-roots FILE, the authority's root certificate in PEM",
        )
    certificates = read_roots_file(roots)
    try:
        with Path(token).open("rb") as file:
            data = file.read(MAX_TOKEN + 1)
    except OSError as error:
        raise InputError(f"{token} cannot be read: {error.strerror}") from error
    for finding in findings:
        if finding.verdict != "verified" or finding.tree is None:
            continue
        try:
            stamped = check_token(data, finding.tree.to_text(), roots=certificates)
        except (MalformedError, VerificationError) as error:
            finding.verdict, finding.failed = "not verified", "Timestamp"
            finding.reason = f"{error} (size {finding.tree.size})"
            continue
        if finding.seen_at is None or stamped.time < finding.seen_at:
            finding.seen_at = stamped.time
            when = datetime.fromtimestamp(stamped.time, UTC).strftime("%Y-%m-%d %H:%M UTC")
            _replace(finding, f"{when}, by the time-stamping authority {stamped.authority}")


def _replace(finding: Finding, text: str) -> None:
    finding.details = [(name, text if name == _NAME else old) for name, old in finding.details]
    # Now somebody else says when; that everybody was shown the same tree, still nobody does.
    finding.warnings = tuple(warning.removesuffix(", and when") for warning in finding.warnings)
