"""T01: a lab whose clock is a year off, or set so, changes no verdict and no date that is proven.

The witness's clock stands still; the lab's is right, a year behind, a year ahead. Whatever people
are shown as a bound is the witness's time, and the lab's own is never shown without whose it is.
"""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from ledger import Ledger
from ledger.client.home import find_home
from ledger.client.quorum import add_witness, write_trust
from ledger.store.reader import Reader
from tests.cli.prepared import Shell, prepare
from tests.fakes import FrozenClock
from tests.makers import TIME, WITNESS
from tests.witness.scripted import scripted

YEAR = 365 * 86_400
OFFSETS = {"right": 0, "a year behind": -YEAR, "a year ahead": YEAR}
SEEN = datetime.fromtimestamp(TIME, UTC)


def story(folder: Path, offset: int) -> None:
    """Make a ledger whose clock is off, with a release and a summary, and have it cosigned."""
    clock = FrozenClock((TIME + offset) * 1000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ledger.log.log.SystemClock", lambda: clock)
        prepare(folder)
        trust = folder / "ledger.d" / "trust.policy"
        with scripted([WITNESS]) as witness:
            write_trust(trust, add_witness(trust.read_text(), witness.lines))
            with Ledger.open(folder) as ledger:
                assert ledger.publish().is_current
                warned = ledger.publish().warnings
    assert bool(warned) == bool(offset), "an operator is told that the clocks differ"
    # Nobody answers there any more, and nothing that is shown needs to ask.
    trust.write_text(re.sub(r" http://127\S+", "", trust.read_text()))


@pytest.fixture(params=OFFSETS, scope="module")
def told(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, int]:
    folder = tmp_path_factory.mktemp("when")
    story(folder, OFFSETS[request.param])
    return folder, OFFSETS[request.param]


def own_date(offset: int) -> str:
    return datetime.fromtimestamp(TIME + offset, UTC).strftime("%Y-%m-%d")


def test_t01_verdicts_and_bounds_are_the_witness_s(
    told: tuple[Path, int], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, offset = told
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "80")
    shell = Shell(folder, capsys)
    assert shell("prove", "1.0", "--out", "e.json").code == 0
    for name in ("e.tlog-proof", "e.note"):
        assert shell("prove", "1", "--out", name).code == 0
    for words in (("e.json",), ("e.tlog-proof", "--entry", "e.note")):
        ran = shell("verify", *words, "--trust", "ledger.d/trust.policy", "--strict", "--json")
        assert ran.code == 0
        (file,) = ran.json["files"]
        said = {one["name"]: one["value"] for one in file["details"]}
        assert file["verdict"] == "verified"
        assert said["logged no later than"] == f"{SEEN:%Y-%m-%d %H:%M} UTC, by a witness"
        if offset:
            assert own_date(offset) not in ran.out, "the lab's clock has no say"


def test_t01_what_the_lab_s_clock_says_is_shown_as_that(
    told: tuple[Path, int], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, offset = told
    if not offset:
        pytest.skip("the two dates are one")
    monkeypatch.chdir(folder)
    shell = Shell(folder, capsys)
    shown = shell("show", "1.0")
    assert shown.code == 0
    text = " ".join(shown.out.split())
    assert f"logged no later than {SEEN:%Y-%m-%d}" in text
    assert text.count(own_date(offset)) == text.count(f"the log says {own_date(offset)}") == 1
    for words in (("list",), ("list", "--dataset", "books"), ("check", "demo-1")):
        assert own_date(offset) not in shell(*words).out
    for document in (folder / "summary.html", folder / "summary.jsonld"):
        assert own_date(offset) not in document.read_text()


def test_t01_the_page_says_whose_clock(told: tuple[Path, int]) -> None:
    folder, offset = told
    home = find_home(folder)
    settings = Settings(public=home.public, trust=home.trust)
    with TestClient(create_app(Reader.open(home.url), settings)) as client:
        state = client.get("/api/v1/log").json()
        assert state["seen_no_later_than"] == f"{SEEN:%Y-%m-%dT%H:%M:%SZ}"
        assert state["witnessed"] is True
        page = client.get("/").text
    if offset:
        date = f"15 January {own_date(offset)[:4]}"
        own = [line for line in page.splitlines() if date in line or own_date(offset) in line]
        assert own
        assert all("by the log’s own clock" in line for line in own)
