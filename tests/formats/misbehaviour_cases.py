"""Claims that a log misbehaved: those that prove it, and those that prove nothing."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from ledger.checkpoint.trust import Trust
from ledger.errors import CannotTellError, MalformedError, VerificationError
from ledger.monitor.divergence import find_divergence
from ledger.proof.misbehaviour import Divergence, Misbehaviour, signed_tree
from ledger.record.canonical import encode
from ledger.signing.note import Note, NoteSignature, sign_note
from tests.formats.cases import TRUSTS, Edit, edited, flip_line
from tests.formats.examples import (
    LOG,
    OTHER_WITNESS,
    PRODUCER,
    STRANGER,
    WITNESS,
    ExampleLog,
    LeafReader,
    example_log,
    keys_log,
    sealed,
    shard_fields,
)

NOTED_AT = "2027-01-15T08:30:00Z"


class Case(NamedTuple):
    """One file: its name, what is the matter with it, whose trust, its text, and its verdict."""

    name: str
    what: str
    claim: str
    verdict: str
    trust: str = "witnessed"


def other_log(size: int = 5) -> ExampleLog:
    """Return a log of the same key, whose second entry is another one."""
    log = keys_log()
    for place in range(size - 1):
        shard = sealed("shard", shard_fields()[1], 0x40 + place)
        log.append(PRODUCER, [shard])
    return log


def fork_of(first: Note, second: Note, larger: ExampleLog) -> Misbehaviour:
    """Return the proof that two checkpoints contradict; `second` is that of `larger`."""
    trust = Trust.parse(TRUSTS["witnessed"].encode())
    small, large = (signed_tree(note, trust).tree for note in (first, second))
    split = find_divergence(small, large, LeafReader(larger.leaves))
    assert split is not None
    return Misbehaviour(
        claim="fork",
        first=first.to_bytes(),
        second=second.to_bytes(),
        divergence=split,
        noted_at=NOTED_AT,
    )


def example_fork() -> Misbehaviour:
    """Return the fork that the page shows: three entries against five, both cosigned by w1."""
    larger = other_log()
    return fork_of(example_log().checkpoint(WITNESS), larger.checkpoint(WITNESS), larger)


def verdict(text: str, trust: str) -> str:
    """Return our verdict on a file."""
    try:
        Misbehaviour.from_bytes(text.encode()).check(Trust.parse(trust.encode()))
    except MalformedError:
        return "malformed"
    except VerificationError:
        return "not verified"
    except CannotTellError:
        return "cannot tell"
    return "verified"


def misbehaviour_vector() -> dict[str, object]:
    """Return a proof, what it shows, and the cases."""
    fork = example_fork()
    found = fork.check(Trust.parse(TRUSTS["witnessed"].encode()))
    return {
        "trust": TRUSTS,
        "fork": fork.to_bytes().decode(),
        "value": json.loads(fork.to_bytes()),
        "expected": {
            "origin": found.first.tree.origin,
            "first": {"size": found.first.tree.size, "witnesses": list(found.first.witnesses)},
            "second": {"size": found.second.tree.size, "witnesses": list(found.second.witnesses)},
            "witnesses_of_both": list(found.witnesses),
        },
        "cases": [case._asdict() for case in all_cases()],
    }


def all_cases() -> Iterator[Case]:
    """Yield every case."""
    yield from _forks()
    yield from _no_forks()
    yield from _words()
    yield from _malformed()


def _text(claim: Misbehaviour) -> str:
    return claim.to_bytes().decode()


def _forks() -> Iterator[Case]:
    log, larger, same = example_log(), other_log(), other_log(3)
    note = log.checkpoint(WITNESS)
    fork = example_fork()
    yield Case("fork", "two trees, of sizes 3 and 5", _text(fork), "verified")
    yield Case("fork-no-witness-asked", "the same", _text(fork), "verified", "unwitnessed")
    alone = fork_of(log.checkpoint(OTHER_WITNESS), larger.checkpoint(), larger)
    yield Case(
        "fork-not-cosigned", "the quorum is on neither", _text(alone), "verified", "witnessed"
    )
    equal = fork_of(note, same.checkpoint(WITNESS), same)
    yield Case(
        "fork-same-size", "two roots of size 3: no proof is needed", _text(equal), "verified"
    )
    power = fork_of(other_log(4).checkpoint(), _extended(log).checkpoint(), _extended(log))
    yield Case("fork-power-of-two", "sizes 4 and 5: the first tree is one subtree",
               _text(power), "verified")  # fmt: skip
    failing = flip_line(note.to_bytes().decode(), -2)
    bad = replace(fork, first=failing.encode())
    yield Case("cosignature-fails", "a bad line of a witness beside the log's good one",
               _text(bad), "verified")  # fmt: skip
    line = note.signatures[0]
    twice = Note(note.text, (NoteSignature(line.name, line.key_id, bytes(64)), *note.signatures))
    yield Case("log-line-fails", "a bad line of the log's key before its good one",
               _text(replace(fork, first=twice.to_bytes())), "verified")  # fmt: skip


def _extended(log: ExampleLog) -> ExampleLog:
    longer = ExampleLog(list(log.batches))
    for place in range(2):
        longer.append(PRODUCER, [sealed("shard", shard_fields()[1], 0x60 + place)])
    return longer


def _no_forks() -> Iterator[Case]:
    log, fork = example_log(), example_fork()
    longer = _extended(log)
    first, second = log.checkpoint(WITNESS), longer.checkpoint(WITNESS)
    honest = _honest(first, second, longer)
    yield Case("consistent", "the second tree extends the first", _text(honest), "not verified")
    assert fork.divergence is not None
    split = fork.divergence
    changed = Divergence(split.root, (*split.proof[:-1], split.root))
    yield Case("proof-changed", "the last hash is another",
               _text(replace(fork, divergence=changed)), "not verified")  # fmt: skip
    cut = Divergence(split.root, split.proof[:-1])
    yield Case("proof-cut", "a hash is missing", _text(replace(fork, divergence=cut)),
               "not verified")  # fmt: skip
    other = signed_tree(first, Trust.parse(TRUSTS["witnessed"].encode())).tree.root
    yield Case("root-of-the-first", "`root` is the one that the first checkpoint states",
               _text(replace(fork, divergence=Divergence(other, split.proof))),
               "not verified")  # fmt: skip
    forged = sign_note(second.text, [STRANGER]).to_bytes()
    yield Case("signed-by-a-stranger", "the log did not sign the second",
               _text(replace(fork, second=forged)), "cannot tell")  # fmt: skip
    renamed = first.text.replace("ledger.example/log", "other.example/log")
    yield Case("other-origin", "the first names another log, under this log's key",
               _text(replace(fork, first=sign_note(renamed, [LOG]).to_bytes())),
               "cannot tell")  # fmt: skip
    yield Case("other-trust", "the trust file names another log", _text(fork), "cannot tell",
               "other log")  # fmt: skip
    turned = replace(fork, first=fork.second or b"", second=fork.first)
    yield Case("larger-first", "the larger checkpoint comes first", _text(turned), "malformed")


def _honest(first: Note, second: Note, log: ExampleLog) -> Misbehaviour:
    trust = Trust.parse(TRUSTS["witnessed"].encode())
    small, large = (signed_tree(note, trust).tree for note in (first, second))
    reader = LeafReader(log.leaves)
    split = find_divergence(replace(small, root=large.root), large, reader)
    assert split is not None  # for that wrong root; with the right one it is no contradiction
    return Misbehaviour(claim="fork", first=first.to_bytes(), second=second.to_bytes(),
                        divergence=split, noted_at=NOTED_AT)  # fmt: skip


def _words() -> Iterator[Case]:
    fork = example_fork()
    back = Misbehaviour(claim="rollback", first=fork.second or b"", second=fork.first,
                        noted_at=NOTED_AT)  # fmt: skip
    yield Case("rollback", "that the smaller came later is somebody's word", _text(back),
               "cannot tell")  # fmt: skip
    old = Misbehaviour(claim="freeze", first=fork.first, noted_at=NOTED_AT)
    yield Case("freeze", "so is when it was served", _text(old), "cannot tell")


def _malformed() -> Iterator[Case]:
    text = _text(example_fork())

    def without(name: str) -> Edit:
        def edit(value: Any) -> None:
            del value[name]

        return edit

    def with_(**members: object) -> Edit:
        return lambda value: value.update(members)

    edits: list[tuple[str, Edit]] = [
        ("no-proof", without("proof")),
        ("no-second", without("second")),
        ("one-member-more", with_(note="")),
        ("other-claim", with_(claim="theft")),
        ("other-type", with_(type="tdl/misbehaviour/v2")),
        ("no-time", with_(noted_at="yesterday")),
        ("root-too-short", with_(root="AAAA")),
        ("proof-of-numbers", with_(proof=[1])),
        ("first-is-no-note", with_(first="hello\n")),
        ("rollback-with-a-proof", with_(claim="rollback")),
    ]
    for name, edit in edits:
        yield Case(name, name.replace("-", " "), edited(text, edit), "malformed")
    yield Case("cut-off", "no line feed at the end", text[:-1], "malformed")
    spaced = encode({}).decode() + text
    yield Case("more-before", "another value before it", spaced, "malformed")
