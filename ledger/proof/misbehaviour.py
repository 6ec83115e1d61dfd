"""Misbehaviour: signed checkpoints that should not both exist, or not still be served.

    {"claim": "fork", "first": "<signed checkpoint>", "noted_at": "2026-11-24T09:30:00Z",
     "proof": [<base64>...], "root": <base64>, "second": "<signed checkpoint>",
     "type": "tdl/misbehaviour/v1"}

A fork proves itself. The first checkpoint is the smaller one, or as large; `root` is what the
second one's tree has at the first one's size, which the consistency proof shows; and it is not the
root that the first one states. Whoever holds the log's public key can check that offline.

Two claims are the word of whoever noted them, and a checkpoint that really is signed: `rollback`
(`second` was served after `first` and is smaller) and `freeze` (`first` was still served, long
after witnesses last saw it). They have no `proof` and no `root`.

The file is canonical JSON and one line feed; docs/formats/misbehaviour.md is normative.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.cosignature import verifier_of
from ledger.checkpoint.trust import Trust
from ledger.errors import CannotTellError, LedgerError, MalformedError, VerificationError
from ledger.proof.tlog_proof import decode_hashes
from ledger.record.canonical import JSON, decode_object, encode
from ledger.signing.base64 import decode_base64, encode_base64
from ledger.signing.keys import VerifierKey
from ledger.signing.note import MAX_NOTE_SIZE, Note
from ledger.tree.hashing import Hash
from ledger.tree.proofs import check_consistency

TYPE = "tdl/misbehaviour/v1"
START = b'{"claim":'
"""How every such file begins: what tells it from evidence."""
MAX_SIZE = 3 * MAX_NOTE_SIZE
FORK, ROLLBACK, FREEZE = "fork", "rollback", "freeze"

_MEMBERS = {
    FORK: {"claim", "first", "noted_at", "proof", "root", "second", "type"},
    ROLLBACK: {"claim", "first", "noted_at", "second", "type"},
    FREEZE: {"claim", "first", "noted_at", "type"},
}
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


@dataclass(frozen=True, slots=True)
class Divergence:
    """What a newer tree really has at an older size: its root there, and the proof of that."""

    root: Hash
    proof: tuple[Hash, ...]


@dataclass(frozen=True, slots=True)
class SignedTree:
    """A checkpoint that a trusted log's key did sign, and the witnesses that did cosign it."""

    tree: Checkpoint
    log: VerifierKey
    witnesses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A fork that was checked: one log signed both, and no tree has both roots.

    `witnesses` are those that cosigned both: they, too, broke their promise.
    """

    first: SignedTree
    second: SignedTree
    witnesses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Misbehaviour:
    """One claim with the signed checkpoints it rests on; nothing in it has been checked yet.

    `noted_at` is when, by the clock of whoever wrote this. Nobody vouches for it.
    """

    claim: str
    first: bytes
    second: bytes | None = None
    divergence: Divergence | None = None
    noted_at: str

    def __post_init__(self) -> None:
        expected = (self.claim != FREEZE, self.claim == FORK)
        if self.claim not in _MEMBERS or expected != (
            self.second is not None,
            self.divergence is not None,
        ):
            raise MalformedError(f"a claim is fork, rollback or freeze, not {self.claim[:40]!r}")
        if not _TIME.fullmatch(self.noted_at):
            raise MalformedError(f"noted_at is a time in UTC, not {self.noted_at[:40]!r}")

    def to_bytes(self) -> bytes:
        """Return the file in its one byte form."""
        value: dict[str, JSON] = {
            "claim": self.claim,
            "first": self.first.decode(),
            "noted_at": self.noted_at,
            "type": TYPE,
        }
        if self.second is not None:
            value["second"] = self.second.decode()
        if self.divergence is not None:
            value["root"] = encode_base64(self.divergence.root)
            value["proof"] = [encode_base64(one) for one in self.divergence.proof]
        return encode(value) + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the claim whose `to_bytes` is exactly `data`.

        Raises:
            MalformedError: `data` is truncated, too large, of another version, or no such claim.
        """
        if len(data) > MAX_SIZE:
            raise MalformedError(f"a claim has at most {MAX_SIZE} bytes, not {len(data)}")
        if not data.endswith(b"\n"):
            raise MalformedError("a claim of misbehaviour ends with a line feed; this is cut off")
        value = decode_object(data[:-1], "a claim of misbehaviour")
        if value.get("type") != TYPE:
            raise MalformedError(f"this is {str(value.get('type'))[:60]!r}, and we read {TYPE!r}")
        claim = _text(value, "claim")
        if value.keys() != _MEMBERS.get(claim):
            raise MalformedError(
                f"a {claim[:40]!r} has not these members: {', '.join(value)}"[:300]
            )
        second = _text(value, "second").encode() if "second" in value else None
        return cls(
            claim=claim,
            first=_text(value, "first").encode(),
            second=second,
            divergence=_divergence(value) if "proof" in value else None,
            noted_at=_text(value, "noted_at"),
        )

    def check(self, trust: Trust) -> Contradiction:
        """Check a fork: the log's own signatures count, and no quorum is needed.

        Raises:
            MalformedError: A checkpoint is none.
            CannotTellError: No log that we trust signed; or the claim rests on somebody's word.
            VerificationError: A signature fails, or nothing here contradicts.
        """
        first = signed_tree(Note.from_bytes(self.first), trust)
        second = None if self.second is None else signed_tree(Note.from_bytes(self.second), trust)
        if second is not None and first.tree.origin != second.tree.origin:
            raise VerificationError("the two checkpoints are of different logs")
        if second is None or self.divergence is None:
            raise CannotTellError(
                f"{first.log.name} signed what is in here, and no two signatures contradict; that "
                f"this is a {self.claim} is the word of whoever noted it at {self.noted_at}"
            )
        check_divergence(first.tree, second.tree, self.divergence)
        both = set(first.witnesses) & set(second.witnesses)
        return Contradiction(first, second, tuple(sorted(both)))


def signed_tree(note: Note, trust: Trust) -> SignedTree:
    """Return what a log that we trust has signed, whatever else is on the note.

    One good signature by one of its keys is enough here. A log that misbehaves shall not escape by
    adding a line that fails, or by leaving out its witnesses; `Trust.check` would refuse the note.

    Raises:
        MalformedError: The text is no checkpoint.
        CannotTellError: No key of this log, of those that we trust, signed it.
    """
    tree = Checkpoint.from_text(note.text)
    keys = [log.key for log in trust.logs if log.key.name == tree.origin]
    signed = next((key for key in keys if _has_signed(key, note)), None)
    if signed is None:
        raise CannotTellError(
            f"no key that the trust file gives the log {tree.origin[:80]!r} signed this checkpoint",
            hint="use the trust file of that log: --trust FILE",
        )
    names = [one.name for one in trust.witnesses if _has_signed(one.key, note)]
    return SignedTree(tree, signed, tuple(names))


def _has_signed(key: VerifierKey, note: Note) -> bool:
    verifier = verifier_of(key)
    for line in note.signatures:
        if line.is_by(key):
            try:
                verifier.verify(note.text, line.signature)
            except LedgerError:
                continue
            return True
    return False


def check_divergence(first: Checkpoint, second: Checkpoint, found: Divergence) -> None:
    """Check that the tree of `second` does not begin with the tree of `first`.

    Raises:
        MalformedError: `first` is empty, or larger than `second`.
        VerificationError: The proof does not hold, or it shows that they agree.
    """
    check_consistency(
        old=first.size,
        new=second.size,
        old_root=found.root,
        new_root=second.root,
        proof=found.proof,
    )
    if found.root == first.root:
        raise VerificationError(
            f"nothing contradicts: the tree of size {second.size} has at size {first.size} the "
            "root that the other checkpoint states"
        )


def _divergence(value: Mapping[str, JSON]) -> Divergence:
    lines = value["proof"]
    if not isinstance(lines, list):
        raise MalformedError("the proof of a fork is an array")
    texts = [line for line in lines if isinstance(line, str)]
    if len(texts) != len(lines):
        raise MalformedError("a hash of the proof is a string")
    root = Hash(decode_base64(_text(value, "root"), "the root of a fork"))
    return Divergence(root, decode_hashes(texts))


def _text(value: Mapping[str, JSON], name: str) -> str:
    text = value.get(name)
    if not isinstance(text, str):
        raise MalformedError(f"{name} of a claim of misbehaviour is a string")
    return text
