"""What the three verbs and `ledger show` print: for people, with witnesses, without, and wrong."""

import re
from datetime import UTC, datetime

import pytest

from ledger.client.client import Ledger
from ledger.client.quorum import add_witness, write_trust
from tests.cli.prepared import Shell
from tests.makers import TIME, WITNESS
from tests.witness.scripted import scripted

SEEN = datetime.fromtimestamp(TIME, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_t43_an_erasure_is_dated_by_witnesses(shell: Shell) -> None:
    trust = shell.folder / "ledger.d" / "trust.policy"
    with scripted([WITNESS]) as witness:
        write_trust(trust, add_witness(trust.read_text(), witness.lines))
        assert shell("erase", "1.0", "--reason", "order 7", "--yes").code == 0
        with Ledger.open(shell.folder) as ledger:
            assert ledger.publish().is_current
    trust.write_text(re.sub(r" http://127\S+", "", trust.read_text()))
    shown = shell("show", "1.0")
    text = " ".join(shown.out.split())
    assert f"logged no later than {SEEN} by witnesses: values and secret are destroyed" in text
    assert shell("show", "1.0", "--json").json["corrections"][0]["logged_no_later_than"] == SEEN


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("correct --reason r", "neither is given"),
        ("withdraw 1.0 --dataset books --reason r", "both is given"),
        ("erase 1.0 --reason r", "nobody is there to ask"),
        ("erase --dataset books --reason r", "all of dataset books"),
        ("correct 1.0 --set rights.licence --reason r", "path=value"),
        ("correct one --unset rights --reason r", "is not a record id"),
        ("withdraw 1.0", "--reason"),
        ("correct 4.0 --unset rights --reason r", "ledger summary RELEASE"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_written(shell: Shell, line: str, message: str) -> None:
    before = shell("list", "--json").json["entries"]
    ran = shell(*line.split())
    assert (ran.code, ran.out) == (2, "")
    assert message in " ".join(ran.err.split())
    assert shell("list", "--json").json["entries"] == before


def test_many_changes_are_cut_for_people_and_whole_for_programs(shell: Shell) -> None:
    settings = [
        word for number in range(25) for word in ("--set", f"lineage.parameters.p{number}=1")
    ]
    ran = shell("correct", "1.0", *settings, "--reason", "r")
    assert "lineage: (not stated) → " in ran.out
    more = [word for number in range(25) for word in ("--set", f"lineage.parameters.p{number}=2")]
    ran = shell("correct", "5.0", *more, "--reason", "r")
    assert ran.out.count("lineage.parameters") == 20
    assert "… and 5 more changes: --json shows all" in ran.out
    changes = shell("show", "1.0", "--json").json["corrections"][1]["changes"]
    assert len(changes) == 25


def test_what_strangers_wrote_moves_no_cursor(shell: Shell) -> None:
    shell("withdraw", "1.0", "--reason", "\x1b[2J\u202egone")
    for words in (("show", "1.0"), ("list", "--all"), ("check", "demo-1", "--corrections")):
        assert "\x1b" not in shell(*words).out
        assert "\u202e" not in shell(*words).out


def test_many_records_are_summed_up_for_people_and_whole_for_programs(shell: Shell) -> None:
    said = ("--set", "dataset.name=many", "--set", "source.category=other")
    (shell.folder / "many").mkdir()
    for number in range(9):
        (shell.folder / "many" / f"{number}.txt").write_text(str(number))
    assert shell("add", "many", *said).code == 0
    words = ("correct", "--dataset", "many", "--reason", "r", "--set")
    ran = shell(*words, "rights.licence=MIT")
    *shown, last = ran.out.splitlines()
    assert len([line for line in shown if "replaced by correction" in line]) == 5
    assert last == "and 4 more records, changed in the same way: --json lists them all"
    value = shell(*words, "rights.licence=CC0-1.0", "--json").json
    assert len(value["records"]) == 9
    shell("correct", value["records"][8]["replacement"], *words[3:], "languages=fr")
    ran = shell(*words, "rights.licence=MIT", "--unset", "languages")
    assert ran.out.splitlines()[-1] == "and 4 more records: --json lists them all"
