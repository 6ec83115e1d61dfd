"""The page about the EU summary keeps pace with the form."""

import re
from pathlib import Path

from ledger.summary.eu import summarise
from ledger.summary.eu.form import SECTIONS
from ledger.summary.eu.template import all_fields
from ledger.summary.profile import SCHEMA
from tests.summary.example import example

PAGE = (Path(__file__).parents[2] / "docs/regulations/eu.md").read_text(encoding="utf-8")
ROWS = {
    cells[0]: cells[1:]
    for line in PAGE.splitlines()
    if re.match(r"\| \d", line) and (cells := [cell.strip() for cell in line.strip("|").split("|")])
}


def test_the_page_tells_of_every_field_in_order() -> None:
    assert list(ROWS) == [field.id for field in all_fields(SECTIONS)]


def test_the_page_names_the_owners_that_answers_really_have() -> None:
    for field in summarise(example()).fields():
        owners = {support.owner for support in field.rests_on} - {"rule"}
        assert owners <= set(ROWS[field.id][0].split(", ")), field.id


def test_every_key_of_the_profile_that_the_page_names_exists() -> None:
    named = re.findall(r"`([a-z_]+)\.([a-z_]+)`", PAGE)
    sections = set(SCHEMA)  # `provider.yaml` is the file itself
    assert [key for top, key in named if top in sections and key not in SCHEMA[top]] == ["yaml"]
