"""What the fuzzer feeds: every parser of hostile bytes, and the verifier behind them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.trust import Trust
from ledger.content.manifest import Manifest
from ledger.proof.cbor import decode as decode_cbor
from ledger.proof.cbor import encode as encode_cbor
from ledger.proof.cose_receipt import (
    ConsistencyReceipt,
    InclusionReceipt,
    SignedRoot,
    parse_receipt,
)
from ledger.proof.document import verify_document
from ledger.proof.document_slot import form_in, split_evidence, with_evidence
from ledger.proof.html_slot import HTML_START, SLOT_END, SLOT_START
from ledger.proof.misbehaviour import Misbehaviour
from ledger.proof.tlog_proof import TlogProof
from ledger.record.batch import parse_batch
from ledger.record.canonical import decode, decode_object, encode
from ledger.record.kinds import SCHEMAS
from ledger.record.record import Record
from ledger.signing.keys import VerifierKey
from ledger.signing.note import Note
from ledger.summary.document_json import from_bytes, to_bytes
from ledger.summary.figure_checks import check_figures
from ledger.summary.verify import verify_summary
from ledger.tree.growth import RightEdge
from ledger.tree.tiles import BundleId, TileId, decode_bundle, encode_bundle
from tests.formats.cases import TRUSTS
from tests.formats.document_cases import content
from tests.formats.form_cases import FIGURES, form, form_cases
from tests.formats.misbehaviour_cases import example_fork
from tests.makers import LOG as LOG_KEY
from tests.makers import TRUST, TRUST_TEXT, WITNESS_PQ, example_evidence, example_log, shard
from tests.proof.mutate import believed, check_true

LOG = example_log()
EVIDENCE = example_evidence(LOG).to_bytes()


@dataclass(frozen=True)
class Target:
    """A parser and the files it starts from. It raises a LedgerError or keeps its promise."""

    run: Callable[[bytes], None]
    seeds: tuple[bytes, ...]


def _same(parse: Callable[[bytes], bytes]) -> Callable[[bytes], None]:
    """Return a run that demands: what is read is written the same."""

    def run(data: bytes) -> None:
        assert parse(data) == data

    return run


def _evidence(data: bytes) -> None:
    verified = believed(data)
    if verified is not None:
        check_true(verified, LOG)


def _proof(data: bytes) -> None:
    proof = TlogProof.from_bytes(data)
    assert proof.to_bytes() == data


def _bundle(data: bytes) -> None:
    width = data[0] if data else 0
    assert encode_bundle(decode_bundle(data[1:], width)) == data[1:]


def _record(data: bytes) -> None:
    fields = decode_object(data, "a record")
    for kind in SCHEMAS:
        record = Record.parse(kind, fields)
        assert {name: encode(value) for name, value in fields.items()} == record.encoded


def _text(parse: Callable[[str], str]) -> Callable[[bytes], None]:
    def run(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        assert parse(text) == text

    return run


def _trust(data: bytes) -> None:
    Trust.parse(data).check(LOG.checkpoint())


CHECKPOINT = LOG.checkpoint()
SIGNED = SignedRoot.sign(LOG.tiles.edge.root(), LOG_KEY)
RECEIPT = InclusionReceipt(signed=SIGNED, size=4, index=1, proof=LOG.prove(1)).to_bytes()
RECEIPT_OF_GROWTH = ConsistencyReceipt(signed=SIGNED, old=3, new=4, proof=LOG.prove(3)).to_bytes()

WITNESSED = Trust.parse(TRUSTS["witnessed"].encode())
_CASES = {str(case["name"]): content(case) for case in form_cases()}


def example(name: str) -> bytes:
    """Return a document of the vectors."""
    return _CASES[name]


def _slot(data: bytes) -> None:
    """Demand that a document and its evidence give the file again, and that its form is JSON."""
    split = split_evidence(data)
    if split.evidence is not None:
        assert with_evidence(split.document, split.evidence) == data
    assert with_evidence(data, b"{}\n") == with_evidence(split.document, b"{}\n")
    inside = form_in(data)
    assert inside == form_in(split.document)


def _form(data: bytes) -> None:
    document = from_bytes(data)
    assert to_bytes(document) == data
    check_figures(document, FIGURES)


TARGETS: Mapping[str, Target] = {
    "evidence": Target(_evidence, (EVIDENCE,)),
    "document": Target(
        lambda data: _ignore(verify_document(data, TRUST)),
        (
            HTML_START + SLOT_START + SLOT_END,
            b'{"@context":"x"}\n',
        ),
    ),
    "DOCX": Target(_slot, (example("docx-figures"), example("docx-without-evidence"))),
    "PDF": Target(_slot, (example("pdf-figures"), example("pdf-without-evidence"))),
    "summary": Target(
        lambda data: _ignore(verify_summary(data, WITNESSED)),
        tuple(map(example, ("html-figures", "jsonld-figures", "rendition", "html-lie"))),
    ),
    "form": Target(_form, (encode(form()), encode(form(show="figures", figure="1 token")))),
    "note": Target(_same(lambda data: Note.from_bytes(data).to_bytes()), (CHECKPOINT.to_bytes(),)),
    "batch": Target(_same(lambda data: parse_batch(data)[1].to_bytes()), (LOG.batches[1].note,)),
    "checkpoint": Target(
        _text(lambda text: Checkpoint.from_text(text).to_text()), (CHECKPOINT.text.encode(),)
    ),
    "receipt": Target(
        _same(lambda data: parse_receipt(data).to_bytes()), (RECEIPT, RECEIPT_OF_GROWTH)
    ),
    "cbor": Target(_same(lambda data: encode_cbor(decode_cbor(data, "it"))), (RECEIPT,)),
    "misbehaviour": Target(
        _same(lambda data: Misbehaviour.from_bytes(data).to_bytes()), (example_fork().to_bytes(),)
    ),
    "tlog-proof": Target(
        _proof, (TlogProof(index=1, proof=LOG.prove(1), checkpoint=CHECKPOINT).to_bytes(),)
    ),
    "canonical": Target(
        _same(lambda data: encode(decode(data))),
        (encode(shard()), encode({"\U0001f600": [1, True]})),
    ),
    "record": Target(_record, (encode(shard()),)),
    "trust": Target(_trust, (TRUST_TEXT.encode(),)),
    "vkey": Target(
        _text(lambda text: str(VerifierKey.parse(text))), (str(WITNESS_PQ.key).encode(),)
    ),
    "manifest": Target(
        _same(lambda data: Manifest.from_bytes(data).to_bytes()),
        (b"tdl/manifest/v1\nblake3:" + b"0" * 64 + b" 3 a\\n/b\n",),
    ),
    "tile path": Target(
        _text(lambda text: TileId.parse(text).path()), (b"tile/0/x001/234.p/5", b"tile/1/000")
    ),
    "bundle path": Target(
        _text(lambda text: BundleId.parse(text).path()), (b"tile/entries/x001/234.p/5",)
    ),
    "bundle": Target(_bundle, (b"\3\0\3one\0\0\0\5three",)),
    "right edge": Target(
        _same(lambda data: RightEdge.from_bytes(data).to_bytes()), (LOG.tiles.edge.to_bytes(),)
    ),
}


def _ignore(_: object) -> None:
    """Take a result that says nothing more than that there is one."""
