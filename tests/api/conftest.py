"""A world made once, a client of the server over it, and copies to write into."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.api.world import World, make_world, open_world, reader_of


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The world to read."""
    made = make_world(tmp_path_factory.mktemp("world"))
    yield made
    made.log.close()


@pytest.fixture(scope="session")
def client(world: World) -> Iterator[TestClient]:
    """A client of a server that only reads."""
    with TestClient(create_app(reader_of(world), world.settings)) as client:
        yield client


class Serve(Protocol):
    """Starts a server that only reads, and closes it after the test."""

    def __call__(self, world: World, settings: Settings | None = None) -> TestClient:
        """Return its client; `settings` are those of the world unless given."""


@pytest.fixture
def serve() -> Iterator[Serve]:
    """A way to start more servers."""
    with ExitStack() as stack:

        def start(world: World, settings: Settings | None = None) -> TestClient:
            app = create_app(reader_of(world), settings or world.settings)
            return stack.enter_context(TestClient(app))

        yield start


@pytest.fixture
def copy(world: World, tmp_path: Path) -> Iterator[World]:
    """A world of one's own, to append to."""
    shutil.copytree(world.folder, tmp_path, dirs_exist_ok=True)
    opened = open_world(tmp_path)
    yield opened
    opened.log.close()


@pytest.fixture
def writer(copy: World) -> Iterator[TestClient]:
    """A client of a server that takes batches."""
    settings = replace(copy.settings, writable=True)
    app = create_app(copy.log.store, settings, log=copy.log)
    with TestClient(app) as client:
        yield client
