"""Some seventy lies that a server could tell, as scripts for a real one.

Each lie is one answer, or a few, in a server that is honest otherwise. Whoever is lied to has seen
the honest log at size 9 before, and would find it at size 12 now.
"""

import gzip
import json
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeAlias

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.cosignature import Ed25519Cosigner
from ledger.log.web import Answer
from ledger.proof.tlog_proof import TlogProof
from ledger.record.batch import SignedBatch
from ledger.signing.base64 import encode_base64
from ledger.signing.keys import Ed25519Signer, Signer
from ledger.signing.note import Note, NoteSignature, sign_note
from tests.log.doors import answering
from tests.makers import (
    LOG,
    ORIGIN,
    PRODUCER,
    STRANGER,
    TIME,
    WITNESS,
    WITNESS_PQ,
    batch,
    key_event,
    keys_batch,
    seed,
    shard,
)
from tests.monitor.published import JSON_TYPE, NOT_FOUND, TEXT, PublishedLog, shards

Say: TypeAlias = Callable[[socket.socket], None]
Reply: TypeAlias = Answer | Say | None
"""What a lie says to a request; None: what an honest server says."""
Respond: TypeAlias = Callable[[str], Reply]

SEEN, NOW, LARGE = 9, 12, 300
BATCH = shards(1, first=NOW - 1)[0]
"""The batch that the submitter hands in: entry 11, the last of the honest log."""


@cache
def honest(size: int = NOW) -> PublishedLog:
    """Return the log as it really is."""
    return PublishedLog.of([keys_batch(), *shards(size - 1)])


def fork(size: int, at: int = 5) -> PublishedLog:
    """Return another log of the same key, with all cosignatures."""
    return honest(size).forked(at, *shards(size - at, first=5000))


@dataclass(frozen=True)
class Lie:
    """A lie: its name, whom it is told, what it answers, and how large the log is meanwhile."""

    name: str
    to: str
    """`monitor`, `submitter` or `witness client`."""
    respond: Respond
    size: int = NOW
    head: bytes = b""
    """The checkpoint under which the lie is told, if that is a true one of the log."""
    is_in_log: bool = False
    """Whether the log itself holds the lie, as an entry that was read and found bad."""
    seconds: float = 5
    late: int = 0
    """Seconds that have passed since the witnesses saw the log."""


def text(data: bytes | str, *, status: int = 200) -> Answer:
    """Return a text as an answer."""
    return Answer(status, TEXT, data.encode() if isinstance(data, str) else data, {})


def at(path: str, reply: Reply) -> Respond:
    """Return what answers `reply` at one path and is honest elsewhere."""
    return lambda asked: reply if asked == path else None


def signed(changed: str, *signers: Signer) -> Respond:
    """Return a checkpoint of this text, by these keys or all the right ones."""
    note = sign_note(changed, signers or (LOG, WITNESS, WITNESS_PQ))
    return at("/checkpoint", text(note.to_bytes()))


def lines(*changed: NoteSignature) -> Respond:
    """Return the honest checkpoint's text with these signature lines."""
    return at("/checkpoint", text(Note(_text(), changed).to_bytes()))


def raw(data: bytes) -> Say:
    """Return what sends these bytes and hangs up."""
    return lambda connection: connection.sendall(data)


def _text(size: int = NOW) -> str:
    return Note.from_bytes(honest(size).signed).text


def _flipped(line: NoteSignature) -> NoteSignature:
    return replace(line, signature=line.signature[:-1] + bytes([line.signature[-1] ^ 1]))


def _root() -> str:
    return _text().split("\n")[2]


def checkpoints() -> Iterator[Lie]:
    """Yield lies about the checkpoint's bytes and signatures."""
    log, ed, pq = Note.from_bytes(honest().signed).signatures
    other = Ed25519Signer("other.example/log", seed(50))
    named = Ed25519Signer(ORIGIN, seed(51))
    tree = Checkpoint.from_text(_text())
    signers = (LOG, WITNESS, WITNESS_PQ)
    found: dict[str, Respond] = {
        "wrong-origin": signed(replace(tree, origin="other.example/log").to_text(), other),
        "our-key-other-origin": signed(replace(tree, origin=STRANGER.key.name).to_text(), LOG),
        "unknown-signature": signed(_text(), STRANGER),
        "self-named-key": signed(_text(), named),
        "log-signature-forged": lines(_flipped(log), ed, pq),
        "cosignature-forged": lines(log, _flipped(ed), pq),
        "pq-cosignature-forged": lines(log, ed, _flipped(pq)),
        "quorum-left-out": lines(log),
        "half-a-quorum": lines(log, ed),
        "line-twice": lines(log, log, ed, pq),
        "too-many-lines": at(
            "/checkpoint",
            text(f"{_text()}\n" + "".join(f"{one}\n" for one in [log] * 101)),
        ),
        "leading-zero": signed(f"{ORIGIN}\n012\n{_root()}\n", LOG),
        "short-root": signed(f"{ORIGIN}\n12\n{encode_base64(bytes(31))}\n", LOG),
        "loose-base64": signed(f"{ORIGIN}\n12\n{_root().rstrip('=')}\n", LOG),
        "empty-with-entries": signed(f"{ORIGIN}\n0\n{_root()}\n", LOG),
        "extension-line": signed(f"{_text()}for you alone\n", *signers),
        "batch-as-checkpoint": at("/checkpoint", text(keys_batch().note)),
        "control-character": at("/checkpoint", text(honest().signed.replace(b"12\n", b"12\r\n"))),
        "no-signature": at("/checkpoint", text(_text())),
        "smaller": at("/checkpoint", text(honest(SEEN - 2).signed)),
        "same-size-other-root": at("/checkpoint", text(fork(SEEN).signed)),
        "swapped-with-a-tile": lambda path: (
            honest().respond("/tile/0/000.p/12") if path == "/checkpoint" else None
        ),
    }
    yield from (Lie(name, "monitor", respond) for name, respond in found.items())
    yield Lie("larger-and-other", "monitor", fork(NOW).respond)
    yield Lie("frozen", "monitor", at("/checkpoint", text(honest(SEEN).signed)), late=10**7)


def tiles() -> Iterator[Lie]:
    """Yield lies about tiles and entries under an honest checkpoint."""
    path, bundle = "/tile/0/000.p/12", "/tile/entries/000.p/12"
    good, entries = honest().respond(path), honest().respond(bundle)
    large = honest(LARGE).respond("/tile/0/000")

    def changed(answer: Answer, body: bytes) -> Answer:
        return replace(answer, body=body)

    found: dict[str, Respond] = {
        "tile-of-other-tree": at(path, fork(NOW).respond(path)),
        "tile-cut": at(path, changed(good, good.body[:-1])),
        "tile-too-wide": at(path, changed(good, good.body + bytes(32))),
        "tile-beyond-all": at(path, changed(good, bytes(9000))),
        "tile-missing": lambda asked: NOT_FOUND if asked.startswith("/tile/0/") else None,
        "entry-of-other-tree": at(bundle, fork(NOW).respond(bundle)),
        "bundle-cut": at(bundle, changed(entries, entries.body[:-1])),
        "bundle-too-long": at(bundle, changed(entries, entries.body + b"more")),
        "bundle-missing": lambda asked: NOT_FOUND if "/entries/" in asked else None,
    }
    yield from (Lie(name, "monitor", respond) for name, respond in found.items())
    flipped = large.body[:-1] + bytes([large.body[-1] ^ 1])
    yield Lie("full-tile-changed", "monitor", at("/tile/0/000", changed(large, flipped)), LARGE)


def records() -> Iterator[Lie]:
    """Yield lies about what the entries say, the log's own among them."""
    first = [keys_batch(), *shards(SEEN - 1)]
    entry = [key_batch_of_stranger()]
    log = PublishedLog.of([*first, *entry])
    told = log.respond

    def instead(change: Callable[[bytes], bytes]) -> Respond:
        def respond(path: str) -> Reply:
            answer = told(path)
            return replace(answer, body=change(answer.body)) if path.startswith("/api/") else answer

        return respond

    found: dict[str, Respond] = {
        "key-record-changed": instead(
            lambda data: data.replace(b"2026-09-01T12", b"2026-09-02T12")
        ),
        "key-entry-changed": instead(lambda data: data.replace(b"v1\\nlab.ex", b"v1\\nlob.ex")),
        "evidence-cut": instead(lambda data: data[:-1]),
        "evidence-missing": lambda path: NOT_FOUND if path.startswith("/api/") else told(path),
        "evidence-of-another": lambda path: (
            told("/api/v1/records/1.0/proof") if path.startswith("/api/") else told(path)
        ),
    }
    for name, respond in found.items():
        yield Lie(name, "monitor", respond, SEEN + 1, head=log.signed)
    own: dict[str, SignedBatch] = {
        "unregistered-key": batch(STRANGER, "shard", [shard(70)]),
        "producer-adds-keys": key_batch_of_stranger(),
        "entry-for-another-log": batch(LOG, "shard", [shard(71)], origin="other.example/log"),
    }
    for name, bad in own.items():
        lie = PublishedLog.of([*first, bad])
        yield Lie(name, "monitor", lie.respond, SEEN + 1, lie.signed, is_in_log=True)


def key_batch_of_stranger() -> SignedBatch:
    """Return a key batch that nobody may sign so."""
    return batch(PRODUCER, "key", [key_event("add", STRANGER, "producer")], first_secret=900)


def answers() -> Iterator[Lie]:
    """Yield answers that are no answers."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
    zipped = gzip.compress(bytes(2**20))
    bomb = b"%bContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b" % (head, len(zipped), zipped)

    def drip(connection: socket.socket) -> None:
        connection.sendall(head + b"\r\n")
        connection.settimeout(0.05)
        while True:
            connection.sendall(b"x")
            with suppress(TimeoutError):
                if not connection.recv(1):
                    return

    def flood(connection: socket.socket) -> None:
        connection.sendall(head + b"\r\n")
        while True:
            connection.sendall(bytes(65_536))

    elsewhere = {"Location": "http://127.0.0.1:1/checkpoint"}
    found: dict[str, Reply] = {
        "no-checkpoint": NOT_FOUND,
        "broken": text("sorry", status=500),
        "redirect": Answer(302, TEXT, b"", elsewhere),
        "web-page": Answer(200, "text/html", b"<!doctype html><p>Please log in</p>", {}),
        "gzip-bomb": raw(bomb),
        "endless": flood,
        "cut-off": raw(head + b"Content-Length: 999\r\n\r\n" + honest().signed[:100]),
        "other-protocol": raw(b"220 mail.example ESMTP\r\n"),
        "nothing-at-all": raw(b""),
    }
    for name, reply in found.items():
        yield Lie(name, "monitor", at("/checkpoint", reply))
    yield Lie("drip", "monitor", at("/checkpoint", drip), seconds=0.4)


def receipts() -> Iterator[Lie]:
    """Yield lies about where a batch was logged. The honest answer says entry 11."""
    path = "/api/v1/batches"

    def told(index: int, proved: int, log: PublishedLog, *, named: int | None = None) -> Respond:
        return at(path, receipt(index, proved, log, named=named))

    small = honest(NOW - 1)
    found: dict[str, Respond] = {
        "proof-of-another-index": told(NOW - 1, NOW - 2, honest()),
        "proof-of-another-entry": told(NOW - 2, NOW - 2, honest()),
        "proof-under-older-tree": at(
            path, receipt_of(NOW - 1, TlogProof(index=NOW - 1, proof=(), checkpoint=_note(small)))
        ),
        "proof-of-another-size": at(
            path,
            receipt_of(
                NOW - 1,
                TlogProof(
                    index=NOW - 1, proof=small.log.prove(NOW - 2), checkpoint=_note(honest())
                ),
            ),
        ),
        "proof-by-another-log": at(path, receipt(NOW - 1, NOW - 1, other_log())),
        "records-of-another-entry": told(NOW - 1, NOW - 1, honest(), named=3),
        "receipt-is-no-json": at(path, Answer(201, JSON_TYPE, b"{]", {})),
        "receipt-without-index": at(path, Answer(201, JSON_TYPE, b'{"proof":"x"}', {})),
        "receipt-with-half-a-proof": at(
            path,
            Answer(201, JSON_TYPE, b'{"index":11,"records":["11.0"],"proof":"c2sp.org\\n\\n"}', {}),
        ),
        "receipt-refused-without-reason": at(path, Answer(422, JSON_TYPE, b"[]", {})),
        "receipt-elsewhere": at(path, Answer(307, TEXT, b"", {"Location": "http://evil/"})),
    }
    yield from (Lie(name, "submitter", respond) for name, respond in found.items())
    forked = honest().forked(5, *shards(6, first=5000), BATCH)
    yield Lie(
        "receipt-in-a-fork",
        "submitter",
        lambda asked: receipt(NOW - 1, NOW - 1, forked) if asked == path else forked.respond(asked),
    )


def _note(log: PublishedLog) -> Note:
    return Note.from_bytes(log.signed)


def other_log() -> PublishedLog:
    """Return a log that took the batch, under a key that calls itself as ours does."""
    log = honest().log.batches
    return PublishedLog.of(log, signer=Ed25519Signer(ORIGIN, seed(52)), cosigners=())


def receipt(index: int, proved: int, log: PublishedLog, *, named: int | None = None) -> Answer:
    """Return the answer to a batch: its index, record ids, and the proof of an entry."""
    proof = TlogProof(index=proved, proof=log.log.prove(proved), checkpoint=_note(log))
    return receipt_of(index, proof, named=named)


def receipt_of(index: int, proof: TlogProof, *, named: int | None = None) -> Answer:
    """Return the answer to a batch with this proof."""
    records = [f"{index if named is None else named}.0"]
    value = {"index": index, "records": records, "proof": proof.to_bytes().decode()}
    return Answer(201, JSON_TYPE, json.dumps(value).encode(), {})


def witnesses() -> Iterator[Lie]:
    """Yield what a witness could answer that is no cosignature of the checkpoint."""
    note = sign_note(_text(), [LOG])
    older = sign_note(_text(SEEN), [WITNESS]).signatures[0]
    (good,) = sign_note(_text(), [WITNESS]).signatures
    silent = Ed25519Cosigner(WITNESS.key.name, seed(6), lambda: 0)
    (timeless,) = sign_note(note.text, [silent]).signatures
    (strange,) = sign_note(note.text, [STRANGER]).signatures
    sizes = iter(range(3, 10**6))

    def moving(path: str) -> Reply:
        return Answer(409, "text/x.tlog.size", b"%d\n" % (next(sizes) % NOW), {})

    found: dict[str, Reply] = {
        "cosigned-something-else": text(f"{older}\n"),
        "cosigned-at-no-time": text(f"{timeless}\n"),
        "cosigned-by-another": text(f"{strange}\n"),
        "cosigned-twice": text(f"{good}\n{good}\n"),
        "cosigned-nothing": text("ok\n"),
        "size-is-no-size": Answer(409, "text/x.tlog.size", b"-1\n", {}),
        "size-of-no-type": Answer(409, TEXT, b"please use size\n", {}),
        "witness-refuses": text("unknown log\n", status=403),
    }
    for name, reply in found.items():
        yield Lie(name, "witness client", at("/add-checkpoint", reply))
    yield Lie("size-ever-another", "witness client", moving)


LIES: Sequence[Lie] = (
    *checkpoints(),
    *tiles(),
    *records(),
    *answers(),
    *receipts(),
    *witnesses(),
)


@contextmanager
def telling(lie: Lie) -> Iterator[str]:
    """Serve a lie, honest in all else, and give the address."""

    def say(connection: socket.socket, request: bytes) -> None:
        path = request.split(b" ", 2)[1].decode()
        reply = lie.respond(path)
        if callable(reply):
            reply(connection)
            return
        answer = reply or honest(lie.size).respond(path)
        head = {"Content-Type": answer.media_type, **answer.headers}
        fields = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        status = f"HTTP/1.1 {answer.status} X\r\nContent-Length: {len(answer.body)}\r\n"
        connection.sendall(f"{status}{fields}\r\n".encode() + answer.body)

    with answering(say) as url:
        yield url


def seen_at(lie: Lie) -> int:
    """Return what time it is when the lie is told, in POSIX seconds."""
    return TIME + 60 + lie.late
