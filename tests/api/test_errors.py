import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.errors import PREFIX, PROBLEMS, problem_of
from api.headers import SAFE
from ledger.errors import (
    CannotTellError,
    ConflictError,
    InputError,
    LedgerError,
    MalformedError,
    NotFoundError,
    StorageError,
    VerificationError,
)
from ledger.store.reader import Reader
from ledger.store.rows import Head
from tests.api.world import World

ERRORS: list[LedgerError] = [
    MalformedError("m"),
    VerificationError("v"),
    CannotTellError("c"),
    NotFoundError("n"),
    InputError("i"),
    ConflictError(expected=1, found=2),
    StorageError("s"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_every_ledger_error_has_its_problem(error: LedgerError) -> None:
    problem = problem_of(error)
    assert problem.type.startswith(PREFIX)
    assert problem.status == PROBLEMS[problem.type.removeprefix(PREFIX)].status
    assert problem.status in (403, 404, 409, 422, 503)


def test_the_whole_family_is_tested() -> None:
    assert {type(error) for error in ERRORS} == set(LedgerError.__subclasses__()) - {
        kind for kind in LedgerError.__subclasses__() if kind.__module__.startswith("api.")
    }


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/static/nothing.css", 404),
        ("GET", "/static/../app.py", 404),
        ("GET", "/docs", 404),
        ("POST", "/checkpoint", 405),
        ("PUT", "/api/v1/batches", 405),
        ("GET", "/api/v1/verify", 405),
        ("DELETE", "/api/v1/records/1.0", 405),
        ("POST", "/static/page.css", 405),
        ("OPTIONS", "/api/v1/batches", 405),
    ],
)
def test_the_frameworks_own_errors_are_problems(
    client: TestClient, method: str, path: str, status: int
) -> None:
    response = client.request(method, path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == status


def test_every_type_leads_to_its_meaning(client: TestClient) -> None:
    for name, kind in PROBLEMS.items():
        told = client.get(PREFIX + name).json()
        assert (told["type"], told["meaning"]) == (PREFIX + name, kind.meaning)


class Broken(Reader):
    """A reader with a fault in it, or a database that is away."""

    fault: Exception

    def head(self) -> Head:
        """Fail."""
        raise self.fault


@pytest.mark.parametrize(
    ("fault", "status"),
    [(RuntimeError("secret inside"), 500), (StorageError("/secret/ledger.db: is locked"), 503)],
)
def test_nothing_of_the_inside_gets_out(world: World, fault: Exception, status: int) -> None:
    reader = Broken(world.log.store.engine)
    reader.fault = fault
    client = TestClient(create_app(reader, world.settings), raise_server_exceptions=False)
    response = client.get("/api/v1/log")
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert "secret" not in response.text
    assert "Traceback" not in response.text
    assert {name: response.headers[name] for name in SAFE} == SAFE


@pytest.mark.parametrize(
    "path", ["/", "/checkpoint", "/api/v1/log", "/nothing", "/static/check.js"]
)
def test_every_answer_is_safe_to_open(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"].startswith("default-src 'none'; ")
    assert "unsafe" not in headers["content-security-policy"]


def test_other_sites_may_read_and_not_write(client: TestClient) -> None:
    origin = {"Origin": "https://elsewhere.example"}
    name = "access-control-allow-origin"
    assert client.get("/checkpoint", headers=origin).headers[name] == "*"
    assert client.get("/nothing", headers=origin).headers[name] == "*"
    for path in ("/api/v1/verify", "/api/v1/batches"):
        assert name not in client.post(path, content=b"{}", headers=origin).headers
        asked = {**origin, "Access-Control-Request-Method": "POST"}
        assert name not in client.options(path, headers=asked).headers
