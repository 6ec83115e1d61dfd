"""`ledger verify`: evidence, documents, proofs, shards and folders, offline.

Nothing is imported here but Part I: no database, no network, two dependencies.
"""

import argparse
import os
import stat
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from ledger.checkpoint.trust import Trust
from ledger.cli.output import (
    EXIT_CANNOT_TELL,
    EXIT_NOT_VERIFIED,
    EXIT_OK,
    EXIT_WARNINGS,
    Output,
    counted,
    duration,
)
from ledger.cli.places import near, shown_path
from ledger.cli.titles import title_of
from ledger.cli.verdicts import SHARD, Finding, refused, to_json, to_text
from ledger.cli.verify_claim import check_claim, warn_of_age
from ledger.cli.verify_domain import check_domain_answer
from ledger.cli.verify_entry import check_entry_proof, read_entry
from ledger.cli.verify_inside import check_document_proof, find_document
from ledger.client.finding import file_digest
from ledger.errors import (
    CannotTellError,
    InputError,
    LedgerError,
    MalformedError,
    VerificationError,
)
from ledger.proof.document_proof import START as INSIDE_START
from ledger.proof.document_slot import is_document
from ledger.proof.entry import is_entry_proof
from ledger.proof.evidence import MAX_SIZE, Evidence
from ledger.proof.misbehaviour import START as CLAIM_START
from ledger.proof.package import MAX_SIZE as MAX_PACKAGE
from ledger.proof.package import is_package
from ledger.proof.verify import Verified, verify

EXAMPLE = "ledger verify summary.html --trust ledger.d/trust.policy"
TRUST_VARIABLE = "LEDGER_TRUST"
STDIN = "-"
_EVIDENCE_START = b'{"checkpoint":'
_ANSWER_START = b'{"answer":'


class Beside(NamedTuple):
    """Files that are published beside a document, by path, where they were given."""

    leaves: str | None
    ranking: str | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="evidence, document, shard, folder; - is stdin"
    )
    parser.add_argument(
        "--trust",
        metavar="FILE",
        help="whose logs and witnesses to believe (c2sp.org/tlog-policy); default: $LEDGER_TRUST, "
        "else that of the ledger here",
    )
    parser.add_argument(
        "--entry",
        metavar="FILE",
        help="the entry that a .tlog-proof or .cose among the files is about",
    )
    parser.add_argument(
        "--leaves",
        metavar="FILE",
        help="the published leaves of a document's statement (leaves.jsonl), to add up again",
    )
    parser.add_argument(
        "--ranking",
        metavar="FILE",
        help="the proof of a document's list of domains, where it is too long to carry it "
        "(domain-ranking.txt)",
    )
    parser.add_argument(
        "--max-age",
        metavar="TIME",
        type=duration,
        help="warn if witnesses saw the checkpoint longer ago than this, such as 24h or 90d",
    )
    parser.add_argument(
        "--timestamp",
        metavar="FILE",
        help="an RFC 3161 token (.tsr) on the checkpoint of the evidence or document",
    )
    parser.add_argument(
        "--tsa-roots", metavar="FILE", help="certificates (PEM) to believe the token by"
    )
    parser.add_argument("--strict", action="store_true", help="exit with 4 if there are warnings")
    parser.add_argument("--steps", action="store_true", help="print every step, also when all hold")


def run(args: argparse.Namespace, output: Output) -> int:
    """Verify every file, print the verdicts, and return the exit code of the worst."""
    trust, trust_path = read_trust(args.trust, args.ledger)
    output.say(f"trust: {near(trust_path)}")
    proofs, shards = _sort(args.files)
    if not proofs:
        files = " ".join(shown_path(path) for path in args.files[:3])
        raise CannotTellError(
            f"no evidence is among {counted(len(shards), 'file')}, and nothing else proves a file",
            hint=f"ledger verify EVIDENCE {files}",
        )
    known: dict[str, str] = {}
    entry = None if args.entry is None else read_entry(args.entry)
    beside = Beside(args.leaves, args.ranking)
    findings = [_check(path, data, trust, known, entry, beside) for path, data in proofs]
    if args.timestamp is not None:
        from ledger.cli.verify_timestamp import check_timestamp

        check_timestamp(findings, args.timestamp, args.tsa_roots)
    if args.max_age is not None:
        for finding in findings:
            warn_of_age(finding, now=int(time.time()), max_age=args.max_age)
    findings += [_check_shard(path, known) for path in shards]
    output.data(
        {"trust": trust_path, "files": [to_json(finding) for finding in findings]},
        to_text(findings, output, args.steps),
    )
    verdicts = {finding.verdict for finding in findings}
    if "not verified" in verdicts:
        return EXIT_NOT_VERIFIED
    if "cannot tell" in verdicts:
        return EXIT_CANNOT_TELL
    warned = any(finding.warnings for finding in findings)
    return EXIT_WARNINGS if warned and args.strict else EXIT_OK


def read_trust(given: str | None, ledger: str | None) -> tuple[Trust, str]:
    """Return the trust to verify with, and the path of the file that states it.

    It is always one that the user chose, never one that came with the evidence.
    """
    path = given or os.environ.get(TRUST_VARIABLE)
    if path is None:
        from ledger.client.home import find_home

        try:
            path = str(find_home(Path(ledger) if ledger else None).trust)
        except LedgerError as error:
            raise CannotTellError(
                "there is no trust file, so nobody's signature can be believed",
                hint="--trust FILE, as published by whom you trust (c2sp.org/tlog-policy)",
            ) from error
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"the trust file {path} cannot be read: {error.strerror}") from error
    try:
        return Trust.parse(data), path
    except MalformedError as error:
        raise InputError(
            f"{path} is no trust file: {error}",
            hint="--trust FILE in the form of c2sp.org/tlog-policy, as ledger init writes one",
        ) from error


def _sort(files: list[str]) -> tuple[list[tuple[str, bytes]], list[str]]:
    """Tell proofs and documents (read) from shards and the files of folders (paths)."""
    proofs: list[tuple[str, bytes]] = []
    shards: list[str] = []
    for path in files:
        if os.path.isdir(path):
            inside = sorted(_walk(path))
            if not inside:
                raise InputError(f"{path} holds no files")
            shards += inside
            continue
        data = _read_proof(path)
        if data is None:
            shards.append(path)
        else:
            proofs.append((path, data))
    return proofs, shards


def _read_proof(path: str) -> bytes | None:
    """Return the bytes of a proof or of a document; None if the file is neither."""
    if path == STDIN:
        return sys.stdin.buffer.read(MAX_SIZE + 1)
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise InputError(f"{path} is no file", hint="ledger prove … --out - | ledger verify -")
        with open(path, "rb") as file:
            head = file.read(64)
            if is_package(head):
                return head + file.read(MAX_PACKAGE)
            if (
                head.startswith((_EVIDENCE_START, _ANSWER_START, INSIDE_START, CLAIM_START))
                or is_document(head)
                or is_entry_proof(head)
            ):
                return head + file.read(MAX_SIZE + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(f"{path} cannot be read: {reason}") from error
    return None


def _walk(folder: str) -> Iterator[str]:
    for parent, _, names in os.walk(folder):
        yield from (os.path.join(parent, name) for name in names)


def _check(
    path: str,
    data: bytes,
    trust: Trust,
    known: dict[str, str],
    entry: bytes | None,
    beside: Beside,
) -> Finding:
    if is_package(data[:64]):
        from ledger.cli.verify_package import check_package

        return check_package(path, data, trust)
    if is_entry_proof(data):
        return check_entry_proof(path, data, trust, entry)
    if data.startswith(CLAIM_START):
        return check_claim(path, data, trust)
    if data.startswith(_ANSWER_START):
        return check_domain_answer(path, data, trust)
    if data.startswith(INSIDE_START):
        return check_document_proof(path, data, trust, known)
    return _check_proof(path, data, trust, known, beside)


def _check_proof(
    path: str, data: bytes, trust: Trust, known: dict[str, str], beside: Beside
) -> Finding:
    """Verify evidence or a document; remember the content digests that it proves."""
    about = "document" if is_document(data) else "evidence"
    try:
        if about == "document":
            from ledger.cli.verify_document import summary_details
            from ledger.summary.verify import verify_summary

            summary = verify_summary(data, trust)
            if beside.leaves is not None:
                from ledger.cli.verify_leaves import with_leaves

                summary = with_leaves(summary, beside.leaves)
            if beside.ranking is not None:
                from ledger.cli.verify_ranking import with_ranking

                summary = with_ranking(summary, beside.ranking)
            verified, more = summary.verified, summary_details(summary)
        else:
            verified, more = verify(Evidence.from_bytes(data), trust), []
    except (CannotTellError, MalformedError, VerificationError) as error:
        return refused(path, about, error)
    for record in verified.records:
        content = record.fields.get("content")
        if isinstance(content, dict):
            known[str(content["digest"])] = str(record.id)
    return Finding(
        path,
        "verified",
        about,
        steps=verified.steps,
        warnings=verified.warnings,
        details=[*_details(verified), *more],
        is_dated=True,
        seen_at=verified.checkpoint.seen_at,
        tree=verified.checkpoint.checkpoint,
    )


def _details(verified: Verified) -> list[tuple[str, str]]:
    tree = verified.checkpoint.checkpoint
    seen = verified.checkpoint.seen_at
    when = (
        datetime.fromtimestamp(seen, UTC).strftime("%Y-%m-%d %H:%M UTC, by a witness")
        if seen is not None
        else "not known: no witness says"
    )
    details = [("log", f"{tree.origin}, size {tree.size}"), ("logged no later than", when)]
    for record in verified.records:
        if record.kind != "key":
            title = title_of(record.kind, record.fields)
            shown = ", ".join(record.fields) or "nothing of it is shown"
            parts = [
                *([title] if title else []),
                "shown whole" if record.record else shown,
                f"signed by {record.producer}",
            ]
            details.append((f"{record.kind} {record.id}", "; ".join(parts)))
    return details


def _check_shard(path: str, known: Mapping[str, str]) -> Finding:
    """Look a file's digest up among those that the evidence proves."""
    document = find_document(path, known)
    if document is not None:
        return document
    digest = str(file_digest(path))
    if digest in known:
        details = [("shard", known[digest]), ("digest", digest)]
        return Finding(path, "verified", SHARD, details=details)
    reason = "the evidence shows no record of its content"
    details = [("digest", digest)]
    return Finding(path, "not verified", SHARD, reason, failed="Content", details=details)
