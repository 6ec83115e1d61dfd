"""docs/witness.md runs: its commands, and a witness that prints what the page says."""

import re
from pathlib import Path

from ledger.client.home import find_home
from ledger.log.folder import CHECKPOINT
from ledger.log.web import ask
from ledger.log.witnesses import request_of
from ledger.signing.note import Note
from tests.cli.prepared import prepare, spawn
from tests.pages import matches, run_page
from tests.witness.processes import ended

PAGE = Path(__file__).parents[2] / "docs" / "witness.md"


def test_the_page_runs(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    lab = folder / "lab"
    prepare(lab)
    assert run_page(PAGE, folder) == 2
    shown = re.search(r"^```text\n(witness\.example.*?)^```$", PAGE.read_text(), re.M | re.S)
    assert shown
    process = spawn("witness", "serve", "--listen", "127.0.0.1:0", folder=folder)
    assert process.stderr is not None
    greeting = process.stderr.readline().decode()
    port = re.search(r"127\.0\.0\.1:(\d+)/", greeting)
    assert port, greeting
    note = Note.from_bytes((find_home(lab).public / CHECKPOINT).read_bytes())
    for _ in range(2):
        ask("POST", f"http://127.0.0.1:{port[1]}/add-checkpoint", body=request_of(0, (), note))
    out, err = ended(process)
    known, *rest = err.splitlines(keepends=True)
    printed = "".join([greeting.replace(port[1], "8081"), known, out, *rest])
    assert matches(shown[1], printed), printed
