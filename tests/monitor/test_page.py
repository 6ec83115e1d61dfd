"""The page for those who watch a log: every command of it is run, against a real server."""

import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.cli import monitor as verb
from tests.cli.prepared import spawn
from tests.formats.examples import TRUST
from tests.formats.misbehaviour_cases import example_fork
from tests.pages import run_page

PAGE = Path(__file__).parents[2] / "docs" / "monitor.md"


@pytest.fixture
def address(prepared: Path) -> Iterator[str]:
    """The prepared ledger, served by another process."""
    process = spawn("serve", "--port", "0", folder=prepared)
    assert process.stderr is not None
    found = re.search(r"http://127\.0\.0\.1:[0-9]+", process.stderr.readline().decode())
    try:
        assert found
        yield found[0]
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate()


def test_the_page_runs(address: str, prepared: Path, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    shutil.copy(prepared / "ledger.d" / "trust.policy", folder / "lab.policy")
    shutil.copy(prepared / "summary.html", folder)
    (folder / "ledger.example.policy").write_text(TRUST)
    (folder / "fork-2d1e.json").write_bytes(example_fork().to_bytes())
    page = tmp_path / "monitor.md"
    page.write_text(PAGE.read_text("utf-8").replace("http://127.0.0.1:8080", address), "utf-8")
    assert run_page(page, folder) == 5


def test_the_page_names_every_event() -> None:
    source = "".join(
        path.read_text("utf-8")
        for path in (Path(verb.__file__).parents[1] / "monitor").glob("*.py")
    )
    named = set(re.findall(r'Level\.[A-Z]+,\s*"([a-z-]+)"', source))
    assert len(named) > 10
    assert [name for name in sorted(named) if f"`{name}`" not in PAGE.read_text("utf-8")] == []
