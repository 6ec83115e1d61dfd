"""Trust: whose checkpoints we believe (c2sp.org/tlog-policy).

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> all|any|<k> <member>...
    quorum <name>|none

Lines starting with `#` are comments. Names are defined before they are used, a key stands in one
line, a name is in at most one group, and there is exactly one quorum. A checkpoint is good when one
of the logs signed it and the quorum's cosignatures are on it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.cosignature import split_timed, verifier_of
from ledger.errors import CannotTellError, MalformedError, VerificationError
from ledger.signing.keys import KeyType, VerifierKey
from ledger.signing.note import Note, check_note

MAX_SIZE = 1_000_000
MAX_LINES = 1_000
_ALLOWED = re.compile(rb"[\x09\x0a\x20-\x7e\x80-\xff]*")
_NONE = "none"


@dataclass(frozen=True, slots=True)
class Log:
    """A log we believe: its key, and where it is served."""

    key: VerifierKey
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness we know by a short name: its key, and where it takes checkpoints."""

    name: str
    key: VerifierKey
    url: str | None = None

    def is_one_with(self, other: "Witness") -> bool:
        """Say whether two lines are one witness with two keys: by the keys' name, or by the URL.

        Not by a group of which any will do: it may well hold two witnesses.
        """
        if self.key.name == other.key.name:
            return True
        return bool(self.url and other.url) and self.place == other.place

    @property
    def place(self) -> str | None:
        """The URL, without a slash at its end."""
        return None if self.url is None else self.url.rstrip("/")


@dataclass(frozen=True, slots=True)
class Group:
    """At least `needed` of `members` (witnesses or groups) must have cosigned."""

    name: str
    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A witness's checked cosignature: who, and at what POSIX time it saw the tree."""

    name: str
    time: int


@dataclass(frozen=True, slots=True)
class VerifiedCheckpoint:
    """A checkpoint that satisfied a trust file. Having one is having checked it."""

    checkpoint: Checkpoint
    log: VerifierKey
    cosigned: tuple[Cosigned, ...]
    quorum: str | None
    seen_at: int | None
    """When the quorum had seen the tree, in POSIX seconds: it existed no later.

    Not the earliest of all cosignatures, for then one dishonest witness could set it at will. None
    if there is no quorum, or if too many of it say nothing about time.
    """


@dataclass(frozen=True, slots=True)
class Trust:
    """A parsed trust file."""

    logs: tuple[Log, ...]
    witnesses: tuple[Witness, ...]
    groups: tuple[Group, ...]
    quorum: str | None

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Return the trust that a `tlog-policy` file states.

        Raises:
            MalformedError: Naming the line, and what was expected there.
        """
        if len(data) > MAX_SIZE or data.count(b"\n") > MAX_LINES:
            raise MalformedError("the trust file is too large")
        if not _ALLOWED.fullmatch(data):
            raise MalformedError("the trust file holds control characters")
        try:
            lines = data.decode().split("\n")
        except UnicodeDecodeError as error:
            raise MalformedError("the trust file is not UTF-8") from error
        builder = _Builder()
        for number, line in enumerate(lines, 1):
            # Only the two ASCII blanks separate: str.split() would also cut at U+00A0 and others,
            # and another reader of the same file would see other words.
            words = [word for word in re.split("[ \t]", line) if word]
            if words and not words[0].startswith("#"):
                try:
                    builder.add(words)
                except MalformedError as error:
                    raise MalformedError(f"trust file, line {number}: {error}") from error
        logs, witnesses, groups, quorum = builder.finish()
        return cls(logs, witnesses, groups, quorum)

    def check(self, note: Note) -> VerifiedCheckpoint:
        """Check a signed checkpoint: format, the log's signature, and the quorum.

        Raises:
            MalformedError: The note's text is no checkpoint.
            CannotTellError: None of our logs signed it: another log's, or another key.
            VerificationError: A known signature fails, or the quorum is not met.
        """
        checkpoint = Checkpoint.from_text(note.text)
        log = self._check_log(note, checkpoint)
        cosigned, unchecked = self._cosignatures(note)
        if not self._is_met({one.name for one in cosigned}):
            names = ", ".join(one.name for one in cosigned) or "nobody"
            text = f"the quorum {self.quorum!r} is not met: cosigned by {names}"
            if unchecked:
                # Whether it would be met, only another machine can say.
                reason = next(iter(unchecked.values()))
                raise CannotTellError(
                    f"{text}; of {', '.join(unchecked)}: {reason}", hint=reason.hint
                )
            raise VerificationError(text)
        return VerifiedCheckpoint(checkpoint, log, cosigned, self.quorum, self._seen_at(cosigned))

    def witness_sets(self) -> list[tuple[Witness, ...]]:
        """Return the witness lines, each with the others of the same witness, in their order."""
        sets: list[tuple[Witness, ...]] = []
        for line in self.witnesses:
            # It may join two that had nothing in common before: by its name, and by its URL.
            mine = [one for one in sets if any(line.is_one_with(other) for other in one)]
            joined = {witness.name for one in mine for witness in one} | {line.name}
            sets = [one for one in sets if one not in mine]
            sets.append(tuple(one for one in self.witnesses if one.name in joined))
        return sets

    def _check_log(self, note: Note, checkpoint: Checkpoint) -> VerifierKey:
        verifiers = [verifier_of(log.key) for log in self.logs]
        try:
            signed = check_note(note, verifiers)
        except CannotTellError as error:
            known = ", ".join(sorted({log.key.name for log in self.logs}))
            if any(line.is_by(log.key) for line in note.signatures for log in self.logs):
                raise
            raise CannotTellError(
                f"the checkpoint of {checkpoint.origin!r} is signed by no log that the trust file "
                f"names ({known})",
                hint="use the trust file of that log: --trust FILE",
            ) from error
        for key in signed:
            # The name of a log's key is its origin: a key we trust for one log says nothing of
            # another (c2sp.org/tlog-checkpoint).
            if key.name == checkpoint.origin:
                return key
        raise VerificationError(
            f"{signed[0].name} signed a checkpoint of the log {checkpoint.origin!r}"
        )

    def _cosignatures(self, note: Note) -> tuple[tuple[Cosigned, ...], dict[str, CannotTellError]]:
        """Return who cosigned, and of whom that cannot be checked here, with the reason."""
        cosigned, unchecked = [], {}
        for witness in self.witnesses:
            lines = [line for line in note.signatures if line.is_by(witness.key)]
            if not lines:
                continue
            try:
                check_note(note, [verifier_of(witness.key)])
            except CannotTellError as error:
                unchecked[witness.name] = error
            else:
                time, _ = split_timed(lines[0].signature)
                cosigned.append(Cosigned(witness.name, time))
        return tuple(cosigned), unchecked

    def _seen_at(self, cosigned: Sequence[Cosigned]) -> int | None:
        """Return when the quorum was complete, by the clocks of its members.

        Time 0 is how an ML-DSA-44 cosigner says nothing about time (c2sp.org/tlog-cosignature).
        """
        if self.quorum is None:
            return None
        times = sorted({one.time for one in cosigned if one.time})
        by_then = ((time, {one.name for one in cosigned if 0 < one.time <= time}) for time in times)
        return next((time for time, names in by_then if self._is_met(names)), None)

    def _is_met(self, cosigned: set[str]) -> bool:
        if self.quorum is None:
            return True
        met = set(cosigned)
        for group in self.groups:  # members stand above their group, so one pass is enough
            if len(met.intersection(group.members)) >= group.needed:
                met.add(group.name)
        return self.quorum in met


class _Builder:
    """Collects the lines of a trust file; each check is where its line is read."""

    def __init__(self) -> None:
        self.logs: list[Log] = []
        self.witnesses: dict[str, Witness] = {}
        self.groups: dict[str, Group] = {}
        self.quorum: list[str] = []
        self.keys: set[VerifierKey] = set()
        self.grouped: set[str] = set()

    def add(self, words: list[str]) -> None:
        """Take one line, split at white space."""
        readers = {
            "log": self._log,
            "witness": self._witness,
            "group": self._group,
            "quorum": self._quorum,
        }
        reader = readers.get(words[0])
        if reader is None:
            raise MalformedError(f"{words[0][:40]!r} is not one of log, witness, group, quorum")
        reader(words[1:])

    def finish(
        self,
    ) -> tuple[tuple[Log, ...], tuple[Witness, ...], tuple[Group, ...], str | None]:
        """Return everything read, once the whole file has been."""
        if not self.logs:
            raise MalformedError("the trust file names no log")
        if len(self.quorum) != 1:
            raise MalformedError(f"the trust file has {len(self.quorum)} quorum lines, not one")
        quorum = None if self.quorum[0] == _NONE else self.quorum[0]
        return tuple(self.logs), tuple(self.witnesses.values()), tuple(self.groups.values()), quorum

    def _key(self, vkey: str) -> VerifierKey:
        key = VerifierKey.parse(vkey)
        if any((key.name, key.id) == (known.name, known.id) for known in self.keys):
            # Also for two keys whose four bytes of id collide: a signature line could be either's.
            raise MalformedError(f"the key of {key.name!r} stands in two lines")
        self.keys.add(key)
        return key

    def _log(self, words: list[str]) -> None:
        if len(words) not in (1, 2):
            raise MalformedError("expected: log <vkey> [<url>]")
        self.logs.append(Log(self._key(words[0]), *words[1:]))

    def _witness(self, words: list[str]) -> None:
        if len(words) not in (2, 3):
            raise MalformedError("expected: witness <name> <vkey> [<url>]")
        self._check_new(words[0])
        key = self._key(words[1])
        if key.type == KeyType.ED25519:
            raise MalformedError(f"the key of {key.name!r} signs notes; a witness cosigns")
        if any(key.public == known.key.public for known in self.witnesses.values()):
            # An Ed25519 cosignature does not bind the name: one witness would count as two.
            raise MalformedError(f"the public key of {key.name!r} is another witness's too")
        self.witnesses[words[0]] = Witness(words[0], key, *words[2:])

    def _group(self, words: list[str]) -> None:
        if len(words) < 3:
            raise MalformedError("expected: group <name> all|any|<k> <member>...")
        name, needed, *members = words
        self._check_new(name)
        for member in members:
            if member not in self._names():
                raise MalformedError(f"{member!r} is not defined above")
            if member in self.grouped or members.count(member) > 1:
                raise MalformedError(f"{member!r} is in two groups")
        counts: Mapping[str, int] = {"all": len(members), "any": 1}
        count = counts.get(needed) or (
            int(needed) if re.fullmatch(r"[1-9][0-9]{0,3}", needed) else 0
        )
        if not 1 <= count <= len(members):
            raise MalformedError(f"{needed!r} is not all, any, or 1 to {len(members)}")
        self.grouped.update(members)
        self.groups[name] = Group(name, count, tuple(members))

    def _quorum(self, words: list[str]) -> None:
        if len(words) != 1 or (words[0] != _NONE and words[0] not in self._names()):
            raise MalformedError("expected: quorum <name of a witness or group above>|none")
        self.quorum.append(words[0])

    def _names(self) -> set[str]:
        return self.witnesses.keys() | self.groups.keys()

    def _check_new(self, name: str) -> None:
        if name == _NONE or name in self._names():
            raise MalformedError(f"the name {name!r} is taken")
