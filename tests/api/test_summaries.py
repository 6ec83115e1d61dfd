import pytest
from fastapi.testclient import TestClient

from api.headers import DOCUMENT_POLICY
from tests.api.conftest import Serve
from tests.api.world import World, release, signed


def test_a_release_tells_its_training_set_and_its_summaries(client: TestClient) -> None:
    (release,) = client.get("/api/v1/releases").json()["releases"]
    assert release == client.get("/api/v1/releases/example-1").json()
    assert (release["record"], release["training_records"]) == ("2.0", 3)
    assert release["summaries"] == ["3.0", "4.0"]


def test_a_summary_says_what_it_replaced_and_what_replaced_it(client: TestClient) -> None:
    first, second = client.get("/api/v1/summaries").json()["summaries"]
    assert (first["superseded_by"], second["supersedes"]) == ("4.0", "3.0")
    assert client.get("/api/v1/summaries/3.0").json() == first


def test_lists_come_in_pages(copy: World, serve: Serve) -> None:
    for number in range(2, 6):
        copy.log.append([signed(release(f"example-{number}"))])
    copy.log.publish()
    client = serve(copy)
    names: list[str] = []
    query = "?limit=2"
    while query:
        told = client.get(f"/api/v1/releases{query}").json()
        assert len(told["releases"]) <= 2
        names += [one["name"] for one in told["releases"]]
        query = f"?limit=2&after={told['next']}" if "next" in told else ""
    assert names == [f"example-{number}" for number in range(1, 6)]


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=x", "after=x", "after=1.00"])
def test_a_page_that_is_none_is_a_problem(client: TestClient, query: str) -> None:
    assert client.get(f"/api/v1/summaries?{query}").status_code == 422


@pytest.mark.parametrize(
    ("suffix", "media_type"),
    [("html", "text/html; charset=utf-8"), ("jsonld", "application/ld+json")],
)
def test_a_document_is_served_as_it_was_published(
    client: TestClient, world: World, suffix: str, media_type: str
) -> None:
    (_, second) = client.get("/api/v1/summaries").json()["summaries"]
    (path,) = [one["document"] for one in second["renditions"] if one["document"].endswith(suffix)]
    response = client.get(path)
    assert response.content == world.documents[f"2.{suffix}"]
    assert response.headers["content-type"] == media_type
    assert response.headers["content-security-policy"] == DOCUMENT_POLICY
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "name",
    ["summary.html", "0" * 64 + ".html", "0" * 64 + ".pdf", "A" * 64 + ".html", "..%2Fcheckpoint"],
)
def test_a_document_of_another_name_is_not_found(client: TestClient, name: str) -> None:
    assert client.get(f"/api/v1/documents/{name}").status_code == 404


def test_a_summary_whose_files_are_elsewhere_has_no_link(copy: World, serve: Serve) -> None:
    for path in (copy.public / "documents").iterdir():
        path.unlink()
    client = serve(copy)
    (_, second) = client.get("/api/v1/summaries").json()["summaries"]
    assert [sorted(one) for one in second["renditions"]] == [["digest", "media_type", "name"]] * 2
    assert "The document is not on this server." in client.get("/").text
