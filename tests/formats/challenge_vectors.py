"""Vectors of an audit: a statement, a challenge of each mode, what they draw, bounds, a report."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from ledger.checkpoint.trust import Trust
from ledger.query.bounds import sample_size, upper_bound, upper_bound_of
from ledger.query.randomness import BEACON_DELAY, Mode, rand_of_witnesses, round_after, seed_of
from ledger.query.sample import BY_SIZE, draw, draw_documents, draw_records, draw_sizes
from ledger.query.statement import section_hash
from ledger.record.canonical import JSON
from ledger.signing.note import Note
from tests.makers import TIME, TRUST_TEXT, WITNESS_PQ
from tests.query.reports import C1, CHALLENGE, EXAMPLE_REPORT
from tests.query.test_challenge import pulse
from tests.query.worked_example import CONTEXT, EXAMPLE, STATEMENT

# Signatures of ML-DSA-44 are made with fresh randomness: vectors have none.
_NOTE = Note(C1.text, C1.signatures[:2])
_WITNESSED = TRUST_TEXT.replace(f"witness pq {WITNESS_PQ.key}\n", "").replace(" ed pq", " ed")
_CHALLENGE = replace(
    CHALLENGE, checkpoint=_NOTE.to_bytes(), precision="50", draws=7, drawn_at="2027-01-15T08:00:00Z"
)
_TEXT = str(EXAMPLE["checkpoint_body"])
_RAND = b"\x42" * 32


def challenges() -> dict[str, object]:
    """Return the members of vectors/audit.json that this is about."""
    return {
        "statement": _statement(),
        "challenges": _challenges(),
        "draws": _draws(),
        "sizes": _sizes(),
        "report": replace(EXAMPLE_REPORT, challenge=_CHALLENGE).to_json(),
    }


def _statement() -> Mapping[str, JSON]:
    return {
        "context": CONTEXT.hash().hex(),
        "section_hashes": {
            name: section_hash(name, root).hex() for name, root in STATEMENT.sections.items()
        },
        "audit_root": STATEMENT.audit_root().hex(),
        "file": STATEMENT.to_json(),
    }


def _challenges() -> list[JSON]:
    trust = Trust.parse(_WITNESSED.encode())
    rand = rand_of_witnesses(_NOTE, trust)
    number = round_after(TIME + BEACON_DELAY, genesis=1_692_803_367, period=3)
    one = pulse(round=number)
    made = (
        _CHALLENGE,
        replace(_CHALLENGE, mode=Mode.WITNESSES, rand=rand),
        replace(_CHALLENGE, mode=Mode.BEACON, rand=one.rand(), pulse=one),
        replace(_CHALLENGE, mode=Mode.NOBODY, rand=b"", draws=128),
    )
    for challenge in made:
        challenge.check(trust)
    return [{"file": one.to_json(), "seed": one.seed().hex()} for one in made]


def _draws() -> dict[str, JSON]:
    """Return the draws of the protocol's worked example."""
    seed = seed_of(STATEMENT.audit_root(), _TEXT, Mode.REGULATOR, _RAND)
    total = STATEMENT.sections["crawled"].sums[0]
    return {
        "checkpoint_text": _TEXT,
        "rand": _RAND.hex(),
        "seed": seed.hex(),
        "by_records_crawled_3_of_5": list(draw_records(seed, "crawled", draws=3, count=5)),
        "by_records_licensed_2_of_3": list(draw_records(seed, "licensed", draws=2, count=3)),
        "by_size_crawled_79360": list(draw_sizes(seed, "crawled", draws=3, total=total)),
        "documents_crawled_1000": list(draw_documents(seed, "crawled", count=1_000)),
        "below_2_to_the_64": str(draw(seed, "crawled", BY_SIZE, 0, 2**64)),
    }


def _sizes() -> dict[str, JSON]:
    p99, one = Fraction(99, 100), Fraction(1, 100)
    return {
        "draws_99_1_by_failures": [
            sample_size(confidence=p99, precision=one, failures=k) for k in range(6)
        ],
        "draws_99_1_of_6_claims": sample_size(confidence=p99, precision=one, claims=6),
        "draws_99_1_of_1000_records": sample_size(confidence=p99, precision=one, population=1_000),
        "below_percent_of_459_draws_by_failures": [
            upper_bound(k, 459, one).percent() for k in range(4)
        ],
        "below_percent_of_459_of_20000_records_by_failures": [
            upper_bound_of(k, 459, 20_000, one).percent() for k in range(4)
        ],
    }
