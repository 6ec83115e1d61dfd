"""What is imported when: the verifier stays small, and `import ledger` costs nothing."""

import subprocess
import sys
from pathlib import Path

from ledger.client.client import Ledger
from tests.cli.prepared import python_path

HEAVY = {"sqlmodel", "sqlalchemy", "alembic", "sqlite3", "pydantic", "fastapi", "yaml", "fsspec"}
CODE = """
import sys
{}
print(*sorted({{name.split(".")[0] for name in sys.modules}}), file=sys.stderr)
"""


def imported(code: str, folder: Path) -> set[str]:
    run = subprocess.run(
        [sys.executable, "-c", CODE.format(code)],
        cwd=folder,
        env={"PYTHONPATH": python_path()},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(run.stderr.splitlines()[-1].split())


def test_verifying_loads_no_database_and_no_web(ledger: Ledger, tmp_path: Path) -> None:
    ledger.add("data/books", set=["dataset.name=books", "source.category=other"])
    ledger.release("m", datasets=["books"])
    ledger.summary("m", to=["html"], folder=tmp_path)
    code = "from ledger.cli.main import main; assert main(['verify', 'm-summary-v1.html']) == 0"
    found = imported(code, tmp_path)
    assert found & HEAVY == set()
    assert {"blake3", "cryptography"} <= found


def test_the_public_verifier_loads_no_database(tmp_path: Path) -> None:
    code = "from ledger import Evidence, Trust, verify, verify_document"
    assert imported(code, tmp_path) & HEAVY == set()


def test_opening_a_ledger_loads_no_orm(ledger: Ledger, tmp_path: Path) -> None:
    code = "from ledger import Ledger; Ledger.open().close()"
    assert imported(code, tmp_path) & (HEAVY - {"sqlite3"}) == set()
