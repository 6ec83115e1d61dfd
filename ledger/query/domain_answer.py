r"""The answer to "was this domain crawled?": one file about one name of one summary's crawl list.

    {"answer": "absent", "asked": "www.example.org", "domain": "example.org",
     "evidence": <tdl/evidence/v1>, "name_key": hex, "note": "<signed note>",
     "proof": <absence, or opening>, "rank": {"opening": <opening>, "root": <node>},
     "root": <node>, "sections": [hex...],
     "type": "tdl/domain-answer/v1"}

The evidence holds the summary record, which names the audit root. `root` is the root of the tree
`crawled.names`, `sections` the section hashes of all trees, from which the audit root follows; no
other tree's root is shown but that of `crawled.rank`, and that only with `rank`, which shows how
many bytes are booked for a domain that is present: what an auditor asks for, who saw documents of
it. `name_key` is there only where the lab chose to give it away. The note is the lab's signature on
what it answers, over

    tdl/domain-answer/v1
    <origin of the log>
    summary <record id> <audit root, hex>
    <absent or present> <domain> <pseudonym, hex>

With the name key the answer is a proof. Without it the tie between domain and pseudonym is a signed
promise. docs/formats/domain-answer.md is normative.
"""

from dataclasses import dataclass
from typing import Final, Self

from ledger.content.domains import is_domain
from ledger.errors import MalformedError
from ledger.proof.evidence import Evidence
from ledger.proof.json_members import bytes_of, list_of, members, text_of
from ledger.proof.sum_json import (
    decode_absence,
    decode_node,
    decode_opening,
    encode_absence,
    encode_node,
    encode_opening,
)
from ledger.query.names import NAME_KEY_SIZE, pseudonym, split_rank_key
from ledger.query.statement import MAX_SECTIONS
from ledger.record.canonical import JSON, decode_object, encode
from ledger.signing.keys import Signer
from ledger.signing.note import Note, sign_note
from ledger.tree.hashing import HASH_SIZE
from ledger.tree.sums import AbsenceProof, SumNode, SumOpening, SumTree

TYPE: Final = "tdl/domain-answer/v1"
START: Final = b'{"answer":'
"""How every such file begins: what tells it from evidence."""
MAX_SIZE: Final = 16 * 2**20
ABSENT: Final = "absent"
PRESENT: Final = "present"


@dataclass(frozen=True, slots=True)
class Ranked:
    """How many bytes are booked for a domain: its leaf in the tree of ranks, and that tree's root.

    Of the tree's other leaves it shows sums of bytes, and of one those of it alone.
    """

    opening: SumOpening
    root: SumNode


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainAnswer:
    """What a lab answers about one domain. Nothing in it has been checked yet.

    `root` is None if the statement has no tree of names: nothing was crawled. `asked` is the host
    name that was asked about, `domain` the registrable domain that the list would have for it.
    """

    asked: str
    domain: str
    proof: SumOpening | AbsenceProof
    root: SumNode | None
    sections: tuple[bytes, ...]
    name_key: bytes | None
    evidence: Evidence
    note: Note
    rank: Ranked | None = None

    def __post_init__(self) -> None:
        if self.rank is not None and not isinstance(self.proof, SumOpening):
            raise MalformedError("a domain that is absent has no rank")
        if not is_domain(self.domain):
            raise MalformedError(f"{self.domain[:80]!r} is no domain in lower case and A-labels")
        is_below = self.asked.endswith(f".{self.domain}") and is_domain(self.asked)
        if self.asked != self.domain and not is_below:
            raise MalformedError(f"{self.domain} does not answer for {self.asked[:80]!r}")

    @property
    def answer(self) -> str:
        """`absent` or `present`."""
        return PRESENT if isinstance(self.proof, SumOpening) else ABSENT

    def to_bytes(self) -> bytes:
        """Return the answer's file: canonical JSON and one line feed."""
        is_present = isinstance(self.proof, SumOpening)
        value: dict[str, JSON] = {
            "answer": self.answer,
            "asked": self.asked,
            "domain": self.domain,
            "evidence": self.evidence.to_json(),
            "note": self.note.to_bytes().decode(),
            "proof": encode_opening(self.proof)
            if isinstance(self.proof, SumOpening)
            else encode_absence(self.proof),
            "sections": [one.hex() for one in self.sections],
            "type": TYPE,
        }
        if self.root is not None:
            value["root"] = encode_node(self.root)
        elif is_present:
            raise MalformedError("a domain cannot be present in an empty tree")
        if self.name_key is not None:
            value["name_key"] = self.name_key.hex()
        if self.rank is not None:
            opening, root = encode_opening(self.rank.opening), encode_node(self.rank.root)
            value["rank"] = {"opening": opening, "root": root}
        return encode(value) + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the answer whose `to_bytes` is exactly `data`.

        Raises:
            MalformedError: `data` is cut off, too large, of another version, or no answer.
        """
        if len(data) > MAX_SIZE:
            raise MalformedError(f"an answer has at most {MAX_SIZE} bytes, not {len(data)}")
        if not data.endswith(b"\n"):
            raise MalformedError("an answer ends with a line feed; this file is cut off")
        value = decode_object(data[:-1], "an answer about a domain")
        answer = cls._from_json(value)
        if answer.to_bytes() != data:
            raise MalformedError("the answer is not in its one written form")
        return answer

    @classmethod
    def _from_json(cls, value: dict[str, JSON]) -> Self:
        names = ("answer", "asked", "domain", "evidence", "note", "proof", "sections", "type")
        said, asked, domain, evidence, note, proof, sections, kind = members(
            value, "an answer about a domain", *names, optional=("name_key", "rank", "root")
        )
        if kind != TYPE:
            raise MalformedError(f"this is {str(kind)[:60]!r}, and we read {TYPE!r}")
        if said not in (ABSENT, PRESENT):
            raise MalformedError(f"an answer is {ABSENT} or {PRESENT}, not {str(said)[:60]!r}")
        hashes = list_of(sections, "sections")
        if not 1 <= len(hashes) <= MAX_SECTIONS:
            raise MalformedError(f"a statement has 1 to {MAX_SECTIONS} sections")
        root = value.get("root")
        name_key = value.get("name_key")
        return cls(
            asked=text_of(asked, "asked"),
            domain=text_of(domain, "domain"),
            proof=decode_opening(proof) if said == PRESENT else decode_absence(proof),
            root=None if root is None else decode_node(root),
            sections=tuple(bytes_of(one, "a section hash", HASH_SIZE) for one in hashes),
            name_key=None
            if name_key is None
            else bytes_of(name_key, "the name key", NAME_KEY_SIZE),
            evidence=Evidence.from_json(evidence),
            note=Note.from_bytes(text_of(note, "note").encode()),
            rank=_ranked(value["rank"]) if "rank" in value else None,
        )


def _ranked(value: JSON) -> Ranked:
    opening, root = members(value, "a rank", "opening", "root")
    return Ranked(decode_opening(opening), decode_node(root))


def note_text(*, origin: str, summary: str, root: str, answer: str, domain: str, name: str) -> str:
    """Return what is signed.

    Args:
        origin: The log.
        summary: The id of the summary record.
        root: Its audit root, in hex.
        answer: `absent` or `present`.
        domain: The registrable domain.
        name: Its pseudonym, in hex.
    """
    lines = (TYPE, origin, f"summary {summary} {root}", f"{answer} {domain} {name}")
    return "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlList:
    """What a lab has in hand to answer about one summary: the tree of names, and what ties it."""

    summary: str
    """The id of the summary record."""
    root: str
    """Its audit root, in hex."""
    tree: SumTree | None
    """The tree of names; None if nothing was crawled."""
    sections: tuple[bytes, ...]
    """The section hashes of all trees, in the order of their names."""
    name_key: bytes
    evidence: Evidence
    """Shows the summary record whole."""
    ranks: SumTree | None = None
    """The tree of ranks, where answers are to show bytes."""

    def answer(
        self, domain: str, *, asked: str, origin: str, signer: Signer, with_key: bool
    ) -> DomainAnswer:
        """Return the signed answer about a domain, with the name key in it or without."""
        name = pseudonym(self.name_key, domain)
        proof: SumOpening | AbsenceProof = AbsenceProof(None, None)
        if self.tree is not None:
            at = self.tree.find(name)
            proof = self.tree.open_absence(name) if at is None else self.tree.open(at)
        text = note_text(
            origin=origin,
            summary=self.summary,
            root=self.root,
            answer=PRESENT if isinstance(proof, SumOpening) else ABSENT,
            domain=domain,
            name=name.hex(),
        )
        return DomainAnswer(
            asked=asked,
            domain=domain,
            proof=proof,
            root=None if self.tree is None else self.tree.root,
            sections=self.sections,
            name_key=self.name_key if with_key else None,
            evidence=self.evidence,
            note=sign_note(text, [signer]),
            rank=self._rank(name) if isinstance(proof, SumOpening) else None,
        )

    def _rank(self, name: bytes) -> Ranked | None:
        if self.ranks is None:
            return None
        # The key begins with the size, which nobody knows here: one walk over the leaves finds it.
        for at in range(self.ranks.count):
            if split_rank_key(self.ranks.leaf(at).key)[1] == name:
                return Ranked(self.ranks.open(at), self.ranks.root)
        raise AssertionError("both trees of names have the same names")
