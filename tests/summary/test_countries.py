"""Where a provider is established is a code of ISO 3166-1."""

import pytest

from ledger.errors import MalformedError
from ledger.summary.countries import COUNTRIES
from ledger.summary.profile import EU_MEMBERS, check_profile


@pytest.mark.parametrize("code", ["GB", "GR", "EL", "NO", "US"])
def test_a_code_is_accepted(code: str) -> None:
    profile = check_profile({"provider": {"established_in": code}})
    assert profile.text("provider.established_in") == code


@pytest.mark.parametrize(
    ("code", "hint"), [("UK", "write GB"), ("fr", "write FR"), ("XX", None), ("EU", None)]
)
def test_what_is_no_code_is_refused(code: str, hint: str | None) -> None:
    with pytest.raises(MalformedError, match="two-letter country code") as caught:
        check_profile({"provider": {"established_in": code}})
    assert caught.value.hint == hint


def test_the_table_has_all_codes_and_that_of_the_union_for_greece() -> None:
    assert len(COUNTRIES) == 249 + 1
    assert EU_MEMBERS <= COUNTRIES
