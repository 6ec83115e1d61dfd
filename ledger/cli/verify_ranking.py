"""`ledger verify DOCUMENT --ranking FILE`: the proof of a list of domains too long to carry it."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from ledger.errors import CannotTellError, InputError, VerificationError
from ledger.proof.evidence import MAX_SIZE
from ledger.proof.verify import Walk
from ledger.summary.ranking import FILE, check_ranking_file
from ledger.summary.verify import VerifiedSummary

STEP = "Ranking"


def with_ranking(summary: VerifiedSummary, path: str) -> VerifiedSummary:
    """Return a verified summary after one step more: its list of domains is the top of all.

    Raises:
        InputError: The file cannot be read.
        StepFailedError: The list is not the top of the ranking, or the file is another.
        StepUnclearError: The summary publishes no totals, or does not show which file is meant.
    """
    try:
        with Path(path).open("rb") as file:
            data = file.read(MAX_SIZE + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(f"{path} cannot be read: {reason}") from error
    walk = Walk(list(summary.verified.steps))
    with walk.step(STEP) as outcome:
        statement = summary.statement
        if statement is None or statement.table is None or summary.form is None:
            raise CannotTellError(
                "the summary publishes no totals that a ranking could be held against",
                hint="publication.audit: sections in provider.yaml, before the summary is made",
            )
        found, wanted = f"sha256:{sha256(data).hexdigest()}", _digest(summary)
        if found != wanted:
            raise VerificationError(f"{path} is {found[:23]}…, and the record names {wanted}")
        ranking = check_ranking_file(summary.form, statement.table.sections, data)
        outcome.computed = ranking.told()
        outcome.means = "no domain that is left out has more bytes than one that is listed"
    document = replace(summary.document.verified, steps=tuple(walk.done))
    return replace(summary, document=replace(summary.document, verified=document), ranking=ranking)


def _digest(summary: VerifiedSummary) -> str:
    """Return the digest that the summary record gives for its file of the ranking."""
    attachments = summary.document.record.fields.get("attachments")
    for one in attachments if isinstance(attachments, list) else ():
        if isinstance(one, dict) and one.get("name") == FILE:
            return str(one["digest"])
    raise CannotTellError(
        f"record {summary.document.record.id} shows no attachment {FILE}",
        hint="lists of up to 1,000 names carry their proof: ledger verify without --ranking",
    )
