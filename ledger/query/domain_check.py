"""Checking an answer about a domain: the steps of evidence, and three more.

    5 Statement    the trees' hashes lead to the audit root that the summary record names
    6 Crawl list   the pseudonym is, or is not, among the names of the crawl list
    7 Name         the pseudonym is the domain's: by the name key, or on the word of whom signed

Nothing here says "proof" of what is a promise: `VerifiedAnswer.is_proof` does, and the words that
`ledger verify` prints follow from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from ledger.checkpoint.trust import Trust
from ledger.errors import CannotTellError, MalformedError, RevokedKeyError, VerificationError
from ledger.proof.verify import Verified, VerifiedRecord, Walk, verify
from ledger.query.domain_answer import DomainAnswer, note_text
from ledger.query.domain_words import Told
from ledger.query.names import check_rank_leaf, key_commit, name_leaf, pseudonym
from ledger.query.sections import CRAWLED, CRAWLED_NAMES, CRAWLED_RANK, read_section_name
from ledger.query.statement import Context, audit_root_of, section_hash
from ledger.signing.keys import NoteVerifier, VerifierKey
from ledger.signing.note import check_note
from ledger.tree.sums import SumOpening, check_absence, check_opening

COUNTING: Final = "domains"
"""The member of `audit.counting` that names the suffix lists which host names were cut by."""

_SIGNING: Final = ("producer", "publisher")

Stated = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedAnswer:
    """An answer that holds as far as it says.

    `is_proof` says whether the name key shows that the pseudonym is the domain's, or the list is
    empty; otherwise that is the signer's promise. `names` is how many entries the crawl list has,
    `(none)` included.
    """

    verified: Verified
    answer: DomainAnswer
    summary: VerifiedRecord
    names: int
    signer: VerifierKey
    is_proof: bool
    bytes: int | None
    """Bytes that are booked for the domain; None if that is not shown."""

    @property
    def stated(self) -> Stated:
        """The member `summary` of the summary record."""
        return cast(Stated, self.summary.fields["summary"])

    @property
    def cut_by(self) -> str:
        """How host names were cut to domains, as the record says; empty if it does not."""
        audit = cast(Stated, self.summary.fields["audit"])
        return str(audit["counting"].get(COUNTING, ""))

    def told(self) -> Told:
        """Return what there is to say of it in words."""
        stated = self.stated
        return Told(
            asked=self.answer.asked,
            domain=self.answer.domain,
            answer=self.answer.answer,
            is_proof=self.is_proof,
            signer=self.signer.name,
            names=self.names,
            provider=stated["provider"],
            release=stated["release"],
            version=stated["version"],
            bytes=self.bytes,
        )


def verify_answer(answer: DomainAnswer, trust: Trust) -> VerifiedAnswer:
    """Return what an answer shows to somebody who holds `trust`.

    Raises:
        StepFailedError: A step showed that it is false.
        StepUnclearError: A step could not be done: another log's answer, an unknown signer.
    """
    verified = verify(answer.evidence, trust)
    walk = Walk(list(verified.steps))
    with walk.step("Statement") as outcome:
        record, audit = _summary_of(verified)
        names = _check_statement(answer, record, audit)
        outcome.computed = f"the audit root {audit['root'][:16]}… over {len(answer.sections)} trees"
        outcome.means = f"summary {record.id} committed to this crawl list when it was logged"
    with walk.step("Crawl list") as outcome:
        name = _check_list(answer)
        booked = _check_rank(answer, audit, name)
        is_in = "is" if isinstance(answer.proof, SumOpening) else "is not"
        outcome.computed = f"the pseudonym {name.hex()[:16]}… {is_in} among {names} names"
        if booked is not None:
            outcome.computed += f", and {booked} bytes are booked for it"
        outcome.means = f"the crawl list {'has' if is_in == 'is' else 'has not'} this pseudonym"
    with walk.step("Name") as outcome:
        signer = _check_note(answer, verified, record, audit, name)
        is_proof = _check_name(answer, audit, name)
        outcome.computed = f"signed by {signer.label}" + (
            ", and the pseudonym computed with the name key" if answer.name_key else ""
        )
        outcome.means = (
            f"the pseudonym is that of {answer.domain}"
            if answer.name_key
            else f"{signer.name} promises that the pseudonym is that of {answer.domain}"
        )
    return VerifiedAnswer(
        verified=replace(verified, steps=tuple(walk.done)),
        answer=answer,
        summary=record,
        names=names,
        signer=signer,
        is_proof=is_proof,
        bytes=booked,
    )


def _summary_of(verified: Verified) -> tuple[VerifiedRecord, Stated]:
    """Return the one summary record that the evidence shows whole, and its statement."""
    found = [one for one in verified.records if one.kind == "summary" and one.record is not None]
    if len(found) != 1:
        raise MalformedError(f"an answer shows one summary record whole, not {len(found)}")
    audit = found[0].fields.get("audit")
    if not isinstance(audit, Mapping):
        raise VerificationError(
            f"summary {found[0].id} commits to no statement, so to no crawl list"
        )
    return found[0], audit


def _check_statement(answer: DomainAnswer, record: VerifiedRecord, audit: Stated) -> int:
    """Check that the names' root is under the audit root; return how many names there are."""
    context = Context.of(cast(Stated, record.fields["summary"]))
    context.check_before(record.id.index)
    names: list[str] = audit["sections"]
    for name in names:
        _check_section(name, record)
    if (CRAWLED_NAMES in names) != (CRAWLED_RANK in names):
        raise VerificationError(
            f"summary {record.id} has one of the trees {CRAWLED_NAMES} and {CRAWLED_RANK} without "
            "the other"
        )
    if len(names) != len(answer.sections):
        raise VerificationError(
            f"the answer has the hashes of {len(answer.sections)} trees, and summary {record.id} "
            f"names {len(names)}"
        )
    found = audit_root_of(context, audit["measures"], answer.sections)
    if found.hex() != audit["root"]:
        raise VerificationError(
            f"the trees lead to the audit root {found.hex()}, and summary {record.id} commits to "
            f"{audit['root']}: the answer is about another summary, version or release"
        )
    return _count_of(answer, names)


def _check_section(name: str, record: VerifiedRecord) -> None:
    """Check that a tree is one that has its name from the rules: others could hide a crawl."""
    try:
        read_section_name(name)
    except MalformedError as error:
        raise VerificationError(f"summary {record.id}: {error}") from error


def _count_of(answer: DomainAnswer, names: list[str]) -> int:
    """Check that the root shown is that of the tree of names; return how many names it has."""
    if CRAWLED_NAMES not in names:
        if answer.root is not None:
            raise VerificationError(f"the statement has no tree {CRAWLED_NAMES}, and one is shown")
        if any(one.split(".")[0] == CRAWLED for one in names):
            # Crawled, but nobody tallied domains: that a list is not there is not an empty list.
            raise CannotTellError(
                "the statement counts crawled records and commits to no list of domains",
                hint="ask the lab for a summary of records with tallies of domains",
            )
        return 0
    if answer.root is None:
        raise VerificationError(f"the statement has a tree {CRAWLED_NAMES}, and it is not shown")
    if section_hash(CRAWLED_NAMES, answer.root) != answer.sections[names.index(CRAWLED_NAMES)]:
        raise VerificationError(
            f"the root shown is not that of the tree {CRAWLED_NAMES} in the statement"
        )
    return answer.root.count


def _check_list(answer: DomainAnswer) -> bytes:
    """Check the opening or the absence; return the pseudonym that it is about."""
    if isinstance(answer.proof, SumOpening):
        if answer.root is None:
            raise VerificationError("no name is present in an empty list")
        leaf = answer.proof.leaf
        check_opening(answer.proof, tree_name=CRAWLED_NAMES, root=answer.root)
        if leaf != name_leaf(leaf.key):
            raise VerificationError("a leaf of a tree of names refers to nothing and has no values")
        return leaf.key
    name = _signed_name(answer)
    check_absence(answer.proof, key=name, root=answer.root)
    return name


def _check_rank(answer: DomainAnswer, audit: Stated, name: bytes) -> int | None:
    """Check the leaf in the tree of ranks; return the bytes booked, None if it is not shown."""
    if answer.rank is None:
        return None
    opening, root = answer.rank.opening, answer.rank.root
    names: list[str] = audit["sections"]
    places = [at for at, one in enumerate(names) if one == CRAWLED_RANK]
    if not places or section_hash(CRAWLED_RANK, root) != answer.sections[places[0]]:
        raise VerificationError(
            f"the root shown is not that of the tree {CRAWLED_RANK} in the statement"
        )
    check_opening(opening, tree_name=CRAWLED_RANK, root=root)
    size, ranked = check_rank_leaf(opening.leaf)
    if ranked != name:
        raise VerificationError("the bytes shown are booked for another name")
    return size


def _signed_name(answer: DomainAnswer) -> bytes:
    """Return the pseudonym that the note speaks of."""
    text = answer.note.text.removesuffix("\n").rpartition(" ")[2]
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise MalformedError("the note of an answer ends in a pseudonym") from error


def _check_note(
    answer: DomainAnswer, verified: Verified, record: VerifiedRecord, audit: Stated, name: bytes
) -> VerifierKey:
    """Check that the lab signed this very answer; return the key that did."""
    expected = note_text(
        origin=verified.checkpoint.checkpoint.origin,
        summary=str(record.id),
        root=audit["root"],
        answer=answer.answer,
        domain=answer.domain,
        name=name.hex(),
    )
    if answer.note.text != expected:
        raise VerificationError("what was signed is another answer than the one in the file")
    if len(answer.note.signatures) != 1:
        raise MalformedError(f"an answer has one signature, not {len(answer.note.signatures)}")
    (line,) = answer.note.signatures
    for known in verified.keys:
        if line.is_by(known.key):
            if known.role not in _SIGNING:
                raise VerificationError(f"{known.key.label} is a {known.role} key: it answers not")
            check_note(answer.note, [NoteVerifier(known.key)])
            if known.rotated is not None or known.revoked is not None:
                raise RevokedKeyError(f"{known.key.label}, {known.story()}, signed the answer")
            return known.key
    raise CannotTellError(
        f"the answer is signed by {line.name!r}, and no key record in it registers that key"
    )


def _check_name(answer: DomainAnswer, audit: Stated, name: bytes) -> bool:
    """Check the pseudonym where the name key is shown; return whether nothing rests on a word."""
    if answer.name_key is None:
        return answer.root is None  # on an empty list no name is, whosever the pseudonym
    if key_commit(answer.name_key).hex() != audit["key_commit"]:
        raise VerificationError(
            "the name key shown is not the one that the summary committed to when it was logged"
        )
    if pseudonym(answer.name_key, answer.domain) != name:
        raise VerificationError(f"the pseudonym shown is not that of {answer.domain}")
    return True


def check_document(found: VerifiedAnswer, domain: str, size: int) -> None:
    """Check that a document which an auditor saw in a record's content is booked for its domain.

    The documents are drawn (`ledger.query.sample.draw_documents`); the lab is asked about the
    domain of each, with the name key and the bytes. docs/formats/audit.md, "Names and records".

    Args:
        found: The verified answer about the document's domain.
        domain: The domain that the document is from.
        size: The document's bytes of text.

    Raises:
        CannotTellError: The answer is a promise, or shows no bytes.
        VerificationError: The answer is about another domain; or the domain is left out of the
            list, or booked with less than this one document has.
    """
    if found.answer.domain != domain:
        raise VerificationError(
            f"the document is from {domain}, and the answer is about {found.answer.domain}"
        )
    if not found.is_proof:
        raise CannotTellError(
            f"the answer about {domain} is a promise", hint="ask for it with --key and --bytes"
        )
    if not isinstance(found.answer.proof, SumOpening):
        raise VerificationError(
            f"the content has a document from {domain}, and {domain} is not on the crawl list"
        )
    if found.bytes is None:
        raise CannotTellError(
            f"the answer about {domain} shows no bytes", hint="ask for it with --key and --bytes"
        )
    if found.bytes < size:
        raise VerificationError(
            f"a document from {domain} has {size} bytes, and {found.bytes} are booked for all of it"
        )
