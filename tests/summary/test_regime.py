"""A regime's file is its registration, and none is imported before it is asked for."""

import subprocess
import sys
from pathlib import Path

import pytest

from ledger.errors import InputError
from ledger.record.patterns import TEMPLATE
from ledger.summary import regimes as folder
from ledger.summary.document import Unstated
from ledger.summary.filing import Filing
from ledger.summary.regime import FIRST, find_regime, regime_names, regimes
from tests.summary.example import CRAWL, FINEWEB, SYNTHETIC, example, filing, group
from tests.summary.regime_example import full

ADDED = '''"""A fourth regime."""

from dataclasses import replace

from ledger.summary.document import Document
from ledger.summary.eu import summarise
from ledger.summary.filing import Filing
from ledger.summary.regime import Regime


def fill(filing: Filing) -> Document:
    """Return the EU's form under another title."""
    return replace(summarise(filing), template="our-form", title="Our form")


REGIME = Regime("our-form", "a customer's form", fill)
'''


def test_every_file_in_the_folder_is_a_regime_and_no_list_names_them() -> None:
    files = {path.stem for path in Path(folder.__path__[0]).iterdir()} - {"__init__", "__pycache__"}
    assert {name.replace("-", "_") for name in regime_names()} == files
    assert regime_names()[0] == FIRST


@pytest.mark.parametrize("regime", regimes(), ids=lambda regime: regime.name)
def test_a_regime_fills_its_own_form_and_a_record_may_name_it(regime: object) -> None:
    name = getattr(regime, "name", "")
    found = find_regime(name)
    assert found is regime
    assert found.about
    assert found.fill(filing()).template == name
    TEMPLATE.check(name, "summary.template")


@pytest.mark.parametrize(
    ("name", "advice"),
    [("ab2031", "did you mean 'ab2013'?"), ("model_documentation", "'model-documentation'?")],
)
def test_a_template_that_there_is_not(name: str, advice: str) -> None:
    with pytest.raises(InputError, match="no template") as caught:
        find_regime(name)
    assert advice in str(caught.value)
    assert "./hearing.yaml" in str(caught.value.hint)


def test_a_file_in_the_folder_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "our_form.py").write_text(ADDED, encoding="utf-8")
    monkeypatch.setattr(folder, "__path__", [*folder.__path__, str(tmp_path)])
    assert "our-form" in regime_names()
    assert find_regime("our-form").fill(filing()).title == "Our form"


FILINGS = {
    "nothing": filing(),
    "one dataset": filing(FINEWEB),
    "crawled and synthetic": filing(CRAWL, SYNTHETIC),
    "images, unknown makers": filing(
        group("synthetic", "x", modality=["image"], generator="unknown", measures={"bytes": 3})
    ),
    "users": filing(group("user_data_model", "chats"), group("other", "notes")),
    "example": example(),
    "full": full(),
    "figures": full({"show": {"sizes": "figures", "licensors": True}}),
}


@pytest.mark.parametrize("name", regime_names())
@pytest.mark.parametrize("given", FILINGS.values(), ids=list(FILINGS))
def test_every_value_rests_on_something_and_every_open_one_has_a_gap(
    name: str, given: Filing
) -> None:
    document = find_regime(name).fill(given)
    lacking = {gap.field for gap in document.gaps}
    for field in document.fields():
        assert field.values
        places = range(len(field.values))
        held = {at for one in field.rests_on for at in (one.of or places)}
        said = [at for at in places if not isinstance(field.values[at], Unstated)]
        assert set(said) <= held <= set(places), field
        hangs = [v for v in field.values if isinstance(v, Unstated) and "Asked for" in v.reason]
        assert len(said) == len(places) or field.id in lacking or hangs, field
    assert not [gap for gap in document.gaps if not gap.remedy or not gap.message]
    assert {gap.field for gap in document.gaps} <= {field.id for field in document.fields()}


def test_names_cost_no_import_of_a_regime() -> None:
    code = (
        "import sys; from ledger.summary.regime import regime_names; regime_names();"
        "parts = ('ledger.summary.regimes.', 'ledger.summary.f', 'yaml');"
        "print([name for name in sys.modules if name.startswith(parts)])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"
