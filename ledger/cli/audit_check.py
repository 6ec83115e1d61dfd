"""`ledger audit check`: an auditor checks a lab's answer. No ledger and no network are needed.

Every draw has an outcome. What is printed names each that failed, with the record and the reason,
and gives one sentence a section; --leaves and --json list every leaf that was opened.
"""

import argparse
import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.cli.audit_challenge import read_bytes
from ledger.cli.audit_open import read_challenge
from ledger.cli.output import (
    EXIT_NOT_VERIFIED,
    EXIT_OK,
    EXIT_WARNINGS,
    Output,
    counted,
    table,
)
from ledger.cli.places import near
from ledger.cli.report_files import write_report
from ledger.cli.verify import read_trust
from ledger.errors import InputError
from ledger.record.canonical import JSON

if TYPE_CHECKING:
    from ledger.checkpoint.trust import Trust
    from ledger.proof.audit_lines import OpenedLeaf
    from ledger.query.draw_checks import Drawn
    from ledger.summary.audit_check import CheckedAnswer, LogWord, ReadAnswer

EXAMPLE = "ledger audit check answer.zip --challenge challenge.json --trust trust.policy"
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
_MOST = 20
"""Failures that are printed; --json has all."""
_ANSWER = 2**31
"""Bytes of an answer: what a package may have."""
_KINDS = {1: "by records", 2: "by size"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_answer(parser)
    parser.add_argument(
        "--report",
        metavar="FILE",
        help="write the report there: .html or .pdf, with .json beside it, or .json alone",
    )
    parser.add_argument("--leaves", action="store_true", help="list every leaf that was opened")
    parser.add_argument("--steps", action="store_true", help="print what each step computed")
    parser.add_argument("--strict", action="store_true", help="exit with 4 if there are warnings")


def add_answer(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments that say which answer is checked, and against what."""
    parser.add_argument("answer", metavar="FILE", help="the lab's answer")
    parser.add_argument(
        "--challenge", required=True, metavar="FILE", help="your own copy of the challenge"
    )
    parser.add_argument("--trust", metavar="FILE", help="whose logs and witnesses to believe")
    parser.add_argument(
        "--log",
        metavar="URL",
        help="the log, its mirror, or a folder with its files: then corrections, releases and "
        "versions that the answer does not show are found",
    )
    parser.add_argument(
        "--received",
        metavar="TIME",
        help="when the answer came, YYYY-MM-DDTHH:MM:SSZ: after the deadline nothing counts as "
        "opened",
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Check the answer, print what came of it, and write the report."""
    from ledger.query.report import Verdict

    checked = checked_answer(args, output)
    files = [] if args.report is None else write_report(checked.report, Path(args.report))
    output.data(_facts(checked, files), _words(checked, output, args))
    for path in files:
        output.say(f"report: {near(path)}")
    if checked.report.verdict != Verdict.VERIFIED:
        return EXIT_NOT_VERIFIED
    return EXIT_WARNINGS if checked.warnings and args.strict else EXIT_OK


def checked_answer(args: argparse.Namespace, output: Output) -> "CheckedAnswer":
    """Return the checked answer that the arguments name: steps 1 to 5 of every draw."""
    from ledger.summary.audit_check import check_answer, read_answer

    if args.received is not None and not _TIME.fullmatch(args.received):
        raise InputError(
            f"--received {args.received[:40]!r} is no time", hint="--received 2026-12-01T09:30:00Z"
        )
    trust, trust_path = read_trust(args.trust, args.ledger)
    output.say(f"trust: {near(trust_path)}")
    challenge = read_challenge(args.challenge)
    read = read_answer(read_bytes(args.answer, _ANSWER), challenge, trust)
    log = None if args.log is None else _ask(args.log, trust, read)
    now = datetime.fromtimestamp(int(time.time()), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return check_answer(read, checked_at=now, log=log, received=args.received)


def _ask(place: str, trust: "Trust", read: "ReadAnswer") -> "LogWord":
    """Ask the log; imported here, since an audit without it needs no network."""
    from ledger.monitor.auditing import Audited, ask_log, open_place

    tree = read.checkpoint.checkpoint
    log = open_place(place, trust, origin=tree.origin)
    known = {
        place: one.record
        for place, one in read.shown.records.items()
        if one.record is not None and one.kind in ("correction", "key", "release", "summary")
    }
    return ask_log(
        log,
        Audited(
            checkpoint=tree,
            seen_at=read.checkpoint.seen_at,
            summary=read.commitment.summary,
            stated=read.commitment.stated,
            known=known,
            entries={
                entry.index: entry.note for part in read.answer.evidence for entry in part.entries
            },
        ),
    )


def _words(checked: "CheckedAnswer", output: Output, args: argparse.Namespace) -> str:
    parts = [_head(checked, args.answer)]
    parts += [output.wrapped(f"  ! {text}", "    ") for text in checked.warnings]
    if args.steps:
        for step in checked.steps:
            parts.append(output.wrapped(f"  {step.number} {step.name}: {step.computed}", "    "))
            parts.append(output.wrapped(f"    so {step.means}", "    "))
    parts.append(_table(checked))
    parts += _failures(checked, output)
    parts += [output.wrapped(f"  {text}", "  ") for text in checked.report.notes[:_MOST]]
    if args.leaves:
        parts += [_leaf(one) for one in checked.draws]
    results = (*checked.report.sections, checked.report.coverage)
    parts += [output.wrapped(one.sentence) for one in results]
    return "\n".join(parts)


def _head(checked: "CheckedAnswer", path: str) -> str:
    report, stated = checked.report, checked.read.commitment.stated
    what = f"{stated['release']}, version {stated['version']}, by {stated['provider']}"
    if not report.challenge.is_an_audit:
        return f"{near(path)}: a self-check of {what}, which shows others nothing: {report.verdict}"
    marks = {"verified": "✓", "misreported": "✗", "broken": "✗"}
    return f"{marks[str(report.verdict)]} {near(path)}: audit of {what}: {report.verdict}"


def _table(checked: "CheckedAnswer") -> str:
    from ledger.query.draw_checks import count_faults

    rows: list[tuple[str, ...]] = [("", "draws", "passed", "misreported", "unavailable", "broken")]
    for tree in dict.fromkeys(one.tree for one in checked.draws):
        counts = count_faults([one for one in checked.draws if one.tree == tree])
        total = sum(counts.values())
        names = ("passed", "misreported", "unavailable", "broken")
        rows.append((f"  {tree}", f"{total:,}", *(f"{counts[name]:,}" for name in names)))
    return table(rows, right=frozenset(range(1, 6)))


def _failures(checked: "CheckedAnswer", output: Output) -> list[str]:
    """Return a line a record that failed, and one for all draws of a kind that nothing answers."""
    found: dict[tuple[str, str], list[Drawn]] = {}
    for one in checked.draws:
        if one.fault is not None and one.record is not None:
            found.setdefault((f"record {one.record}", one.fault.reason), []).append(one)
        elif one.fault is not None:
            # A leaf that nobody opens is missed by many draws, each at a place of its own.
            about = f"{_KINDS[one.kind]} of {one.tree}, {one.fault.outcome}"
            found.setdefault(("", about), []).append(one)
    lines = []
    for (record, _), draws in list(found.items())[:_MOST]:
        fault = draws[0].fault
        assert fault is not None
        often = f" ({counted(len(draws), 'draw')})" if len(draws) > 1 else ""
        about = record or draws[0].told
        text = f"  ✗ {about}, {fault.outcome} in step {fault.step}: {fault.reason}{often}"
        lines.append(output.wrapped(text, "    "))
    if len(found) > _MOST:
        lines.append(f"  and {len(found) - _MOST:,} more: --json lists them all")
    return lines


def _leaf(one: "Drawn") -> str:
    checked = "steps 1 to 5 hold" if one.fault is None else f"{one.fault.outcome}"
    record = "no record" if one.record is None else f"record {one.record}"
    index = "-" if one.index is None else str(one.index)
    return f"  {one.tree} leaf {index}, {_KINDS[one.kind]} {one.number}: {record}, {checked}"


def _facts(checked: "CheckedAnswer", files: Sequence[Path]) -> dict[str, JSON]:
    report = checked.report
    results = (*report.sections, report.coverage)
    leaves: dict[bytes, list[OpenedLeaf]] = {}
    for leaf in checked.read.answer.opened:
        leaves.setdefault(leaf.opening.leaf.key, []).append(leaf)
    return {
        "answer": checked.read.digest,
        "draws": [_draw(one) for one in checked.draws],
        "files": [str(path) for path in files],
        "notes": list(report.notes),
        "records": [
            {
                "record": str(one.record),
                "verdict": "passed" if one.fault is None else one.fault.outcome,
                "leaves": [
                    {"index": leaf.opening.index, "tree": leaf.tree}
                    for leaf in leaves.get(one.record.key, ())
                ],
            }
            for one in checked.records
        ],
        "sections": [
            {"failures": one.failures, "name": one.name, "sentence": one.sentence}
            for one in results
        ],
        "signer": checked.read.signer.label,
        "steps": [
            {"number": one.number, "name": one.name, "computed": one.computed, "means": one.means}
            for one in checked.steps
        ],
        "summary": str(checked.read.commitment.summary),
        "verdict": str(report.verdict),
        "warnings": list(checked.warnings),
    }


def _draw(one: "Drawn") -> JSON:
    value: dict[str, JSON] = {
        "drawn": str(one.drawn),
        "kind": one.kind,
        "number": one.number,
        "outcome": "passed" if one.fault is None else one.fault.outcome,
        "tree": one.tree,
    }
    if one.index is not None:
        value["index"] = one.index
    if one.record is not None:
        value["record"] = str(one.record)
    if one.fault is not None:
        value |= {"reason": one.fault.reason, "step": one.fault.step}
    if one.refused:
        value["refused"] = one.refused
    return value
