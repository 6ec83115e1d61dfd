"""Vectors of what is signed: notes, batches, checkpoints, cosignatures, trust, key events."""

from collections.abc import Mapping, Sequence
from typing import Any

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.cosignature import (
    CosignatureVerifier,
    MLDSA44Cosigner,
    cosigned_message,
    subtree_message,
)
from ledger.checkpoint.trust import Trust
from ledger.errors import CannotTellError, LedgerError, VerificationError
from ledger.proof.tlog_proof import TlogProof
from ledger.record.batch import parse_batch
from ledger.signing.keys import NoteVerifier, Signer, VerifierKey
from ledger.signing.note import Note, NoteSignature, check_note, sign_note
from ledger.tree.hashing import leaf_hash
from tests.formats.core_vectors import rejected
from tests.formats.examples import (
    LOG,
    ORIGIN,
    OTHER_WITNESS,
    PRODUCER,
    PUBLISHER,
    STRANGER,
    TIME,
    TRUST,
    WITNESS,
    counting,
    example_log,
    inclusion,
)

ML_DSA = MLDSA44Cosigner("witness.example/pq", counting(0x08), lambda: TIME)


def signed_note() -> dict[str, object]:
    """Return vectors/signed-note.json."""
    text = "tdl/example/v1\nA text may have empty lines.\n\nThis is its last one.\n"
    note = sign_note(text, [PRODUCER, PUBLISHER])
    plain = note.to_bytes().decode()
    line = str(note.signatures[0])
    vkey = str(PRODUCER.key)
    bad_notes = {
        "no signature": text + "\n",
        "no empty line": f"one line\n{line}\n",
        "no last line feed": plain[:-1],
        "carriage return": plain.replace("one.\n", "one.\r\n"),
        "tab in the text": plain.replace("This is", "This\tis"),
        "hyphen for dash": plain.replace("\u2014", "-"),
        "no padding": plain.replace(line, line.rstrip("=")),
        "space at the end of a line": plain.replace(line, line + " "),
        "key id alone": "a\n\n\u2014 lab.example/a AAAAAA==\n",
        "plus in a name": plain.replace("lab.example/pipeline", "lab+example"),
        "text after the signatures": plain + "more\n",
    }
    bad_vkeys = {
        "other id": vkey.replace(f"+{PRODUCER.key.id.hex()}+", "+00000000+"),
        "id in upper case": vkey.replace(PRODUCER.key.id.hex(), PRODUCER.key.id.hex().upper()),
        "no name": vkey[vkey.index("+") :],
        "space in the name": vkey.replace("lab.example", "lab example"),
        "key cut off": vkey[:-4],
        "unknown type": "lab.example/a+1d27c2b7+BwABAgME",
    }
    return {
        "keys": [
            {
                "name": signer.key.name,
                "seed": seed.hex(),
                "public": signer.key.public.hex(),
                "id": signer.key.id.hex(),
                "vkey": str(signer.key),
            }
            for signer, seed in ((PRODUCER, counting(4)), (PUBLISHER, counting(5)))
        ],
        "text": text,
        "note": plain,
        "rejected_notes": rejected(bad_notes, Note.from_bytes),
        "rejected_vkeys": rejected(bad_vkeys, lambda data: VerifierKey.parse(data.decode())),
        "checks": _note_checks(note),
    }


def _note_checks(note: Note) -> list[dict[str, object]]:
    """Return notes with the keys a verifier knows, and the verdict."""
    first, second = note.signatures
    forged = NoteSignature(first.name, first.key_id, first.signature[::-1])
    renamed = NoteSignature("lab.example/other", first.key_id, first.signature)
    marked = sign_note(f"\ufeff{note.text}", [PRODUCER])
    cases: list[tuple[str, Note, Sequence[Signer]]] = [
        ("both known", note, [PRODUCER, PUBLISHER]),
        ("one known", note, [PUBLISHER]),
        ("none known", note, [STRANGER]),
        ("known key fails", Note(note.text, (forged, second)), [PRODUCER, PUBLISHER]),
        ("unknown key would fail", Note(note.text, (forged, second)), [PUBLISHER]),
        ("known id under another name", Note(note.text, (renamed,)), [PRODUCER]),
        ("known key twice", Note(note.text, (first, first)), [PRODUCER]),
        ("U+FEFF before the text", marked, [PRODUCER]),
        ("U+FEFF before the text, not signed", Note(marked.text, note.signatures), [PRODUCER]),
        ("other text", Note(note.text + "more\n", note.signatures), [PRODUCER]),
    ]
    return [
        {
            "name": name,
            "note": one.to_bytes().decode(),
            "known": [str(signer.key) for signer in known],
            "verdict": _check(one, known),
        }
        for name, one, known in cases
    ]


def _check(note: Note, known: Sequence[Signer]) -> str:
    return outcome(lambda: check_note(note, [NoteVerifier(signer.key) for signer in known]))


def outcome(check: Any) -> str:
    """Return the verdict of a check in the words of docs/formats/evidence.md."""
    try:
        check()
    except CannotTellError:
        return "cannot tell"
    except VerificationError:
        return "not verified"
    except LedgerError:
        return "malformed"
    return "verified"


def checkpoint() -> dict[str, object]:
    """Return vectors/checkpoint.json."""
    note = example_log().checkpoint()
    tree = Checkpoint.from_text(note.text)
    root = note.text.split("\n")[2]
    bad = {
        "leading zero": note.text.replace("\n3\n", "\n03\n"),
        "negative size": note.text.replace("\n3\n", "\n-3\n"),
        "no root": f"{ORIGIN}\n3\n",
        "short root": f"{ORIGIN}\n3\nAAAA\n",
        "empty extension line": note.text + "\n",
        "no origin": note.text.removeprefix(ORIGIN),
        "space in the origin": note.text.replace("ledger.example", "ledger example"),
        "empty tree with another root": f"{ORIGIN}\n0\n{root}\n",
        "no last line feed": note.text[:-1],
        "a batch": example_log().batches[1].batch.to_text(),
    }
    return {
        "origin": tree.origin,
        "size": tree.size,
        "root": tree.root.hex(),
        "vkey": str(LOG.key),
        "seed": counting(0).hex(),
        "text": note.text,
        "note": note.to_bytes().decode(),
        "rejected": rejected(bad, lambda data: Checkpoint.from_text(data.decode())),
    }


def cosignature(kept: Mapping[str, Any]) -> dict[str, object]:
    """Return vectors/cosignature.json.

    ML-DSA-44 signatures hold fresh randomness. So a line that is in the file already, in `kept`, is
    taken over if it verifies: the file then changes only when the format does.
    """
    note = example_log().checkpoint()
    tree = Checkpoint.from_text(note.text)
    line = _kept_line(kept, note.text) or NoteSignature(
        ML_DSA.key.name, ML_DSA.key.id, ML_DSA.sign(note.text)
    )
    ed25519 = example_log().checkpoint(WITNESS)
    return {
        "text": note.text,
        "time": TIME,
        "ed25519": {
            "vkey": str(WITNESS.key),
            "seed": counting(1).hex(),
            "message": cosigned_message(TIME, note.text).decode(),
            "line": str(ed25519.signatures[1]),
            "note": ed25519.to_bytes().decode(),
        },
        "ml_dsa_44": {
            "vkey": str(ML_DSA.key),
            "seed": counting(8).hex(),
            "message": subtree_message(ML_DSA.key.name, TIME, tree).hex(),
            "line": str(line),
        },
    }


def _kept_line(kept: Mapping[str, Any], text: str) -> NoteSignature | None:
    if not kept:
        return None
    line = NoteSignature.parse(str(kept["ml_dsa_44"]["line"]))
    try:
        CosignatureVerifier(ML_DSA.key).verify(text, line.signature)
    except LedgerError:
        return None
    return line if line.is_by(ML_DSA.key) else None


def batch() -> dict[str, object]:
    """Return vectors/batch.json."""
    signed = example_log().batches[1]
    text = signed.batch.to_text()
    note = signed.note.decode()
    root = text.split("\n")[4]
    bad = {
        "no records": note.replace("\n3\n", "\n0\n"),
        "leading zero": note.replace("\n3\n", "\n03\n"),
        "too many records": note.replace("\n3\n", "\n10001\n"),
        "unknown kind": note.replace("\nshard\n", "\nshards\n"),
        "other version": note.replace("tdl/batch/v1", "tdl/batch/v2"),
        "a sixth line": note.replace(f"{root}\n", f"{root}\nmore\n"),
        "short root": note.replace(root, "AAAA"),
        "origin with a scheme": note.replace(ORIGIN, "https://ledger.example/log"),
        "origin with a space": note.replace(ORIGIN, "ledger.example log"),
        "two signatures": sign_note(text, [PRODUCER, PUBLISHER]).to_bytes().decode(),
        "a checkpoint": example_log().checkpoint().to_bytes().decode(),
    }
    return {
        "record_leaf_hashes": [one.leaf.hex() for one in signed.records],
        "root": signed.batch.root.hex(),
        "vkey": str(PRODUCER.key),
        "text": text,
        "note": note,
        "entry_leaf_hash": leaf_hash(signed.note).hex(),
        "rejected": rejected(bad, parse_batch),
    }


def trust() -> dict[str, object]:
    """Return vectors/trust.json."""
    log = example_log()
    nested = (
        f"log {LOG.key}\n"
        f"witness a {WITNESS.key}\n"
        f"witness b {OTHER_WITNESS.key}\n"
        f"witness c {ML_DSA.key}\n"
        "group ab any a b\n"
        "group both all ab c\n"
        "quorum both\n"
    )
    strange = sign_note(log.checkpoint().text, [STRANGER])
    other = Checkpoint(origin="other.example/log", size=3, root=log.batches[1].batch.root)
    notes = {
        "no-cosignature": log.checkpoint(),
        "one-witness": log.checkpoint(WITNESS),
        "two-witnesses": log.checkpoint(WITNESS, OTHER_WITNESS),
        "not-signed-by-the-log": strange,
        "another-origin-under-the-log-key": sign_note(other.to_text(), [LOG]),
    }
    files = {
        "any-of-two": TRUST,
        "all-of-two": TRUST.replace(" any ", " all "),
        "two-of-two": TRUST.replace(" any ", " 2 "),
        "one-named-witness": TRUST.replace("quorum witnesses", "quorum w2"),
        "none": TRUST.replace("quorum witnesses", "quorum none"),
        "nested-groups": nested,
    }
    head = f"log {LOG.key}\nwitness a {WITNESS.key}\nwitness b {OTHER_WITNESS.key}\n"
    renamed = str(VerifierKey("witness.example/alias", WITNESS.key.type, WITNESS.key.public))
    bad = {
        "no quorum": head,
        "two quorums": f"{head}quorum a\nquorum b\n",
        "no log": "quorum none\n",
        "unknown word": f"{head}mirror {WITNESS.key}\nquorum none\n",
        "name used before it is defined": f"{head}group g any a c\nquorum g\n",
        "name taken": f"{head}group a any b\nquorum a\n",
        "the name none": f"{head}group none any a\nquorum none\n",
        "member of two groups": f"{head}group g any a\ngroup h any a b\nquorum h\n",
        "member twice": f"{head}group g 2 a a\nquorum g\n",
        "more than there are": f"{head}group g 3 a b\nquorum g\n",
        "zero of two": f"{head}group g 0 a b\nquorum g\n",
        "leading zero": f"{head}group g 01 a b\nquorum g\n",
        "same key in two lines": f"{head}witness c {WITNESS.key}\nquorum a\n",
        "same public key under two names": f"{head}witness c {renamed}\nquorum a\n",
        "a note key as witness": f"{head}witness c {PRODUCER.key}\nquorum a\n",
        "control character": f"{head}quorum\rnone\n",
        "no-break space between words": f"{head}quorum\u00a0none\n",
    }
    return {
        "trust": files,
        "checkpoints": {name: note.to_bytes().decode() for name, note in notes.items()},
        "verdicts": [
            {
                "trust": name,
                "checkpoint": which,
                "verdict": outcome(lambda d=data, n=note: Trust.parse(d.encode()).check(n)),
            }
            for name, data in files.items()
            for which, note in notes.items()
        ],
        "rejected": rejected(bad, Trust.parse),
    }


def tlog_proof() -> dict[str, object]:
    """Return vectors/tlog-proof.json."""
    log = example_log()
    proof = TlogProof(index=1, proof=inclusion(log.leaves, 1), checkpoint=log.checkpoint(WITNESS))
    text = proof.to_bytes().decode()
    proof.check(log.leaves[1], Trust.parse(TRUST.encode()))
    bad = {
        "other version": text.replace("@v1", "@v2"),
        "leading zero": text.replace("index 1\n", "index 01\n"),
        "no index": text.replace("index 1\n", ""),
        "extra after index": text.replace("index 1\n", "index 1\nextra AAAA\n"),
        "loose base64": text.replace("=\n", "\n", 1),
        "no checkpoint": text[: text.index("\n\n") + 2],
    }
    return {
        "trust": TRUST,
        "entry": log.batches[1].note.decode(),
        "proof": text,
        "rejected": rejected(bad, TlogProof.from_bytes),
    }
