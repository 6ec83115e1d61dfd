"""The table of contents keeps its promises."""

import subprocess
import sys

import pytest

import ledger

PUBLIC = [name for name in ledger.__all__ if name != "__version__"]


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_resolves_and_is_documented(name: str) -> None:
    value = getattr(ledger, name)
    assert value.__doc__
    assert value.__module__ == ledger._MODULES[name]


def test_every_public_name_has_a_module_and_the_other_way_round() -> None:
    assert sorted(ledger._MODULES) == PUBLIC


def test_completion_shows_every_public_name() -> None:
    assert set(ledger.__all__) <= set(dir(ledger))


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'ledger' has no attribute 'Leger'"):
        _ = ledger.Leger


def test_importing_the_package_loads_none_of_its_folders() -> None:
    code = "import ledger, sys; print(*[m for m in sys.modules if m.startswith('ledger.')])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
