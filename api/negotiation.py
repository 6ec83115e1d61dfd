"""Which form of an answer a client wants: the header Accept (RFC 9110 section 12.5.1)."""

import re
from collections.abc import Sequence

from api.errors import RefusedError

_QUALITY = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")


def choose(accept: str, offers: Sequence[str]) -> str:
    """Return the media type of `offers` that the client wants most.

    Args:
        accept: The header's value; empty if there is none.
        offers: What there is; the first is given to whoever has no wish.

    Raises:
        RefusedError: The client wants none of them (406).
    """
    ranges = [_parse(part) for part in accept.split(",") if part.strip()]
    if not ranges:
        return offers[0]
    wanted = [(_quality(offer, ranges), -place) for place, offer in enumerate(offers)]
    quality, place = max(wanted)
    if quality <= 0:
        raise RefusedError(
            "not-acceptable",
            f"this is served as {' or '.join(offers)}, and not as {accept[:100]!r}",
            hint=f"Accept: {offers[0]}",
        )
    return offers[-place]


def _parse(part: str) -> tuple[str, float]:
    """Return a media range, in small letters, and its quality."""
    name, *parameters = (word.strip().lower() for word in part.split(";"))
    found = (_QUALITY.fullmatch(word) for word in parameters)
    return name, next((float(match[1]) for match in found if match), 1.0)


def _quality(offer: str, ranges: Sequence[tuple[str, float]]) -> float:
    """Return how much an offer is wanted: what the range that fits it most closely says."""
    for pattern in (offer, f"{offer.partition('/')[0]}/*", "*/*"):
        stated = [quality for name, quality in ranges if name == pattern]
        if stated:
            return max(stated)
    return 0.0
