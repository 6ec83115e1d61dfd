"""T24: SIGTERM finishes or abandons whole batches."""

from pathlib import Path
from random import Random

import pytest

from tests.databases import KINDS, new_url
from tests.soak.sigterm import LONGEST, lost, stop
from tests.soak.submitting import new_ledger


@pytest.mark.parametrize("kind", KINDS)
def test_t24_a_server_that_is_stopped_under_load_loses_nothing(kind: str, tmp_path: Path) -> None:
    home = new_ledger(tmp_path, new_url(kind, tmp_path))
    stopped = stop(home, 1, Random(1))
    assert stopped.codes == [0]
    assert stopped.acknowledged
    assert max(stopped.seconds) < LONGEST
    assert stopped.wrong == []
    assert lost(home, stopped) == []


def test_t24_two_workers_on_one_database_stop_as_one(tmp_path: Path) -> None:
    home = new_ledger(tmp_path)
    stopped = stop(home, 1, Random(2), ["--workers", "2"])
    assert stopped.codes == [0]
    assert stopped.wrong == []
    assert lost(home, stopped) == []
