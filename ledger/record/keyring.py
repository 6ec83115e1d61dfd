"""Which keys may sign what, and where in the log: validity is by index, never by date.

Key events are records of kind `key`, logged like any other. Entry 0 of a log is a key batch whose
first record adds a root key, and that key signs the batch: the log begins by saying who speaks for
it, and under a witnessed history nobody can say otherwise later. Root keys sign key batches and
nothing else; producers sign everything but key batches; publishers sign releases and summaries.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ledger.errors import CannotTellError, MalformedError, VerificationError
from ledger.record.record import Record
from ledger.signing.keys import KeyType, NoteVerifier, VerifierKey
from ledger.signing.note import Note, check_note

_ROLES_OF_KIND = {"key": ("root",), "release": ("producer", "publisher")}
_ROLES_OF_KIND["summary"] = _ROLES_OF_KIND["release"]


@dataclass(frozen=True, slots=True)
class RegisteredKey:
    """A key, what it may sign, and the entries it is valid for: `since <= index < until`."""

    key: VerifierKey
    role: str
    since: int
    until: int | None = None

    def is_valid(self, index: int, kind: str) -> bool:
        """Say whether the key may sign a batch of `kind` at `index`."""
        if not self.since <= index or (self.until is not None and index >= self.until):
            return False
        return self.role in _ROLES_OF_KIND.get(kind, ("producer",))


@dataclass(slots=True)
class KeyRing:
    """The key events of one log, as far as they have been read, in the log's order."""

    keys: list[RegisteredKey] = field(default_factory=list)
    _places: dict[tuple[str, bytes], list[int]] = field(init=False, repr=False, compare=False)
    """Where in `keys` the keys of a name and id are: a log may register ten thousand keys."""

    def __post_init__(self) -> None:
        self._places = {}
        for place, known in enumerate(self.keys):
            self._note_place(known.key, place)

    def _note_place(self, key: VerifierKey, place: int) -> None:
        self._places.setdefault((key.name, key.id), []).append(place)

    def check(self, note: Note, *, kind: str, index: int) -> RegisteredKey:
        """Check the signature of the batch at `index`, and return the key that made it.

        Raises:
            CannotTellError: The key that signed is not registered, as far as we have read.
            VerificationError: The signature fails, or the key may not sign this here.
        """
        (line,) = note.signatures
        places = self._places.get((line.name, line.key_id))
        if places is None:
            raise CannotTellError(
                f"entry {index} is signed by {line.name!r}, and no key record registers that key"
            )
        known = self.keys[places[0]]
        check_note(note, [NoteVerifier(known.key)])
        if not known.is_valid(index, kind):
            end = "" if known.until is None else f", revoked at entry {known.until}"
            raise VerificationError(
                f"the key of {line.name!r} ({known.role}, registered at entry {known.since}{end}) "
                f"may not sign a batch of kind {kind} at entry {index}"
            )
        return known

    def add_batch(self, note: Note, records: Iterable[Record], index: int) -> None:
        """Take in the key batch at `index`, after checking who signed it.

        Raises:
            VerificationError: It is not signed by a root key, or a record contradicts the ring.
        """
        events = [_event(record) for record in records]
        if index == 0:
            action, key, role = events[0]
            if (action, role) != ("add", "root"):
                raise VerificationError("a log begins with a record that adds a root key")
            if not note.signatures[0].is_by(key):
                raise VerificationError(
                    f"entry 0 is not signed by the root key it adds, {key.name}"
                )
            check_note(note, [NoteVerifier(key)])
        else:
            self.check(note, kind="key", index=index)
        for action, key, role in events:
            self._apply(action, key, role, index)

    def _apply(self, action: str, key: VerifierKey, role: str, index: int) -> None:
        places = self._places.get((key.name, key.id), [])
        place = next((at for at in places if self.keys[at].key == key), None)
        if action == "add":
            if places:  # also another key of this name and id: a signature line could be either's
                raise VerificationError(f"entry {index} adds the key of {key.name!r} again")
            self._note_place(key, len(self.keys))
            self.keys.append(RegisteredKey(key, role, index))
            return
        if place is None or self.keys[place].until is not None:
            raise VerificationError(f"entry {index} revokes {key.name!r}, which is not valid")
        known = self.keys[place]
        self.keys[place] = RegisteredKey(key, known.role, known.since, index)


def _event(record: Record) -> tuple[str, VerifierKey, str]:
    if record.kind != "key":
        raise MalformedError(f"a record of kind {record.kind} is no key record")
    event = record.value("key")
    assert isinstance(event, dict)  # the schema of the kind says so
    key = VerifierKey.parse(str(event["vkey"]))
    if key.type != KeyType.ED25519:
        raise MalformedError(
            f"the key of {key.name!r} cosigns checkpoints; a batch needs a note key"
        )
    return str(event["action"]), key, str(event["role"])
