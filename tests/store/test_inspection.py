"""What a PostgreSQL server can say about itself, and that it says what it cannot."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ledger.log.audit import audit
from ledger.store.store import Store
from tests.databases import drop, new_url
from tests.makers import ORIGIN
from tests.store.ledgers import filled


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """A PostgreSQL database with a log in it."""
    made = new_url("postgresql", tmp_path)
    with Store.create(made, origin=ORIGIN) as store:
        filled(store)
    yield made
    drop(made)


def run(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def found(url: str) -> list[str]:
    with Store.open(url) as store:
        return list(map(str, audit(store).findings))


def test_without_amcheck_it_says_so(url: str) -> None:
    with Store.open(url) as store:
        left_out = " ".join(store.engine.inspect().left_out)
    assert "there is no amcheck" in left_out


def test_with_amcheck_every_index_is_read(url: str) -> None:
    try:
        run(url, "CREATE EXTENSION amcheck")
    except psycopg.errors.FeatureNotSupported:
        pytest.skip("this server has no amcheck: it comes with postgresql-contrib")
    with Store.open(url) as store:
        inspection = store.engine.inspect()
    assert inspection.complaints == ()
    assert "amcheck" not in " ".join(inspection.left_out)


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        (
            "DROP INDEX ix_entry_kind_log_index",
            "entry -: the index ix_entry_kind_log_index is missing",
        ),
        ("CREATE INDEX mine ON entry (count)", "entry -: the index mine does not belong in a"),
        (
            "ALTER TABLE entry DROP CONSTRAINT ck_entry_count",
            "entry -: the rule ck_entry_count is missing",
        ),
        (
            "ALTER TABLE sealed_record ALTER COLUMN secret DROP NOT NULL",
            "sealed_record -: the column secret was changed",
        ),
        (
            "DROP TRIGGER guard_log_head_head ON log_head",
            "log_head -: the trigger guard_log_head_head is missing",
        ),
        (
            "CREATE OR REPLACE FUNCTION guard_never() RETURNS trigger LANGUAGE plpgsql "
            "AS $$ BEGIN RETURN NEW; END $$",
            "- -: the function guard_never was changed",
        ),
    ],
)
def test_a_rule_that_was_changed_is_found(url: str, statement: str, finding: str) -> None:
    assert found(url) == []
    run(url, statement)
    # From version 18 on a column that may not be empty is a rule of its own, too.
    assert [one for one in found(url) if one.startswith(finding)], found(url)


def test_looking_leaves_nothing_behind(url: str) -> None:
    assert found(url) == []
    with psycopg.connect(url) as connection:
        names = connection.execute("SELECT nspname FROM pg_namespace").fetchall()
    assert not any("scratch" in name for (name,) in names)


@pytest.fixture
def looker(url: str) -> Iterator[str]:
    """The same database for a role that may read and nothing else."""
    role = f"looker_{os.getpid()}"
    run(url, f"CREATE ROLE {role} LOGIN", f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
    scheme, _, rest = url.partition("://")
    yield f"{scheme}://{role}@{rest.rpartition('@')[2]}"
    run(url, f"DROP OWNED BY {role}", f"DROP ROLE {role}")


def test_a_user_who_may_make_no_schema_is_told_what_was_not_compared(looker: str) -> None:
    with Store.open(looker) as store:
        report = audit(store)
    assert report.findings == ()
    assert any("definitions were not compared" in one for one in report.left_out)
