r"""A challenge: where the randomness of an audit comes from, and why nobody could foresee it.

    seed = SHA-256(T_SEED || audit_root || SHA-256(C1 note text) || u8(mode) || lp(rand))

C1 is the first witnessed checkpoint that covers the summary's entry: the numbers stand since then.

    mode 1  the regulator's  rand is 32 bytes, drawn after C1 was seen
    mode 2  the witnesses'   rand is their timestamped signatures on C1, in the trust file's order
    mode 3  a beacon's       rand is lp(name) || u64(round) || lp(value), of the first round after
                             the latest cosignature of C1 and 60 seconds
    mode 4  nobody's         rand is empty: who made the summary may make it again until the draw
                             misses, so it takes draws that leave a chance of 2^-128 at most

The file is canonical JSON and one line feed. docs/formats/audit.md, "The challenge", is normative.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Final, Self

from ledger.checkpoint.trust import Trust, VerifiedCheckpoint
from ledger.errors import CannotTellError, MalformedError, VerificationError
from ledger.proof.json_members import bytes_of, members, number_of, text_of
from ledger.query.bounds import sample_size
from ledger.query.randomness import RAND_SIZE, Mode, Pulse, rand_of_witnesses, seed_of
from ledger.query.sample import MAX_DRAWS
from ledger.record.canonical import JSON, decode_object, encode
from ledger.record.patterns import RECORD_ID, TIME
from ledger.signing.note import Note
from ledger.tree.hashing import HASH_SIZE, Hash

TYPE: Final = "tdl/audit-challenge/v1"
MAX_SIZE: Final = 2 * 2**20
"""Bytes of a challenge's file; the largest note has one."""
UNFORESEEN: Final = Fraction(1, 2**128)
"""The chance that a draw may leave to who can make it again."""
MAX_CLAIMS: Final = 2**20
_PERCENT: Final = re.compile(r"(?:0|[1-9][0-9]?)(?:\.[0-9]{1,12})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """What an auditor asks for. `check` says whether it is one that a lab could not foresee."""

    audit_root: Hash
    summary: str
    """The id of the summary's record, as `<log index>.<position>`."""
    checkpoint: bytes
    """C1, a signed note."""
    mode: Mode
    rand: bytes
    drawn_at: str
    """When, as YYYY-MM-DDTHH:MM:SSZ, by the auditor's clock."""
    draws: int
    """m: how many of each kind are drawn of each tree."""
    contents: int = 0
    """Of each kind in each tree, the first so many are checked against the bytes."""
    confidence: str = "99"
    """In percent, as decimal text."""
    precision: str = "1"
    """What share of bad ones the audit is to exclude, in percent, as decimal text."""
    claims: int = 1
    """How many claims share the error."""
    attempt: int = 1
    """r: how many versions of this summary were challenged, this one included."""
    pulse: Pulse | None = None
    """The beacon's round, in mode 3."""
    deadline: str | None = None
    """Until when the lab is to answer."""

    def __post_init__(self) -> None:
        RECORD_ID.check(self.summary, "summary")
        for name, time in (("drawn_at", self.drawn_at), ("deadline", self.deadline)):
            if time is not None:
                TIME.check(time, name)
        if self.deadline is not None and self.deadline <= self.drawn_at:
            raise MalformedError(
                f"the deadline {self.deadline} is not after the draw at {self.drawn_at}"
            )
        _check_sampling(self)
        _check_rand(self)

    @property
    def note(self) -> Note:
        """C1 as a note."""
        return Note.from_bytes(self.checkpoint)

    @property
    def summary_index(self) -> int:
        """The index of the summary's entry in the log."""
        return int(self.summary.partition(".")[0])

    @property
    def alpha(self) -> Fraction:
        """The error that each claim may have."""
        return (1 - share(self.confidence)) / self.claims

    @property
    def is_an_audit(self) -> bool:
        """Whether somebody else drew it: in mode 4 the lab checks itself."""
        return self.mode != Mode.NOBODY

    def seed(self) -> Hash:
        """Return what all draws follow from."""
        return seed_of(self.audit_root, self.note.text, self.mode, self.rand)

    def check(self, trust: Trust) -> VerifiedCheckpoint:
        """Check that the challenge is sound: C1 holds, covers the summary, and was there before.

        Whether C1 is the first such checkpoint, only who watches the log can say.

        Raises:
            VerificationError: C1 does not hold or does not cover the summary's entry, the challenge
                was drawn before it, or its randomness is not what its mode says.
            CannotTellError: C1 is of a log that the trust file does not name, or a witness of its
                list is missing on it.
        """
        verified = trust.check(self.note)
        size = verified.checkpoint.size
        if self.summary_index >= size:
            raise VerificationError(
                f"the challenge was drawn before the summary was fixed: its checkpoint has {size}"
                f" entries, and the summary is entry {self.summary_index}"
            )
        seen = max((one.time for one in verified.cosigned), default=0)
        if self.mode in (Mode.WITNESSES, Mode.BEACON):
            self._check_unforeseen(trust, seen)
        if seconds_of(self.drawn_at) < seen:
            raise VerificationError(
                f"the challenge was drawn at {self.drawn_at}, before its checkpoint was cosigned"
            )
        _check_source(self, trust, seen)
        return verified

    def _check_unforeseen(self, trust: Trust, seen: int) -> None:
        """Check that the lab had nothing left to choose when the randomness became known.

        ML-DSA cosignatures do not cover extension lines, so a log could vary them until the draw
        suits it.
        """
        lines = self.note.text.count("\n")
        if lines != 3:
            raise VerificationError(
                f"the challenge's checkpoint has {lines} lines, and in mode {int(self.mode)} it has"
                " exactly 3: lines that not every witness signs could be chosen afterwards"
            )
        if trust.quorum is None or seen == 0:
            raise CannotTellError(
                f"mode {int(self.mode)} rests on witnesses who say when they signed, and the trust"
                " file asks for none, or none said so",
                hint="--trust FILE with a quorum of witnesses, or draw in mode 1",
            )

    def to_json(self) -> dict[str, JSON]:
        """Return the challenge as its JSON value."""
        value: dict[str, JSON] = {
            "attempt": self.attempt,
            "audit_root": self.audit_root.hex(),
            "checkpoint": self.checkpoint.decode(),
            "claims": self.claims,
            "confidence": self.confidence,
            "contents": self.contents,
            "drawn_at": self.drawn_at,
            "draws": self.draws,
            "mode": int(self.mode),
            "precision": self.precision,
            "rand": self.rand.hex(),
            "summary": self.summary,
            "type": TYPE,
        }
        if self.pulse is not None:
            value["beacon"] = self.pulse.to_json()
        if self.deadline is not None:
            value["deadline"] = self.deadline
        return value

    def to_bytes(self) -> bytes:
        """Return the challenge's file."""
        return encode(self.to_json()) + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the challenge whose `to_bytes` is exactly `data`.

        Raises:
            MalformedError: `data` is truncated, too large, of another version, or no challenge.
        """
        if len(data) > MAX_SIZE:
            raise MalformedError(f"a challenge has at most {MAX_SIZE} bytes, not {len(data)}")
        if not data.endswith(b"\n"):
            raise MalformedError("a challenge ends with a line feed; this file is cut off")
        return cls.from_json(decode_object(data[:-1], "a challenge"))

    @classmethod
    def from_json(cls, value: JSON) -> Self:
        """Return the challenge that a JSON value states."""
        found = _members(value)
        return cls(
            audit_root=Hash(bytes_of(found["audit_root"], "audit_root", HASH_SIZE)),
            summary=text_of(found["summary"], "summary"),
            checkpoint=text_of(found["checkpoint"], "checkpoint").encode(),
            mode=_mode(found["mode"]),
            rand=bytes_of(found["rand"], "rand"),
            drawn_at=text_of(found["drawn_at"], "drawn_at"),
            draws=number_of(found["draws"], "draws"),
            contents=number_of(found["contents"], "contents"),
            confidence=text_of(found["confidence"], "confidence"),
            precision=text_of(found["precision"], "precision"),
            claims=number_of(found["claims"], "claims"),
            attempt=number_of(found["attempt"], "attempt"),
            pulse=Pulse.from_json(found["beacon"]) if "beacon" in found else None,
            deadline=text_of(found["deadline"], "deadline") if "deadline" in found else None,
        )


def share(percent: str) -> Fraction:
    """Return the share that a percentage as decimal text states, above 0 and below 1.

    Raises:
        MalformedError: It is no such text.
    """
    found = Fraction(percent) / 100 if _PERCENT.fullmatch(percent) else Fraction(0)
    if not found:
        raise MalformedError(
            f"{percent[:40]!r} is no percentage above 0 and below 100, such as 99 or 0.5"
        )
    return found


def draws_needed(confidence: str, precision: str, *, claims: int, mode: Mode) -> int:
    """Return how many draws of a kind a tree needs at least, if none of them fails."""
    needed = sample_size(confidence=share(confidence), precision=share(precision), claims=claims)
    if mode != Mode.NOBODY:
        return needed
    certain = sample_size(confidence=1 - UNFORESEEN, precision=share(precision))
    return max(needed, certain)


def seconds_of(time: str) -> int:
    """Return a time as YYYY-MM-DDTHH:MM:SSZ in POSIX seconds."""
    return int(datetime.fromisoformat(time).timestamp())


_NAMES: Final = (
    "attempt",
    "audit_root",
    "checkpoint",
    "claims",
    "confidence",
    "contents",
    "drawn_at",
    "draws",
    "mode",
    "precision",
    "rand",
    "summary",
    "type",
)


def _members(value: JSON) -> dict[str, JSON]:
    kind = members(value, "a challenge", *_NAMES, optional=("beacon", "deadline"))[-1]
    if kind != TYPE:
        raise MalformedError(f"this is {str(kind)[:60]!r}, and we read {TYPE!r}")
    return value if isinstance(value, dict) else {}


def _mode(value: JSON) -> Mode:
    number = number_of(value, "mode")
    if number not in set(Mode):
        raise MalformedError(f"a challenge has a mode from 1 to 4, not {number}")
    return Mode(number)


def _check_sampling(challenge: Challenge) -> None:
    if not 1 <= challenge.claims <= MAX_CLAIMS or not 1 <= challenge.attempt <= MAX_CLAIMS:
        raise MalformedError("a challenge makes a claim or more, and is the first or a later one")
    if not 1 <= challenge.draws <= MAX_DRAWS or challenge.contents > challenge.draws:
        raise MalformedError(
            f"a challenge has 1 to {MAX_DRAWS} draws, and checks no more contents than those"
        )
    needed = draws_needed(
        challenge.confidence, challenge.precision, claims=challenge.claims, mode=challenge.mode
    )
    if challenge.draws < needed:
        why = "" if challenge.is_an_audit else ", where the lab draws for itself (mode 4)"
        raise MalformedError(
            f"{challenge.draws} draws cannot exclude {challenge.precision} % with"
            f" {challenge.confidence} % confidence: it takes {needed}{why}"
        )


def _check_rand(challenge: Challenge) -> None:
    """Check that the randomness has the form of its mode; whether it is right, `check` says."""
    size, mode = len(challenge.rand), challenge.mode
    if mode == Mode.REGULATOR and size != RAND_SIZE:
        raise MalformedError(f"a regulator draws {RAND_SIZE} bytes, not {size}")
    if mode == Mode.NOBODY and size:
        raise MalformedError("mode 4 takes no randomness: `rand` is empty")
    if (challenge.pulse is not None) != (mode == Mode.BEACON):
        raise MalformedError("a beacon's round belongs to mode 3, and only there")
    if challenge.pulse is not None and challenge.rand != challenge.pulse.rand():
        raise MalformedError("`rand` is not what the beacon said")


def _check_source(challenge: Challenge, trust: Trust, seen: int) -> None:
    if challenge.mode == Mode.WITNESSES:
        if challenge.rand != rand_of_witnesses(challenge.note, trust):
            raise VerificationError(
                "the randomness is not the signatures that the witnesses of the trust file put on"
                " the challenge's checkpoint"
            )
    elif challenge.pulse is not None:
        challenge.pulse.check_round(seen)
