"""`ledger prove`: evidence for one record, or the proof of an entry in a form of other tools."""

import argparse
import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from ledger.cli.output import EXIT_OK, Output, sized
from ledger.cli.places import write_evidence
from ledger.errors import InputError

if TYPE_CHECKING:
    from ledger.client.client import Ledger
    from ledger.proof.evidence import Evidence

EXAMPLE = "ledger prove 1.0 --field content --field source --out shard.evidence.json"
_FORMS = {".tlog-proof": "tlog-proof", ".cose": "COSE receipt", ".note": "the entry itself"}
_ENTRY = re.compile(r"(0|[1-9][0-9]{0,15})(\.[0-9]{1,5})?")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "id",
        metavar="ID",
        help="a record, <log index>.<position>, as `ledger list` prints; for the proof of an "
        "entry its index is enough; with --document the shard: its file, or its URL",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--field",
        action="append",
        default=[],
        metavar="NAME",
        help="show only this field; repeat for more; default: the whole record",
    )
    what.add_argument(
        "--closed", action="store_true", help="show nothing but that the record was logged"
    )
    what.add_argument(
        "--document",
        type=int,
        metavar="N",
        help="prove that document N, from 0, is in this shard, and show nothing of the others",
    )
    parser.add_argument(
        "--release",
        metavar="NAME",
        help="with --document: show too that this release was trained on the shard",
    )
    parser.add_argument(
        "--document-out", metavar="FILE", help="with --document: write the document's bytes here"
    )
    parser.add_argument(
        "--earliest",
        action="store_true",
        help="rest on the oldest checkpoint that covers it: it proves the earliest date, and "
        "nothing that was said later; default: the newest",
    )
    parser.add_argument(
        "--out",
        "--to",
        metavar="FILE",
        help="default: <ID>.evidence.json; - is standard output. By its ending also: .tlog-proof "
        "(c2sp.org), .cose (RFC 9942 receipt) and .note, the entry that these two are about",
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Write the proof."""
    from ledger.client.client import Ledger

    if args.document is not None:
        from ledger.cli.prove_inside import prove_inside

        return prove_inside(args, output)
    if args.release or args.document_out:
        raise InputError(
            "--release and --document-out are about a document inside a shard",
            hint="ledger prove SHARD --document N",
        )
    out = args.out or f"{args.id}.evidence.json"
    form = PurePath(out).suffix
    with Ledger.open(args.ledger) as ledger:
        if form in _FORMS:
            _prove_entry(args, ledger, out, form, output)
            return EXIT_OK
        if args.id.isdecimal():
            raise InputError(
                f"{args.id} is an entry, and evidence is about records",
                hint=f"ledger prove {args.id}.0, or --out entry.tlog-proof",
            )
        data = _evidence(args, ledger).to_bytes()
        trust = ledger.home.trust
    shown = "closed" if args.closed else ", ".join(args.field) or "whole"
    write_evidence(
        data,
        out,
        facts={"id": args.id, "shown": shown},
        text=f"record {args.id}, {shown}, {sized(len(data))}",
        trust=trust,
        output=output,
    )
    return EXIT_OK


def _evidence(args: argparse.Namespace, ledger: "Ledger") -> "Evidence":
    if not args.earliest:
        return ledger.prove(args.id, fields=args.field, closed=args.closed)
    from ledger.client.dating import prove_earliest
    from ledger.record.leaf import RecordId

    return prove_earliest(ledger, RecordId.parse(args.id), fields=args.field, closed=args.closed)


def _prove_entry(
    args: argparse.Namespace, ledger: "Ledger", out: str, form: str, output: Output
) -> None:
    from ledger.client.entry_proofs import entry_file

    found = _ENTRY.fullmatch(args.id)
    if found is None:
        raise InputError(f"{args.id!r} is no entry: expected its index, such as 7")
    if args.field or args.closed:
        raise InputError(
            f"a {form} file is about a whole entry, and shows nothing of its records",
            hint=f"ledger prove {args.id} --out {PurePath(out).stem}.evidence.json",
        )
    if args.earliest and form == ".cose":
        raise InputError(
            "a COSE receipt holds no cosignatures, so it proves no date",
            hint=f"ledger prove {args.id} --earliest --out {PurePath(out).stem}.tlog-proof",
        )
    index = int(found[1])
    data = entry_file(ledger, index, form, earliest=args.earliest)
    write_evidence(
        data,
        out,
        facts={"entry": index, "form": form},
        text=f"entry {index}, {_FORMS[form]}, {sized(len(data))}",
        trust=ledger.home.trust,
        output=output,
        options=f"--entry entry-{index}.note " if form != ".note" else None,
    )
