"""Misbehaviour: signed checkpoints that should not both exist, or not still be served.

    {"claim": "fork", "first": <base64>, "noted_at": "2026-11-24T09:30:00Z",
     "proof": [<base64>...], "root": <base64>, "second": <base64>, "type": "tdl/misbehaviour/v1"}

`first` and `second` are the bytes of signed checkpoints, as base64: whatever a log may sign and a
witness cosign has its place here, also what canonical JSON does not take or would make longer.

A fork proves itself. The first checkpoint is the smaller one, or as large; `root` is what the
second one's tree has at the first one's size, which the consistency proof shows; and it is not the
root that the first one states. Whoever holds the log's public key can check that offline.

Two claims are the word of whoever noted them, and a checkpoint that really is signed: `rollback`
(`second` was served after `first` and is smaller) and `freeze` (`first` was still served, long
after witnesses last saw it). They have no `proof` and no `root`.

The file is canonical JSON and one line feed; docs/formats/misbehaviour.md is normative.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.cosignature import verifier_of
from ledger.checkpoint.trust import Trust
from ledger.errors import CannotTellError, LedgerError, MalformedError, VerificationError
from ledger.proof.tlog_proof import decode_hashes
from ledger.record.canonical import JSON, decode_object, encode
from ledger.record.patterns import TIME
from ledger.signing.base64 import decode_base64, encode_base64
from ledger.signing.keys import VerifierKey
from ledger.signing.note import MAX_NOTE_SIZE, Note, NoteSignature
from ledger.tree.hashing import Hash
from ledger.tree.proofs import check_consistency

TYPE = "tdl/misbehaviour/v1"
START = b'{"claim":'
"""How every such file begins: what tells it from evidence."""
MAX_SIZE = 3 * MAX_NOTE_SIZE
"""Two notes of the largest size are 2,666,672 characters of base64; the rest is for the proof."""
FORK, ROLLBACK, FREEZE = "fork", "rollback", "freeze"

_MEMBERS = {
    FORK: {"claim", "first", "noted_at", "proof", "root", "second", "type"},
    ROLLBACK: {"claim", "first", "noted_at", "second", "type"},
    FREEZE: {"claim", "first", "noted_at", "type"},
}


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

    `witnesses` are those that cosigned both: they, too, broke their promise. Each is given by the
    names of its lines in the trust file that did: two, if it has two keys.
    """

    first: SignedTree
    second: SignedTree
    witnesses: tuple[tuple[str, ...], ...]


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
        TIME.check(self.noted_at, "noted_at")

    def to_bytes(self) -> bytes:
        """Return the file in its one byte form."""
        value: dict[str, JSON] = {
            "claim": self.claim,
            "first": encode_base64(self.first),
            "noted_at": self.noted_at,
            "type": TYPE,
        }
        if self.second is not None:
            value["second"] = encode_base64(self.second)
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
        return cls(
            claim=claim,
            first=_bytes(value, "first"),
            second=_bytes(value, "second") if "second" in value else None,
            divergence=_divergence(value) if "proof" in value else None,
            noted_at=_text(value, "noted_at"),
        )

    def check(self, trust: Trust) -> Contradiction:
        """Check a fork: the log's own signatures count, and no quorum is needed.

        Raises:
            MalformedError: A checkpoint is none, or the two are not what such a claim is about.
            CannotTellError: No log that we trust signed; or the claim rests on somebody's word.
            VerificationError: The proof does not hold, or nothing here contradicts.
        """
        notes = [Note.from_bytes(one) for one in (self.first, self.second) if one is not None]
        self._check_trees([Checkpoint.from_text(note.text) for note in notes])
        first, *others = (signed_tree(note, trust) for note in notes)
        if self.divergence is None:
            raise CannotTellError(
                f"{first.log.name} signed what is in here, and no two signatures contradict; that "
                f"this is a {self.claim} is the word of whoever noted it at {self.noted_at}"
            )
        (second,) = others
        check_divergence(first.tree, second.tree, self.divergence)
        return Contradiction(first, second, _cosigners_of_both(first, second, trust))

    def _check_trees(self, trees: Sequence[Checkpoint]) -> None:
        if len({tree.origin for tree in trees}) > 1:
            raise MalformedError("the two checkpoints are of different logs")
        sizes = [tree.size for tree in trees]
        if self.claim == FORK and not 0 < sizes[0] <= sizes[1]:
            raise MalformedError(f"a fork is of two trees, the smaller first, not of sizes {sizes}")
        if self.claim == ROLLBACK and not sizes[1] < sizes[0]:
            raise MalformedError(f"a rollback is to a smaller tree, not from size {sizes}")


def _cosigners_of_both(
    first: SignedTree, second: SignedTree, trust: Trust
) -> tuple[tuple[str, ...], ...]:
    """Return the witnesses that cosigned both trees, with whichever of their keys."""
    one, other = set(first.witnesses), set(second.witnesses)
    sets = [{line.name: None for line in lines} for lines in trust.witness_sets()]
    return tuple(
        tuple(name for name in names if name in one | other)
        for names in sets
        if one & names.keys() and other & names.keys()
    )


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
    log = next((key for key in keys if _has_signed(key, note)), None)
    if log is None:
        reason = next(filter(None, (_find_obstacle(key, note) for key in keys)), None)
        raise CannotTellError(
            f"no key that the trust file gives the log {tree.origin[:80]!r} signed this checkpoint"
            + (f", as far as can be told: {reason}" if reason else ""),
            hint=reason.hint if reason else "use the trust file of that log: --trust FILE",
        )
    names = [one.name for one in trust.witnesses if _has_signed(one.key, note)]
    return SignedTree(tree, log, tuple(names))


def _has_signed(key: VerifierKey, note: Note) -> bool:
    return any(_outcome(key, note, line) is None for line in note.signatures if line.is_by(key))


def _find_obstacle(key: VerifierKey, note: Note) -> CannotTellError | None:
    """Return why a line of this key cannot be checked on this machine, if that is so."""
    outcomes = (_outcome(key, note, line) for line in note.signatures if line.is_by(key))
    return next((one for one in outcomes if isinstance(one, CannotTellError)), None)


def _outcome(key: VerifierKey, note: Note, line: NoteSignature) -> LedgerError | None:
    try:
        verifier_of(key).verify(note.text, line.signature)
    except LedgerError as error:
        return error
    return None


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
    return Divergence(Hash(_bytes(value, "root")), decode_hashes(texts))


def _bytes(value: Mapping[str, JSON], name: str) -> bytes:
    return decode_base64(_text(value, name), f"{name} of a claim of misbehaviour")


def _text(value: Mapping[str, JSON], name: str) -> str:
    text = value.get(name)
    if not isinstance(text, str):
        raise MalformedError(f"{name} of a claim of misbehaviour is a string")
    return text
