r"""Randomness that who made a summary could not foresee: what a challenge's draws follow from.

    seed = SHA-256(T_SEED || audit_root || SHA-256(C1 note text) || u8(mode) || lp(rand))

docs/formats/audit.md, "The challenge", is normative.
"""

import re
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Final, Self

from ledger.checkpoint.cosignature import verifier_of
from ledger.checkpoint.trust import Trust
from ledger.errors import CannotTellError, MalformedError, VerificationError
from ledger.proof.json_members import bytes_of, members, number_of, text_of
from ledger.record.canonical import JSON
from ledger.signing.note import Note, check_note
from ledger.tree.hashing import Hash
from ledger.tree.sums import prefixed

T_SEED: Final = b"tdl/audit/seed/v1\0"
RAND_SIZE: Final = 32
"""Bytes that a regulator draws."""
BEACON_DELAY: Final = 60
"""Seconds from the latest cosignature to the earliest time of a beacon's round."""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
_MAX_RAND: Final = 0xFFFF

KNOWN_BEACONS: Final = {
    "drand-default": (1_595_431_050, 30),
    "drand-quicknet": (1_692_803_367, 3),
}
"""By name: when round 1 was, and the seconds between rounds."""


class Mode(IntEnum):
    """Where the randomness of a challenge comes from."""

    REGULATOR = 1
    WITNESSES = 2
    BEACON = 3
    NOBODY = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """What a public beacon said in one round. That it said so, the reader looks up."""

    name: str
    genesis: int
    """When round 1 was, in POSIX seconds."""
    period: int
    """Seconds from one round to the next."""
    round: int
    value: bytes

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise MalformedError(f"{self.name[:80]!r} is no name of a beacon")
        if not 1 <= self.period < 2**32 or not 1 <= self.round < 2**53:
            raise MalformedError("a beacon has rounds from 1 on, some seconds apart")
        if not RAND_SIZE <= len(self.value) <= 1024:
            raise MalformedError(
                f"a beacon's value has {RAND_SIZE} to 1024 bytes, not {len(self.value)}"
            )
        if KNOWN_BEACONS.get(self.name, (self.genesis, self.period)) != (self.genesis, self.period):
            genesis, period = KNOWN_BEACONS[self.name]
            raise MalformedError(f"{self.name} has a round every {period} s from {genesis} on")

    def rand(self) -> bytes:
        """Return the pulse as a seed takes it in."""
        return prefixed(self.name.encode()) + self.round.to_bytes(8) + prefixed(self.value)

    def check_round(self, seen: int) -> None:
        """Check that this is the round which was fixed beforehand for a checkpoint.

        Args:
            seen: The time of the checkpoint's latest cosignature, in POSIX seconds; 0 if it has
                none that says a time.
        """
        if seen == 0:
            raise CannotTellError(
                "nobody said when the checkpoint was there, so no round of a beacon follows",
                hint="name witnesses in the trust file, or draw in mode 1",
            )
        after = seen + BEACON_DELAY
        expected = round_after(after, genesis=self.genesis, period=self.period)
        if self.round != expected:
            raise VerificationError(
                f"the challenge takes round {self.round} of {self.name}; the first one more than"
                f" {BEACON_DELAY} s after the checkpoint's latest cosignature is {expected}"
            )

    def to_json(self) -> JSON:
        """Return the pulse as its JSON value."""
        return {
            "genesis": self.genesis,
            "name": self.name,
            "period": self.period,
            "round": self.round,
            "value": self.value.hex(),
        }

    @classmethod
    def from_json(cls, value: JSON) -> Self:
        """Return the pulse that a JSON value states."""
        genesis, name, period, number, said = members(
            value, "a beacon", "genesis", "name", "period", "round", "value"
        )
        return cls(
            name=text_of(name, "a beacon's name"),
            genesis=number_of(genesis, "genesis"),
            period=number_of(period, "period"),
            round=number_of(number, "round"),
            value=bytes_of(said, "a beacon's value"),
        )


def round_after(time: int, *, genesis: int, period: int) -> int:
    """Return the first round that is later than `time`, in POSIX seconds."""
    return max(0, (time - genesis) // period + 1) + 1


def seed_of(audit_root: bytes, checkpoint_text: str, mode: Mode, rand: bytes) -> Hash:
    """Return what all draws follow from.

    Args:
        audit_root: What the summary commits to.
        checkpoint_text: The note text of C1, without its signatures.
        mode: Where `rand` comes from.
        rand: The randomness.
    """
    text = sha256(checkpoint_text.encode()).digest()
    content = T_SEED + audit_root + text + int(mode).to_bytes(1) + prefixed(rand)
    return Hash(sha256(content).digest())


def rand_of_witnesses(note: Note, trust: Trust) -> bytes:
    """Return the timestamped signatures of all witnesses on a checkpoint, one after the other.

    A timestamped signature is what their line holds after the key id: uint64 time, signature. The
    order is that of the trust file, which names them before anybody knows what they will sign.

    Raises:
        CannotTellError: One of them has not cosigned, or the trust file names none.
        VerificationError: One of the signatures fails.
    """
    if not trust.witnesses:
        raise CannotTellError("mode 2 draws from witnesses, and the trust file names none")
    parts = []
    for witness in trust.witnesses:
        lines = [line for line in note.signatures if line.is_by(witness.key)]
        if not lines:
            raise CannotTellError(
                f"mode 2 draws from all witnesses, and {witness.name} has not cosigned this"
                " checkpoint",
                hint="take the checkpoint again when all have cosigned, or draw in mode 1",
            )
        check_note(note, [verifier_of(witness.key)])
        parts.append(lines[0].signature)
    rand = b"".join(parts)
    if len(rand) > _MAX_RAND:
        raise CannotTellError(f"the witnesses' signatures have more than {_MAX_RAND} bytes")
    return rand
