"""Vectors of domain tallies.

The suffix list is a stand-in: a vector must not change when the list of the installed package does.
"""

import json

from ledger.capture.hosts import host_of
from ledger.content.domains import NO_DOMAIN, Tally
from tests.formats.core_vectors import rejected

LIST = f"sha256:{'5f' * 32}"
OTHER = f"sha256:{'1e' * 32}"

ROWS: tuple[tuple[dict[str, str], str], ...] = (
    ({"url": "https://www.example.co.uk/a", "text": "one"}, "example.co.uk"),
    ({"url": "https://news.example.co.uk/b", "text": "caf\u00e9"}, "example.co.uk"),
    ({"url": "https://www.stra\u00dfe.example/", "text": "three"}, "xn--strae-oqa.example"),
    ({"url": "https://192.0.2.7/", "text": "four"}, NO_DOMAIN),
)
"""Rows, and the domain of each."""

HOSTS = (
    "https://user@WWW.Example.co.uk:8080/page?q#f",
    "//cdn.example.org?x",
    "news.example.org.",
    "https://www.stra\u00dfe.de/",
    "http://b\u00fccher\u3002example/",
    "a_b.example",
    "192.0.2.7",
    "http://[2001:db8::1]/",
    "localhost",
    "a@example.com",
    "mailto:a@example.com",
    "http://a..example.com/",
    "some text",
    "",
)


def domains() -> dict[str, object]:
    """Return vectors/domains.json."""
    amounts: dict[str, tuple[int, int]] = {}
    for row, domain in ROWS:
        size, documents = amounts.get(domain, (0, 0))
        amounts[domain] = (size + len(row["text"].encode()), documents + 1)
    tally = Tally.of(LIST, amounts)
    other = Tally.of(OTHER, {"a.example": (7, 1), "example.co.uk": (1, 2)})
    return {
        "rows": "".join(json.dumps(row, ensure_ascii=False) + "\n" for row, _ in ROWS),
        "domains": [domain for _, domain in ROWS],
        "tally": tally.to_bytes().decode(),
        "digest": tally.digest,
        "count": tally.count,
        "other": other.to_bytes().decode(),
        "sum": Tally.merged([tally, other]).to_bytes().decode(),
        "hosts": [{"text": text, "host": host_of(text)} for text in HOSTS],
        "rejected": rejected(_bad(), Tally.from_bytes),
    }


def _bad() -> dict[str, str]:
    head = f"tdl/domains/v1\nsuffix-list {LIST}\n"
    return {
        "no suffix list": "tdl/domains/v1\n",
        "two suffix lists out of order": f"{head}suffix-list {OTHER}\n",
        "other header": head.replace("v1", "v2"),
        "not sorted": f"{head}b.example 1 1\na.example 1 1\n",
        "twice": f"{head}a.example 1 1\na.example 1 1\n",
        "upper case": f"{head}A.example 1 1\n",
        "dot at the end": f"{head}a.example. 1 1\n",
        "one label": f"{head}example 1 1\n",
        "address": f"{head}192.0.2.7 1 1\n",
        "other reserved name": f"{head}(other) 1 1\n",
        "no document": f"{head}a.example 1 0\n",
        "leading zero": f"{head}a.example 01 1\n",
        "beyond 63 bits": f"{head}a.example 9223372036854775808 1\n",
        "carriage return": f"{head}a.example 1 1\r\n",
        "no last line feed": f"{head}a.example 1 1",
    }
