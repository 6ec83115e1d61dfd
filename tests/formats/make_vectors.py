"""Make docs/formats/vectors, and print their numbers into the pages of docs/formats.

    python -m tests.formats.make_vectors

Run it when a format changes; the same code gives the same files. Pages hold a line such as

    <!-- vector: batch.json /text -->

and after it a fenced block, which this script fills with the value at that JSON pointer: strings as
they are, other values as JSON. tests/test_formats.py compares files and pages with what this makes.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unicodedata import combining

from tests.formats import (
    answer_vectors,
    audit_vectors,
    core_vectors,
    domain_vectors,
    inside_vectors,
    keyring_vectors,
    package_vectors,
    receipt_vectors,
    record_vectors,
    signed_vectors,
    witness_vectors,
)
from tests.formats.document_cases import document_vector
from tests.formats.evidence_cases import evidence_vector
from tests.formats.misbehaviour_cases import misbehaviour_vector

FORMATS = Path(__file__).parents[2] / "docs" / "formats"
VECTORS = FORMATS / "vectors"
LONGEST = 160
"""Characters of a string that a page shows; of a longer one, it shows the beginning."""

SHOWN = re.compile(
    r"^<!-- vector: (?P<file>[a-z0-9-]+\.json)(?P<pointer>(?: /\S*)?) -->\n"
    r"```(?P<kind>[a-z]*)\n(?P<block>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


def vectors() -> dict[str, dict[str, object]]:
    """Return the content of every vector file, by its name."""
    return {
        "content-digest.json": core_vectors.content_digest(),
        "manifest.json": core_vectors.manifest(),
        "domains.json": domain_vectors.domains(),
        "canonical-json.json": core_vectors.canonical_json(),
        "record.json": record_vectors.record(),
        "commitment.json": record_vectors.commitment(),
        "batch.json": signed_vectors.batch(),
        "merkle-tree.json": core_vectors.merkle_tree(),
        "tiles.json": core_vectors.tiles(),
        "signed-note.json": signed_vectors.signed_note(),
        "checkpoint.json": signed_vectors.checkpoint(),
        "cosignature.json": signed_vectors.cosignature(_kept("cosignature.json")),
        "trust.json": signed_vectors.trust(),
        "witness.json": witness_vectors.witness(),
        "tlog-proof.json": signed_vectors.tlog_proof(),
        "cose-receipt.json": receipt_vectors.cose_receipt(),
        "keyring.json": keyring_vectors.keyring(),
        "evidence.json": evidence_vector(),
        "document.json": document_vector(),
        "document-tree.json": inside_vectors.documents(),
        "audit.json": audit_vectors.audit(),
        "misbehaviour.json": misbehaviour_vector(),
        "domain-answer.json": answer_vectors.answer_vector(),
        "package.json": package_vectors.package(),
    }


def _kept(name: str) -> dict[str, Any]:
    path = VECTORS / name
    kept: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return kept


def written(vector: dict[str, object]) -> str:
    """Return a vector file's text."""
    return _json(vector)


def _json(value: object) -> str:
    """Return JSON that no editor changes: what it might compose, strip or hide is escaped."""
    text = json.dumps(value, indent=1, ensure_ascii=False) + "\n"
    return "".join(
        json.dumps(one)[1:-1] if combining(one) or not (one.isprintable() or one == "\n") else one
        for one in text
    )


def value_at(vector: Any, pointer: str) -> Any:
    """Return the value at a JSON pointer (RFC 6901, without its escapes)."""
    for name in pointer.strip().split("/")[1:]:
        vector = vector[int(name)] if isinstance(vector, list) else vector[name]
    return vector


def printed(value: Any) -> str:
    """Return a value as a page shows it."""
    if isinstance(value, str):
        return value if value.endswith("\n") else f"{shortened(value)}\n"
    return _json(_shortened_all(value))


def shortened(text: str) -> str:
    """Return `text`, or its beginning and its length."""
    return text if len(text) <= LONGEST else f"{text[:72]}… ({len(text)} characters)"


def _shortened_all(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _shortened_all(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_shortened_all(item) for item in value]
    return shortened(value) if isinstance(value, str) else value


def pages() -> Iterator[Path]:
    """Yield the pages that may show vectors."""
    yield from sorted(FORMATS.glob("*.md"))


def filled(page: str, found: dict[str, dict[str, object]]) -> str:
    """Return the text of a page with every block as the vectors say."""

    def block(match: re.Match[str]) -> str:
        shown = printed(value_at(found[match["file"]], match["pointer"]))
        return f"<!-- vector: {match['file']}{match['pointer']} -->\n```{match['kind']}\n{shown}```"

    return SHOWN.sub(block, page)


def main() -> None:
    """Write the vector files, then the pages."""
    found = vectors()
    VECTORS.mkdir(exist_ok=True)
    for name, vector in found.items():
        (VECTORS / name).write_text(written(vector), "utf-8")
    for page in pages():
        text = page.read_text("utf-8")
        if filled(text, found) != text:
            page.write_text(filled(text, found), "utf-8")


if __name__ == "__main__":
    main()
