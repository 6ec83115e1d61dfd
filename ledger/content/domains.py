r"""A tally of web domains as a value: how many bytes and documents came from each.

A tally is ASCII text, a line a domain, sorted by the bytes of the name, each line ended by LF:

    tdl/domains/v1
    suffix-list sha256:<64 hex>
    <domain> <bytes> <documents>

The domain is registrable (`example.co.uk`), in lower case, in A-labels, without a dot at its end.
What came from no domain is under the name `(none)`. There is a suffix-list line for each list that
host names were cut by: one in the tally of a shard, more only where tallies were added up.
`docs/formats/domains.md` is the definition.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Final, NamedTuple, Self

from ledger.errors import MalformedError

NO_DOMAIN: Final = "(none)"
"""The reserved name for what came from no domain; no domain can be called so."""

LARGEST: Final = 2**63 - 1
_HEADER = "tdl/domains/v1"
_NUMBER = "(0|[1-9][0-9]{0,18})"
_LINE = re.compile(rf"(\S+) {_NUMBER} {_NUMBER}")
_LIST = re.compile("sha256:[0-9a-f]{64}")
_LIST_LINE = "suffix-list "
_NAME = re.compile(r"(?:[a-z0-9_-]{1,63}\.)+(?![0-9]+$)[a-z0-9_-]{1,63}")
_LONGEST_NAME = 253


class Share(NamedTuple):
    """What came from one domain: bytes of text, and documents."""

    domain: str
    bytes: int
    documents: int


def is_domain(text: str) -> bool:
    """Say whether `text` is a host name of two labels or more, as a tally spells them.

    An IPv4 address is none: what ends in a label of digits is an address (URL Standard, "ends in a
    number").
    """
    return len(text) <= _LONGEST_NAME and _NAME.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Tally:
    """Shares by domain, sorted and distinct, and the lists that host names were cut by."""

    suffix_lists: tuple[str, ...]
    shares: tuple[Share, ...]

    def __post_init__(self) -> None:
        if not self.suffix_lists:
            raise MalformedError("a tally of domains names the suffix list it was made with")
        for name in self.suffix_lists:
            if not _LIST.fullmatch(name):
                raise MalformedError(f"suffix-list is {name[:80]!r}, expected sha256:<64 hex>")
        for share in self.shares:
            _check_share(share)
        names = [share.domain for share in self.shares]
        for ordered in (self.suffix_lists, names):
            if any(one >= two for one, two in pairwise(ordered)):
                raise MalformedError("the lines of a tally must be sorted and distinct")

    @classmethod
    def of(cls, suffix_list: str, amounts: Mapping[str, tuple[int, int]]) -> Self:
        """Return the tally of these (bytes, documents) by domain."""
        return cls((suffix_list,), tuple(Share(name, *amounts[name]) for name in sorted(amounts)))

    @classmethod
    def merged(cls, tallies: Iterable["Tally"]) -> Self:
        """Return the sum of tallies, at least one.

        Raises:
            MalformedError: There is none, or a sum is beyond 2^63 - 1.
        """
        lists: set[str] = set()
        sums: dict[str, tuple[int, int]] = {}
        for tally in tallies:
            lists.update(tally.suffix_lists)
            for name, size, documents in tally.shares:
                known = sums.get(name, (0, 0))
                sums[name] = (known[0] + size, known[1] + documents)
        return cls(tuple(sorted(lists)), tuple(Share(name, *sums[name]) for name in sorted(sums)))

    @property
    def count(self) -> int:
        """How many domains there are; `(none)` is not one."""
        return len(self.shares) - (self.shares[:1] != () and self.shares[0].domain == NO_DOMAIN)

    @property
    def digest(self) -> str:
        """SHA-256 of the tally's bytes, as `sha256:<64 hex>`: how a record names it."""
        return digest_of(self.suffix_lists, self.shares)

    def to_bytes(self) -> bytes:
        """Return the tally in its one byte form."""
        return b"".join(written(self.suffix_lists, self.shares))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the tally whose `to_bytes` is exactly `data`.

        Raises:
            MalformedError: There is none.
        """
        try:
            header, *lines = data.decode("ascii").split("\n")
        except UnicodeDecodeError as error:
            raise MalformedError("a tally of domains is ASCII text") from error
        if header != _HEADER or lines[-1:] != [""]:
            raise MalformedError(f"a tally starts with {_HEADER!r} and ends with a line feed")
        listed = [line for line in lines if line.startswith(_LIST_LINE)]
        tally = cls(
            tuple(line.removeprefix(_LIST_LINE) for line in listed),
            tuple(_parse_line(line) for line in lines[len(listed) : -1]),
        )
        if tally.to_bytes() != data:
            raise MalformedError("a line of a tally is not in its one written form")
        return tally


def written(suffix_lists: Iterable[str], shares: Iterable[Share]) -> Iterator[bytes]:
    """Yield the lines of a tally whose shares come in order, however many there are."""
    yield f"{_HEADER}\n".encode()
    for name in suffix_lists:
        yield f"{_LIST_LINE}{name}\n".encode()
    for domain, size, documents in shares:
        yield f"{domain} {size} {documents}\n".encode()


def digest_of(suffix_lists: Iterable[str], shares: Iterable[Share]) -> str:
    """Return the digest of a tally whose shares come in order, without holding it."""
    hasher = sha256()
    for line in written(suffix_lists, shares):
        hasher.update(line)
    return f"sha256:{hasher.hexdigest()}"


def _parse_line(line: str) -> Share:
    match = _LINE.fullmatch(line)
    if not match:
        raise MalformedError(f"{line[:80]!r} is not '<domain> <bytes> <documents>'")
    return Share(match[1], int(match[2]), int(match[3]))


def _check_share(share: Share) -> None:
    domain, size, documents = share
    if domain != NO_DOMAIN and not is_domain(domain):
        raise MalformedError(
            f"{domain[:80]!r} is no domain in lower case and A-labels, nor {NO_DOMAIN}"
        )
    if not 0 <= size <= LARGEST or not 1 <= documents <= LARGEST:
        raise MalformedError(f"{domain} cannot have {size} bytes in {documents} documents")
