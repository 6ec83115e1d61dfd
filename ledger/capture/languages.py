"""Language tags as data names them, made into BCP 47: `eng` and `EN` are `en`.

ISO 639-3 codes, which crawls and language detectors write, become the two letters that BCP 47 asks
for where there are two; other codes of three letters stay. Scripts and regions are kept
(`zho_Hans` is `zh-Hans`).
"""

import re
from collections.abc import Iterator

from ledger.record.patterns import LANGUAGE

# fmt: off
_SHORT = {
    "afr": "af", "amh": "am", "ara": "ar", "aze": "az", "bel": "be", "ben": "bn", "bos": "bs",
    "bul": "bg", "cat": "ca", "ces": "cs", "cze": "cs", "cym": "cy", "dan": "da", "deu": "de",
    "ger": "de", "ell": "el", "gre": "el", "eng": "en", "epo": "eo", "est": "et", "eus": "eu",
    "fas": "fa", "per": "fa", "fin": "fi", "fra": "fr", "fre": "fr", "gla": "gd", "gle": "ga",
    "glg": "gl", "guj": "gu", "hau": "ha", "heb": "he", "hin": "hi", "hrv": "hr", "hun": "hu",
    "hye": "hy", "ind": "id", "isl": "is", "ita": "it", "jpn": "ja", "kan": "kn", "kat": "ka",
    "kaz": "kk", "khm": "km", "kor": "ko", "lat": "la", "lav": "lv", "lit": "lt", "ltz": "lb",
    "mal": "ml", "mar": "mr", "mkd": "mk", "mlt": "mt", "mon": "mn", "msa": "ms", "mya": "my",
    "nep": "ne", "nld": "nl", "dut": "nl", "nno": "nn", "nob": "nb", "nor": "no", "oci": "oc",
    "pan": "pa", "pol": "pl", "por": "pt", "roh": "rm", "ron": "ro", "rum": "ro", "rus": "ru",
    "sin": "si", "slk": "sk", "slo": "sk", "slv": "sl", "spa": "es", "sqi": "sq", "srp": "sr",
    "swa": "sw", "swe": "sv", "tam": "ta", "tel": "te", "tha": "th", "tur": "tr", "ukr": "uk",
    "urd": "ur", "uzb": "uz", "vie": "vi", "yor": "yo", "zho": "zh", "chi": "zh", "zul": "zu",
}
# fmt: on

_SEPARATOR = re.compile(r"\s*[,;|]+\s*")


def language_tags(value: object) -> tuple[str, ...]:
    """Return the BCP 47 tags that a text or a list of texts names; what is none is left out."""
    texts = value if isinstance(value, list | tuple) else [value]
    return tuple(dict.fromkeys(tag for text in texts for tag in _tags(text)))


def _tags(text: object) -> Iterator[str]:
    for word in _SEPARATOR.split(text) if isinstance(text, str) else ():
        first, *rest = word.strip().replace("_", "-").split("-")
        parts = [_SHORT.get(first.lower(), first.lower()), *map(_cased, rest)]
        tag = "-".join(parts)
        if LANGUAGE.form.fullmatch(tag) and parts[0] not in ("und", "zxx", "mis"):
            yield tag


def _cased(part: str) -> str:
    """Return a subtag as BCP 47 writes it: `Hant` for a script, `BR` for a region."""
    if len(part) == 4 and part.isalpha():
        return part.title()
    return part.upper() if len(part) == 2 else part.lower()
