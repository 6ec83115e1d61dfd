import re

from fastapi.testclient import TestClient

from api.headers import PAGE_POLICY
from ledger.record.leaf import RecordId
from tests.api.conftest import Serve
from tests.api.world import World, signed, summary, texts


def test_the_page_tells_the_state_and_the_limits(client: TestClient) -> None:
    response = client.get("/")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["content-security-policy"] == PAGE_POLICY
    text = re.sub(r"\s+", " ", response.text)
    for words in (
        "log.example.org/2026",
        "Not witnessed.",
        "86c227955ec8b721…",
        "24 November 2026",
        "what was never recorded cannot be detected",
        "1 earlier version",
    ):
        assert words in text, words


def test_the_page_loads_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/").text
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert not [link for link in loaded if not link.startswith(("/", "#"))]
    assert "<style" not in page
    assert not re.search(r"\son\w+=|\sstyle=", page)
    for path in loaded:
        if path.startswith("/"):
            assert client.get(path).status_code == 200, path


def test_hostile_text_in_a_record_is_text_on_the_page(copy: World, serve: Serve) -> None:
    hostile = "</bdi><script>alert(1)</script><img src=x onerror=alert(2)>\" onclick='alert(3)'"
    (index,) = copy.log.append([signed(summary(list(texts(1)), provider=hostile))])
    copy.log.publish()
    page = serve(copy).get("/").text
    assert str(RecordId(index, 0)) in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "<img" not in page
