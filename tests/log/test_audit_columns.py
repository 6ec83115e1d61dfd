"""T21 on PostgreSQL, where no bit can be flipped in a file: one stored value of every column.

The columns are those of `tables.py`. A new one that no audit looks at fails here, until there is a
check of it or a reason why it means nothing.
"""

from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Column, LargeBinary, Text

from ledger.log.audit import audit
from ledger.store.engine import open_engine
from ledger.store.private import PrivateReader
from ledger.store.store import Store
from ledger.store.tables import metadata
from tests.databases import copy_of, drop, new_url
from tests.log.everything import build, summarise
from tests.makers import ORIGIN

COLUMNS = [
    f"{table.name}.{column.name}" for table in metadata.sorted_tables for column in table.columns
]

# Where another row is named: one that no longer finds what it goes by, or one that is known only
# as a whole, so that nobody can say which part of it was changed.
ELSEWHERE = {
    "description.id": "sealed_record",
    "tally.id": "tally_domain",
    "tally_domain.domain": "tally",
    "tally_domain.bytes": "tally",
    "tally_domain.documents": "tally",
    "training_set.id": "training_range",
    "training_range.lo": "training_set",
    "entry_leaf.row_check": "entry",
    "statement.id": "statement_leaves",
    "statement.root": "statement",
    "statement.secret": "statement_leaves",
    "statement_section.statement_id": "statement",
    "statement_section.number": "statement_leaves",
    "statement_section.name": "statement_leaves",
    "statement_section.node": "statement",
    "statement_leaves.statement_id": "statement_leaves",
    "statement_leaves.section": "statement_leaves",
    "statement_leaves.number": "statement_leaves",
    "statement_leaves.leaves": "statement_leaves",
}

# Columns whose change is not reported, each with why that is no loss. None so far.
MEANINGLESS: dict[str, str] = {}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A full PostgreSQL database that nobody writes to."""
    url = new_url("postgresql", tmp_path_factory.mktemp("built"))
    with Store.create(url, origin=ORIGIN) as store:
        build(store)
        summarise(store)
        # What a wipe leaves behind when it was interrupted.
        with store.engine.writing() as db:
            db.insert("unwiped", ("log_index", "position"), [(260, 0)])
    return url


@pytest.fixture
def url(built: str, tmp_path: Path) -> Iterator[str]:
    made = copy_of(built, tmp_path)
    yield made
    drop(made)


def test_the_database_has_a_row_in_every_table_and_is_clean(url: str) -> None:
    with Store.open(url) as store, store.engine.reading() as db:
        counts = {name: db.rows(f"SELECT COUNT(*) FROM {name}")[0][0] for name in metadata.tables}
        assert [name for name, count in counts.items() if not count] == []
        assert audit(store).findings == ()


@cache
def column_of(name: str) -> Column[object]:
    table, _, column = name.partition(".")
    return metadata.tables[table].columns[column]


def changed(name: str) -> str:
    """Return SQL for another value of a column, one bit or one character away, never NULL."""
    column = column_of(name)
    if isinstance(column.type, LargeBinary):
        middle = f"octet_length({column.name}) / 2"
        return f"set_byte({column.name}, {middle}, get_byte({column.name}, {middle}) # 1)"
    if isinstance(column.type, Text):
        return f"overlay(coalesce({column.name}, 'x') placing '~' from 2 for 1)"
    # A key must not become another row's.
    step = 1_000_003 if column.primary_key and column.name != "lo" else 1
    return f"coalesce({column.name}, 0) + {step}"


@pytest.mark.parametrize("name", COLUMNS)
def test_t21_a_changed_value_of_any_column_is_found_and_its_row_is_named(
    url: str, name: str
) -> None:
    import psycopg

    table, _, column = name.partition(".")
    keys = [one.name for one in metadata.tables[table].primary_key]
    with psycopg.connect(url, autocommit=True) as other:
        other.execute(b"SET session_replication_role = replica")
        newest = f"SELECT ctid FROM {table} ORDER BY {column} IS NULL, ctid DESC LIMIT 1"
        where = f"WHERE ctid = ({newest})"
        before = other.execute(f"SELECT {', '.join(keys)} FROM {table} {where}".encode()).fetchone()
        statement = f"UPDATE {table} SET {column} = {changed(name)} {where} RETURNING "
        after = other.execute((statement + ", ".join(keys)).encode()).fetchone()
    assert before is not None
    assert after is not None
    # As fsck does: without the checks that opening a store begins with.
    with closing(PrivateReader(open_engine(url))) as reader:
        report = audit(reader)
    if name in MEANINGLESS:
        assert report.is_clean
        return
    found = {(one.table, one.row) for one in report.findings}
    tables = {one for one, _ in found}
    assert ELSEWHERE.get(name, table) in tables, found
    if name not in ELSEWHERE:
        rows = {place(keys, before), place(keys, after)}
        assert rows & {row for one, row in found if one == table}, (rows, found)


def place(keys: list[str], cells: tuple[object, ...]) -> str:
    separator = "." if keys[1:] == ["position"] else ", "
    return separator.join(map(str, cells))
