"""`ledger prove --document`: that one document, and nothing else, is in a shard."""

import argparse
from pathlib import Path

from ledger.cli.output import EXIT_OK, Output, sized
from ledger.cli.places import STDOUT, shown_path, write_evidence
from ledger.errors import InputError


def prove_inside(args: argparse.Namespace, output: Output) -> int:
    """Write the proof of one document, and the document if it is wanted."""
    from ledger.client.client import Ledger
    from ledger.client.summarising import write_files

    if args.earliest:
        raise InputError(
            "--earliest is about whole records", hint=f"ledger prove {args.id} --document …"
        )
    with Ledger.open(args.ledger) as ledger:
        found = ledger.prove_document(args.id, args.document, release=args.release)
        trust = ledger.home.trust
    if args.document_out is not None:
        if found.document is None:
            raise InputError(
                "the document itself is in the shard, and only digests are here",
                hint=f"ledger prove FILE --document {args.document} --document-out …",
            )
        write_files({Path(args.document_out): found.document})
    proof = found.proof
    out = args.out or f"{_stem(args.id)}.{proof.index}.document-proof.json"
    data = proof.to_bytes()
    size = None if found.document is None else len(found.document)
    inside = "" if args.release is None else f", in the training set of {args.release}"
    write_evidence(
        data,
        out,
        facts={
            "record": str(proof.record),
            "document": proof.index,
            "digest": proof.digest.hex(),
            **({} if size is None else {"document_bytes": size}),
            **({} if args.release is None else {"release": args.release}),
        },
        text=f"document {proof.index} of record {proof.record}{inside}, {sized(len(data))}",
        trust=trust,
        output=output,
        options=f"{shown_path(args.document_out)} " if args.document_out else "",
    )
    if args.document_out and out != STDOUT:
        output.say(f"the document: {args.document_out}, {sized(size or 0)}")
    return EXIT_OK


def _stem(shard: str) -> str:
    """Return what a proof is called by default: after the shard, in the current folder."""
    return shard.rstrip("/").rpartition("/")[2]
