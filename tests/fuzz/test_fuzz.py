"""The long programme's first inputs, so that it stays runnable and its seeds stay good."""

import pytest

from tests.fuzz.__main__ import make, run
from tests.fuzz.targets import TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_the_first_inputs_of_every_parser(name: str) -> None:
    for number in range(30):
        assert run(name, number) is None


@pytest.mark.parametrize(
    "name", [name for name in TARGETS if name not in ("document", "record", "summary")]
)
def test_every_seed_is_accepted(name: str) -> None:
    target = TARGETS[name]
    for seed in target.seeds:
        target.run(seed)


def test_an_input_is_made_again_from_its_number() -> None:
    for target in TARGETS.values():
        assert make(target, 7) == make(target, 7)
