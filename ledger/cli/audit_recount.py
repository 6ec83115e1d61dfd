"""`ledger audit recount`: an auditor counts the files of drawn records again. No ledger is needed.

It checks the answer as `check` does and goes one step further: the challenge said of how many draws
the bytes are looked at, the lab hands these files over, and each is read once and compared with
what its record states. Without files it lists which ones to ask for.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.cli.audit_check import add_answer, checked_answer
from ledger.cli.output import (
    EXIT_CANNOT_TELL,
    EXIT_INPUT,
    EXIT_NOT_VERIFIED,
    EXIT_OK,
    Output,
    counted,
    shortened,
)
from ledger.cli.places import near
from ledger.errors import InputError
from ledger.record.canonical import JSON

if TYPE_CHECKING:
    from ledger.client.content_checks import Wanted
    from ledger.client.recounting import Recount, Recounting, Rules
    from ledger.query.report import Report

EXAMPLE = (
    "ledger audit recount answer.zip shards --challenge challenge.json --trust trust.policy"
    " --domain-column url"
)
_MARKS = {"same": "✓", "misreported": "✗", "unclear": "?"}
_MOST = 20
"""Files listed of one kind; --json has all."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_answer(parser)
    parser.add_argument(
        "files", nargs="*", metavar="PATH", help="files and folders from the lab; none lists them"
    )
    rules = parser.add_argument_group("by which rules rows are read, as the lab declared them")
    rules.add_argument("--tokenizer", metavar="FILE", help="the tokenizer.json that records name")
    rules.add_argument("--tokens-column", metavar="NAME", help="or each row's token count")
    rules.add_argument("--text-column", metavar="NAME", default="text", help="default: text")
    rules.add_argument("--domain-column", metavar="NAME", help="each row's URL or host name")
    rules.add_argument("--language-column", metavar="NAME", help="each row's language tags")
    rules.add_argument("--date-column", metavar="NAME", help="each row's date")
    parser.add_argument(
        "--report",
        metavar="FILE",
        help="write the report there: .html or .pdf, with .json beside it, or .json alone",
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Count the files again, print what differs, and write the report."""
    from ledger.capture import survey
    from ledger.cli.report_files import write_report
    from ledger.client.content_checks import wanted_contents, with_contents
    from ledger.client.recounting import recount_all
    from ledger.query.report import Verdict

    checked = checked_answer(args, output)
    wanted = wanted_contents(checked)
    if not wanted:
        raise InputError(
            "the challenge asks for no bytes, or no record that it drew holds",
            hint="ledger audit challenge … --contents 5; or ledger audit check, to see why",
        )
    if not args.files:
        _list(wanted, output)
        if checked.report.verdict == Verdict.VERIFIED:
            return EXIT_OK
        output.warn(
            f"the answer is {checked.report.verdict.value} as it is: not every drawn record holds, "
            "and the files of those are not asked for",
            "ledger audit check, to see which",
        )
        return EXIT_NOT_VERIFIED
    stated = [one.stated for one in wanted]
    found = recount_all(stated, survey(args.files), _rules(args))
    report = with_contents(checked.report, wanted, found)
    files = [] if args.report is None else write_report(report, Path(args.report))
    output.data(_facts(report, found, files), _words(report, found, output))
    for path in files:
        output.say(f"report: {near(path)}")
    if report.verdict != Verdict.VERIFIED:
        return EXIT_NOT_VERIFIED
    if found.failed or not found.recounts:
        return EXIT_INPUT
    return EXIT_CANNOT_TELL if any(one.open for one in found.recounts) else EXIT_OK


def _rules(args: argparse.Namespace) -> "Rules":
    from ledger.cli.add import domains_of, tokens_of
    from ledger.client.recounting import Rules

    return Rules(tokens=tokens_of(args), domains=domains_of(args))


def _list(wanted: Sequence["Wanted"], output: Output) -> None:
    from ledger.client.recounting import digest_of, name_of

    rows: list[JSON] = [
        {
            "digest": digest_of(one.stated),
            "name": name_of(one.stated),
            "record": one.stated.record,
        }
        for one in wanted
    ]
    lines = [f"{counted(len(wanted), 'file')} to ask the lab for"]
    lines += [f"  record {one.stated.record}  {name_of(one.stated)}" for one in wanted]
    output.data({"wanted": rows}, "\n".join(lines))


def _words(report: "Report", found: "Recounting", output: Output) -> str:
    bad = [one for one in found.recounts if one.outcome != "same"]
    shown = found.recounts if len(found.recounts) <= _MOST else bad[:_MOST]
    lines = [line for one in shown for line in _recount(one, output)]
    if len(shown) < len(found.recounts):
        good = len(found.recounts) - len(bad)
        lines.append(f"{good:,} of {counted(len(found.recounts), 'file')} are as stated")
    for mark, what, names in (
        ("✗", "no file came of record", found.missing),
        ("?", "cannot be read:", tuple(f"{one.path}: {one.reason}" for one in found.failed)),
    ):
        lines += [output.wrapped(f"{mark} {what} {name}", "    ") for name in names[:_MOST]]
        if len(names) > _MOST:
            lines.append(f"  and {len(names) - _MOST:,} more: --json lists them all")
    if found.strangers:
        files = counted(len(found.strangers), "file")
        lines.append(f"{files} more belong to no drawn record, by content or name")
    lines.append(f"the audit with these contents: {report.verdict}")
    lines += [output.wrapped(one.sentence) for one in report.sections if one.contents.draws]
    return "\n".join(lines)


def _recount(one: "Recount", output: Output) -> list[str]:
    head = f"{_MARKS[one.outcome]} {shortened(one.path, output.width - 30)}: {one.outcome}"
    lines = [f"{head}, record {one.record}"]
    for what, stated, found in one.differences:
        lines.append(output.wrapped(f"  {what}", "    "))
        lines.append(output.wrapped(f"    stated  {stated}", " " * 12))
        lines.append(output.wrapped(f"    found   {found}", " " * 12))
    lines += [
        output.wrapped(f"  {what}: not counted again: {why}", "    ") for what, why in one.open
    ]
    return lines


def _facts(report: "Report", found: "Recounting", files: Sequence[Path]) -> dict[str, JSON]:
    recounts: list[JSON] = [
        {
            "differences": [one._asdict() for one in one.differences],
            "open": [left._asdict() for left in one.open],
            "outcome": one.outcome,
            "path": one.path,
            "record": one.record,
            "same": list(one.same),
        }
        for one in found.recounts
    ]
    return {
        "failed": [{"path": one.path, "reason": one.reason} for one in found.failed],
        "failures": [one.to_json() for one in report.failures],
        "files": [str(path) for path in files],
        "missing": list(found.missing),
        "recounts": recounts,
        "sections": [
            {"failures": one.failures, "name": one.name, "sentence": one.sentence}
            for one in report.sections
        ],
        "strangers": list(found.strangers),
        "verdict": str(report.verdict),
    }
