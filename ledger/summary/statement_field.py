"""The statement as a summary record carries it: the field `audit` (docs/formats/record.md)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from ledger.errors import VerificationError
from ledger.proof.sum_json import decode_node, encode_node
from ledger.query.statement import Context, Statement
from ledger.record.canonical import JSON
from ledger.summary.document import Document
from ledger.summary.facts import Facts
from ledger.summary.profile import Profile
from ledger.tree.sums import SumNode

Mode = Literal["sealed", "sections", "counters"]
MODES: Final[tuple[Mode, ...]] = ("sealed", "sections", "counters")


NOT_STATED: Final = "unnamed provider"
"""Stands in a summary record whose profile names no provider yet; the document lists the gap."""

Fields = Mapping[str, Any]


def provider_of(document: Document) -> str:
    """Return who a summary record says publishes a document."""
    return document.provider or NOT_STATED


def mode_of(profile: Profile) -> Mode:
    """Return how much of a statement a provider publishes; `sealed` where it does not say."""
    chosen = profile.text("publication.audit")
    return next((mode for mode in MODES if mode == chosen), "sealed")


def table_json(sections: Mapping[str, SumNode]) -> list[JSON]:
    """Return the roots of all trees as `audit.table` has them."""
    return [_row(name, root) for name, root in sorted(sections.items())]


def _row(name: str, root: SumNode) -> JSON:
    node = encode_node(root)
    if not isinstance(node, dict):
        raise AssertionError("a node is an object")
    # Records hold no empty lists: a tree without measures says nothing of sums.
    return {"name": name, **{member: value for member, value in node.items() if value != []}}


def read_table(table: Sequence[Fields]) -> dict[str, SumNode]:
    """Return the root of each tree by name.

    Raises:
        MalformedError: A row is no node of a tree.
        VerificationError: Two rows have one name, or they are not in order.
    """
    names = [str(row["name"]) for row in table]
    if names != sorted(set(names)):
        raise VerificationError("the table of sections is not in order, each section once")
    return {
        str(row["name"]): decode_node({"sums": [], **{k: v for k, v in row.items() if k != "name"}})
        for row in table
    }


def statement_of(fields: Fields) -> Statement | None:
    """Return the statement whose table a summary record publishes; None if it publishes none."""
    audit = fields["audit"]
    if "table" not in audit:
        return None
    measures = tuple(str(one) for one in audit["measures"])
    return Statement(Context.of(fields["summary"]), measures, read_table(audit["table"]))


def counting_rules(facts: Facts) -> Mapping[str, str]:
    """Return by what rules the measures of these facts were counted, in words."""
    rules = {
        "bytes": "bytes of content, as recorded, after pre-processing",
        "documents": "documents, rows or items, as recorded",
        "stated": "records that state the measure",
        "domain_bytes": "bytes of text by registrable domain, as in the tallies that records name",
    }
    tokenizers = {
        _tokenizer(group.fields["tokenizer"])
        for group in facts.groups
        if "tokenizer" in group.fields
    }
    if tokenizers:
        rules["tokens"] = f"counted by {', '.join(sorted(tokenizers))}"
    if facts.domains is not None and facts.domains.suffix_list:
        rules["domains"] = f"host names cut by {facts.domains.suffix_list}"
    return rules


def _tokenizer(stated: Fields) -> str:
    parts = (stated.get(name, "") for name in ("name", "version", "digest"))
    return " ".join(str(one) for one in parts if one)
