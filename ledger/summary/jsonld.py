"""A document as JSON-LD: every field, machine-readable, with the context inline.

The members of `document_json.py` stand at the top of the object, so the file reads back into the
same `Document`. The context gives them public terms where there are any, and terms of ours
(`urn:tdl:`) where there are none. Beside them stand statements in public vocabularies, under names
that begin with `@` or hold a colon, which say the same of the things themselves: the models, the
training data and its parts, datasets, crawlers, generators. The bytes are canonical JSON and a line
feed; `ledger.proof.document_slot` adds the evidence as the member `evidence`.

    jsonld_context.py   the context: prefixes, and a term for each member
    jsonld_public.py    what is said of document, provider, models and training data
    jsonld_layouts.py   which field of which form says what
    jsonld_values.py    the values of a field as statements
"""

from typing import Any

from ledger.errors import MalformedError
from ledger.proof.document_slot import split_evidence
from ledger.record.canonical import decode_object, encode
from ledger.summary.document import Document
from ledger.summary.document_json import from_json, to_json
from ledger.summary.jsonld_context import CONTEXT
from ledger.summary.jsonld_public import statements

FILE = "summary.jsonld"


def render(document: Document) -> bytes:
    """Return the document as JSON-LD without evidence."""
    return encode({**to_json(document), **_beside(document)}) + b"\n"


def read(data: bytes) -> Document:
    """Return the document whose `render`, with or without evidence, is exactly `data`.

    Raises:
        MalformedError: Anything else, a public term that disagrees with the document included.
    """
    bare = split_evidence(data).document
    members = decode_object(bare[:-1], "a JSON-LD document")
    own = {name: value for name, value in members.items() if not _is_public(name)}
    document = from_json(own)
    if render(document) != bare:
        raise MalformedError("the JSON-LD document says one thing in its fields and another beside")
    return document


def _is_public(name: str) -> bool:
    return name.startswith("@") or ":" in name


def _beside(document: Document) -> dict[str, Any]:
    return {"@context": CONTEXT, **statements(document)}
