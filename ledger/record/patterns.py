"""Forms of text that fields of several kinds have: digests, dates, licences, amounts."""

import re

from ledger.record.schema import Calendar, Integer, Pattern

_HEX64 = "[0-9a-f]{64}"
COUNT = Integer()
BLAKE3 = Pattern(re.compile(f"blake3:{_HEX64}"), "blake3:<64 lower-case hex digits>")
SHA256 = Pattern(re.compile(f"sha256:{_HEX64}"), "sha256:<64 lower-case hex digits>")
DIGEST = Pattern(re.compile(f"(?:blake3|sha256):{_HEX64}"), "blake3:<hex> or sha256:<hex>")
HEX32 = Pattern(re.compile(_HEX64), "64 lower-case hex digits")
KEY12 = Pattern(
    re.compile("[0-9a-f]{24}"), "24 lower-case hex digits: uint64 index, uint32 position"
)
RECORD_ID = Pattern(
    re.compile(r"(?:0|[1-9][0-9]{0,15})\.(?:0|[1-9][0-9]{0,8})"), "<log index>.<position>"
)
MONTH = Pattern(re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])"), "a month as YYYY-MM")
DATE = Calendar(
    re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"), "a date as YYYY-MM-DD"
)
TIME = Calendar(
    re.compile(
        r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
        r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z"
    ),
    "a UTC time as YYYY-MM-DDTHH:MM:SSZ",
)
LANGUAGE = Pattern(
    re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?(?:-[a-z0-9]{4,8})*"),
    "a BCP 47 language tag such as en, pt-BR or zh-Hant",
)
# Each term can be read in one way only, or a long expression with an error at its end would be
# tried in 2^n ways. LicenseRef-… is an id like any other here.
_LICENCE_ID = r"(?:DocumentRef-[A-Za-z0-9.-]+:)?[A-Za-z0-9.-]+\+?"
_LICENCE_TERM = rf"\(*{_LICENCE_ID}(?: WITH [A-Za-z0-9.-]+)?\)*"
LICENCE = Pattern(
    re.compile(rf"{_LICENCE_TERM}(?: (?:AND|OR) {_LICENCE_TERM})*"),
    "an SPDX licence expression such as MIT, Apache-2.0 OR MIT, LicenseRef-contract-7, NOASSERTION",
)
TEMPLATE = Pattern(
    re.compile("[a-z](?:-?[a-z0-9]){0,63}"), "a template's name such as eu, ab2013 or my-questions"
)
AMOUNT = Pattern(re.compile("0|[1-9][0-9]{0,39}"), "a whole number as text such as 640118000411")
"""A sum may be past 2^53 - 1, where JSON numbers end."""
KEYS = Pattern(
    re.compile("(?:[0-9a-f]{24}|[0-9a-f]{64}|[0-9a-f]{80})"),
    "24, 64 or 80 lower-case hex digits: a key of an audit tree",
)
SECTION = Pattern(re.compile(r"[a-z0-9][a-z0-9.-]{0,63}"), "a section's name such as crawled.text")
