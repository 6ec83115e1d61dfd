"""A file in, a verdict out: the same verifier that `ledger verify` runs, told in JSON."""

from typing import Literal, TypeAlias

from api import schemas as wire
from api.views import time_text
from ledger.checkpoint.trust import Trust
from ledger.errors import CannotTellError, MalformedError, VerificationError
from ledger.proof.document_slot import is_document
from ledger.proof.evidence import Evidence
from ledger.proof.misbehaviour import START as CLAIM_START
from ledger.proof.misbehaviour import Contradiction, Misbehaviour, SignedTree
from ledger.proof.verify import Step, StepFailedError, StepUnclearError, Verified, verify
from ledger.summary.verify import VerifiedSummary, verify_summary

_EVIDENCE_START = b'{"checkpoint":'
_READING = wire.FailedStep(name="Reading the file")
_CLAIM = wire.FailedStep(name="Misbehaviour")

Kind: TypeAlias = Literal["evidence", "document", "misbehaviour", "unknown"]


def judge(data: bytes, trust: Trust | None) -> wire.Verdict:
    """Return what a file proves to somebody who holds `trust`. It never raises for any bytes."""
    kind = _kind(data)
    try:
        if trust is None:
            raise CannotTellError(
                "this server has no trust file, so it believes nobody's signature",
                hint="ledger verify FILE --trust FILE",
            )
        if kind == "misbehaviour":
            return _convicted(Misbehaviour.from_bytes(data).check(trust), trust)
        if kind == "unknown":
            raise MalformedError(
                "this is neither evidence nor a document of a ledger: evidence begins with "
                '{"checkpoint": and a document with <!doctype html> or {"@context":',
                hint="give the file as it was published: opening and saving it can change it",
            )
        found = (
            verify_summary(data, trust)
            if kind == "document"
            else verify(Evidence.from_bytes(data), trust)
        )
    except (StepFailedError, StepUnclearError) as error:
        failed = wire.FailedStep(number=error.number, name=error.name)
        return _refused(error, kind, trust, failed, error.done, error.reason)
    except (CannotTellError, MalformedError, VerificationError) as error:
        failed = _CLAIM if kind == "misbehaviour" else _READING
        return _refused(error, kind, trust, failed, (), str(error))
    return _verified(found, kind, trust)


def _kind(data: bytes) -> Kind:
    if is_document(data):
        return "document"
    starts: dict[bytes, Kind] = {_EVIDENCE_START: "evidence", CLAIM_START: "misbehaviour"}
    return next((kind for start, kind in starts.items() if data.startswith(start)), "unknown")


def _convicted(found: Contradiction, trust: Trust) -> wire.Verdict:
    """Return the verdict that a log did sign two trees of which no tree is the continuation."""
    first, second = found.first, found.second
    guilty = "".join(f"; {' and '.join(names)} cosigned both" for names in found.witnesses)
    signatures = wire.VerifiedStep(
        number=1,
        name="Signatures",
        computed=f"{_signed(first)}; {_signed(second)}",
        means=f"the log {first.tree.origin} signed both{guilty}",
    )
    contradiction = wire.VerifiedStep(
        number=2,
        name="Contradiction",
        computed=f"the tree of size {second.tree.size} has another root at size {first.tree.size}",
        means=f"the log {first.tree.origin} signed a history and took it back",
    )
    return wire.Verdict(
        verdict="verified",
        kind="misbehaviour",
        steps=[signatures, contradiction],
        warnings=[],
        trusts=_origins(trust),
        records=[],
    )


def _signed(signed: SignedTree) -> str:
    return f"size {signed.tree.size}, root {signed.tree.root.hex()}, key {signed.log.id.hex()}"


def _refused(
    error: CannotTellError | MalformedError | VerificationError,
    kind: Kind,
    trust: Trust | None,
    failed: wire.FailedStep,
    done: tuple[Step, ...],
    reason: str,
) -> wire.Verdict:
    return wire.Verdict(
        verdict="cannot tell" if isinstance(error, CannotTellError) else "not verified",
        kind=kind,
        reason=reason,
        hint=error.hint,
        failed=failed,
        differences=_differences(error),
        steps=_steps(done),
        warnings=[],
        trusts=_origins(trust),
        records=[],
    )


def _verified(
    found: Verified | VerifiedSummary,
    kind: Kind,
    trust: Trust,
) -> wire.Verdict:
    document = None
    verified = found
    if isinstance(found, VerifiedSummary):
        verified = found.verified
        document = wire.VerifiedText(
            record=str(found.document.record.id),
            media_type=found.document.media_type,
            digest=found.document.digest,
            figures=found.figures,
            rendition_of=found.rendition_of,
        )
    assert isinstance(verified, Verified)
    tree, seen = verified.checkpoint.checkpoint, verified.checkpoint.seen_at
    return wire.Verdict(
        verdict="verified",
        kind=kind,
        steps=_steps(verified.steps),
        warnings=list(verified.warnings),
        trusts=_origins(trust),
        log=wire.VerifiedLog(
            origin=tree.origin,
            size=tree.size,
            root=tree.root.hex(),
            seen_no_later_than=None if seen is None else time_text(seen),
        ),
        document=document,
        records=[
            wire.ShownRecord(
                id=str(one.id), kind=one.kind, producer=one.producer, fields=dict(one.fields)
            )
            for one in verified.records
        ],
    )


def _differences(error: Exception) -> list[wire.DifferentPlace] | None:
    """Return where a document was changed; None where nothing names it."""
    found = error.differences if isinstance(error, StepFailedError) else ()
    return [
        wire.DifferentPlace(field=one.field, shown=one.shown, expected=one.expected)
        for one in found
    ] or None


def _steps(steps: tuple[Step, ...]) -> list[wire.VerifiedStep]:
    return [
        wire.VerifiedStep(
            number=step.number, name=step.name, computed=step.computed, means=step.means
        )
        for step in steps
    ]


def _origins(trust: Trust | None) -> list[str]:
    return sorted({log.key.name for log in trust.logs}) if trust else []
