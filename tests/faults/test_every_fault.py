"""T22: every operation of the log fails; then everything is read again, and nothing is lost.

Here each point is struck once, before its effect and after it, and some twice and for ever; all of
that, on both databases and across the end of a tile, is `tests/soak/faults.py`.
"""

from pathlib import Path

import pytest

from tests.fakes import Fault
from tests.faults.story import FOREVER, Template, new_folder, points, tell


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A log of three entries in SQLite."""
    return Template.make("sqlite", tmp_path_factory.mktemp("template"), 3)


@pytest.mark.parametrize("kept", [False, True], ids=["before its effect", "after its effect"])
def test_t22_any_operation_may_fail_once(template: Template, tmp_path: Path, kept: bool) -> None:
    count = points(template, tmp_path)
    assert count > 150, "the faults reach the operations"
    for at in range(count):
        tell(template, new_folder(tmp_path), Fault(at, kept))


@pytest.mark.parametrize("times", [2, FOREVER], ids=["twice", "for ever"])
def test_t22_some_operations_fail_again(template: Template, tmp_path: Path, times: int) -> None:
    for at in range(0, points(template, tmp_path), 7):
        tell(template, new_folder(tmp_path), Fault(at, kept=at % 2 == 1, times=times))


def test_t22_on_postgresql_too(tmp_path: Path) -> None:
    template = Template.make("postgresql", new_folder(tmp_path), 3)
    for at in range(0, points(template, tmp_path), 29):
        tell(template, new_folder(tmp_path), Fault(at, kept=at % 2 == 0))
