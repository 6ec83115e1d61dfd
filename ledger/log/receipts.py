"""What COSE receipts need of the log's key, kept with what is published.

    receipts/<size>.<key id, 8 hex digits>     the key's COSE signature on the root of that size

Written before the checkpoint of that size is served, and never changed: so a server without a key
makes the receipt of any entry from tiles and this file. Like a partial tile it belongs to one
published size. It is made after the quorum is met: a receipt speaks of no tree that the witnesses
have not seen, though it cannot show that they have.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final, TypeGuard

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.errors import MalformedError, StorageError
from ledger.log.ports import TileSink
from ledger.proof.cose_receipt import RootSigner, SignedRoot
from ledger.signing.keys import KeyType, Signer
from ledger.signing.note import Note

FOLDER: Final = "receipts"
_NAME: Final = re.compile(r"([1-9][0-9]{0,17})\.([0-9a-f]{8})")


def receipt_path(size: int, key_id: bytes) -> str:
    """Return where a key's signature on the root of a size is."""
    return f"{FOLDER}/{size}.{key_id.hex()}"


def parse_receipt_name(name: str) -> tuple[int, bytes]:
    """Return the size and the key id that a file's name in the folder says.

    Raises:
        MalformedError: It is no such name.
    """
    found = _NAME.fullmatch(name)
    if found is None:
        raise MalformedError("it has the name of no receipt: <size>.<key id, 8 hex digits>")
    return int(found[1]), bytes.fromhex(found[2])


def publish_receipt_signature(
    sink: TileSink, signers: Sequence[Signer], checkpoint: Checkpoint
) -> None:
    """Sign the root of a checkpoint for receipts, with each key that can, and keep that.

    Doing it again changes nothing: Ed25519 gives the same signature.

    Raises:
        VerificationError: Something else is in its place.
        StorageError: It could not be written.
    """
    if checkpoint.size == 0:
        return
    for signer in filter(_signs_roots, signers):
        path = receipt_path(checkpoint.size, signer.key.id)
        if sink.read(path) is None:
            sink.write(path, SignedRoot.sign(checkpoint.root, signer).to_bytes())


def has_receipt_signatures(sink: TileSink, signers: Sequence[Signer], size: int) -> bool:
    """Say whether `publish_receipt_signature` has nothing left to do."""
    able = filter(_signs_roots, signers) if size else ()
    return all(sink.read(receipt_path(size, signer.key.id)) is not None for signer in able)


def find_signed_root(read: Callable[[str], bytes | None], note: Note) -> SignedRoot | None:
    """Return the signature on a published checkpoint's root; None if there is none.

    Args:
        read: Returns a published file by its path; None if there is none.
        note: The checkpoint.

    Raises:
        StorageError: What is there is damaged.
    """
    size = Checkpoint.from_text(note.text).size
    for line in note.signatures:
        path = receipt_path(size, line.key_id)
        data = read(path)
        if data is not None:
            try:
                return SignedRoot.from_bytes(data)
            except MalformedError as error:
                raise StorageError(f"{path} is damaged: {error}", hint="ledger fsck") from error
    return None


def _signs_roots(signer: Signer) -> TypeGuard[RootSigner]:
    """Say whether it is a plain Ed25519 key, held where it signs any bytes."""
    return signer.key.type == KeyType.ED25519 and hasattr(signer, "sign_bytes")
