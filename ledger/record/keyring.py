"""Which keys may sign what, and where in the log: validity is by index, never by date.

Key events are records of kind `key`, logged like any other. Entry 0 of a log is a key batch whose
first record adds a root key, and that key signs the batch: the log begins by saying who speaks for
it, and under a witnessed history nobody can say otherwise later. Root keys sign key batches and
nothing else; producers sign everything but key batches; publishers sign releases and summaries;
the log's own keys sign checkpoints.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ledger.errors import CannotTellError, MalformedError, RevokedKeyError, VerificationError
from ledger.record.batch import Batch
from ledger.record.key_event import KeyEvent
from ledger.record.record import Record
from ledger.signing.keys import NoteVerifier, VerifierKey
from ledger.signing.note import Note, check_note

_ROLES_OF_KIND = {"key": ("root",), "release": ("producer", "publisher")}
_ROLES_OF_KIND["summary"] = _ROLES_OF_KIND["release"]


@dataclass(frozen=True, slots=True)
class RegisteredKey:
    """A key, what it may sign, and the entries it is valid for: `since <= index < until`.

    `rotated` and `revoked` are the entries that said so; `until` may lie before the latter, where a
    revocation reaches back. A log key goes on signing after its rotation, until it is revoked.
    """

    key: VerifierKey
    role: str
    since: int
    until: int | None = None
    rotated: int | None = None
    successor: VerifierKey | None = None
    revoked: int | None = None

    def is_valid(self, index: int, kind: str) -> bool:
        """Say whether the key may sign a batch of `kind` at `index`."""
        if not self.is_trusted(index):
            return False
        return self.role in _ROLES_OF_KIND.get(kind, ("producer",))

    def is_trusted(self, index: int) -> bool:
        """Say whether `index` is among the entries that the key is valid for."""
        return self.since <= index and (self.until is None or index < self.until)

    def story(self) -> str:
        """Return the key's life in words, such as `registered at entry 5, revoked at entry 9`."""
        parts = [f"registered at entry {self.since}"]
        if self.rotated is not None:
            parts.append(f"rotated at entry {self.rotated}")
        if self.revoked is not None:
            back = self.until not in (None, self.rotated, self.revoked)
            parts.append(
                f"revoked at entry {self.revoked}"
                + (f" from entry {self.until} on" if back else "")
            )
        elif self.until is not None and self.rotated is None:
            parts.append(f"revoked at entry {self.until}")
        return ", ".join(parts)


@dataclass(slots=True)
class KeyRing:
    """The key events of one log, as far as they have been read, in the log's order."""

    keys: list[RegisteredKey] = field(default_factory=list)
    _places: dict[tuple[str, bytes], list[int]] = field(init=False, repr=False, compare=False)
    """Where in `keys` the keys of a name and id are: a log may register ten thousand keys."""
    _public: set[bytes] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._places, self._public = {}, set()
        for place, known in enumerate(self.keys):
            self._note_place(known.key, place)

    def _note_place(self, key: VerifierKey, place: int) -> None:
        self._places.setdefault((key.name, key.id), []).append(place)
        self._public.add(key.public)

    def find(self, key: VerifierKey) -> RegisteredKey | None:
        """Return what is known of a key; None if no event read so far speaks of it."""
        place = self._find_place(key)
        return None if place is None else self.keys[place]

    def check(self, note: Note, *, kind: str, index: int) -> RegisteredKey:
        """Check the signature of the batch at `index`, and return the key that made it.

        Raises:
            CannotTellError: The key that signed is not registered, as far as we have read.
            RevokedKeyError: The key is no longer valid at `index`.
            VerificationError: The signature fails, or the key may not sign this here.
        """
        (line,) = note.signatures
        places = self._places.get((line.name, line.key_id))
        if places is None:
            raise CannotTellError(
                f"entry {index} is signed by {line.name!r}, and no key record registers that key"
            )
        known = self.keys[places[0]]
        if known.role != "log":  # whose keys may be of a type that signs no notes
            check_note(note, [NoteVerifier(known.key)])
        if not known.is_valid(index, kind):
            is_over = known.until is not None and index >= known.until
            kind_of_error = RevokedKeyError if is_over else VerificationError
            raise kind_of_error(
                f"the key of {line.name!r} ({known.role}, {known.story()}) "
                f"may not sign a batch of kind {kind} at entry {index}"
            )
        return known

    def look_back(self, signed: Iterable[tuple[int, VerifierKey]]) -> tuple[str, ...]:
        """Look again at entries and who signed them, with all the key events that came after.

        Returns:
            One warning for each key that was rotated or revoked later, whose entries stay valid.

        Raises:
            VerificationError: A later entry revoked a key from an index that is not above one here.
        """
        later: dict[VerifierKey, list[int]] = {}
        for index, key in signed:
            known = self.find(key)
            if known is None or (known.revoked is None and known.rotated is None):
                continue
            if not known.is_trusted(index):
                raise VerificationError(f"entry {index} is signed by {key.label}, {known.story()}")
            later.setdefault(key, []).append(index)
        return tuple(
            _warning(self.keys[self._places[key.name, key.id][0]], indexes)
            for key, indexes in later.items()
        )

    def add_batch(self, note: Note, records: Iterable[Record], index: int) -> None:
        """Take in the key batch at `index`, after checking who signed it.

        Raises:
            MalformedError: A record is no key event.
            VerificationError: It is not signed by a root key, or a record contradicts the ring.
        """
        events = [KeyEvent.of(record) for record in records]
        if index == 0:
            first = events[0]
            if (first.action, first.role) != ("add", "root"):
                raise VerificationError("a log begins with a record that adds a root key")
            if not note.signatures[0].is_by(first.key):
                raise VerificationError(
                    f"entry 0 is not signed by the root key it adds, {first.key.name}"
                )
            check_note(note, [NoteVerifier(first.key)])
        else:
            self.check(note, kind="key", index=index)
        origin = Batch.from_text(note.text).origin
        for event in events:
            _check_name(event, origin)
            if event.action == "add":
                self._add(event.key, event.role, index)
            elif event.action == "rotate":
                self._rotate(event, origin, index)
            else:
                self._revoke(event, index)

    def _add(self, key: VerifierKey, role: str, index: int) -> None:
        # Also another key of this name and id: a signature line could be either's. And no public
        # key twice: what was revoked must not come back under another name.
        if (key.name, key.id) in self._places or key.public in self._public:
            raise VerificationError(f"entry {index} adds the key of {key.name!r} again")
        self._note_place(key, len(self.keys))
        self.keys.append(RegisteredKey(key, role, index))

    def _rotate(self, event: KeyEvent, origin: str, index: int) -> None:
        place = self._find_place(event.key)
        known = None if place is None else self.keys[place]
        if known is None or known.rotated is not None or known.revoked is not None:
            raise VerificationError(f"entry {index} rotates {event.key.name!r}, which is not valid")
        if known.role != event.role:
            raise VerificationError(
                f"entry {index} rotates {event.key.name!r} as {event.role}, and it is {known.role}"
            )
        successor = event.check_rotation(origin)
        self._add(successor, event.role, index)
        assert place is not None
        self.keys[place] = replace(
            known,
            rotated=index,
            successor=successor,
            until=None if event.role == "log" else index,
        )

    def _revoke(self, event: KeyEvent, index: int) -> None:
        place = self._find_place(event.key)
        known = None if place is None else self.keys[place]
        if known is None:
            raise VerificationError(f"entry {index} revokes {event.key.name!r}, which is not valid")
        since = index if event.since is None else event.since
        if known.revoked is not None and (known.until is None or since >= known.until):
            raise VerificationError(
                f"entry {index} revokes {event.key.name!r}, which is not valid: {known.story()}"
            )
        if not known.since <= since <= index:
            raise VerificationError(
                f"entry {index} revokes {event.key.name!r} from entry {since} on; it was "
                f"registered at entry {known.since}"
            )
        if known.role == "root" and event.since is not None:
            raise VerificationError(
                f"entry {index} revokes a root key from entry {since} on: name the keys that it "
                "should not have registered instead"
            )
        assert place is not None
        until = since if known.until is None else min(since, known.until)
        self.keys[place] = replace(known, revoked=index, until=until)

    def _find_place(self, key: VerifierKey) -> int | None:
        places = self._places.get((key.name, key.id), [])
        return next((at for at in places if self.keys[at].key == key), None)


def _warning(known: RegisteredKey, indexes: list[int]) -> str:
    end, place = ("rotated", known.rotated)
    if known.revoked is not None:
        end, place = ("revoked", known.revoked)
    named = ", ".join(map(str, indexes[:8])) + (", …" if len(indexes) > 8 else "")
    entries = f"entry {named}" if len(indexes) == 1 else f"entries {named}"
    return f"key later {end} at entry {place}: {known.key.label}, which signed {entries}"


def _check_name(event: KeyEvent, origin: str) -> None:
    """A log's own keys bear its name: c2sp.org/tlog-checkpoint."""
    for key in (event.key, event.successor):
        if event.role == "log" and key is not None and key.name != origin:
            raise MalformedError(f"a key of the log {origin!r} has its name, not {key.name!r}")
