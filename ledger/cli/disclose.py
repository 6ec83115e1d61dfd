"""`ledger disclose`: some fields of many records, in one evidence file or, by query, a package."""

import argparse
from itertools import islice
from typing import TYPE_CHECKING

from ledger.cli.output import EXIT_OK, Output, counted, sized
from ledger.cli.places import write_evidence
from ledger.errors import InputError
from ledger.record.leaf import RecordId

if TYPE_CHECKING:
    from ledger.client.client import Ledger
    from ledger.client.disclosing import Disclosed

EXAMPLE = "ledger disclose --dataset books --fields source,rights --out books.evidence.json"
QUERY_EXAMPLE = (
    "ledger disclose --where 'source.category=synthetic and generator.provider=OpenAI' "
    "--fields content,generator --release Example-1 --out answer.tdl.zip"
)
MAX_RECORDS = 10_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "ids", nargs="*", metavar="ID", help="records, as `ledger list` prints them"
    )
    parser.add_argument("--dataset", metavar="NAME", help="every shard of this dataset")
    parser.add_argument(
        "--where",
        metavar="QUERY",
        help="every shard record for which this holds, as a signed package with a cover page: "
        "path=value, !=, in (…), and, or, not",
    )
    parser.add_argument(
        "--release",
        metavar="NAME",
        help="with --where: of this release's training set, counted against its newest summary",
    )
    parser.add_argument(
        "--others",
        action="store_true",
        help="with --release: show of the other records in the opened trees that they are not "
        "meant, if the package cannot be shown to be complete otherwise",
    )
    parser.add_argument(
        "--name-key",
        action="store_true",
        help="with --release: hand over the key of names, which proves which models were meant; "
        "its holder can also test any domain",
    )
    parser.add_argument(
        "--fields",
        required=True,
        metavar="NAMES",
        help="fields to show, by commas; the others stay hidden",
    )
    parser.add_argument(
        "--out", required=True, metavar="FILE", help="the evidence file to write; - is stdout"
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Write the evidence file."""
    from ledger.client.client import Ledger

    if [bool(args.ids), args.dataset is not None, args.where is not None].count(True) != 1:
        raise InputError(
            "disclose takes record ids, --dataset NAME, or --where QUERY", hint=QUERY_EXAMPLE
        )
    names = list(dict.fromkeys(name.strip() for name in args.fields.split(",") if name.strip()))
    if not names:
        raise InputError("--fields names no field", hint="--fields source,rights")
    if args.where is not None:
        return _run_query(args, names, output)
    if args.release is not None or args.others or args.name_key:
        raise InputError("--release, --others and --name-key go with --where", hint=QUERY_EXAMPLE)
    with Ledger.open(args.ledger) as ledger:
        wanted = _wanted(ledger, args)
        data = ledger.evidence(dict.fromkeys(wanted, names)).to_bytes()
        trust = ledger.home.trust
    write_evidence(
        data,
        args.out,
        facts={"records": len(wanted), "shown": list(names)},
        text=f"{', '.join(names)} of {counted(len(wanted), 'record')}, {sized(len(data))}",
        trust=trust,
        output=output,
    )
    return EXIT_OK


def _run_query(args: argparse.Namespace, names: list[str], output: Output) -> int:
    """Write the package that answers a query."""
    from ledger.client.client import Ledger
    from ledger.client.disclosing import Question, disclose

    question = Question(
        where=args.where,
        fields=tuple(names),
        release=args.release,
        others=args.others,
        name_key=args.name_key,
    )
    with Ledger.open(args.ledger) as ledger:
        made = disclose(ledger, question)
        trust = ledger.home.trust
    stated, found = made.proves.disclosure, made.proves
    shown = counted(len(found.records), "record")
    write_evidence(
        made.data,
        args.out,
        facts={
            "records": len(found.records),
            "others": len(found.others),
            "erased": len(found.silent),
            "shown": list(names),
            "completeness": found.level,
            "reason": stated.reason or "",
            "trees": list(stated.trees),
        },
        text=f"{', '.join(names)} of {shown}, {sized(len(made.data))}\n{_completeness(made)}",
        trust=trust,
        output=output,
    )
    return EXIT_OK


def _completeness(made: "Disclosed") -> str:
    """Say how complete a package is, and what would make it more so."""
    from ledger.summary.disclosure_page import completeness_line

    stated = made.proves.disclosure
    more = {
        "no-release": "add --release NAME: the training set of a release is counted",
        "no-statement": f"ledger summary {stated.release}, which commits to a count, and again",
        "others": "the trees that hold these records hold others: --others shows of those, by the "
        "fields of the query, that they are not meant",
    }.get(str(stated.reason))
    if made.proves.level == "promised":
        more = "--name-key makes a proof of the promise"
    line = f"completeness {completeness_line(made.proves)}"
    return line if more is None else f"{line}\n  {more}"


def _wanted(ledger: "Ledger", args: argparse.Namespace) -> list[RecordId]:
    """Return the records to show something of."""
    from ledger.client.releasing import no_such_dataset

    wanted = [RecordId.parse(text) for text in args.ids]
    if args.dataset is not None:
        found = ledger.store.records(dataset=args.dataset, current=True)
        wanted = [one.id for one in islice(found, MAX_RECORDS + 1)]
        if not wanted:
            raise no_such_dataset(ledger.store, args.dataset)
    if len(wanted) > MAX_RECORDS:
        raise InputError(
            f"one evidence file shows at most {MAX_RECORDS:,} records, and these are more",
            hint="disclose some of them: ledger list --dataset NAME, then their ids",
        )
    return wanted
