r"""What a producer sends: a signed batch, with the secrets and values of its records.

    {"note": "tdl/batch/v1\n…", "records": [{"fields": {…}, "secret": <base64>}…]}

It is canonical JSON: one value has one spelling, so nothing can be read in two ways, and a copy is
equal or it is not a copy.
"""

from ledger.errors import LedgerError, MalformedError
from ledger.record.batch import SealedRecord, SignedBatch, parse_batch
from ledger.record.canonical import JSON, decode_object, encode
from ledger.record.commitment import SECRET_SIZE
from ledger.record.record import Record
from ledger.signing.base64 import decode_base64, encode_base64


def encode_submission(signed: SignedBatch) -> bytes:
    """Return the body that submits a batch."""
    records: list[JSON] = [
        {"fields": sealed.record.fields, "secret": encode_base64(sealed.secret)}
        for sealed in signed.records
    ]
    return encode({"note": signed.note.decode(), "records": records})


def decode_submission(data: bytes) -> SignedBatch:
    """Return the batch that a body submits; its leaves are computed here, and not yet compared.

    Raises:
        MalformedError: The body is not canonical, or a record breaks a rule; with its position.
    """
    value = decode_object(data, "a submission")
    note, records = value.get("note"), value.get("records")
    if value.keys() != {"note", "records"} or not isinstance(note, str):
        raise MalformedError("a submission has note (a text) and records, and nothing else")
    if not isinstance(records, list):
        raise MalformedError("the records of a submission are an array")
    batch, _ = parse_batch(note.encode())
    if len(records) != batch.count:
        # Before anything is computed for each of them.
        raise MalformedError(f"the batch says {batch.count} records, and {len(records)} came")
    sealed = tuple(_record(batch.kind, one, at) for at, one in enumerate(records))
    return SignedBatch(batch, note.encode(), sealed)


def _record(kind: str, value: JSON, at: int) -> SealedRecord:
    if not isinstance(value, dict) or value.keys() != {"fields", "secret"}:
        raise MalformedError(f"records.{at} has fields and secret, and nothing else")
    fields, secret = value["fields"], value["secret"]
    if not isinstance(fields, dict) or not isinstance(secret, str):
        raise MalformedError(f"records.{at}: fields is an object and secret a text")
    data = decode_base64(secret, f"records.{at}.secret")
    if len(data) != SECRET_SIZE:
        raise MalformedError(f"records.{at}.secret has {len(data)} bytes, not {SECRET_SIZE}")
    try:
        return SealedRecord.of(Record.parse(kind, fields), data)
    except LedgerError as error:
        raise MalformedError(f"records.{at}: {error}", hint=error.hint) from error
