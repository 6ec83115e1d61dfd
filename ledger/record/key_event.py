"""Key records: what one says about a key, and the note that both keys of a rotation sign.

    tdl/key/v1
    <origin of the log>
    rotate
    <vkey that is replaced>
    <vkey of the successor>

    — <replaced key> <base64 of key id and Ed25519 signature>
    — <successor> <base64 of key id and Ed25519 signature>

The first line keeps the note from being read as a batch or a checkpoint, and the origin from being
used in another log. docs/formats/keyring.md has the rules.
"""

from collections.abc import Set
from dataclasses import dataclass
from typing import Self

from ledger.errors import MalformedError, VerificationError
from ledger.record.canonical import JSON
from ledger.record.record import Record
from ledger.signing.keys import KeyType, NoteVerifier, Signer, VerifierKey
from ledger.signing.note import Note, check_note, sign_note

HEADER = "tdl/key/v1"
_TYPES_OF_ROLE = {"log": (KeyType.ED25519, KeyType.COSIGNATURE_ML_DSA_44)}
_MEMBERS = {
    "add": ({"action", "vkey", "role"}, {"reason"}),
    "revoke": ({"action", "vkey", "role"}, {"reason", "from"}),
    "rotate": ({"action", "vkey", "role", "successor", "note"}, {"reason"}),
}
"""The members that a record of each action must have, and those that it may have besides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEvent:
    """What a key record says: `add` a key, `rotate` it to a successor, or `revoke` it.

    `since` is the log index from which on a revoked key is not believed; None for the record's own.
    """

    action: str
    key: VerifierKey
    role: str
    successor: VerifierKey | None = None
    note: str | None = None
    since: int | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        for key in (self.key, self.successor):
            if key is not None:
                check_role(key.name, key.type, self.role)

    @classmethod
    def of(cls, record: Record) -> Self:
        """Return what a key record says.

        Raises:
            MalformedError: It is no key record, or a vkey is none, or no key of its role; or it has
                a member that its action does not have, or lacks one.
        """
        if record.kind != "key":
            raise MalformedError(f"a record of kind {record.kind} is no key record")
        event = record.value("key")
        assert isinstance(event, dict)  # the schema of the kind says so
        action, since = str(event["action"]), event.get("from")
        _check_members(action, event.keys())
        assert since is None or isinstance(since, int)
        return cls(
            action=action,
            key=VerifierKey.parse(str(event["vkey"])),
            role=str(event["role"]),
            successor=VerifierKey.parse(str(event["successor"])) if "successor" in event else None,
            note=str(event["note"]) if "note" in event else None,
            since=since,
            reason=str(event["reason"]) if "reason" in event else None,
        )

    def to_record(self, claimed_at: str) -> Record:
        """Return the record that says this, claimed at a time such as `2026-11-24T08:00:00Z`."""
        more = {
            "successor": None if self.successor is None else str(self.successor),
            "note": self.note,
            "from": self.since,
            "reason": self.reason,
        }
        event: dict[str, JSON] = {"action": self.action, "vkey": str(self.key), "role": self.role}
        event |= {name: value for name, value in more.items() if value is not None}
        return Record.parse(
            "key", {"key": event, "basis": {"key": "observed"}, "claimed_at": claimed_at}
        )

    def check_rotation(self, origin: str) -> VerifierKey:
        """Check that both keys agreed to a rotation in the log `origin`; return the successor.

        Raises:
            MalformedError: The note is none.
            VerificationError: It says something else, or one of the two did not sign it.
        """
        assert self.successor is not None  # by the action's members
        assert self.note is not None
        for key in (self.key, self.successor):
            if key.type != KeyType.ED25519:
                raise MalformedError(
                    f"the key of {key.name!r} signs no notes, so it cannot rotate: "
                    "add the new one, and revoke the old one"
                )
        note = Note.from_bytes(self.note.encode())
        if note.text != rotation_text(origin, self.key, self.successor):
            raise VerificationError(
                f"the note of a rotation of {self.key.name!r} is about something else"
            )
        keys = (self.key, self.successor)
        if len(note.signatures) != 2 or not all(
            line.is_by(key) for line, key in zip(note.signatures, keys, strict=True)
        ):
            names = ", ".join(f"{line.name}+{line.key_id.hex()}" for line in note.signatures)
            raise VerificationError(
                f"a rotation is signed by the old key and the new one, not by {names[:300]}"
            )
        check_note(note, [NoteVerifier(key) for key in keys])
        return self.successor


def rotation_text(origin: str, old: VerifierKey, new: VerifierKey) -> str:
    """Return the five lines that both keys of a rotation sign."""
    return "".join(f"{line}\n" for line in (HEADER, origin, "rotate", old, new))


def rotation_of(
    origin: str, role: str, *, old: Signer, new: Signer, reason: str | None = None
) -> KeyEvent:
    """Return the event that `new` takes the place of `old` in the log `origin`, signed by both."""
    note = sign_note(rotation_text(origin, old.key, new.key), [old, new])
    return KeyEvent(
        action="rotate",
        key=old.key,
        role=role,
        successor=new.key,
        note=note.to_bytes().decode(),
        reason=reason,
    )


def check_role(name: str, key_type: KeyType, role: str) -> None:
    """Check that the key called `name` is of a type that its role can use.

    Raises:
        MalformedError: It cosigns checkpoints, and the role signs batches.
    """
    if key_type not in _TYPES_OF_ROLE.get(role, (KeyType.ED25519,)):
        needed = "an Ed25519 or ML-DSA-44 log key" if role == "log" else "a note key"
        raise MalformedError(f"the key of {name!r} cosigns checkpoints; a {role} needs {needed}")


def _check_members(action: str, names: Set[str]) -> None:
    needed, more = _MEMBERS[action]
    wrong = [*sorted(needed - names), *sorted(names - needed - more)]
    if wrong:
        raise MalformedError(f"a key record that says {action!r}: {', '.join(wrong)} is amiss")
