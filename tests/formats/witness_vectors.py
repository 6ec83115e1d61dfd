"""Vectors of what a log asks its witness, and of each answer."""

import tempfile
from pathlib import Path

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.cosignature import Ed25519Cosigner, Now
from ledger.log.witnesses import monitoring_path, request_of
from ledger.signing.keys import Signer
from ledger.signing.note import Note, sign_note
from ledger.tree.hashing import root_of
from ledger.tree.proofs import prove_consistency
from ledger.witness.service import WitnessService
from ledger.witness.state import WitnessState
from tests.formats.examples import LOG, ORIGIN, STRANGER, TIME, LeafReader, counting, example_log


def witness() -> dict[str, object]:
    """Return vectors/witness.json: one witness, asked one thing after the other."""
    with (
        tempfile.TemporaryDirectory() as folder,
        WitnessState.open(Path(folder) / "witness.db", create=True) as state,
    ):
        state.add_log(LOG.key)
        service = WitnessService(state, _cosigners, now=lambda: TIME)
        exchanges = [_exchange(service, name, body) for name, body in _requests().items()]
        path = monitoring_path(ORIGIN)
        shown = service.checkpoint(path.partition("/")[0])
        return {
            "witness": str(service.keys[0]),
            "log": str(LOG.key),
            "time": TIME,
            "exchanges": exchanges,
            "monitoring": {"path": f"/{path}", "answer": shown.body.decode()},
        }


def _cosigners(now: Now) -> list[Signer]:
    return [Ed25519Cosigner("witness.example/w1", counting(0x01), now)]


def _exchange(service: WitnessService, name: str, body: bytes) -> dict[str, object]:
    answer = service.add_checkpoint(body)
    return {
        "name": name,
        "request": body.decode(),
        "status": answer.status,
        "type": answer.media_type,
        "answer": answer.body.decode(),
    }


def _requests() -> dict[str, bytes]:
    leaves = example_log().leaves
    forked = [leaves[0], leaves[2], leaves[1]]

    def note(size: int, *, fork: bool = False, name: str = ORIGIN) -> Note:
        tree = Checkpoint(origin=name, size=size, root=root_of((forked if fork else leaves)[:size]))
        return sign_note(tree.to_text(), [LOG])

    proof = prove_consistency(2, 3, LeafReader(leaves))
    stranger = sign_note(note(3).text, [STRANGER])
    good = request_of(3, (), note(3))
    return {
        "first": request_of(0, (), note(2)),
        "unknown size": request_of(0, (), note(3)),
        "growth": request_of(2, proof, note(3)),
        "again": good,
        "smaller": request_of(2, (), note(2)),
        "other root": request_of(3, (), note(3, fork=True)),
        "needless proof": request_of(3, proof, note(3)),
        "old beyond the tree": request_of(3, (), note(2)),
        "unknown log": request_of(0, (), note(3, name="other.example/log")),
        "unknown key": request_of(3, (), stranger),
        "signature fails": good.replace(b"\n3\n", b"\n4\n"),
        "entries in an empty tree": good.replace(b"\n3\n", b"\n0\n"),
        "leading zero": good.replace(b"old 3", b"old 03"),
        "no empty line": good.replace(b"old 3\n\n", b"old 3\n"),
        "loose base64": request_of(2, proof, note(3)).replace(b"=\n\n", b"\n\n", 1),
    }
