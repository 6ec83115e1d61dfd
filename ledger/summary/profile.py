"""The provider profile: what a document needs and no record can know.

`provider.yaml` holds contacts, policies and confirmations, once for all releases. This module
knows its keys and checks a parsed file; reading YAML is somebody else's work. What is not set is
absent, and an absent answer becomes a gap in the document, never a No.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType

from ledger.errors import MalformedError
from ledger.record.vocabulary import CATEGORIES

FILE = "provider.yaml"

_MEMBERS = "AT BE BG CY CZ DE DK EE EL ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU_MEMBERS = frozenset(_MEMBERS.split())
"""Codes of the 27 member states; Greece by its ISO code and by the EU's own."""

TEXT, ANSWER, LINK, COUNTRY = (
    "a text",
    "yes or no",
    "a link (https://…)",
    "a two-letter country code",
)
SIZES = "ranges, shares or figures"

_MODALITY_TEXTS = dict.fromkeys(("text", "image", "audio", "video", "other"), TEXT)

COMMENT_FIELDS = ("1.3.g", "2.1.e", "2.2.2.e", "2.3.i", "2.4.e", "2.5.e", "2.6.c", "3.1.c", "3.3.a")
"""The optional fields of the EU form that a provider may use as it likes."""

SCHEMA: Mapping[str, Mapping[str, str]] = {
    "provider": {"name": TEXT, "contact": TEXT, "established_in": COUNTRY, "sme": ANSWER},
    "representative": {"name": TEXT, "contact": TEXT},
    "publication": {"summary_link": LINK, "updates_link": LINK},
    "confirm": {**dict.fromkeys(CATEGORIES, ANSWER), "modified_model": ANSWER},
    "rights_reservations": {
        "code_of_practice": ANSWER,
        "measures": TEXT,
        "copyright_policy_link": LINK,
    },
    "illegal_content": {"measures": TEXT},
    "content_types": _MODALITY_TEXTS,
    "describe": {
        "languages": TEXT,
        "characteristics": TEXT,
        "other_modality": TEXT,
        "other_public_datasets": TEXT,
        "private_datasets": TEXT,
        "crawler_purposes": TEXT,
        "crawler_behaviour": TEXT,
        "crawled_content": TEXT,
        "user_services": TEXT,
        "other_sources": TEXT,
    },
    "comments": dict.fromkeys(COMMENT_FIELDS, TEXT),
    "show": {"sizes": SIZES},
}
"""Sections of the file, their keys, and what each key expects."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A checked profile: dotted paths to texts and answers. Only set keys are present."""

    values: Mapping[str, str | bool]

    def text(self, path: str) -> str:
        """Return the text at a path, empty when it is not set."""
        value = self.values.get(path, "")
        return value if isinstance(value, str) else ""

    def answer(self, path: str) -> bool | None:
        """Return the answer at a path, None when it is not set."""
        value = self.values.get(path)
        return value if isinstance(value, bool) else None


def check_profile(mapping: Mapping[str, object] | None) -> Profile:
    """Return the profile that a parsed `provider.yaml` states.

    Raises:
        MalformedError: A key that does not exist (with the nearest that does), or a value of the
            wrong kind; the message begins with the path.
    """
    return Profile(MappingProxyType(dict(_checked(mapping or {}))))


def _checked(mapping: Mapping[str, object]) -> Iterator[tuple[str, str | bool]]:
    if not isinstance(mapping, Mapping):
        raise MalformedError(f"{FILE}: expected sections with keys, found {_kind(mapping)}")
    for section, keys in mapping.items():
        expected = SCHEMA[_known(section, SCHEMA, "")]
        if keys is None:
            continue
        if not isinstance(keys, Mapping):
            raise MalformedError(f"{section}: expected keys below it, found {_kind(keys)}")
        for key, value in keys.items():
            kind = expected[_known(key, expected, f"{section}.")]
            if value is not None:
                yield f"{section}.{key}", _value(value, kind, f"{section}.{key}")


def _known(key: object, keys: Mapping[str, object], where: str) -> str:
    if isinstance(key, str) and key in keys:
        return key
    near = get_close_matches(str(key), keys, n=1, cutoff=0.5)
    advice = f"did you mean {where}{near[0]}?" if near else f"there are {', '.join(keys)}"
    raise MalformedError(f"{where}{key}: no such key in {FILE}; {advice}")


def _value(value: object, kind: str, path: str) -> str | bool:
    if kind == ANSWER:
        if isinstance(value, bool):
            return value
        raise MalformedError(f"{path}: expected {kind}, found {value!r}")
    if kind == COUNTRY and value is False:
        # YAML 1.1 reads an unquoted NO as the answer no.
        raise MalformedError(f"{path}: expected {kind}, found no", hint='for Norway write "NO"')
    if not isinstance(value, str):
        raise MalformedError(f"{path}: expected {kind}, found {_kind(value)} {value!r}; quote it")
    return _text(unicodedata.normalize("NFC", value).strip(), kind, path)


def _text(text: str, kind: str, path: str) -> str:
    if not text:
        raise MalformedError(f"{path}: empty; leave the key out when there is nothing to say")
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t" for char in text):
        raise MalformedError(f"{path}: holds a control character")
    if kind == LINK and not is_link(text):
        raise MalformedError(f"{path}: expected {kind}, found {text[:80]!r}")
    if kind == COUNTRY and not (len(text) == 2 and text.isascii() and text.isupper()):
        raise MalformedError(f"{path}: expected {kind} such as FR, found {text[:80]!r}")
    if kind == SIZES and text not in ("ranges", "shares", "figures"):
        raise MalformedError(f"{path}: expected {kind}, found {text[:80]!r}")
    return text


def is_link(text: str) -> bool:
    """Answer whether a text is a web address that a page may link to."""
    return text.startswith(("https://", "http://")) and not any(char.isspace() for char in text)


def _kind(value: object) -> str:
    names = {dict: "keys", list: "a list", str: "a text", bool: "yes or no", int: "a number"}
    return names.get(type(value), type(value).__name__)


PROFILE_TEMPLATE = """\
# What no record can know: who you are, what your policies are, what you confirm.
# Uncomment what is true and fill it in. A key that is not set stays open in the summary and is
# listed there as a gap. `ledger check RELEASE` lists what is still missing.

provider:
  # The legal entity that places the model on the market.
  # name: Example Labs SAS
  # A contact for questions about the summary, better than the general mailbox.
  # contact: training-data@example.org
  # Where the provider is established: a two-letter code, in quotes (unquoted NO means no).
  # established_in: "FR"
  # Small or medium-sized enterprise? Shortens the list of domains in 2.3. Unset counts as no here.
  # sme: no

# Only for a provider outside the Union (Article 54).
representative:
  # name: Example Representation GmbH
  # contact: ai-act@example.org

publication:
  # Where the authoritative copy of the summary is, and where updates are announced.
  # summary_link: https://example.org/ai/summary
  # updates_link: https://example.org/ai/updates

# A summary may say No only when you confirm it. That the ledger holds no record of a kind is not
# enough: it cannot know what was never recorded. Answer yes or no; a yes should have records.
confirm:
  # public_dataset: no
  # private_licensed: no
  # private_third_party: no
  # crawled: no
  # user_data_model: no
  # user_data_other_service: no
  # synthetic: no
  # other: no
  # Are the models fine-tuned or otherwise modified from a model already on the Union market?
  # modified_model: no

rights_reservations:
  # Signatory to the Code of Practice for general-purpose AI models?
  # code_of_practice: no
  # What you did before training to respect opt-outs from text and data mining: protocols honoured,
  # by you and by those whose datasets you took.
  # measures: |
  #   Our crawler reads robots.txt before each request.
  # copyright_policy_link: https://example.org/ai/copyright

illegal_content:
  # How illegal content is kept out: block lists, keywords, classifiers.
  # measures: |
  #   Hash lists of known material are matched against every image.

# Types of content per modality, for what the records do not say.
content_types:
  # text: scientific text, source code
  # image: photography
  # audio: audiobooks
  # video: television programmes
  # other: sensor readings

# Your own words where the form asks for a description. They stand beside what the records say.
describe:
  # languages: Mostly English, with all official languages of the Union.
  # characteristics: Web pages from all member states.
  # other_modality: Sensor readings
  # other_public_datasets: Dictionaries and word lists with open licences.
  # private_datasets: Archives of two regional newspapers.
  # crawler_purposes: To collect pages for training language models.
  # crawler_behaviour: |
  #   Reads robots.txt; solves no captchas; enters no paywalled or password protected sites.
  # crawled_content: News, blogs and government portals in the official languages of the Union.
  # user_services: Our chat service, where users have agreed.
  # other_sources: Exercises written by our staff.

# Optional comments, by field of the EU form (quote the field's number).
comments:
  # "1.3.g": Sizes are counted after deduplication.
  # "2.1.e": Sizes of single datasets are on our site.

show:
  # Either "ranges", the official size ranges only, as the form asks; or "figures", exact sizes too.
  # sizes: ranges
"""
"""What `ledger init` writes: every key, commented, with an example; nothing is answered."""
