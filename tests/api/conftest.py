"""A world made once, a client of the server over it, and copies to write into."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from tests.api.world import World, make_world, open_world, reader_of


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The world to read."""
    made = make_world(tmp_path_factory.mktemp("world"))
    yield made
    made.log.store.close()


@pytest.fixture(scope="session")
def client(world: World) -> Iterator[TestClient]:
    """A client of a server that only reads."""
    with TestClient(create_app(reader_of(world), world.settings)) as client:
        yield client


@pytest.fixture
def copy(world: World, tmp_path: Path) -> Iterator[World]:
    """A world of one's own, to append to."""
    shutil.copytree(world.folder, tmp_path, dirs_exist_ok=True)
    opened = open_world(tmp_path, writable=True)
    yield opened
    opened.log.store.close()


@pytest.fixture
def writer(copy: World) -> Iterator[TestClient]:
    """A client of a server that takes batches."""
    app = create_app(copy.log.store, copy.settings, log=copy.log)
    with TestClient(app) as client:
        yield client
