"""Claims that a log misbehaved: those that prove it, and those that prove nothing."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.cosignature import Ed25519Cosigner
from ledger.checkpoint.trust import Trust
from ledger.errors import CannotTellError, MalformedError, VerificationError
from ledger.monitor.divergence import find_divergence
from ledger.proof.misbehaviour import Divergence, Misbehaviour, signed_tree
from ledger.record.canonical import encode
from ledger.signing.base64 import encode_base64
from ledger.signing.keys import Signer
from ledger.signing.note import MAX_NOTE_SIZE, Note, NoteSignature, sign_note
from ledger.tree.hashing import EMPTY_ROOT
from tests.formats.cases import TRUSTS as EVIDENCE_TRUSTS
from tests.formats.cases import Edit, edited, flip_line
from tests.formats.examples import (
    LOG,
    OTHER_WITNESS,
    PRODUCER,
    STRANGER,
    TIME,
    WITNESS,
    ExampleLog,
    LeafReader,
    counting,
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


SECOND_KEY = Ed25519Cosigner(WITNESS.key.name, counting(0x18), lambda: TIME)
"""Another key of the same witness."""
_TWO_KEYS = f"log {LOG.key}\nwitness w1 {WITNESS.key}%s\nwitness other {OTHER_WITNESS.key}%s\n"
TRUSTS = {
    **EVIDENCE_TRUSTS,
    "one URL": _TWO_KEYS % (" https://w.example/", " https://w.example") + "quorum none\n",
    "one group": _TWO_KEYS % ("", "") + "group g any w1 other\nquorum g\n",
    "one name": f"log {LOG.key}\nwitness w1 {SECOND_KEY.key}\nwitness w1-old {WITNESS.key}\n"
    "quorum none\n",
}


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


def witnesses_of_both(text: str, trust: str) -> list[list[str]]:
    """Return whom a proof convicts beside the log: the names of each witness's lines."""
    found = Misbehaviour.from_bytes(text.encode()).check(Trust.parse(trust.encode()))
    return [list(names) for names in found.witnesses]


def guilty() -> Iterator[tuple[str, str]]:
    """Yield trust files and forks: each side is cosigned with another key."""
    log, larger = example_log(), other_log()
    crossed = fork_of(log.checkpoint(WITNESS), larger.checkpoint(OTHER_WITNESS), larger)
    for trust in ("one URL", "one group"):
        yield trust, _text(crossed)
    keys = fork_of(log.checkpoint(WITNESS), larger.checkpoint(SECOND_KEY), larger)
    for trust in ("one name", "witnessed"):
        yield trust, _text(keys)


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
            "witnesses_of_both": [list(names) for names in found.witnesses],
        },
        "first": fork.first.decode(),
        "second": (fork.second or b"").decode(),
        "guilty": [
            {
                "trust": trust,
                "claim": claim,
                "witnesses_of_both": witnesses_of_both(claim, TRUSTS[trust]),
            }
            for trust, claim in guilty()
        ],
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
    for name, what, more in (
        ("extension-not-nfc", "an extension line that is not in normal form C", "Cafe\u0301"),
        ("extension-quotes", "an extension line that JSON would have to escape", '"\\\u007f' * 60),
    ):
        strange = _with_line(log.checkpoint(), more, WITNESS)
        claim = replace(fork, first=strange.to_bytes())
        yield Case(name, what, _text(claim), "verified")
    failing = flip_line(note.to_bytes().decode(), -2)
    bad = replace(fork, first=failing.encode())
    yield Case("cosignature-fails", "a bad line of a witness beside the log's good one",
               _text(bad), "verified")  # fmt: skip
    line = note.signatures[0]
    twice = Note(note.text, (NoteSignature(line.name, line.key_id, bytes(64)), *note.signatures))
    yield Case("log-line-fails", "a bad line of the log's key before its good one",
               _text(replace(fork, first=twice.to_bytes())), "verified")  # fmt: skip


def _with_line(note: Note, line: str, *signers: Signer) -> Note:
    """Return a checkpoint of the log with an extension line, signed and cosigned."""
    return sign_note(f"{note.text}{line}\n", [LOG, *signers])


def large_fork() -> Misbehaviour:
    """Return a fork of which both notes have the largest size, in quotes."""
    fork = example_fork()
    sides = []
    for data in (fork.first, fork.second or b""):
        note = Note.from_bytes(data)
        space = MAX_NOTE_SIZE - len(_with_line(note, "", WITNESS).to_bytes())
        sides.append(_with_line(note, '"' * space, WITNESS).to_bytes())
    assert [len(side) for side in sides] == [MAX_NOTE_SIZE] * 2
    return replace(fork, first=sides[0], second=sides[1])


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
    yield Case("signed-by-a-stranger-and-changed", "neither: the signature is looked at first",
               _text(replace(fork, second=forged, divergence=changed)), "cannot tell")  # fmt: skip
    flipped = flip_line(first.to_bytes().decode(), -3)
    yield Case("log-signature-fails", "the only line of the log's key on the first fails",
               _text(replace(fork, first=flipped.encode())), "cannot tell")  # fmt: skip
    renamed = first.text.replace("ledger.example/log", "other.example/log")
    moved = sign_note(renamed, [LOG]).to_bytes()
    yield Case("two-origins", "the first names another log, under this log's key",
               _text(replace(fork, first=moved)), "malformed")  # fmt: skip
    both = sign_note(Note.from_bytes(fork.second or b"").text.replace(
        "ledger.example/log", "other.example/log"), [LOG]).to_bytes()  # fmt: skip
    yield Case("other-origin", "both name another log, under this log's key",
               _text(replace(fork, first=moved, second=both)), "cannot tell")  # fmt: skip
    empty = sign_note(Checkpoint(origin=LOG.key.name, size=0, root=EMPTY_ROOT).to_text(), [LOG])
    yield Case("empty-first", "the first has size 0",
               _text(replace(fork, first=empty.to_bytes())), "malformed")  # fmt: skip
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
    forged = sign_note(Note.from_bytes(fork.first).text, [STRANGER]).to_bytes()
    yield Case("freeze-by-a-stranger", "and the log did not sign it",
               _text(replace(old, first=forged)), "cannot tell")  # fmt: skip
    up = replace(back, first=fork.first, second=fork.second)
    yield Case("rollback-to-a-larger", "the second is larger", _text(up), "malformed")
    same = replace(back, second=fork.second)
    yield Case("rollback-to-the-same", "the second is as large", _text(same), "malformed")
    moved = Note.from_bytes(fork.first).text.replace("ledger.example/log", "other.example/log")
    other = replace(back, second=sign_note(moved, [LOG]).to_bytes())
    yield Case("rollback-of-another-log", "the second is of another log", _text(other), "malformed")


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
        ("time-on-no-day", with_(noted_at="2027-02-30T08:30:00Z")),
        ("time-with-a-leap-second", with_(noted_at="2027-01-15T08:30:60Z")),
        ("hash-too-short", with_(proof=["AAAA"])),
        ("first-as-text", with_(first=example_fork().first.decode())),
        ("first-not-padded", lambda value: value.update(first=value["first"].rstrip("="))),
        ("first-is-no-note", with_(first=encode_base64(b"hello\n"))),
        ("first-is-no-checkpoint", with_(first=encode_base64(example_log().batches[1].note))),
        ("rollback-with-a-proof", with_(claim="rollback")),
    ]
    for name, edit in edits:
        yield Case(name, name.replace("-", " "), edited(text, edit), "malformed")
    yield Case("cut-off", "no line feed at the end", text[:-1], "malformed")
    spaced = encode({}).decode() + text
    yield Case("more-before", "another value before it", spaced, "malformed")
