"""Level 2: every tree is built again from all leaves and the secrets, and every record is judged.

Nothing rests on draws here. A tree that comes out with another root than the summary committed to
is an answer that is not whole, or one about other leaves; what comes out with the same root is what
was committed to, to the last leaf.
"""

from collections.abc import Iterator, Mapping, Sequence

from ledger.content.domains import Tally
from ledger.errors import LedgerError, MalformedError, VerificationError
from ledger.proof.audit_answer import Answer, Secrets
from ledger.proof.audit_lines import TRAINING, OpenedLeaf
from ledger.query.commitment import Commitment
from ledger.query.draw_checks import is_of_names
from ledger.query.names import NO_REF, check_rank_leaf, pseudonym
from ledger.query.record_checks import Fault
from ledger.query.sections import CRAWLED_NAMES, CRAWLED_RANK, read_section_name
from ledger.query.shown import ShownRecords
from ledger.record.corrections import Corrections
from ledger.record.leaf import RecordId
from ledger.tree.sums import SumBuilder, SumLeaf, SumNode, SumOpening


def rebuild_all(answer: Answer, commitment: Commitment) -> tuple[OpenedLeaf, ...]:
    """Return all leaves that refer to records; check that the trees over all leaves are committed.

    Raises:
        VerificationError: A tree is missing or another one, or its root is.
    """
    if answer.secrets is None:
        raise VerificationError("the answer hands over no secrets, so no tree can be built again")
    if answer.opened or answer.absent:
        raise VerificationError("an answer that hands over every leaf opens none besides")
    roots = commitment.roots
    for name in sorted(roots.keys() | answer.leaves.keys()):
        if name not in roots:
            raise VerificationError(f"the statement has no tree {name[:80]}, of which leaves came")
        if name not in answer.leaves:
            raise VerificationError(f"no leaf of {name} was handed over")
        _check_root(name, roots[name], answer.leaves[name], answer.secrets)
    return tuple(
        OpenedLeaf(name, SumOpening(index, leaf, b"", ()))
        for name in sorted(roots)
        if not is_of_names(name)
        for index, leaf in enumerate(answer.leaves[name])
    )


def _check_root(name: str, root: SumNode, leaves: Sequence[SumLeaf], secrets: Secrets) -> None:
    secret = secrets.training_secret if name == TRAINING else secrets.audit_secret
    builder = SumBuilder(name, secret)
    try:
        for leaf in leaves:
            builder.add(leaf)
    except MalformedError as error:
        raise VerificationError(f"the leaves of {name} make no tree: {error}") from error
    found = builder.root()
    if found is None or found.count != root.count:
        count = 0 if found is None else found.count
        raise VerificationError(f"{count} leaves of {name} came, and it has {root.count}")
    if found != root:
        raise VerificationError(
            f"{name} is built again with the root {found.hash.hex()}, and the summary committed to "
            f"{root.hash.hex()}: other leaves, or the secret of another statement"
        )


def check_domains(
    answer: Answer, shown: ShownRecords, corrections: Corrections
) -> dict[tuple[str, int], Fault]:
    """Return what is wrong with leaves of the trees of names, by tree and index.

    Each is held against the tallies of all crawled records, added up by domain.
    """
    if CRAWLED_NAMES not in answer.leaves or answer.secrets is None:
        return {}
    expected = _expected(answer, shown, corrections, answer.secrets.name_key)
    found = dict(_names_faults(answer.leaves[CRAWLED_NAMES], expected))
    found.update(_rank_faults(answer.leaves[CRAWLED_RANK], expected))
    return found


def _expected(
    answer: Answer, shown: ShownRecords, corrections: Corrections, name_key: bytes
) -> Mapping[bytes, tuple[str, int]]:
    """Return by pseudonym each domain of the crawled records with its bytes."""
    sums: dict[str, int] = {}
    for tree, leaves in answer.leaves.items():
        if tree == TRAINING or not _is_of_crawl(tree):
            continue
        for leaf in leaves:
            tally = _tally(answer, shown, corrections.newest(RecordId.of_key(leaf.key)))
            for share in tally.shares if tally is not None and leaf.values[-1] else ():
                sums[share.domain] = sums.get(share.domain, 0) + share.bytes
    return {pseudonym(name_key, name): (name, size) for name, size in sums.items()}


def _is_of_crawl(tree: str) -> bool:
    kind = read_section_name(tree)
    return kind.kind == "crawled" and not kind.is_of_names


def _tally(answer: Answer, shown: ShownRecords, record: RecordId) -> Tally | None:
    found = shown.records.get(record)
    if found is None:
        return None
    try:
        domains = found.stated(("domains",)).get("domains")
    except LedgerError:
        return None
    return answer.tallies.get(str(domains["digest"])) if isinstance(domains, dict) else None


def _names_faults(
    leaves: Sequence[SumLeaf], expected: Mapping[bytes, tuple[str, int]]
) -> Iterator[tuple[tuple[str, int], Fault]]:
    missing = dict(expected)
    for index, leaf in enumerate(leaves):
        if missing.pop(leaf.key, None) is None:
            yield (
                (CRAWLED_NAMES, index),
                Fault("misreported", 4, "no tally has a domain of this pseudonym"),
            )
        elif leaf.ref != NO_REF:
            yield (
                (CRAWLED_NAMES, index),
                Fault("misreported", 4, "a leaf of names refers to no record"),
            )
    for name, _ in list(missing.values())[:1]:
        reason = f"the domain {name} is in the tallies, and not among the names"
        yield (CRAWLED_NAMES, 0), Fault("misreported", 4, reason)


def _rank_faults(
    leaves: Sequence[SumLeaf], expected: Mapping[bytes, tuple[str, int]]
) -> Iterator[tuple[tuple[str, int], Fault]]:
    for index, leaf in enumerate(leaves):
        try:
            size, name = check_rank_leaf(leaf)
        except MalformedError as error:
            yield (CRAWLED_RANK, index), Fault("misreported", 4, str(error))
            continue
        domain, tallied = expected.get(name, ("", 0))
        if tallied != size:
            about = f"{domain} has {tallied} bytes" if domain else "no domain has this pseudonym"
            reason = f"it is ranked by {size} bytes, and in the tallies {about}"
            yield (CRAWLED_RANK, index), Fault("misreported", 4, reason)
