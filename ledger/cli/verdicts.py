"""What `ledger verify` found out about each file, as text for people and as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.cli.output import Output, counted, printable, shortened
from ledger.errors import CannotTellError, LedgerError
from ledger.proof.differences import Difference
from ledger.proof.verify import Step, StepFailedError, StepUnclearError
from ledger.record.canonical import JSON

MARKS = {"verified": "✓", "not verified": "✗", "cannot tell": "?"}
SHARD = "shard"
_MOST = 20
"""Lines printed of one kind; --json has all."""


@dataclass(slots=True)
class Finding:
    """What was found out about one file."""

    path: str
    verdict: str
    about: str = ""
    reason: str = ""
    hint: str | None = None
    steps: tuple[Step, ...] = ()
    failed: str = ""
    warnings: tuple[str, ...] = ()
    details: list[tuple[str, str]] = field(default_factory=list)
    is_dated: bool = False
    """Whether it rests on a checkpoint that witnesses may have seen, and when: `seen_at`."""
    seen_at: int | None = None
    differences: tuple[Difference, ...] = ()
    """Where a document does not say what it would have to say."""
    tree: Checkpoint | None = None
    """The checkpoint that a proof rests on; what a time-stamping authority may have stamped."""


def refused(path: str, about: str, error: LedgerError) -> Finding:
    """Return the finding on a file that an error kept from being verified."""
    if isinstance(error, StepFailedError | StepUnclearError):
        verdict = "not verified" if isinstance(error, StepFailedError) else "cannot tell"
        name = f"step {error.number}, {error.name}"
        found = error.differences if isinstance(error, StepFailedError) else ()
        return Finding(
            path, verdict, about, error.reason, error.hint, error.done, name, differences=found
        )
    if isinstance(error, CannotTellError):
        return Finding(path, "cannot tell", about, str(error), error.hint)
    return Finding(path, "not verified", about, str(error), error.hint, failed="reading it")


def to_text(findings: Sequence[Finding], output: Output, all_steps: bool) -> str:
    """Return the verdicts: those on proofs in full, those on shards in a line or less."""
    proofs = [one for one in findings if one.about != SHARD]
    shards = [one for one in findings if one.about == SHARD]
    parts = [_proof_text(one, output, all_steps) for one in proofs]
    if shards:
        parts.append(_shards_text(shards, output))
    return "\n\n".join(parts)


def _proof_text(finding: Finding, output: Output, all_steps: bool) -> str:
    lines = [_head(finding, output)]
    lines += [output.wrapped(f"  ! {warning}", "    ") for warning in finding.warnings]
    if finding.verdict != "verified" or all_steps:
        for step in finding.steps:
            lines.append(output.wrapped(f"  {step.number} {step.name}: {step.computed}", "    "))
            lines.append(output.wrapped(f"    so {step.means}", "    "))
    lines += _why(finding, output)
    lines += _differences(finding, output)
    shown = finding.details[:_MOST]
    width = max((len(name) for name, _ in shown), default=0)
    for name, text in shown:
        lines.append(output.wrapped(f"  {name.ljust(width)}  {text}", " " * (width + 4)))
    if len(finding.details) > _MOST:
        lines.append(f"  and {len(finding.details) - _MOST:,} more: --json lists them all")
    return "\n".join(lines)


def _shards_text(shards: Sequence[Finding], output: Output) -> str:
    """A few shards are listed; of many, only those that are not proved."""
    unproved = [one for one in shards if one.verdict != "verified"]
    listed = shards if len(shards) <= _MOST else unproved[:_MOST]
    lines = []
    for one in listed:
        lines += [_head(one, output), *_why(one, output)]
        lines += [
            f"  {text}" if name == "digest" else f"  {name} {text}" for name, text in one.details
        ]
    if len(unproved) > len(listed):
        lines.append(f"and {len(unproved) - len(listed):,} more: --json lists them all")
    if len(shards) > _MOST:
        good = len(shards) - len(unproved)
        lines.append(f"{counted(good, 'file')} of {len(shards):,} proved by the evidence")
    return "\n".join(lines)


def _head(finding: Finding, output: Output) -> str:
    verdict = "verified, but" if finding.warnings else finding.verdict
    return f"{MARKS[finding.verdict]} {shortened(finding.path, output.width - 18)}: {verdict}"


def _why(finding: Finding, output: Output) -> list[str]:
    lines = []
    if finding.failed:
        mark = MARKS[finding.verdict]
        lines.append(output.wrapped(f"  {mark} {finding.failed}: {finding.reason}", "    "))
    elif finding.reason:
        lines.append(output.wrapped(f"  {finding.reason}", "    "))
    if finding.hint:
        lines.append(f"  try: {printable(finding.hint)}")
    return lines


def _differences(finding: Finding, output: Output) -> list[str]:
    """Return the lines that name what was changed: the field, what it shows, what is expected."""
    lines = []
    for one in finding.differences[:_MOST]:
        lines.append(output.wrapped(f"  {one.field}", "    "))
        lines.append(output.wrapped(f"    shown     {one.shown or 'nothing'}", " " * 14))
        lines.append(output.wrapped(f"    expected  {one.expected or 'nothing'}", " " * 14))
    if len(finding.differences) > _MOST:
        more = len(finding.differences) - _MOST
        lines.append(f"  and {more:,} more places: --json lists them all")
    return lines


def to_json(finding: Finding) -> JSON:
    """Return a finding with everything that is known, its steps too."""
    value: dict[str, JSON] = {
        "file": finding.path.encode(errors="backslashreplace").decode(),
        "verdict": finding.verdict,
        "kind": finding.about,
        "warnings": list(finding.warnings),
        "details": [{"name": name, "value": text} for name, text in finding.details],
        "steps": [
            {
                "number": step.number,
                "name": step.name,
                "computed": step.computed,
                "means": step.means,
            }
            for step in finding.steps
        ],
    }
    for name, text in (("reason", finding.reason), ("failed", finding.failed)):
        if text:
            value[name] = text
    if finding.hint:
        value["hint"] = finding.hint
    if finding.differences:
        value["differences"] = [
            {"field": one.field, "shown": one.shown, "expected": one.expected}
            for one in finding.differences
        ]
    return value
