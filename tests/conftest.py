"""What holds for every test: nothing of the developer's own, and the same run twice in CI."""

import os

import pytest
from hypothesis import settings

# A slow machine is no failure: how long a thing takes is for `make bench` to say.
settings.register_profile("local", deadline=None)
# In CI the same commit gives the same verdict; the search for new cases happens at our desks.
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture(autouse=True, scope="session")
def _no_ledger_of_the_developer() -> None:
    """Forget the ledger that the shell points to, lest a test write into it."""
    os.environ.pop("LEDGER_HOME", None)


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name bytes by their length: names must be the same in every worker, whatever made them."""
    return f"{len(val)} bytes" if isinstance(val, bytes) and len(val) > 16 else None
