"""T27, T43: a server that may only append meets an erasure, and goes on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.client.client import Ledger
from ledger.client.home import find_home
from ledger.errors import ForbiddenError, NotFoundError
from ledger.log.audit import audit
from ledger.record.leaf import RecordId
from ledger.store.grants import grants
from tests.cli.prepared import make_data
from tests.databases import new_url
from tests.store.test_grants import as_role

META = ("dataset.name=x", "source.category=other")


def configure(folder: Path, url: str) -> None:
    """Have a ledger's configuration name this database."""
    config = find_home(folder).config
    text = config.read_text().splitlines()
    lines = [f'url = "{url}"' if line.startswith("url = ") else line for line in text]
    config.write_text("\n".join(lines) + "\n")


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[str]:
    """The owner's URL of a ledger that is configured for a role that may only append."""
    import psycopg

    url = new_url("postgresql", tmp_path)
    role = url.partition("?")[0].rpartition("/")[2] + "_writer"
    make_data(tmp_path / "data")
    Ledger.create(tmp_path, url=url, origin="lab.example/roles").close()
    configure(tmp_path, as_role(url, role))
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {role} LOGIN".encode())
        for statement in grants(role, "writer"):
            admin.execute(statement.encode())
        yield url
        admin.execute(f"DROP OWNED BY {role}".encode())
        admin.execute(f"DROP ROLE {role}".encode())


def test_t43_one_who_may_only_append_leaves_an_erasure_to_one_who_may(
    owner: str, tmp_path: Path
) -> None:
    with Ledger.open(tmp_path) as server:
        server.add(tmp_path / "data" / "books", set=META)
        with pytest.raises(ForbiddenError, match="may not do that"):
            server.erase([RecordId(1, 0)], reason="a court said so")
    with Ledger.open(tmp_path) as server:
        assert server.add(tmp_path / "data" / "web", set=META).recorded
        assert [str(one.record) for one in server.store.erasures_due()] == ["1.0"]

    configure(tmp_path, owner)
    with Ledger.open(tmp_path) as mine:
        mine.log.publish()  # opened to write
        with pytest.raises(NotFoundError, match="erased"):
            mine.store.record(RecordId(1, 0))
        assert audit(mine.store).is_clean
