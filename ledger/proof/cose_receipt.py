r"""COSE receipts: an entry's place in the log, in the form that SCITT tools read (RFC 9942).

    18([ << {1: -8, 4: kid, 395: 1} >>,            protected: EdDSA, key, RFC 9162 with SHA-256
         {396: {-1: [<< [size, index, [hash…]] >>]}},     an entry is in the tree; or
         {396: {-2: [<< [old, new, [hash…]] >>]}},        the tree of `new` extends that of `old`
         null,                                     detached: the root that the proof leads to
         signature ])

`<< >>` is a byte string that holds the encoding of what is in it; `kid` is the 4-byte key id of the
log's Ed25519 key (c2sp.org/signed-note). Signed are the bytes of

    ["Signature1", protected, h'', root]

They begin with 0x84, which no UTF-8 text can begin with, so this signature is none of a note, and
none of a note is this. As it covers the root alone, one signature serves every entry of a tree
(`SignedRoot`). That also means that neither origin nor size nor index is signed: a receipt proves
that an entry is under a root that the log's key signed. Nor does it carry cosignatures. A
tlog-proof of the same entry has all of that. docs/formats/cose-receipt.md is normative.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol, Self, TypeAlias, cast

from ledger.checkpoint.trust import Trust
from ledger.errors import CannotTellError, MalformedError, VerificationError
from ledger.proof.cbor import CBOR, Tagged, decode, encode
from ledger.proof.tlog_proof import MAX_HASHES
from ledger.signing.ed25519 import SIGNATURE_SIZE, verify_ed25519
from ledger.signing.keys import KeyType, VerifierKey
from ledger.tree.hashing import Hash
from ledger.tree.proofs import consistency_root, inclusion_root

MEDIA_TYPE: Final = "application/cose"
START: Final = b"\xd2\x84"
"""How a receipt begins: tag 18, an array of four."""

_SIGN1 = 18
_ALG, _KID, _VDS, _VDP = 1, 4, 395, 396
_EDDSA, _RFC9162_SHA256 = -8, 1
_INCLUSION, _CONSISTENCY = -1, -2
_WHAT = "a COSE receipt"


class RootSigner(Protocol):
    """Signs bytes with a log's plain Ed25519 key, wherever that is."""

    @property
    def key(self) -> VerifierKey:
        """The name, type and public key."""

    def sign_bytes(self, message: bytes) -> bytes:
        """Return the 64-byte signature over `message`."""


def signed_message(key_id: bytes, root: Hash) -> bytes:
    """Return what is signed: the Sig_structure of RFC 9052 section 4.4."""
    return encode(["Signature1", _protected(key_id), b"", root])


def _protected(key_id: bytes) -> bytes:
    return encode({_ALG: _EDDSA, _KID: key_id, _VDS: _RFC9162_SHA256})


@dataclass(frozen=True, slots=True)
class SignedRoot:
    """A log key's COSE signature on a root: a receipt but for its proof.

    A log makes one for each tree that it publishes, so that whoever has the tiles can make the
    receipt of any entry, without a key.
    """

    key_id: bytes
    signature: bytes

    def __post_init__(self) -> None:
        if len(self.key_id) != 4 or len(self.signature) != SIGNATURE_SIZE:
            raise MalformedError(
                f"{_WHAT} has a key id of 4 bytes and a signature of {SIGNATURE_SIZE}, not "
                f"{len(self.key_id)} and {len(self.signature)}"
            )

    @classmethod
    def sign(cls, root: Hash, signer: RootSigner) -> Self:
        """Sign a root."""
        key = signer.key
        if key.type != KeyType.ED25519:
            raise MalformedError(f"the key of {key.name!r} cosigns; a receipt needs a note key")
        return cls(key.id, signer.sign_bytes(signed_message(key.id, root)))

    def to_bytes(self) -> bytes:
        """Return it as a COSE_Sign1 without a proof."""
        return self.with_proof({})

    def with_proof(self, unprotected: CBOR) -> bytes:
        """Return the COSE_Sign1 with these unprotected headers."""
        return encode(Tagged(_SIGN1, [_protected(self.key_id), unprotected, None, self.signature]))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the signature whose `to_bytes` is exactly `data`."""
        found, unprotected = _read(data)
        if unprotected != {}:
            raise MalformedError("a signed root has no unprotected headers")
        return cls(found.key_id, found.signature)

    def check(self, root: Hash, key: VerifierKey) -> None:
        """Check that `key` signed `root`.

        Raises:
            CannotTellError: It is another key's.
            VerificationError: The signature fails.
        """
        if (key.type, key.id) != (KeyType.ED25519, self.key_id):
            raise CannotTellError(
                f"the receipt is signed by the key {self.key_id.hex()}, not {key.id.hex()}"
            )
        try:
            verify_ed25519(
                public=key.public,
                message=signed_message(self.key_id, root),
                signature=self.signature,
            )
        except MalformedError as error:
            raise VerificationError(f"the receipt's signature cannot be one: {error}") from error
        except VerificationError as error:
            raise VerificationError(
                f"{key.name} did not sign the root that the receipt leads to"
            ) from error

    def check_by(self, root: Hash, trust: Trust) -> VerifierKey:
        """Check that a log of `trust` signed `root`, and return its key.

        Raises:
            CannotTellError: None of our logs has this key, or the trust file asks for witnesses,
                of whom a receipt says nothing.
            VerificationError: The signature fails.
        """
        known = [one.key for one in trust.logs if one.key.id == self.key_id]
        plain = [key for key in known if key.type == KeyType.ED25519]
        if not plain:
            names = ", ".join(sorted({log.key.name for log in trust.logs}))
            raise CannotTellError(
                f"the receipt is signed by the key {self.key_id.hex()}, of no log that the trust "
                f"file names ({names})",
                hint="use the trust file of that log: --trust FILE",
            )
        signer = self._signer(root, plain)
        if trust.quorum is not None:
            raise CannotTellError(
                f"the trust file asks for the quorum {trust.quorum}, and a COSE receipt carries "
                "no cosignatures",
                hint="ask for the entry's tlog-proof, which does",
            )
        return signer

    def _signer(self, root: Hash, keys: Sequence[VerifierKey]) -> VerifierKey:
        """Return the key that signed `root`: four bytes of id may be those of two logs' keys."""
        for key in keys[:-1]:
            try:
                self.check(root, key)
            except VerificationError:
                continue
            return key
        self.check(root, keys[-1])
        return keys[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusionReceipt:
    """That an entry is in a tree. Nothing in it has been checked yet.

    `size` and `index` say how to fold the proof. They are not signed: of two pairs with the same
    path, such as 1 of 2 and 2 of 3, either will do.
    """

    signed: SignedRoot
    size: int
    index: int
    proof: tuple[Hash, ...]

    def __post_init__(self) -> None:
        if not 0 <= self.index < self.size < 2**63:
            raise MalformedError(f"no entry {self.index} in a tree of size {self.size}")

    def to_bytes(self) -> bytes:
        """Return the receipt in its one byte form."""
        proof = encode([self.size, self.index, self.proof])
        return self.signed.with_proof({_VDP: {_INCLUSION: [proof]}})

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the receipt whose `to_bytes` is exactly `data`.

        Raises:
            MalformedError: It is no receipt of an entry.
        """
        receipt = parse_receipt(data)
        if not isinstance(receipt, cls):
            raise MalformedError("this is a receipt of growth, and not of an entry")
        return receipt

    def root(self, leaf: Hash) -> Hash:
        """Return the root that the proof leads to from an entry's leaf hash."""
        return inclusion_root(leaf=leaf, index=self.index, size=self.size, proof=self.proof)

    def check(self, leaf: Hash, trust: Trust) -> VerifierKey:
        """Check that `leaf` is under a root that a log of `trust` signed; return the log's key.

        Raises:
            CannotTellError, VerificationError: As `SignedRoot.check_by`, and if the proof has
                another length than size and index want.
        """
        return self.signed.check_by(self.root(leaf), trust)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsistencyReceipt:
    """That a tree extends an older one. Nothing in it has been checked yet."""

    signed: SignedRoot
    old: int
    new: int
    proof: tuple[Hash, ...]

    def __post_init__(self) -> None:
        if not 0 < self.old <= self.new < 2**63:
            raise MalformedError(f"a tree of size {self.new} cannot extend one of {self.old}")

    def to_bytes(self) -> bytes:
        """Return the receipt in its one byte form."""
        proof = encode([self.old, self.new, self.proof])
        return self.signed.with_proof({_VDP: {_CONSISTENCY: [proof]}})

    def check(self, old_root: Hash, trust: Trust) -> Hash:
        """Check that a log of `trust` signed an extension of `old_root`; return the newer root.

        `old` is not signed: whoever knows `old_root` knows of what size, and compares the two.
        """
        root = consistency_root(old=self.old, new=self.new, old_root=old_root, proof=self.proof)
        self.signed.check_by(root, trust)
        return root


Receipt: TypeAlias = InclusionReceipt | ConsistencyReceipt


def parse_receipt(data: bytes) -> Receipt:
    """Return the receipt whose `to_bytes` is exactly `data`.

    Raises:
        MalformedError: It is no receipt with exactly one proof, or it is spelt in another way.
    """
    signed, unprotected = _read(data)
    match unprotected:
        case {396: {-1: [bytes(proof)], **others}, **more} if not (others or more):
            size, index, hashes = _read_proof(proof)
            return InclusionReceipt(signed=signed, size=size, index=index, proof=hashes)
        case {396: {-2: [bytes(proof)], **others}, **more} if not (others or more):
            old, new, hashes = _read_proof(proof)
            return ConsistencyReceipt(signed=signed, old=old, new=new, proof=hashes)
    raise MalformedError(f"{_WHAT} holds one proof of inclusion or of consistency, and no more")


def _read(data: bytes) -> tuple[SignedRoot, CBOR]:
    """Return the signature and the unprotected headers of a COSE_Sign1."""
    match decode(data, _WHAT):
        case Tagged(tag=18, value=[bytes(protected), {**unprotected}, None, bytes(signature)]):
            pass
        case _:
            raise MalformedError(
                f"{_WHAT} is a COSE_Sign1 (tag 18) of four parts with a detached payload"
            )
    match decode(protected, f"the protected headers of {_WHAT}"):
        case {1: -8, 4: bytes(key_id), 395: 1, **more} if not more:
            return SignedRoot(key_id, signature), cast(CBOR, unprotected)
    raise MalformedError(
        f"the protected headers of {_WHAT} are EdDSA (1: -8), a key (4) and RFC 9162 (395: 1)"
    )


def _read_proof(data: bytes) -> tuple[int, int, tuple[Hash, ...]]:
    what = f"the proof of {_WHAT}"
    match decode(data, what):
        case [int(first), int(second), list(hashes)] if len(hashes) <= MAX_HASHES:
            return first, second, tuple(_hash(one) for one in hashes)
    raise MalformedError(f"{what} is two numbers and at most {MAX_HASHES} hashes")


def _hash(value: CBOR) -> Hash:
    if not isinstance(value, bytes):
        raise MalformedError(f"a hash in {_WHAT} is a byte string")
    return Hash(value)
