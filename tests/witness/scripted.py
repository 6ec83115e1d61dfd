"""A witness over real HTTP that answers as it was told to: well, badly, or not at all."""

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.log.witnesses import SIZE_TYPE
from ledger.signing.keys import Signer
from ledger.signing.note import Note, signature_by
from tests.log.doors import answering


@dataclass(frozen=True)
class Request:
    """What a log sent: `POST /add-checkpoint`, the size it starts from, proof lines, the note."""

    target: str
    old: int
    proof: tuple[str, ...]
    note: Note | None

    @classmethod
    def of(cls, data: bytes) -> "Request":
        """Return the request in these bytes; of a GET there is only the target."""
        head, _, body = data.partition(b"\r\n\r\n")
        target = head.decode().split("\r\n")[0].removesuffix(" HTTP/1.1")
        if not body:
            return cls(target, 0, (), None)
        start, _, note = body.partition(b"\n\n")
        old, *proof = start.decode().split("\n")
        return cls(target, int(old.removeprefix("old ")), tuple(proof), Note.from_bytes(note))


Reply = Callable[["ScriptedWitness", Request], bytes]


@dataclass
class ScriptedWitness:
    """One reply a request, in their order; the last one for all that follow."""

    signers: Sequence[Signer]
    replies: list[Reply]
    requests: list[Request] = field(default_factory=list)
    size: int = 0
    url: str = ""

    @property
    def lines(self) -> str:
        """Its lines of a trust file, each named as its key is."""
        return "".join(
            f"witness {signer.key.name} {signer.key} {self.url}\n" for signer in self.signers
        )

    def say(self, connection: socket.socket, data: bytes) -> None:
        """Answer one request."""
        request = Request.of(data)
        self.requests.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        answer = reply(self, request)
        if answer:
            connection.sendall(answer)
        else:
            connection.settimeout(60)
            connection.recv(1)


@contextmanager
def scripted(signers: Sequence[Signer], *replies: Reply) -> Iterator[ScriptedWitness]:
    """Run a witness with these keys; it is honest if no replies are given."""
    witness = ScriptedWitness(signers, list(replies) or [honest])
    with answering(witness.say) as url:
        witness.url = url
        yield witness


def honest(witness: ScriptedWitness, request: Request) -> bytes:
    """Cosign what continues the last size; believe the proof, which others check."""
    if request.note is None:
        return answer(404)
    if request.old != witness.size:
        return moved(witness.size)(witness, request)
    witness.size = Checkpoint.from_text(request.note.text).size
    return cosigned(witness, request)


def cosigned(witness: ScriptedWitness, request: Request) -> bytes:
    """Cosign whatever is asked."""
    assert request.note is not None
    return answer(200, lines(witness.signers, request.note.text))


def lines(signers: Sequence[Signer], text: str) -> bytes:
    """Return the lines of these signers on a checkpoint."""
    return "".join(f"{signature_by(signer, text)}\n" for signer in signers).encode()


def moved(size: int) -> Reply:
    """Say that the last size is another."""
    return lambda _, __: answer(409, b"%d\n" % size, SIZE_TYPE)


def status(code: int, text: bytes = b"no\n", media_type: str = "text/plain") -> Reply:
    """Answer something else."""
    return lambda _, __: answer(code, text, media_type)


def hanging(_: ScriptedWitness, __: Request) -> bytes:
    """Say nothing until the other side hangs up."""
    return b""


def answer(code: int, body: bytes = b"", media_type: str = "text/plain") -> bytes:
    """Return an HTTP answer."""
    head = f"HTTP/1.1 {code} -\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
