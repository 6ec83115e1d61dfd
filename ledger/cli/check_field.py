"""`ledger check --field`: what one answer rests on, down to the records behind it."""

import argparse
from typing import TYPE_CHECKING

from ledger.cli.output import EXIT_OK, Output, counted
from ledger.errors import InputError
from ledger.record.canonical import JSON
from ledger.summary.criteria.reading import texts

if TYPE_CHECKING:
    from ledger.client.client import Ledger
    from ledger.client.reviewing import Rest
    from ledger.store.rows import RecordRange
    from ledger.summary.document import Field, Support

SHOWN = 12
IN_JSON = 1_000
"""How many ranges of records are named; the rest is counted."""

OWNERS = {
    "ledger": "records",
    "profile": "provider.yaml",
    "release": "release record",
    "rule": "the form",
}


def run(ledger: "Ledger", args: argparse.Namespace, output: Output) -> int:
    """Print a field's label and answer, and then everything that the answer rests on."""
    from ledger.client.reviewing import rests_on

    if args.template != "eu":
        raise InputError("--field asks about the EU's form", hint="leave --template out")
    most = IN_JSON if output.as_json else SHOWN
    field, rests = rests_on(ledger, args.release, args.field, most=most)
    lines = [output.wrapped(f"{field.id}  {field.label}", "  ")]
    lines += [output.wrapped(line, "  ", first="  ") for line in _answer(field)]
    for rest in rests:
        lines += _shown(rest, output)
    if not rests:
        lines.append("It rests on nothing yet: see the gap in `ledger check`.")
    value: dict[str, JSON] = {
        "release": args.release,
        "field": field.id,
        "label": field.label,
        "rests_on": [_json(rest) for rest in rests],
    }
    output.data(value, "\n".join(lines))
    return EXIT_OK


def _answer(field: "Field", most: int = 4) -> list[str]:
    said = [one for value in field.values for one in _words(value) if one.strip()]
    return [*said[:most], *(["…"] if len(said) > most else [])]


def _words(value: object) -> list[str]:
    from ledger.summary.document import NotApplicable, Unstated, YesNo

    if isinstance(value, YesNo):
        return ["Yes" if value.answer else "No"]
    if isinstance(value, (NotApplicable, Unstated)):
        return [value.reason]
    return [one if len(one) <= 200 else f"{one[:200]}…" for one in texts(value)]  # type: ignore[arg-type]


def _shown(rest: "Rest", output: Output) -> list[str]:
    support = rest.support
    owner = "records searched" if support.none else OWNERS[support.owner]
    head = f"{owner}: {support.what}"
    lines = [output.wrapped(f"{head}{_counts(support)}", "  ")]
    if rest.ranges:
        ids = ", ".join(map(_range, rest.ranges))
        more = f", and {counted(rest.more, 'record')} more" if rest.more else ""
        lines.append(output.wrapped(f"{ids}{more}", "    ", first="    "))
    return lines


def _counts(support: "Support") -> str:
    if support.none:
        return f"; none of {counted(support.count, 'record')} is of this kind"
    if support.owner != "ledger":
        return ""
    basis = ", ".join(f"{one.name} in {one.count:,}" for one in support.basis)
    return f"; {counted(support.count, 'record')}" + (f" ({basis})" if basis else "")


def _range(one: "RecordRange") -> str:
    first = f"{one.index}.{one.lo}"
    return first if one.hi == one.lo + 1 else f"{first}-{one.index}.{one.hi - 1}"


def _json(rest: "Rest") -> JSON:
    support = rest.support
    value: dict[str, JSON] = {
        "owner": support.owner,
        "what": support.what,
        "count": support.count,
        "none": support.none,
        "basis": {one.name: one.count for one in support.basis},
    }
    if support.owner == "ledger":
        value["records"] = [_range(one) for one in rest.ranges]
        value["more"] = rest.more
    return value
