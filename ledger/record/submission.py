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
from ledger.record.shared_reading import read_shards, split_note
from ledger.signing.base64 import decode_base64, encode_base64


class BodyFormError(MalformedError):
    """The body is not canonical JSON of the right members."""


class NoteFormError(MalformedError):
    """The note in the body is no signed batch."""


class RecordFormError(MalformedError):
    """A record in the body breaks a rule; the message begins with its place."""


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
        BodyFormError: The body is not canonical, or has other members.
        NoteFormError: The note is no signed batch.
        RecordFormError: A record breaks a rule.
    """
    return _decode_shards(data) or decode_plainly(data)


def _decode_shards(data: bytes) -> SignedBatch | None:
    """Return a good batch of shards; None for everything else, which the plain way explains."""
    parts = split_note(data)
    if parts is None:
        return None
    try:
        batch, _ = parse_batch(parts.note)
    except MalformedError:
        return None
    shards = read_shards(parts, batch.count) if batch.kind == "shard" else None
    return None if shards is None else SignedBatch(batch, parts.note, shards)


def decode_plainly(data: bytes) -> SignedBatch:
    """Do as `decode_submission`, and take every record by itself."""
    note, records = _parts(data)
    try:
        batch, _ = parse_batch(note)
    except MalformedError as error:
        raise NoteFormError(f"note: {error}", hint=error.hint) from error
    if len(records) != batch.count:
        # Before anything is computed for each of them.
        raise BodyFormError(f"the batch says {batch.count} records, and {len(records)} came")
    sealed = tuple(_record(batch.kind, one, at) for at, one in enumerate(records))
    return SignedBatch(batch, note, sealed)


def _parts(data: bytes) -> tuple[bytes, list[JSON]]:
    """Return the note and the records of a body."""
    try:
        value = decode_object(data, "a submission")
    except MalformedError as error:
        raise BodyFormError(str(error), hint=error.hint) from error
    note, records = value.get("note"), value.get("records")
    if value.keys() != {"note", "records"} or not isinstance(note, str):
        raise BodyFormError("a submission has note (a text) and records, and nothing else")
    if not isinstance(records, list):
        raise BodyFormError("the records of a submission are an array")
    return note.encode(), records


def _record(kind: str, value: JSON, at: int) -> SealedRecord:
    if not isinstance(value, dict) or value.keys() != {"fields", "secret"}:
        raise RecordFormError(f"records.{at} has fields and secret, and nothing else")
    fields, secret = value["fields"], value["secret"]
    if not isinstance(fields, dict) or not isinstance(secret, str):
        raise RecordFormError(f"records.{at}: fields is an object and secret a text")
    try:
        data = decode_base64(secret, "its secret")
    except MalformedError as error:
        raise RecordFormError(f"records.{at}: {error}") from error
    if len(data) != SECRET_SIZE:
        raise RecordFormError(f"records.{at}.secret has {len(data)} bytes, not {SECRET_SIZE}")
    try:
        return SealedRecord.of(Record.parse(kind, fields), data)
    except LedgerError as error:
        raise RecordFormError(f"records.{at}: {error}", hint=error.hint) from error
