r"""A statement: the roots of a summary's trees, and the one hash that stands for all of them.

    context       SHA-256(T_CTX || lp(provider) || lp(release) || u64(version) || u64(size))
    section_hash  SHA-256(T_SECT || lp(name) || enc(root))
    audit_root    SHA-256(T_ROOT || context || u8(m) || lp(measure) ...
                          || u16(s) || section_hash ...)             sections in the order of names

`size` is N0, the size of the log whose records are summarised. The context is hashed in, so that a
table of another release, or of another version of its summary, has another root.
docs/formats/audit.md, "The statement", is normative.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, Self

from ledger.errors import MalformedError, VerificationError
from ledger.proof.json_members import list_of, members, number_of, text_of
from ledger.proof.sum_json import decode_node, encode_node
from ledger.record.canonical import JSON, check_text, decode_object, encode
from ledger.tree.hashing import Hash
from ledger.tree.sums import MAX_MEASURES, SumNode, check_tree_name, prefixed

TYPE: Final = "tdl/audit-statement/v1"
MAX_SIZE: Final = 16 * 2**20
"""Bytes of a statement's file."""
MAX_SECTIONS: Final = 2**16 - 1

T_CTX: Final = b"tdl/audit/context/v1\0"
T_SECT: Final = b"tdl/audit/section/v1\0"
T_ROOT: Final = b"tdl/audit/root/v1\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Which summary a statement belongs to."""

    provider: str
    release: str
    version: int
    """The summary's version, from 1 on."""
    size: int
    """N0: every record that is counted has an index below it."""

    def __post_init__(self) -> None:
        for name, text in (("provider", self.provider), ("release", self.release)):
            check_text(text, name)
        if not 1 <= self.version < 2**53 or not 1 <= self.size < 2**53:
            raise MalformedError(
                f"a statement has a version and a size from 1 on, not {self.version}, {self.size}"
            )

    @classmethod
    def of(cls, stated: Mapping[str, Any]) -> Self:
        """Return the context of a summary record's statement, from its field `summary`."""
        return cls(
            provider=stated["provider"],
            release=stated["release"],
            version=stated["version"],
            size=stated["size"],
        )

    def check_before(self, index: int) -> None:
        """Check that all that is counted was logged before the summary, which is entry `index`.

        Raises:
            VerificationError: It counts what was logged after it.
        """
        if self.size > index:
            raise VerificationError(
                f"the statement is over the first {self.size} entries, and the summary is itself "
                f"entry {index}: it counts what was logged after it"
            )

    def hash(self) -> Hash:
        """Return the context as the audit root binds it."""
        content = b"".join(
            (
                T_CTX,
                prefixed(self.provider.encode()),
                prefixed(self.release.encode()),
                self.version.to_bytes(8),
                self.size.to_bytes(8),
            )
        )
        return Hash(sha256(content).digest())


@dataclass(frozen=True, slots=True)
class Statement:
    """The context, the measures, and the root of every section, by name. Nothing is checked yet."""

    context: Context
    measures: tuple[str, ...]
    sections: Mapping[str, SumNode]

    def __post_init__(self) -> None:
        count = len(self.measures)
        if not 1 <= count <= MAX_MEASURES or len(set(self.measures)) != count:
            raise MalformedError(f"a statement has 1 to {MAX_MEASURES} measures, each once")
        if not 1 <= len(self.sections) <= MAX_SECTIONS:
            raise MalformedError(f"a statement has 1 to {MAX_SECTIONS} sections")
        for measure in self.measures:
            check_measure(measure)
        for name in self.sections:
            check_tree_name(name)

    def audit_root(self) -> Hash:
        """Return the hash that a summary record carries of all this."""
        names = sorted(self.sections)  # ASCII: the order of characters is that of bytes
        hashes = [section_hash(name, self.sections[name]) for name in names]
        return audit_root_of(self.context, self.measures, hashes)

    def check(self, audit_root: bytes) -> None:
        """Check that this is the statement which `audit_root` stands for.

        Raises:
            VerificationError: It is another's: another summary, version or table.
        """
        found = self.audit_root()
        if found != audit_root:
            raise VerificationError(
                f"the table of sections leads to the root {found.hex()}, and the summary commits to"
                f" {audit_root.hex()}"
            )

    def section(self, name: str) -> SumNode:
        """Return the root of a section.

        Raises:
            VerificationError: The statement has none of this name.
        """
        root = self.sections.get(name)
        if root is None:
            raise VerificationError(f"the statement has no section {name[:80]!r}")
        return root

    def to_json(self) -> dict[str, JSON]:
        """Return the statement as its JSON value."""
        context = self.context
        return {
            "measures": list(self.measures),
            "provider": context.provider,
            "release": context.release,
            "sections": {name: encode_node(root) for name, root in self.sections.items()},
            "size": context.size,
            "type": TYPE,
            "version": context.version,
        }

    def to_bytes(self) -> bytes:
        """Return the statement's file: canonical JSON and one line feed."""
        return encode(self.to_json()) + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the statement whose `to_bytes` is exactly `data`.

        Raises:
            MalformedError: `data` is truncated, too large, or no statement.
        """
        if len(data) > MAX_SIZE:
            raise MalformedError(f"a statement has at most {MAX_SIZE} bytes, not {len(data)}")
        if not data.endswith(b"\n"):
            raise MalformedError("a statement ends with a line feed; this file is cut off")
        return cls.from_json(decode_object(data[:-1], "a statement"))

    @classmethod
    def from_json(cls, value: JSON) -> Self:
        """Return the statement that a JSON value states."""
        names = ("measures", "provider", "release", "sections", "size", "type", "version")
        measures, provider, release, sections, size, kind, version = members(
            value, "a statement", *names
        )
        if kind != TYPE:
            raise MalformedError(f"this is {str(kind)[:60]!r}, and we read {TYPE!r}")
        context = Context(
            provider=text_of(provider, "provider"),
            release=text_of(release, "release"),
            version=number_of(version, "version"),
            size=number_of(size, "size"),
        )
        listed = tuple(text_of(one, "a measure") for one in list_of(measures, "measures"))
        return cls(context, listed, decode_table(sections))


def audit_root_of(context: Context, measures: Sequence[str], hashes: Sequence[bytes]) -> Hash:
    """Return the audit root over section hashes in the order of the sections' names.

    Whoever is shown one tree of a sealed statement has of the others their hashes alone.
    """
    content = b"".join(
        (
            T_ROOT,
            context.hash(),
            len(measures).to_bytes(1),
            *(prefixed(measure.encode()) for measure in measures),
            len(hashes).to_bytes(2),
            *hashes,
        )
    )
    return Hash(sha256(content).digest())


def section_hash(name: str, root: SumNode) -> Hash:
    """Return the hash of a section: its name and its root, whole."""
    check_tree_name(name)
    return Hash(sha256(T_SECT + prefixed(name.encode()) + root.encode()).digest())


def decode_table(value: JSON) -> dict[str, SumNode]:
    """Return the roots of sections, by name, that a JSON object states."""
    if not isinstance(value, dict):
        raise MalformedError("sections is an object: a root for each name")
    for name in value:
        check_tree_name(name)
    return {name: decode_node(root) for name, root in value.items()}


def check_measure(name: str) -> None:
    """Check that a measure may have this name: lower-case words, `_` and `.` between them."""
    allowed = "abcdefghijklmnopqrstuvwxyz0123456789_."
    if not 1 <= len(name) <= 64 or not set(name) <= set(allowed):
        raise MalformedError(f"{name[:80]!r} is no name of a measure")
