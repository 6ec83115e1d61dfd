"""RFC 6962 section 2.1 as it is written there: recursive, slow, and hard to get wrong."""

from functools import cache
from hashlib import sha256

LARGEST = 300


@cache
def leaf(index: int) -> bytes:
    """Return the hash of leaf `index`; the entry is its number in decimal."""
    return sha256(b"\x00" + str(index).encode()).digest()


@cache
def mth(lo: int, hi: int) -> bytes:
    """Return MTH(D[lo:hi])."""
    if lo == hi:
        return sha256(b"").digest()
    if hi - lo == 1:
        return leaf(lo)
    k = largest_power_below(hi - lo)
    return sha256(b"\x01" + mth(lo, lo + k) + mth(lo + k, hi)).digest()


def path(m: int, lo: int, hi: int) -> list[bytes]:
    """Return PATH(m, D[lo:hi]), section 2.1.1."""
    if hi - lo == 1:
        return []
    k = largest_power_below(hi - lo)
    if m < k:
        return [*path(m, lo, lo + k), mth(lo + k, hi)]
    return [*path(m - k, lo + k, hi), mth(lo, lo + k)]


def proof(m: int, n: int) -> list[bytes]:
    """Return PROOF(m, D[n]), section 2.1.2."""
    return subproof(m, 0, n, complete=True)


def subproof(m: int, lo: int, hi: int, *, complete: bool) -> list[bytes]:
    """Return SUBPROOF(m, D[lo:hi], b)."""
    if m == hi - lo:
        return [] if complete else [mth(lo, hi)]
    k = largest_power_below(hi - lo)
    if m <= k:
        return [*subproof(m, lo, lo + k, complete=complete), mth(lo + k, hi)]
    return [*subproof(m - k, lo + k, hi, complete=False), mth(lo, lo + k)]


def largest_power_below(n: int) -> int:
    """Return the largest power of two smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def tiles(size: int) -> set[tuple[int, int, int]]:
    """Return every tile (level, number, width) of a tree, counted hash by hash."""
    found: set[tuple[int, int, int]] = set()
    level = 0
    hashes = size
    while hashes:
        full, rest = divmod(hashes, 256)
        found |= {(level, number, 256) for number in range(full)}
        if rest:
            found.add((level, full, rest))
        hashes = full
        level += 1
    return found


def tile_data(level: int, number: int, width: int) -> bytes:
    """Return the bytes of a tile, from the leaves."""
    span = 256**level
    start = number * 256
    return b"".join(mth(at * span, (at + 1) * span) for at in range(start, start + width))
