"""Packages: many files as one, signed by whom they come from, such as the answer to an audit.

A package is a ZIP file in the one spelling of `ledger.proof.stored_zip`. Its first member is
`manifest`, a signed note (ledger.signing.note) with one signature, over these lines:

    tdl/package/v1
    <kind: audit-answer or disclosure>
    <origin of the log it is about>
    sha256:<64 hex> <size in bytes> <name>      one line a member, in the file's order
    ...

So the signature covers every byte of every member, and a member that was left out, put in, changed
or moved is named. Whose signature counts is `check_package_signer`'s matter: a key of the log, or
one that the key records in the package's evidence register. docs/formats/package.md is normative.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Final

from ledger.checkpoint.trust import Trust
from ledger.errors import CannotTellError, MalformedError, RevokedKeyError, VerificationError
from ledger.proof.stored_zip import MAX_SIZE as MAX_ZIP_SIZE
from ledger.proof.stored_zip import Wording, begins_with, read_zip, write_zip
from ledger.proof.verify import Verified
from ledger.record.keyring import RegisteredKey
from ledger.record.origin import check_origin
from ledger.signing.keys import KeyType, NoteVerifier, Signer, VerifierKey
from ledger.signing.note import Note, check_note, sign_note

HEADER: Final = "tdl/package/v1"
MANIFEST: Final = "manifest"
AUDIT_ANSWER: Final = "audit-answer"
DISCLOSURE: Final = "disclosure"
KINDS: Final = (AUDIT_ANSWER, DISCLOSURE)
MAX_MEMBERS: Final = 4_000
MAX_SIZE: Final = MAX_ZIP_SIZE
"""Bytes of all members together."""

_MAY_SIGN: Final = ("producer", "publisher", "log")
_LINE: Final = re.compile(r"sha256:([0-9a-f]{64}) (0|[1-9][0-9]{0,9}) (\S+)")
_NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*")
_MAX_NAME: Final = 100
_HINT: Final = "ask its sender for the file again, as the command wrote it"
_WORDING: Final = Wording("package", "member", _HINT)


@dataclass(frozen=True, slots=True)
class Package:
    """A package whose members are what its manifest lists; nobody's signature was checked yet.

    `members` are by name, in the file's order, without the manifest.
    """

    kind: str
    origin: str
    members: Mapping[str, bytes]
    manifest: Note

    def member(self, name: str) -> bytes:
        """Return a member that a package of this kind must have.

        Raises:
            MalformedError: It has none of that name.
        """
        if name not in self.members:
            raise MalformedError(
                f"the package has no member {name!r}, which one of kind {self.kind} has",
                hint=_HINT,
            )
        return self.members[name]


def is_package(head: bytes) -> bool:
    """Answer whether the bytes (at least 64 of a file) begin like a package."""
    return begins_with(head, MANIFEST)


def write_package(kind: str, origin: str, members: Mapping[str, bytes], signer: Signer) -> bytes:
    """Return the package of `members`, in the mapping's order, signed by `signer`.

    Raises:
        MalformedError: The kind is unknown, a name is not allowed, or there are too many members
            or bytes.
    """
    text = _manifest_text(kind, origin, members)
    manifest = sign_note(text, [signer]).to_bytes()
    return write_zip({MANIFEST: manifest, **members})


def read_package(data: bytes) -> Package:
    """Return the package whose one byte form is exactly `data`; no signature is checked.

    Raises:
        MalformedError: It is no package, truncated, damaged, or written by another program.
        VerificationError: A member is missing, added, changed or moved against the manifest.
    """
    if not is_package(data):
        raise MalformedError(
            f"this is no package: its first member would be {MANIFEST!r}", hint=_HINT
        )
    members = read_zip(data, _WORDING)
    note = Note.from_bytes(members.pop(MANIFEST))
    if len(note.signatures) != 1:
        raise MalformedError(
            f"the manifest of a package has one signature, not {len(note.signatures)}"
        )
    kind, origin, listed = _parse_manifest(note.text)
    _check_listed(members, listed)
    if _manifest_text(kind, origin, members) != note.text:
        raise MalformedError("the manifest of the package is not in its one spelling", hint=_HINT)
    return Package(kind, origin, members, note)


def check_package_signer(package: Package, trust: Trust, verified: Verified) -> VerifierKey:
    """Check who signed the package, and return that key.

    Args:
        package: As read.
        trust: Whose logs are believed: the key of the package's own log may sign.
        verified: What evidence in the package proved under `trust`: a producer or publisher that
            its key records register, and do not rotate or revoke, may sign.

    Raises:
        VerificationError: The package names another log than its evidence is of, the signature
            fails, or the key may not sign packages.
        RevokedKeyError: A key record in the evidence ended the key.
        CannotTellError: No key that we know signed it.
    """
    tree = verified.checkpoint.checkpoint
    if package.origin != tree.origin:
        raise VerificationError(
            f"the package is for the log {package.origin!r}, and its evidence is of the log "
            f"{tree.origin!r}",
            hint=_HINT,
        )
    (line,) = package.manifest.signatures
    for log in trust.logs:
        if line.is_by(log.key) and log.key.name == package.origin:
            return _check_signature(package, log.key)
    for known in verified.keys:
        if line.is_by(known.key):
            _check_role(known)
            return _check_signature(package, known.key)
    raise CannotTellError(
        f"the package is signed by {line.name!r}, and neither the trust file nor a key record in "
        "its evidence knows that key",
        hint="ask the lab for a package signed by a key that its log registered",
    )


def _check_signature(package: Package, key: VerifierKey) -> VerifierKey:
    if key.type != KeyType.ED25519:
        raise VerificationError(f"{key.label} is of a type that signs no packages")
    check_note(package.manifest, [NoteVerifier(key)])
    return key


def _check_role(known: RegisteredKey) -> None:
    if known.role not in _MAY_SIGN:
        raise VerificationError(
            f"the package is signed by {known.key.label}, a {known.role} key, which signs none"
        )
    if known.rotated is not None or known.revoked is not None:
        raise RevokedKeyError(
            f"the package is signed by {known.key.label}, {known.story()}",
            hint="ask the lab for a package signed by the key that came after it",
        )


def _manifest_text(kind: str, origin: str, members: Mapping[str, bytes]) -> str:
    """Return the lines that are signed.

    Raises:
        MalformedError: They would not be those of a package.
    """
    if kind not in KINDS:
        raise MalformedError(f"a package is of kind {' or '.join(KINDS)}, not {kind[:40]!r}")
    check_origin(origin)
    _check_names(members)
    if sum(map(len, members.values())) > MAX_SIZE:
        raise MalformedError(f"the members of a package have together at most {MAX_SIZE:,} bytes")
    lines = [HEADER, kind, origin]
    for name, content in members.items():
        lines.append(f"sha256:{sha256(content).hexdigest()} {len(content)} {name}")
    return "".join(f"{line}\n" for line in lines)


def _check_names(members: Mapping[str, bytes]) -> None:
    if not 1 <= len(members) <= MAX_MEMBERS:
        raise MalformedError(f"a package has 1 to {MAX_MEMBERS:,} members, not {len(members):,}")
    for name in members:
        if not _NAME.fullmatch(name) or len(name) > _MAX_NAME:
            raise MalformedError(f"{name[:80]!r} is no name of a member of a package")
    # Unpacked on a system that takes case for the same, one would overwrite the other.
    for one, other in pairwise(sorted(name.lower() for name in (MANIFEST, *members))):
        if one == other:
            raise MalformedError(f"two members of the package are named {one!r} but for case")


def _parse_manifest(text: str) -> tuple[str, str, dict[str, tuple[str, int]]]:
    """Return the kind, the origin, and digest (hex) and size of each member by its name."""
    header, *rest = text[:-1].split("\n")
    if header != HEADER or len(rest) < 3:
        raise MalformedError(
            f"the manifest of a package has {HEADER!r}, a kind, an origin, and a line a member"
        )
    kind, origin, *lines = rest
    listed: dict[str, tuple[str, int]] = {}
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None or match[3] in listed:
            raise MalformedError(f"{line[:100]!r} is no line of a package's manifest, or twice")
        listed[match[3]] = (match[1], int(match[2]))
    return kind, origin, listed


def _check_listed(members: Mapping[str, bytes], listed: Mapping[str, tuple[str, int]]) -> None:
    for name in listed:
        if name not in members:
            raise VerificationError(
                f"the package lacks its member {name!r}, which its signed manifest lists",
                hint=_HINT,
            )
    for name, content in members.items():
        if name not in listed:
            raise VerificationError(
                f"the package holds {name[:80]!r}, which its signed manifest does not list",
                hint=_HINT,
            )
        digest, size = listed[name]
        if len(content) != size or sha256(content).hexdigest() != digest:
            raise VerificationError(
                f"the member {name!r} was changed: its SHA-256 is not the one that was signed",
                hint=_HINT,
            )
    if list(members) != list(listed):
        raise VerificationError(
            "the members of the package are in another order than its signed manifest lists them",
            hint=_HINT,
        )
