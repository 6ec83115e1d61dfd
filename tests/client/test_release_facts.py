"""A release's facts come from a file, from arguments, or from both; the arguments win."""

from pathlib import Path
from typing import Any, cast

import pytest

from ledger.client.checking import check_ledger
from ledger.client.client import Ledger
from ledger.client.releasing import datasets_of
from ledger.client.yaml_files import read_yaml
from ledger.errors import InputError, MalformedError
from ledger.record.record import Record

FACTS = """\
datasets: [books]
market_date: 2026-12-01
models:
  - name: m-base
    market_date: 2026-11-20
based_on: [{model: b, of: m-base}]
statements:
  describe.languages: Mostly English.
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    (tmp_path / "a.txt").write_text("a")
    ledger = Ledger.create(tmp_path, origin="lab.example/facts")
    ledger.add(tmp_path / "a.txt", set=["dataset.name=books", "source.category=other"])
    (tmp_path / "release.yaml").write_text(FACTS)
    return ledger


def test_the_file_alone_is_enough(ledger: Ledger, tmp_path: Path) -> None:
    with ledger:
        made = ledger.show(ledger.release("m", facts=tmp_path / "release.yaml")).record.fields
    assert made["release"] == {
        "name": "m",
        "market_date": "2026-12-01",
        "models": [{"name": "m-base", "market_date": "2026-11-20"}],
        "dependencies": [{"model": "b", "of": "m-base"}],
    }
    assert made["statements"] == {"describe.languages": "Mostly English."}
    assert "selection" not in made  # release records are open, and names of datasets are not
    assert made["basis"] == {
        "release": "declared",
        "statements": "declared",
        "training": "observed",
    }


def test_arguments_win_over_the_file(ledger: Ledger, tmp_path: Path) -> None:
    with ledger:
        record = ledger.release(
            "m",
            facts=tmp_path / "release.yaml",
            market_date="2027-01-01",
            models=[{"name": "m-base", "link": "https://m.example"}, ("m-chat", None)],
            statements={"describe.languages": "Mostly German."},
        )
        made = ledger.show(record).record.fields
    assert made["release"] == {
        "name": "m",
        "market_date": "2027-01-01",
        "models": [{"name": "m-base", "link": "https://m.example"}, {"name": "m-chat"}],
        "dependencies": [{"model": "b", "of": "m-base"}],
    }
    assert made["statements"] == {"describe.languages": "Mostly German."}


def test_nothing_is_frozen_when_the_facts_are_wrong(ledger: Ledger, tmp_path: Path) -> None:
    with ledger:
        before = ledger.store.head().size
        with pytest.raises(MalformedError, match="no model m-base is listed; there are other"):
            ledger.release("m", facts=tmp_path / "release.yaml", models=["other"])
        with pytest.raises(InputError, match="there is no file") as caught:
            ledger.release("m", facts=tmp_path / "none.yaml")
        assert str(caught.value.hint).startswith("ledger release template > ")
        (tmp_path / "release.yaml").write_text("market_date: 12/01/2026")
        with pytest.raises(InputError, match=r"release\.yaml: market_date: expected a date"):
            ledger.release("m", facts=tmp_path / "release.yaml", datasets=["books"])
        assert ledger.store.head().size == before


@pytest.mark.parametrize(
    ("data", "message", "hint"),
    [
        (b"a:\n\tb: 2", r"line 2: begins with a tab", "indent by spaces"),
        (b"a: 1\na: 2", r"line 2: the key a is there twice", None),
        (b"b:\n  a: 1\n  a: 2", r"line 3: the key a is there twice", None),
        (b"a: 2026-13-45", r"a date or number that there is not: month must be", "put texts in"),
        (b"a: " + b"9" * 5000, r"a date or number that there is not: Exceeds", "put texts in"),
        (b"ok: 1\na: \xe9", r"is not UTF-8: byte 0xe9 in line 2", "save it as UTF-8"),
        ("a: é".encode("utf-16"), r"is UTF-16, expected UTF-8", "save it as UTF-8"),
        (b"a: x: y", r"line 1: mapping values are not", 'a text with ": " in it needs quotes'),
        (b"a: @x", r"line 1: found character '@'", "put the text in quotes"),
        (b"a: !!python/object:os.x {}", r"line 1: could not determine a constructor", None),
        (b"a: x\x00y", r"line 1: holds a control character, U\+0000", None),
        (b"[" * 1200, r"is nested too deeply", None),
        (b"x" * 1_000_001, r"has more than 1,000,000 bytes", None),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_the_line(
    tmp_path: Path, data: bytes, message: str, hint: str | None
) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(data)
    with pytest.raises(InputError, match=message) as caught:
        read_yaml(path)
    assert caught.value.hint is None if hint is None else str(caught.value.hint).startswith(hint)


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes(b"\xef\xbb\xbfa: x\r\n")
    assert read_yaml(tmp_path / "x.yaml") == {"a": "x"}


def test_a_record_from_before_still_says_which_datasets(ledger: Ledger) -> None:
    with ledger:
        first = ledger.show(ledger.release("m", datasets=["books"])).record.fields
        named: Any = {"selection": {"datasets": ["books", "lost"]}}
        basis: Any = {**cast(dict[str, str], first["basis"]), "selection": "declared"}
        (old,) = ledger.record([Record.parse("release", {**first, **named, "basis": basis})])
        ledger.publish()
        assert datasets_of(ledger.store, ledger.show(old)) == ["books", "lost"]
        with pytest.raises(InputError, match="dataset 'lost' of the earlier release"):
            ledger.release("m", datasets=["books"])
        ledger.release("m", datasets=["books", "lost"])
        assert check_ledger(ledger.home).findings == ()
