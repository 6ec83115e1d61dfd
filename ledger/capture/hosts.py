"""From a URL or host name to the registrable domain, by the public suffix list.

    https://user@www.Example.co.uk:8080/page    example.co.uk
    www.straße.de                               xn--strae-oqa.de
    alice.github.io                             alice.github.io     it is on the list
    github.io                                   github.io           a suffix stands for itself
    192.0.2.7, [2001:db8::1], localhost         none

The list is the one that the package `publicsuffixlist` ships, with its private part, and the rule
`*` for names that it does not know. Nothing is fetched. Host names beyond ASCII are mapped as
browsers do it (UTS 46, non-transitional, then Punycode).
"""

import re
from functools import cache, lru_cache
from hashlib import sha256

from ledger.content.domains import is_domain

_AUTHORITY = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//(?:[^/?#\\]*@)?([^/?#\\]*)")
_BARE = re.compile(r"[^/?#\\]*")
_PORT = re.compile(r":[0-9]*$")
_CACHED = 1 << 16


class Suffixes:
    """The public suffix list as installed, and its digest."""

    def __init__(self) -> None:
        import publicsuffixlist

        with open(publicsuffixlist.PSLFILE, "rb") as file:
            data = file.read()
        self.digest = f"sha256:{sha256(data).hexdigest()}"
        """SHA-256 of the list's file."""
        self._list = publicsuffixlist.PublicSuffixList(data.decode().splitlines())
        self._registrable = lru_cache(_CACHED)(self._cut)

    def domain(self, value: object) -> str:
        """Return the registrable domain of a URL or host name; empty if it has none."""
        host = host_of(value) if isinstance(value, str) else ""
        return self._registrable(host) if host else ""

    def is_suffix(self, host: str) -> bool:
        """Answer whether a host name is itself on the list: what is below it are domains."""
        return self._list.privatesuffix(host) is None

    def _cut(self, host: str) -> str:
        # A host that is itself a suffix (s3.amazonaws.com) has no registrable domain, but content
        # does come from there: better its name than none.
        return self._list.privatesuffix(host) or host


@cache
def suffixes() -> Suffixes:
    """Return the list, read when it is first needed: that takes a tenth of a second."""
    return Suffixes()


def host_of(text: str) -> str:
    """Return the host of a URL or host name, in lower case and A-labels; empty if it has none.

    Addresses are no hosts here, and neither is a name of one label.
    """
    text = text.strip()
    url = _AUTHORITY.match(text)
    bare = _BARE.match(text)
    host = url[1] if url else bare[0] if bare else ""
    host = _PORT.sub("", host)
    host = host.lower() if host.isascii() else _mapped(host)
    host = host.removesuffix(".")
    return host if is_domain(host) else ""


def _mapped(host: str) -> str:
    """Return a host name in A-labels, or nothing if it cannot be one."""
    import idna

    try:
        mapped = idna.uts46_remap(host, std3_rules=False, transitional=False)
        return ".".join(map(_a_label, mapped.split(".")))
    except UnicodeError:
        return ""


def _a_label(label: str) -> str:
    return label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}"
