"""T03 and T13: whoever holds the log's key, a second history gets no cosignature."""

import random
from collections.abc import Sequence
from pathlib import Path

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.log.witnesses import parse_lines, request_of
from ledger.signing.keys import Ed25519Signer
from ledger.signing.note import Note, sign_note
from ledger.tree.hashing import leaf_hash, root_of
from tests.makers import seed
from tests.witness.making import proof, witness

FORKS = 40
"""`make soak` does a thousand."""


def test_t03_t13_the_second_head_gets_no_cosignature(tmp_path: Path) -> None:
    """The attacker has the log's key, both histories, and every proof that can be made."""
    chance = random.Random(3)
    signers = [Ed25519Signer(f"fork-{at}.example", seed(at)) for at in range(FORKS)]
    made = witness(tmp_path, *(signer.key for signer in signers))
    for signer in signers:
        cut, ours, theirs = (chance.randrange(1, 100) for _ in range(3))
        shared = [leaf_hash(b"%d" % number) for number in range(cut)]
        first = [*shared, *(leaf_hash(b"a %d" % number) for number in range(ours))]
        second = [*shared, *(leaf_hash(b"b %d" % number) for number in range(theirs))]

        def head(leaves: Sequence[bytes], signer: Ed25519Signer = signer) -> Note:
            tree = Checkpoint(origin=signer.key.name, size=len(leaves), root=root_of(leaves))
            return sign_note(tree.to_text(), [signer])

        answer = made.service.add_checkpoint(request_of(0, (), head(first)))
        assert len(parse_lines(answer.body)) == 2
        for old in {0, cut, len(first), len(second)}:
            for leaves in (first, second):
                if old <= len(leaves):
                    body = request_of(old, proof(old, len(second), leaves), head(second))
                    assert made.service.add_checkpoint(body).status in (400, 409, 422)
