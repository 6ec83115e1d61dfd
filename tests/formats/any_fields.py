"""Commitments to fields as a liar may make them: in any order, of any name, with a name twice."""

from ledger.proof.evidence import FieldsOpening
from ledger.record.batch import SealedRecord
from ledger.record.canonical import JSON, encode
from ledger.record.commitment import FieldOpening, field_leaf, field_salt, record_root
from ledger.record.record import Record
from ledger.tree.hashing import Hash, leaf_hash, root_of
from tests.formats.examples import counting, inclusion

Listed = list[tuple[str, JSON]]
SECRET = counting(0x50)


def committed(kind: str, fields: Listed) -> SealedRecord:
    """Return the commitment to these fields; of the record itself, only the kind is there."""
    leaf = leaf_hash(record_root(len(fields), root_of(_leaves(fields))))
    return SealedRecord(Record(kind, {}), SECRET, leaf)


def opened(fields: Listed, *places: int) -> FieldsOpening:
    """Return the opening of the fields at these places, with proofs that hold."""
    leaves = _leaves(fields)
    shown = [
        FieldOpening(
            name=fields[place][0],
            value=fields[place][1],
            salt=field_salt(SECRET, fields[place][0]),
            index=place,
            proof=inclusion(leaves, place),
        )
        for place in places
    ]
    return FieldsOpening(len(fields), tuple(shown))


def _leaves(fields: Listed) -> list[Hash]:
    return [
        field_leaf(salt=field_salt(SECRET, name), name=name, value=encode(value))
        for name, value in fields
    ]
