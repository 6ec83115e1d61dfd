"""Names of datasets that a form does not give are nowhere in what a ledger publishes."""

import re
from base64 import b64decode
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
import pytest
import yaml
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from ledger.client.client import Ledger
from ledger.client.releasing import datasets_of, newest_release
from ledger.client.site import write_site
from ledger.render import FORMATS
from ledger.store.reader import Reader
from tests.summary.example import PROFILE
from tests.summary.real.lab import Dataset, Published, opened

RELEASE = "m-1"
SECRET = ("HiddenCourt", "Zeitwerk", "Quillmark")
"""A private dataset, one called after its licensor, and one of users."""
DATASETS = (
    Dataset("OpenWords", "public_dataset", {"bytes": 5_000_000, "tokens": 900_000}),
    Dataset(
        "HiddenCourt", "private_third_party", {"bytes": 9_000}, source={"publicly_known": False}
    ),
    Dataset(
        "Zeitwerk Archive",
        "private_licensed",
        {"bytes": 70_000},
        source={"provider": "Zeitwerk Verlag"},
    ),
    Dataset("Quillmark Chats", "user_data_model", {"bytes": 3_000}),
)
MODES = ("ranges", "shares", "figures")
BASE64 = re.compile(rb"[A-Za-z0-9+/]{24,}={0,2}")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A version in each mode and every format, forms of two laws, a correction, and the site."""
    folder = tmp_path_factory.mktemp("confidential")
    what = Published(
        name="quiet",
        release=RELEASE,
        last_update="",
        models=[("m-1-base", None)],
        profile=PROFILE,
        datasets=DATASETS,
        facts=(),
        market_date="2026-11-20",
    )
    with opened(what, folder) as ledger:
        for mode in MODES:
            said: dict[str, Any] = {**PROFILE, "show": {"sizes": mode, "domains": "all"}}
            ledger.home.profile.write_text(yaml.safe_dump(said), encoding="utf-8")
            ledger.summary(RELEASE, to=tuple(FORMATS), folder=folder / "out")
            ledger.summary(RELEASE, template="ab2013", to=["html"], folder=folder / "out")
        ledger.correct(dataset="HiddenCourt", set=["source.period.end=2026-01"], reason="dated")
        ledger.release(RELEASE, datasets=[one.name for one in DATASETS], models=["m-1-base"])
        ledger.summary(RELEASE, to=tuple(FORMATS), folder=folder / "out")
        ledger.publish()
        write_site(ledger, folder / "site", link="https://lab.example/ai")
        yield ledger


def readings(data: bytes) -> Iterator[bytes]:
    """Yield a file as it is, what is encoded in base64 in it, and a PDF's streams inflated."""
    yield data
    for found in BASE64.finditer(data):
        text = found[0].rstrip(b"=")
        yield b64decode(text[: len(text) // 4 * 4])
    if data.startswith(b"%PDF"):
        with pikepdf.open(BytesIO(data)) as pdf:
            for one in pdf.objects:
                if isinstance(one, pikepdf.Stream):
                    yield one.read_bytes()
                yield str(one).encode("utf-8", "replace")


def found_in(data: bytes, names: tuple[str, ...]) -> list[str]:
    """Return the names that a file gives away."""
    every = [one.lower() for one in readings(data)]
    return [name for name in names if any(name.lower().encode() in one for one in every)]


def test_no_published_byte_names_a_confidential_dataset(published: Ledger) -> None:
    home = published.home
    folders = (home.public, home.folder / "out", home.folder / "site")
    files = [path for one in folders for path in sorted(one.rglob("*")) if path.is_file()]
    assert {path.suffix for path in files} >= {".pdf", ".docx", ".html", ".jsonld", ".json"}
    told = {str(path): found for path in files if (found := found_in(path.read_bytes(), SECRET))}
    assert told == {}
    # The search would find what is there.
    for path in files:
        if path.parent.name == "out" and path.suffix != ".json" and "ab2013" not in path.name:
            assert found_in(path.read_bytes(), ("OpenWords",)), path


def test_no_answer_of_the_api_names_one(published: Ledger) -> None:
    home = published.home
    settings = Settings(public=home.public, trust=home.trust)
    size = published.store.head().size
    paths = ["/", "/api/v1/releases", "/api/v1/summaries", f"/api/v1/releases/{RELEASE}"]
    paths += ["/api/v1/log", *(f"/api/v1/entries/{n}.note" for n in range(size))]
    paths += [f"/api/v1/records/{n}.0{tail}" for n in range(size) for tail in ("", "/proof")]
    with TestClient(create_app(Reader.open(home.url), settings)) as client:
        answers = {path: client.get(path) for path in paths}
    assert {answer.status_code for answer in answers.values()} == {200}
    told = {path: found_in(answer.content, SECRET) for path, answer in answers.items()}
    assert {path: found for path, found in told.items() if found} == {}
    (first, _) = answers["/api/v1/releases"].json()["releases"]
    assert "datasets" not in first


def test_the_owner_still_knows_them(published: Ledger) -> None:
    release = newest_release(published.store, RELEASE)
    assert release is not None
    assert "selection" not in release.record.fields
    assert datasets_of(published.store, release) == sorted(one.name for one in DATASETS)
