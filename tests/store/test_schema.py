"""The migrations, `tables.py` and the SQL of the store are three accounts of one schema."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, create_engine, inspect

from ledger.store import rows, tables
from ledger.store.corrections import CORRECTION
from ledger.store.engine import sqlite_path
from ledger.store.migrate import FOLDER, migrate
from ledger.store.sqlite import make_file
from ledger.store.store import SCHEMA, Store
from ledger.store.tables import metadata


@pytest.fixture
def upgraded(url: str) -> str:
    path = sqlite_path(url)
    if path is not None:
        make_file(path)
    migrate(url)
    return url


@contextmanager
def connect(url: str) -> Iterator[Connection]:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_an_upgraded_empty_database_equals_the_metadata(upgraded: str) -> None:
    with connect(upgraded) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_constraints_have_the_same_names_on_both_sides(upgraded: str) -> None:
    with connect(upgraded) as connection:
        found = inspect(connection)
        for table in metadata.sorted_tables:
            name = table.name
            names = {found.get_pk_constraint(name)["name"]}
            names |= {one["name"] for one in found.get_foreign_keys(name)}
            names |= {one["name"] for one in found.get_unique_constraints(name)}
            names |= {one["name"] for one in found.get_check_constraints(name)}
            assert names == {constraint.name for constraint in table.constraints}
            indexes = {one["name"] for one in found.get_indexes(name)}
            uniques = {one["name"] for one in found.get_unique_constraints(name)}
            assert indexes - uniques == {index.name for index in table.indexes}


def test_checks_say_the_same_on_both_sides() -> None:
    files = sorted((FOLDER / "versions").glob("0*.py"))
    steps = "".join(path.read_text(encoding="utf-8") for path in files)
    for table in metadata.sorted_tables:
        for constraint in table.constraints:
            if isinstance(constraint, CheckConstraint):
                assert (
                    f'sa.CheckConstraint("{constraint.sqltext}", name="{constraint.name}")' in steps
                )


def test_every_constraint_and_index_has_a_name() -> None:
    for table in metadata.sorted_tables:
        assert all(one.name for one in table.constraints)
        assert all(one.name for one in table.indexes)


def test_every_table_is_public_or_private() -> None:
    assert sorted(metadata.tables) == sorted((*tables.PUBLIC, *tables.PRIVATE))


def test_no_public_table_leans_on_a_private_one() -> None:
    for name in tables.PUBLIC:
        targets = {key.column.table.name for key in metadata.tables[name].foreign_keys}
        assert targets <= set(tables.PUBLIC)


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("entry", rows.ENTRY),
        ("entry_leaf", rows.LEAF),
        ("submission", rows.SUBMISSION),
        ("batch_tile", rows.TILE),
        ("open_record", rows.OPEN),
        ("correction", CORRECTION),
        ("description", rows.DESCRIPTION),
        ("sealed_record", rows.SEALED),
        ("tally", rows.TALLY),
        ("tally_domain", rows.TALLY_DOMAIN),
    ],
)
def test_the_stores_columns_are_those_of_the_table(table: str, columns: tuple[str, ...]) -> None:
    assert columns == tuple(column.name for column in metadata.tables[table].columns)


def test_the_store_expects_the_newest_step() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    assert ScriptDirectory.from_config(config).get_current_head() == SCHEMA


def test_a_second_upgrade_changes_nothing(store: Store, url: str) -> None:
    migrate(url)
    assert store.head().size == 0


def test_opening_a_store_imports_no_sqlalchemy() -> None:
    """It would take a quarter of a second before the first file is hashed."""
    code = (
        "import sys, ledger.store.store, ledger.log.log, ledger.store.sqlite;"
        "print([name for name in ('sqlalchemy', 'sqlmodel', 'alembic', 'psycopg', 'pydantic')"
        " if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
