"""`ledger audit challenge`: draw which records of a summary are to be opened. No ledger is needed.

What is written is one file for the lab. Nothing secret is in it once the lab has it; before, nobody
but the auditor must know the randomness, and the lab's checkpoint must be there first.
"""

import argparse
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ledger.checkpoint.trust import Trust, VerifiedCheckpoint
from ledger.cli.output import EXIT_OK, Output, at_least_one, counted, duration
from ledger.cli.places import near, shown_path
from ledger.cli.verify import read_trust
from ledger.errors import CannotTellError, InputError, MalformedError
from ledger.query.challenge import Challenge, draws_needed, share
from ledger.query.randomness import (
    BEACON_DELAY,
    KNOWN_BEACONS,
    RAND_SIZE,
    Mode,
    Pulse,
    rand_of_witnesses,
    round_after,
)
from ledger.query.sample import is_drawn
from ledger.record.canonical import JSON
from ledger.tree.hashing import Hash

EXAMPLE = "ledger audit challenge summary.html --trust ledger.d/trust.policy --out challenge.json"
_MODES = {
    "regulator": Mode.REGULATOR,
    "witnesses": Mode.WITNESSES,
    "beacon": Mode.BEACON,
    "self": Mode.NOBODY,
}
_DAYS_14 = 14 * 86_400


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "summary", metavar="FILE", help="the summary's document, or evidence of its record"
    )
    parser.add_argument("--trust", metavar="FILE", help="whose logs and witnesses to believe")
    parser.add_argument(
        "--checkpoint",
        metavar="FILE",
        help="the first witnessed checkpoint that covers the summary; default: the document's",
    )
    parser.add_argument(
        "--mode",
        choices=tuple(_MODES),
        default="regulator",
        help="who draws; default: regulator, this machine, now. self is no audit",
    )
    _add_aim(parser)
    parser.add_argument(
        "--contents",
        type=_number,
        default=0,
        metavar="C",
        help="of each kind in each section, check the bytes of the first C; default: 0",
    )
    parser.add_argument(
        "--attempt",
        type=at_least_one,
        default=1,
        metavar="R",
        help="how many versions of this summary were challenged, with this one; default: 1",
    )
    parser.add_argument(
        "--deadline",
        type=duration,
        default=_DAYS_14,
        metavar="TIME",
        help="how long the lab has, such as 72h; default: 14d",
    )
    _add_randomness(parser)
    parser.add_argument("--out", metavar="FILE", default="challenge.json", help="where it goes")


def _add_aim(parser: argparse.ArgumentParser) -> None:
    """Declare what the audit is to exclude, and how surely."""
    parser.add_argument(
        "--confidence", default="99", metavar="PERCENT", help="of each claim; default: 99"
    )
    parser.add_argument(
        "--precision",
        default="1",
        metavar="PERCENT",
        help="the share of misreported records that is to be excluded; default: 1",
    )
    parser.add_argument(
        "--draws", type=at_least_one, metavar="M", help="of each kind in each section, if more"
    )
    parser.add_argument(
        "--allow",
        type=_number,
        default=0,
        metavar="K",
        help="draw so many that K failures a section still exclude the share; default: 0",
    )
    parser.add_argument(
        "--together",
        action="store_true",
        help="let the confidence hold for all claims of the report at once",
    )


def _add_randomness(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("where randomness comes from")
    group.add_argument(
        "--rand", metavar="HEX", help="32 bytes drawn otherwise, such as by dice; mode regulator"
    )
    group.add_argument(
        "--beacon",
        default="drand-quicknet",
        metavar="NAME",
        help=f"a public beacon: {', '.join(KNOWN_BEACONS)}, or another with its times",
    )
    group.add_argument("--beacon-genesis", type=_number, metavar="SECONDS", help="when round 1 was")
    group.add_argument(
        "--beacon-period", type=at_least_one, metavar="SECONDS", help="from round to round"
    )
    group.add_argument("--beacon-value", metavar="HEX", help="what it said in the round")


def run(args: argparse.Namespace, output: Output) -> int:
    """Verify the summary, draw, and write the challenge."""
    trust, trust_path = read_trust(args.trust, args.ledger)
    output.say(f"trust: {near(trust_path)}")
    summary = read_summary(args.summary, trust)
    checkpoint = _read_checkpoint(args.checkpoint) or summary.checkpoint
    challenge = _draw(args, summary, checkpoint, trust)
    verified = challenge.check(trust)
    out = Path(args.out)
    if out.exists():
        raise InputError(
            f"{near(out)} is there already, and a challenge is drawn once",
            hint=f"--out {shown_path(out.with_stem(f'{out.stem}-2'))}",
        )
    from ledger.client.summarising import write_files

    write_files({out: challenge.to_bytes()})
    output.data(_facts(challenge, out), _words(challenge, out, verified))
    if not verified.cosigned:
        output.warn(
            "no witness cosigned the checkpoint: the lab could show others another log",
            "--trust FILE with a quorum of witnesses",
        )
    output.say(
        f"next: send {shown_path(out)} to the lab, which runs ledger audit open {shown_path(out)}"
    )
    return EXIT_OK


@dataclass(frozen=True, slots=True)
class Challenged:
    """What a document, or evidence, shows of the summary that is to be audited."""

    record: str
    audit: dict[str, JSON]
    checkpoint: bytes


def read_summary(path: str, trust: Trust) -> Challenged:
    """Return the summary of a verified document or of verified evidence.

    Raises:
        InputError: The file cannot be read.
        CannotTellError: It shows no summary, or one that commits to no statement.
        VerificationError: It does not verify.
    """
    from ledger.proof.document_slot import is_document, split_evidence
    from ledger.proof.evidence import Evidence
    from ledger.proof.verify import verify
    from ledger.summary.verify import verify_summary

    data = read_bytes(path)
    if is_document(data[:64]):
        summary = verify_summary(data, trust)
        records = [summary.document.record]
        inner = split_evidence(data).evidence
        assert inner is not None  # or it would not have verified
        checkpoint = Evidence.from_bytes(inner).checkpoint
    else:
        evidence = Evidence.from_bytes(data)
        records = [one for one in verify(evidence, trust).records if one.kind == "summary"]
        checkpoint = evidence.checkpoint
    if not records:
        raise CannotTellError(f"{path} shows no summary", hint="ledger audit challenge DOCUMENT")
    audit = records[-1].fields.get("audit")
    if not isinstance(audit, dict):
        raise CannotTellError(
            f"the summary {records[-1].id} shows no statement that could be audited",
            hint="only the EU form has one, from this version of ledger on; ask for a new version",
        )
    # A later rendition repeats what its version committed to: what is challenged is the version.
    version = records[-1].fields.get("rendition_of", records[-1].id)
    return Challenged(str(version), audit, checkpoint)


def read_bytes(path: str, most: int = 64 * 2**20) -> bytes:
    """Return a file's bytes, or raise InputError if it cannot be read or is too large."""
    try:
        with open(path, "rb") as file:
            data = file.read(most + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(f"{path} cannot be read: {reason}") from error
    if len(data) > most:
        raise InputError(f"{path} has more than {most:,} bytes")
    return data


def _read_checkpoint(path: str | None) -> bytes | None:
    return None if path is None else read_bytes(path, 2**20)


def _draw(
    args: argparse.Namespace, summary: Challenged, checkpoint: bytes, trust: Trust
) -> Challenge:
    """Return the challenge; the randomness is drawn last, when everything else stands."""
    from ledger.signing.note import Note

    mode = _MODES[args.mode]
    note = Note.from_bytes(checkpoint)
    verified = trust.check(note)
    claims = _claims(summary) if args.together else 1
    draws = _draws(args, claims, mode)
    now = int(time.time())
    rand, pulse = b"", None
    if mode == Mode.WITNESSES:
        rand = rand_of_witnesses(note, trust)
    elif mode == Mode.BEACON:
        pulse = _pulse(args, verified)
        rand = pulse.rand()
    elif mode == Mode.REGULATOR:
        rand = _hex(args.rand, "--rand") if args.rand else secrets.token_bytes(RAND_SIZE)
    return Challenge(
        audit_root=Hash(bytes.fromhex(str(summary.audit["root"]))),
        summary=summary.record,
        checkpoint=checkpoint,
        mode=mode,
        rand=rand,
        drawn_at=_written(now),
        draws=draws,
        contents=args.contents,
        confidence=args.confidence,
        precision=args.precision,
        claims=claims,
        attempt=args.attempt,
        pulse=pulse,
        deadline=_written(now + args.deadline),
    )


def _claims(summary: Challenged) -> int:
    """Return how many claims a report makes: on records and bytes of each section, on coverage."""
    sections = summary.audit["sections"]
    assert isinstance(sections, list)  # the schema of the kind says so
    return 2 * sum(is_drawn(str(name)) for name in sections) + 1


def _draws(args: argparse.Namespace, claims: int, mode: Mode) -> int:
    from ledger.query.bounds import sample_size

    try:
        needed = draws_needed(args.confidence, args.precision, claims=claims, mode=mode)
        allowing = sample_size(
            confidence=share(args.confidence),
            precision=share(args.precision),
            failures=args.allow,
            claims=claims,
        )
    except MalformedError as error:
        raise InputError(str(error), hint="--confidence 99 --precision 1") from error
    needed = max(needed, allowing)
    if args.draws is not None and args.draws < needed:
        raise InputError(
            f"{args.draws} draws cannot exclude {args.precision} % with {args.confidence} %"
            f" confidence: it takes {needed}",
            hint="--precision 5, or fewer --confidence, or no --draws",
        )
    return args.draws or needed


def _pulse(args: argparse.Namespace, verified: VerifiedCheckpoint) -> Pulse:
    """Return the round that was fixed beforehand, with the value that the user gives."""
    genesis, period = KNOWN_BEACONS.get(args.beacon, (args.beacon_genesis, args.beacon_period))
    if genesis is None or period is None:
        raise InputError(
            f"when the rounds of {args.beacon} are is not known",
            hint=f"--beacon {next(iter(KNOWN_BEACONS))}, or --beacon-genesis and --beacon-period",
        )
    seen = max((one.time for one in verified.cosigned), default=0)
    if not seen:
        raise CannotTellError(
            "nobody said when the checkpoint was there, so no round of a beacon follows",
            hint="name witnesses in the trust file, or --mode regulator",
        )
    number = round_after(seen + BEACON_DELAY, genesis=genesis, period=period)
    if args.beacon_value is None:
        when = _written(genesis + (number - 1) * period)
        raise InputError(
            f"the round of {args.beacon} that counts is {number}, of {when}",
            hint=f"--beacon-value with what it said in round {number}, in hex",
        )
    return Pulse(
        name=args.beacon,
        genesis=genesis,
        period=period,
        round=number,
        value=_hex(args.beacon_value, "--beacon-value"),
    )


def _hex(text: str, option: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise InputError(
            f"{option} takes hexadecimal digits, two a byte, not {text[:40]!r}"
        ) from None


def _number(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected a number from 0 on, not {text!r}")
    return int(text)


def _written(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _facts(challenge: Challenge, out: Path) -> dict[str, JSON]:
    return {"file": str(out), "seed": challenge.seed().hex(), **challenge.to_json()}


def _words(challenge: Challenge, out: Path, verified: VerifiedCheckpoint) -> str:
    tree = verified.checkpoint
    if challenge.is_an_audit:
        aim = f"to exclude {challenge.precision} % with {challenge.confidence} % confidence"
    else:
        aim = "for the lab's own use: who draws for himself shows nobody anything"
    contents = f", {challenge.contents} of each with its bytes" if challenge.contents else ""
    return (
        f"{near(out)}: challenge of summary {challenge.summary} in {tree.origin}\n"
        f"  fixed by   checkpoint {tree.size}\n"
        f"  draws      {counted(challenge.draws, 'draw')} of each kind in each section{contents},\n"
        f"             {aim}\n"
        f"  answer by  {challenge.deadline}"
    )
