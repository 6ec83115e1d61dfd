"""`ledger verify DOCUMENT --leaves FILE`: every leaf of a statement, built up to its root again."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

from ledger.errors import CannotTellError, InputError, VerificationError
from ledger.proof.verify import Walk
from ledger.query.leaves import MAX_LINE, NAME, check_leaves
from ledger.summary.verify import VerifiedSummary

STEP = "Leaves"


def with_leaves(summary: VerifiedSummary, path: str) -> VerifiedSummary:
    """Return a verified summary after one step more: its published leaves give its totals.

    Raises:
        InputError: The file cannot be read.
        StepFailedError: The leaves are not those of the summary's statement.
        StepUnclearError: The summary publishes no leaves, or does not show which.
    """
    check_readable(path)
    walk = Walk(list(summary.verified.steps))
    with walk.step(STEP) as outcome:
        statement = summary.statement
        if statement is None or statement.table is None:
            raise CannotTellError(
                "the summary publishes no totals that leaves could add up to",
                hint="publication.audit: counters in provider.yaml, before the summary is made",
            )
        wanted = _digest(summary)
        lines = _Lines(path)
        count = check_leaves(lines, statement.table)
        if lines.digest != wanted:
            raise VerificationError(
                f"{path} is {lines.digest[:23]}…, and the record names {wanted}"
            )
        outcome.computed = f"{count:,} leaves give the root of each of the trees"
        outcome.means = (
            "the totals are the sums of these leaves; that they are what the records say is left "
            "to an audit"
        )
    verified = replace(summary.document.verified, steps=tuple(walk.done))
    return replace(summary, document=replace(summary.document, verified=verified))


def check_readable(path: str) -> None:
    """Check that a file can be opened, before its content is judged.

    Raises:
        InputError: It cannot.
    """
    try:
        with open(path, "rb"):
            pass
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(f"{path} cannot be read: {reason}") from error


def _digest(summary: VerifiedSummary) -> str:
    """Return the digest that the summary record gives for its file of leaves."""
    attachments = summary.document.record.fields.get("attachments")
    for one in attachments if isinstance(attachments, list) else ():
        if isinstance(one, dict) and one.get("name") == NAME:
            return str(one["digest"])
    raise CannotTellError(
        f"record {summary.document.record.id} shows no attachment {NAME}",
        hint="ask the publisher for the file of leaves; it is published only on purpose",
    )


class _Lines:
    """The lines of a file, and the digest of what was read."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._hasher = sha256()

    def __iter__(self) -> Iterator[bytes]:
        with open(self._path, "rb") as file:
            while line := file.readline(MAX_LINE + 1):
                self._hasher.update(line)
                yield line

    @property
    def digest(self) -> str:
        return f"sha256:{self._hasher.hexdigest()}"
