r"""Which leaves a challenge draws: everybody who has the seed computes the same ones.

    draw(section, kind, j, N) = SHA-256(T_DRAW || seed || lp(section) || u8(kind) || u64(j)) mod N

    kind 1   by records: j = 0, 1, 2, ... until m different indices, or all of them if m >= n
    kind 2   by size: t = draw(section, 2, j, S), j = 0 .. m-1, S the sum of the first measure; the
             leaf is the one with prefix <= t < prefix + value, and repeats count
    kind 3   documents of a record whose content is checked: j = 0 .. 4, N its documents

Both kinds are needed: a few large records hide from draws by records, and records booked as almost
nothing hide from draws by size. The tree `training` of the release is drawn by records as well.
docs/formats/audit.md, "The sample", is normative.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from ledger.errors import MalformedError
from ledger.tree.hashing import Hash
from ledger.tree.sums import SumNode, prefixed

T_DRAW: Final = b"tdl/audit/draw/v1\0"
BY_RECORDS: Final = 1
BY_SIZE: Final = 2
DOCUMENTS: Final = 3
DOCUMENT_DRAWS: Final = 5
"""Documents that are drawn of a record whose content is checked."""
TRAINING: Final = "training"
"""The tree of the release's training set, which is drawn beside the sections."""
MAX_DRAWS: Final = 1_000_000
"""Draws of one kind in one section; 88,679 is the largest number in the protocol's table."""

_NAME_TREES: Final = (".names", ".rank")


def draw(seed: bytes, section: str, kind: int, number: int, below: int) -> int:
    """Return a draw from 0 to `below` - 1. The bias of the modulo is below 2^-120."""
    if below < 1:
        raise MalformedError(f"nothing can be drawn from {below}")
    content = b"".join(
        (T_DRAW, seed, prefixed(section.encode()), kind.to_bytes(1), number.to_bytes(8))
    )
    return int.from_bytes(sha256(content).digest()) % below


def draw_records(seed: bytes, section: str, *, draws: int, count: int) -> tuple[int, ...]:
    """Return the indices drawn by records: `draws` different ones, in the order of drawing.

    All indices, in their own order, if there are not more.
    """
    if draws >= count:
        return tuple(range(count))
    found: dict[int, None] = {}
    number = 0
    while len(found) < draws:
        found[draw(seed, section, BY_RECORDS, number, count)] = None
        number += 1
    return tuple(found)


def draw_sizes(seed: bytes, section: str, *, draws: int, total: int) -> tuple[int, ...]:
    """Return the points `t` drawn by size, below `total`; none if there is nothing to hit."""
    if total == 0:
        return ()
    return tuple(draw(seed, section, BY_SIZE, number, total) for number in range(draws))


def draw_documents(seed: bytes, section: str, *, count: int) -> tuple[int, ...]:
    """Return which documents are looked at of a record that has `count`; repeats are possible."""
    if count == 0:
        return ()
    numbers = range(DOCUMENT_DRAWS)
    return tuple(draw(seed, section, DOCUMENTS, number, count) for number in numbers)


@dataclass(frozen=True, slots=True)
class SectionSample:
    """What is drawn of one tree."""

    name: str
    records: tuple[int, ...]
    """Indices of leaves, in the order of drawing."""
    sizes: tuple[int, ...] = ()
    """Points `t` on the tree's first measure, in the order of drawing."""
    contents: int = 0
    """Of both, so many from the front are checked against the bytes themselves."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What is drawn of every tree, by name; the tree `training` is one of them."""

    sections: Mapping[str, SectionSample]

    def __iter__(self) -> Iterator[SectionSample]:
        """Yield the samples in the order of their names."""
        return (self.sections[name] for name in sorted(self.sections))


def draw_sample(
    seed: Hash,
    sections: Mapping[str, SumNode],
    *,
    training: int,
    draws: int,
    contents: int = 0,
) -> Sample:
    """Return everything that a challenge draws.

    Args:
        seed: The challenge's.
        sections: The statement's trees. Those of names are not drawn: documents lead to them.
        training: How many records the release was trained on.
        draws: m, of each kind in each tree.
        contents: How many of each kind are checked against the bytes.
    """
    samples = {
        name: SectionSample(
            name,
            draw_records(seed, name, draws=draws, count=root.count),
            draw_sizes(seed, name, draws=draws, total=root.sums[0]),
            contents,
        )
        for name, root in sections.items()
        if is_drawn(name)
    }
    indices = draw_records(seed, TRAINING, draws=draws, count=training)
    samples[TRAINING] = SectionSample(TRAINING, indices)
    return Sample(samples)


def is_drawn(section: str) -> bool:
    """Say whether a section's leaves are records, and so are drawn."""
    return not section.endswith(_NAME_TREES)
