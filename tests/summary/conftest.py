"""What several modules read: made once."""

from collections.abc import Mapping

import pytest

from tests.summary.real.examples import Made, make_all


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Made]:
    """Four published summaries, from real ledgers."""
    return make_all(tmp_path_factory.mktemp("real"))
