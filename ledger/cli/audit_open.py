"""`ledger audit open`: a lab answers a challenge. What was drawn is opened, and nothing else."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.cli.audit_challenge import read_bytes
from ledger.cli.output import EXIT_OK, Output, counted, sized
from ledger.cli.places import near, shown_path
from ledger.errors import InputError, MalformedError
from ledger.query.challenge import MAX_SIZE, Challenge
from ledger.record.canonical import JSON
from ledger.record.leaf import RecordId

if TYPE_CHECKING:
    from ledger.proof.audit_answer import Answer

EXAMPLE = "ledger audit open challenge.json --out answer.zip"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("challenge", metavar="FILE", help="the challenge, as the auditor sent it")
    parser.add_argument(
        "--out", metavar="FILE", help="where the answer goes; default: answer.zip beside it"
    )
    parser.add_argument(
        "--name-key",
        action="store_true",
        help="hand over the key of names too: it proves which models and domains are counted, and "
        "lets the auditor ask for any domain",
    )
    parser.add_argument(
        "--refuse",
        action="append",
        default=[],
        metavar="ID=REASON",
        help="do not open this record; it counts as a failure, and the report gives the reason",
    )
    parser.add_argument(
        "--all",
        action="store_true",
        help="hand over everything: the secrets and all records, so that nothing rests on draws",
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Write the answer."""
    from ledger.client.client import Ledger
    from ledger.client.opening import answer_challenge, pack_answer
    from ledger.client.summarising import write_files

    data = read_challenge(args.challenge)
    refused = dict(map(_refusal, args.refuse))
    out = Path(args.out) if args.out else Path(args.challenge).with_name("answer.zip")
    if out.exists():
        raise InputError(
            f"{near(out)} is there already", hint=f"--out {shown_path(out.with_stem('answer-2'))}"
        )
    with Ledger.open(args.ledger) as ledger:
        answer = answer_challenge(
            ledger, data, name_key=args.name_key, refused=refused, everything=args.all
        )
        packed = pack_answer(ledger, answer)
        trust = ledger.home.trust
    write_files({out: packed})
    output.data(_facts(answer, out, packed), _words(answer, out, packed))
    output.say(
        f"next: send {shown_path(out)} to the auditor, who runs ledger audit check "
        f"{shown_path(out)} --challenge {shown_path(args.challenge)} --trust {shown_path(trust)}"
    )
    return EXIT_OK


def read_challenge(path: str) -> bytes:
    """Return the bytes of a challenge; raise InputError if the file holds none."""
    data = read_bytes(path, MAX_SIZE)
    try:
        Challenge.from_bytes(data)
    except MalformedError as error:
        raise InputError(
            f"{path} is no challenge: {error}", hint="the file that ledger audit challenge wrote"
        ) from error
    return data


def _refusal(text: str) -> tuple[RecordId, str]:
    record, _, reason = text.partition("=")
    try:
        place = RecordId.parse(record)
    except MalformedError as error:
        raise InputError(
            f"--refuse {text[:80]!r}: {error}", hint='--refuse 12.3="why not"'
        ) from error
    if not reason.strip():
        raise InputError(f"--refuse {record} needs a reason", hint=f'--refuse {record}="why not"')
    return place, reason.strip()


def _facts(answer: "Answer", out: Path, packed: bytes) -> dict[str, JSON]:
    return {
        "bytes": len(packed),
        "file": str(out),
        "level": 1 if answer.secrets is None else 2,
        "opened": len(answer.opened),
        "refused": len(answer.refused),
        "trees": list[JSON](sorted({one.tree for one in answer.opened})),
    }


def _words(answer: "Answer", out: Path, packed: bytes) -> str:
    opened = {one.opening.leaf.key for one in answer.opened}
    lines = [
        f"{near(out)}: the answer, {sized(len(packed))}",
        f"  opened   {counted(len(answer.opened), 'leaf', 'leaves')} of "
        f"{counted(len(opened), 'record')}",
        "  shown    of each record: its content's digest, name and size, modality, source,",
        "           generator, measures, stages, domains; for one it lacks, the fields beside it",
    ]
    if answer.secrets is not None:
        lines.append("  secrets  all salts and names can be computed: keep this file confidential")
    elif answer.names.name_key is not None:
        lines.append("  names    the key of names is in it: any domain can be looked up")
    if answer.refused:
        draws = counted(len(answer.refused), "draw")
        lines.append(f"  refused  {draws}; each counts as a failure")
        reasons = dict.fromkeys(one.reason for one in answer.refused)
        lines += [f"           {reason}" for reason in list(reasons)[:5]]
    return "\n".join(lines)
