"""`ledger check --criteria`: how a summary would fare by criteria that others published.

What is printed is our own reading, and says so each time: never the researchers' score.
"""

import argparse
from collections.abc import Iterable
from shlex import quote
from typing import TYPE_CHECKING

from ledger.cli.output import EXIT_OK, Output, counted
from ledger.errors import InputError
from ledger.record.canonical import JSON

if TYPE_CHECKING:
    from ledger.client.client import Ledger
    from ledger.summary.criteria import Assessment, Finding, Score

NAMES = ("aial",)

COLUMN = 44
INDENT = " " * 17

DEPENDS = {
    "depends on host": "Depends on where and how it is published",
    "depends on truth": "Depends on whether records and statements are true",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `ledger check` that belong here."""
    parser.add_argument(
        "--criteria",
        choices=NAMES,
        help="read the summary by published criteria: aial, 242 checks of transparency and "
        "usefulness; our own reading, never the researchers' score",
    )
    parser.add_argument(
        "--all",
        action="store_true",
        help="with --criteria: list every check; with --field: the whole answer and every record",
    )


def check_options(args: argparse.Namespace) -> None:
    """Check that the options go together.

    Raises:
        InputError: The criteria are asked of another form, or every check of no criteria.
    """
    if args.criteria and args.template != "eu":
        raise InputError(
            f"--criteria {args.criteria} reads the form eu, not {args.template}",
            hint=f"ledger check {quote(args.release)} --criteria {args.criteria}",
        )
    if args.all and not (args.criteria or args.field):
        raise InputError(
            "--all lists the checks of --criteria, or all that --field has to say",
            hint=f"ledger check {quote(args.release)} --criteria {NAMES[0]} --all",
        )


def run(ledger: "Ledger", args: argparse.Namespace, output: Output) -> int:
    """Print the scores, then what is not met, then what no document can decide."""
    from ledger.client.drafting import draft
    from ledger.summary.criteria import assess

    filing, document = draft(ledger, args.release)
    found = assess(document, filing)
    lines = _head(args.release, output)
    lines += _scores(found)
    lines += _every(found, output) if args.all else _notable(found, output)
    output.data(to_json(args.release, found), "\n".join(lines))
    return EXIT_OK


def _head(release: str, output: Output) -> list[str]:
    from ledger.summary.criteria import AUTHORS, OWN_READING, SOURCE

    return [
        output.wrapped(f"{release}: {OWN_READING}", "  "),
        output.wrapped(f"Criteria: {AUTHORS}; {SOURCE}", "  "),
        "",
    ]


def _scores(found: "Assessment") -> list[str]:
    from ledger.summary.criteria import TRANSPARENCY, USEFULNESS, score

    lines = [f"{'Of what a document can decide':{COLUMN}}  transparency    usefulness"]
    for one in found.sections:
        scores = (score(one.findings, TRANSPARENCY), score(one.findings, USEFULNESS))
        lines.append(_scored(f"  {one.section.name}", *scores))
    lines.append(_scored("  All sections", found.transparency, found.usefulness))
    return lines


def _scored(name: str, transparency: "Score", usefulness: "Score") -> str:
    return f"{name:{COLUMN}}  {_shown(transparency):>12}  {_shown(usefulness):>12}".rstrip()


def _shown(score: "Score") -> str:
    """Return `96.4 % A+`, or a dash where nothing can be decided."""
    if score.permille is None:
        return "–   "
    return f"{score.permille // 10}.{score.permille % 10} % {score.grade:<2}"


def _notable(found: "Assessment", output: Output) -> list[str]:
    wanting = found.with_verdict("missed", "partly")
    lines = ["", f"Not met: {counted(len(wanting), 'check')}, by what would raise the grade"]
    for remedy, checks in _by_remedy(wanting):
        weight = sum(one.check.weight for one in checks)
        lines.append(output.wrapped(remedy or "nothing to set", " " * 7, first=f"  {weight:>3}  "))
        lines += _reasons(checks, output)
    for verdict, title in DEPENDS.items():
        left = [one for one in found.findings() if one.verdict == verdict]
        weight = sum(one.check.weight for one in left)
        head = f"{title}: {counted(len(left), 'check')}, weight {weight}, in no score"
        lines += ["", output.wrapped(head, "  ")]
        lines.append(output.wrapped(", ".join(one.check.id for one in left), "  ", first="  "))
    return lines


def _by_remedy(wanting: "Iterable[Finding]") -> "list[tuple[str, list[Finding]]]":
    """Return what is not met by what would mend it, the most weight first."""
    groups: dict[str, list[Finding]] = {}
    for one in wanting:
        groups.setdefault(one.judgement.remedy, []).append(one)
    return sorted(groups.items(), key=lambda group: -sum(one.check.weight for one in group[1]))


def _reasons(checks: "list[Finding]", output: Output) -> list[str]:
    """Return the reasons of a group, each once, with the checks that have it."""
    reasons: dict[str, list[Finding]] = {}
    for one in checks:
        reasons.setdefault(f"{one.verdict}: {one.judgement.reason}", []).append(one)
    lines = []
    for reason, those in reasons.items():
        named = ", ".join(one.check.id for one in those)
        if len(those) == 1:
            named = f"{named} ({those[0].check.text})"
        lines.append(output.wrapped(f"{reason}: {named}", " " * 9, first=" " * 7))
    return lines


def _every(found: "Assessment", output: Output) -> list[str]:
    lines = []
    for section in found.sections:
        lines += ["", section.section.name]
        for one in section.findings:
            lines += _told(one, output)
    return lines


def _told(one: "Finding", output: Output) -> list[str]:
    check, judgement = one.check, one.judgement
    lines = [
        output.wrapped(check.text, INDENT, first=f"  {check.weight:>2}  {check.id:<10} "),
        output.wrapped(f"{judgement.verdict}: {judgement.reason}", INDENT, first=INDENT),
    ]
    if judgement.remedy:
        lines.append(output.wrapped(f"try: {judgement.remedy}", INDENT, first=INDENT))
    return lines


def to_json(release: str, found: "Assessment") -> JSON:
    """Return everything that was found; scores are in thousandths, absent where there is none."""
    from ledger.summary.criteria import (
        AUTHORS,
        NAME,
        OWN_READING,
        SOURCE,
        TRANSPARENCY,
        USEFULNESS,
        score,
    )

    sections: list[JSON] = []
    for one in found.sections:
        sections.append(
            {
                "id": one.section.id,
                "name": one.section.name,
                "transparency": _score_json(score(one.findings, TRANSPARENCY)),
                "usefulness": _score_json(score(one.findings, USEFULNESS)),
                "checks": [_finding_json(each) for each in one.findings],
            }
        )
    return {
        "release": release,
        "criteria": {"name": NAME, "authors": AUTHORS, "source": SOURCE},
        "standing": OWN_READING,
        "transparency": _score_json(found.transparency),
        "usefulness": _score_json(found.usefulness),
        "sections": sections,
    }


def _score_json(score: "Score") -> JSON:
    said: dict[str, JSON] = {"half_points": score.halves, "maximum": score.maximum}
    if score.permille is not None:
        said |= {"permille": score.permille, "grade": score.grade}
    return said


def _finding_json(one: "Finding") -> JSON:
    check, judgement = one.check, one.judgement
    said: dict[str, JSON] = {
        "id": check.id,
        "field": check.field,
        "dimension": check.dimension,
        "weight": check.weight,
        "met_by": check.met_by,
        "check": check.text,
        "verdict": judgement.verdict,
        "reason": judgement.reason,
    }
    return {**said, "remedy": judgement.remedy} if judgement.remedy else said
