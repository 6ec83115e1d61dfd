"""docs/api.md names every address, every problem and every variable, and no others."""

import re
from pathlib import Path

from fastapi.testclient import TestClient

from api import settings
from api.errors import PREFIX, PROBLEMS

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


def test_the_page_lists_the_addresses(client: TestClient) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    served = {f"{method.upper()} {path}" for path, item in paths.items() for method in item}
    told = set(re.findall(r"^\| `((?:GET|POST) [^`]+)`", PAGE, re.MULTILINE))
    assert told == served | {"GET /api/v1/openapi.json"}


def test_the_page_lists_the_problems() -> None:
    told = re.findall(rf"^\| `{PREFIX}([a-z-]+)` \| (\d+) \|", PAGE, re.MULTILINE)
    assert told == [(one.name, str(one.status)) for one in PROBLEMS.values()]


def test_the_page_lists_the_variables() -> None:
    told = set(re.findall(r"^\| `(LEDGER_[A-Z_]+)`", PAGE, re.MULTILINE))
    assert told == set(re.findall(r"LEDGER_[A-Z_]+", settings.__doc__ or ""))
