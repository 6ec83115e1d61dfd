import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import MalformedError
from ledger.record.leaf import RecordId

IDS = st.builds(
    RecordId, st.integers(0, 10**16 - 1).filter(lambda n: n < 2**53), st.integers(0, 10**9 - 1)
)


@given(IDS)
def test_ids_come_back(record_id: RecordId) -> None:
    assert RecordId.parse(str(record_id)) == record_id
    assert RecordId.of_key(record_id.key) == record_id


@given(IDS, IDS)
def test_text_value_and_key_have_one_order(one: RecordId, two: RecordId) -> None:
    assert (one < two) == (one.key < two.key)


@pytest.mark.parametrize(
    "text",
    ["", "1", "1.", ".1", "1.2.3", "01.2", "1.02", "-1.2", "1.-2", " 1.2", "1.2\n", "1,2", "a.b",
     "1.\N{ARABIC-INDIC DIGIT TWO}", "99999999999999999.1", "9999999999999999.1", "1.9999999999"],
)  # fmt: skip
def test_what_is_not_an_id(text: str) -> None:
    with pytest.raises(MalformedError, match="is not a record id"):
        RecordId.parse(text)


@pytest.mark.parametrize(("index", "position"), [(-1, 0), (0, -1), (2**53, 0), (0, 2**32)])
def test_no_such_id(index: int, position: int) -> None:
    with pytest.raises(MalformedError):
        RecordId(index, position)


@pytest.mark.parametrize("size", [0, 11, 13])
def test_a_key_has_12_bytes(size: int) -> None:
    with pytest.raises(MalformedError, match=f"not {size}"):
        RecordId.of_key(bytes(size))
