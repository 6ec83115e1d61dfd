"""`ledger release`: freeze the training set of a model's version, with what you say of it."""

import argparse
from pathlib import Path
from shlex import quote

from ledger.cli.output import EXIT_OK, Output, counted
from ledger.cli.publish import tell_unserved
from ledger.errors import InputError

EXAMPLE = "ledger release create demo-1 --dataset books --dataset web --market-date 2026-12-01"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "action",
        choices=("create", "template"),
        help="create: freeze a training set; template: print a release.yaml to fill in",
    )
    parser.add_argument(
        "name", metavar="NAME", nargs="?", help="for create: the release, such as model-7b-1.0"
    )
    parser.add_argument(
        "--facts",
        type=Path,
        metavar="FILE",
        help="a release.yaml with any of what follows and more; options win over it",
    )
    parser.add_argument(
        "--dataset",
        action="append",
        default=[],
        metavar="NAME",
        help="a dataset that it was trained on; repeat for each",
    )
    parser.add_argument(
        "--model",
        action="append",
        default=[],
        metavar="NAME[=LINK]",
        help="a versioned model name that it covers; default: the release's name",
    )
    parser.add_argument(
        "--market-date", metavar="YYYY-MM-DD", help="when it was placed on the Union market"
    )
    parser.add_argument(
        "--based-on",
        action="append",
        default=[],
        metavar="MODEL[=LINK]",
        help="a model that it was made from, with a link to that model's summary",
    )
    parser.add_argument(
        "--continues-training",
        choices=("yes", "no"),
        help="whether the model keeps training on new data",
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Freeze the set and print the record's id; or print the template."""
    if args.action == "template":
        return _template(output)
    if args.name is None:
        raise InputError("which release? create needs a NAME", hint="ledger release create NAME …")
    return _create(args, output)


def _template(output: Output) -> int:
    from ledger.summary.release_template import RELEASE_TEMPLATE

    output.data({"template": RELEASE_TEMPLATE}, RELEASE_TEMPLATE.rstrip())
    return EXIT_OK


def _create(args: argparse.Namespace, output: Output) -> int:
    from ledger.client.client import Ledger

    with Ledger.open(args.ledger) as ledger:
        continues = args.continues_training
        record_id = ledger.release(
            args.name,
            datasets=args.dataset,
            models=[_linked(model) for model in args.model],
            market_date=args.market_date,
            dependencies=[_linked(model) for model in args.based_on],
            continues_training=None if continues is None else continues == "yes",
            facts=args.facts,
        )
        training = ledger.show(record_id).record.fields["training"]
        assert isinstance(training, dict)
        count = training["count"]
        assert isinstance(count, int)
        output.data(
            {"id": str(record_id), "name": args.name, "training": dict(training)},
            f"release {record_id}: {args.name}, {counted(count, 'record')} frozen under\n"
            f"  {training['root']}",
        )
        tell_unserved(ledger.published, output)
        output.say(f"next: ledger check {quote(args.name)}")
    return EXIT_OK


def _linked(text: str) -> tuple[str, str | None]:
    name, equals, link = text.partition("=")
    return name, link if equals else None
