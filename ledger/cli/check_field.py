"""`ledger check --field`: what one answer rests on, down to the records behind it."""

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ledger.cli.output import EXIT_OK, Output, counted
from ledger.errors import InputError
from ledger.record.canonical import JSON
from ledger.summary.criteria.reading import texts
from ledger.summary.document import Items, NotApplicable, Ranges, Unstated, Value

if TYPE_CHECKING:
    from ledger.client.client import Ledger
    from ledger.client.reviewing import Followed, Rest
    from ledger.store.rows import RecordRange
    from ledger.summary.document import Field, Gap, Range, Support
    from ledger.summary.eu.lints import Finding

LINES = 40
"""Lines of an answer that are printed; `--all` prints the rest."""
SHOWN = 12
"""Ranges of records that are printed; `--all` prints the rest."""
IN_JSON = 1_000
"""Ranges of records that JSON names without `--all`; the rest is counted."""

MARKS = {"contradiction": "✗", "missing": "·", "advice": "~"}

OWNERS = {
    "ledger": "records",
    "profile": "provider.yaml",
    "release": "release record",
    "rule": "the form",
}


def run(ledger: "Ledger", args: argparse.Namespace, output: Output) -> int:
    """Print a field's label and answer, and then everything that the answer rests on."""
    from ledger.client.reviewing import follow

    if args.template != "eu":
        raise InputError("--field asks about the EU's form", hint="leave --template out")
    most = None if args.all else IN_JSON if output.as_json else SHOWN
    found = follow(ledger, args.release, args.field, most=most)
    field = found.field
    answer = list(_answer(field))
    lines = [output.wrapped(f"{field.id}  {field.label}", "  ")]
    shown = answer if args.all else answer[:LINES]
    lines += [output.wrapped(line, "    ", first="  ") for line in shown]
    if len(shown) < len(answer):
        lines.append(f"  … and {counted(len(answer) - len(shown), 'more line')}: --all shows all")
    for gap in found.gaps:
        lines += gap_lines(gap, output)
    for rest in found.rests:
        lines += _shown(rest, output)
    if not found.rests:
        lines.append("It rests on nothing yet.")
    output.data(_json(args.release, found, answer), "\n".join(lines))
    return EXIT_OK


def gap_lines(one: "Gap | Finding", output: Output, rule: str = "") -> list[str]:
    """Return what is lacking, with its field, and what closes it."""
    told = f"{MARKS[one.severity]} {one.field}  {one.message}{rule}"
    return [output.wrapped(told, "    "), output.wrapped(one.remedy, "      ", first="    ")]


def _answer(field: "Field") -> Iterator[str]:
    """Yield the lines of an answer as the form shows it."""
    for value in field.values:
        yield from (line for line in _lines(value) if line.strip())


def _lines(value: Value) -> Iterator[str]:
    match value:
        case Unstated():
            yield "Not stated."
        case NotApplicable(reason):
            yield reason
        case Ranges(rows):
            yield from map(_size, rows)
        case Items(items, title):
            yield title
            for item in items:
                yield f"{item.name}: {item.link}" if item.link else item.name
                yield from (f"{row.label}: {row.text}" for row in item.details)
        case _:
            yield from texts(value)


def _size(one: "Range") -> str:
    ticked = [box.label for box in one.options if box.ticked]
    if one.options and not ticked:
        ticked = ["no range is ticked"]
    return f"{one.modality}: {'; '.join(filter(None, [*ticked, one.figure, one.note]))}"


def _shown(rest: "Rest", output: Output) -> list[str]:
    support = rest.support
    owner = "records searched" if support.none else OWNERS[support.owner]
    lines = [output.wrapped(f"{owner}: {support.what}{_counts(rest)}", "  ")]
    if rest.ranges:
        ids = ", ".join(map(_range, rest.ranges))
        more = f", and {counted(rest.more, 'record')} more: --all" if rest.more else ""
        lines.append(output.wrapped(f"{ids}{more}", "    ", first="    "))
    return lines


def _counts(rest: "Rest") -> str:
    support = rest.support
    if support.none:
        return f"; none of {counted(support.count, 'record')} is of this kind"
    if support.owner != "ledger":
        return ""
    if _counts_domains(support):
        domains, records = counted(support.count, "domain"), counted(rest.records, "crawled record")
        return f"; {domains}, from the tallies of {records}, not one each"
    basis = ", ".join(f"{one.name} in {one.count:,}" for one in support.basis)
    return f"; {counted(support.count, 'record')}" + (f" ({basis})" if basis else "")


def _counts_domains(support: "Support") -> bool:
    return support.owner == "ledger" and support.what == "domains"


def _range(one: "RecordRange") -> str:
    first = f"{one.index}.{one.lo}"
    return first if one.hi == one.lo + 1 else f"{first}-{one.index}.{one.hi - 1}"


def _json(release: str, found: "Followed", answer: list[str]) -> JSON:
    gaps: list[JSON] = [
        {"severity": one.severity, "missing": one.message, "remedy": one.remedy}
        for one in found.gaps
    ]
    return {
        "release": release,
        "field": found.field.id,
        "label": found.field.label,
        "answer": list(answer),
        "gaps": gaps,
        "rests_on": [_rest_json(rest) for rest in found.rests],
    }


def _rest_json(rest: "Rest") -> JSON:
    support = rest.support
    value: dict[str, JSON] = {
        "owner": support.owner,
        "what": support.what,
        "count": support.count,
        "none": support.none,
        "basis": {one.name: one.count for one in support.basis},
    }
    if support.owner == "ledger":
        value["counted"] = "domains" if _counts_domains(support) else "records"
        value["records"] = [_range(one) for one in rest.ranges]
        value["more"] = rest.more
    return value
