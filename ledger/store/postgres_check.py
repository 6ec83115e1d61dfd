"""What PostgreSQL can say about its own soundness, and what it cannot say here.

    definitions   tables, indexes, constraints, triggers, functions, compared with fresh ones
    references    rows that name a row which is not there: replicas and superusers skip that rule
    indexes       the extension amcheck reads each index against its table
    pages         checksums, if the cluster was made with them; failures that the server counted

A server gives no access to its files. What could not be checked is listed with what would make it
possible, so that silence is never taken for soundness.
"""

from collections.abc import Iterator
from typing import Any, TypeAlias

import psycopg
from psycopg import sql

from ledger.errors import StorageError
from ledger.store.engine import Cells, Complaint, Inspection

_Raw: TypeAlias = "psycopg.Connection[Cells]"
_MAX_COMPLAINTS = 1_000
_SCRATCH = "ledger_fsck_scratch"

_NAMESPACE = "(SELECT relnamespace FROM pg_class WHERE oid = to_regclass('log_head'))"
_CATALOG = f"""
    SELECT 'column ' || attname, relname, concat_ws(
        ' ', format_type(atttypid, atttypmod), attnotnull, attcollation::regcollation
    ) FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
    WHERE relnamespace = {_NAMESPACE} AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
    UNION ALL
    SELECT 'rule ' || conname, relname, concat_ws(
        ' ', pg_get_constraintdef(o.oid, true), convalidated
    ) FROM pg_constraint o JOIN pg_class c ON c.oid = conrelid WHERE connamespace = {_NAMESPACE}
    UNION ALL
    SELECT 'index ' || i.relname, c.relname, concat_ws(
        ' ', pg_get_indexdef(indexrelid, 0, true), indisvalid, indisready
    ) FROM pg_index JOIN pg_class i ON i.oid = indexrelid JOIN pg_class c ON c.oid = indrelid
    WHERE i.relnamespace = {_NAMESPACE}
    UNION ALL
    SELECT 'trigger ' || tgname, relname, concat_ws(
        ' ', pg_get_triggerdef(t.oid, true), tgenabled
    ) FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
    WHERE relnamespace = {_NAMESPACE} AND NOT tgisinternal
    UNION ALL
    SELECT 'function ' || proname, '-', prosrc FROM pg_proc
    WHERE pronamespace = {_NAMESPACE} AND starts_with(proname, 'guard')
"""
_FOREIGN_KEYS = f"""
    SELECT child.relname, a.attname, parent.relname, b.attname, (
        SELECT array_agg(k.attname ORDER BY array_position(p.conkey, k.attnum))
        FROM pg_constraint p JOIN pg_attribute k ON k.attrelid = p.conrelid
            AND k.attnum = ANY (p.conkey)
        WHERE p.conrelid = child.oid AND p.contype = 'p'
    )
    FROM pg_constraint f
    JOIN pg_class child ON child.oid = f.conrelid
    JOIN pg_class parent ON parent.oid = f.confrelid
    JOIN pg_attribute a ON a.attrelid = child.oid AND a.attnum = f.conkey[1]
    JOIN pg_attribute b ON b.attrelid = parent.oid AND b.attnum = f.confkey[1]
    WHERE f.contype = 'f' AND f.connamespace = {_NAMESPACE} ORDER BY f.conname
"""
_INDEXES = f"""
    SELECT c.relname, i.relname, indexrelid FROM pg_index
    JOIN pg_class i ON i.oid = indexrelid JOIN pg_class c ON c.oid = indrelid
    WHERE i.relnamespace = {_NAMESPACE} ORDER BY i.relname
"""
_TABLES = f"""
    SELECT relname, oid FROM pg_class WHERE relnamespace = {_NAMESPACE} AND relkind = 'r'
    ORDER BY relname
"""


def inspect(raw: _Raw, url: str) -> Inspection:
    """Return everything that the server finds wrong with the ledger's tables.

    Args:
        raw: A connection outside any transaction.
        url: Where it leads to, to build a schema to compare with; that is rolled back.
    """
    complaints: list[Complaint] = []
    left_out: list[str] = []
    for check in (_references, _pages, _indexes):
        complaints += check(raw, left_out)
    complaints += _definitions(raw, url, left_out)
    return Inspection(tuple(complaints), tuple(left_out))


def _references(raw: _Raw, left_out: list[str]) -> Iterator[Complaint]:
    """Yield the rows that name a row of another table which is not there."""
    for child, column, parent, target, key in raw.execute(_FOREIGN_KEYS).fetchall():
        names = [sql.Identifier("t", name) for name in key]
        query = sql.SQL(
            "SELECT {key} FROM {child} t LEFT JOIN {parent} p ON p.{target} = t.{column} "
            "WHERE t.{column} IS NOT NULL AND p.{target} IS NULL LIMIT {most}"
        ).format(
            key=sql.SQL(", ").join(names),
            child=sql.Identifier(child),
            parent=sql.Identifier(parent),
            target=sql.Identifier(target),
            column=sql.Identifier(column),
            most=sql.Literal(_MAX_COMPLAINTS),
        )
        separator = "." if key[1:] == ["position"] else ", "
        try:
            found = raw.execute(query).fetchall()
        except psycopg.errors.InsufficientPrivilege:
            left_out.append(f"what rows of {child} refer to: this role may not read it")
            continue
        for row in found:
            place = separator.join(map(str, row))
            yield Complaint(child, place, f"it names a row of {parent} that is not there")


def _pages(raw: _Raw, left_out: list[str]) -> Iterator[Complaint]:
    """Yield what the server's page checksums have found so far."""
    sums = raw.execute("SELECT current_setting('data_checksums')").fetchone()
    if sums != ("on",):
        left_out.append(
            "page checksums are off: the server does not notice a page that its disk changed "
            "(stop it and run pg_checksums --enable)"
        )
        return
    failed = raw.execute(
        "SELECT checksum_failures FROM pg_stat_database WHERE datname = current_database()"
    ).fetchone()
    if failed and failed[0]:
        yield Complaint("file", "-", f"the server met {failed[0]} pages with a wrong checksum")


def _indexes(raw: _Raw, left_out: list[str]) -> Iterator[Complaint]:
    """Yield where an index does not match its table, or a table's own pages make no sense."""
    found = raw.execute(
        "SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace "
        "WHERE e.extname = 'amcheck'"
    ).fetchone()
    if found is None:
        has = raw.execute("SELECT FROM pg_available_extensions WHERE name = 'amcheck'").fetchone()
        how = "CREATE EXTENSION amcheck" if has is not None else "install the server's contrib"
        left_out.append(f"indexes were not read against their tables: there is no amcheck ({how})")
        return
    check = sql.SQL("SELECT {}(%s, true)").format(sql.Identifier(found[0], "bt_index_check"))
    heap = sql.SQL("SELECT blkno, offnum, msg FROM {}(%s)").format(
        sql.Identifier(found[0], "verify_heapam")
    )
    try:
        for table, name, oid in raw.execute(_INDEXES).fetchall():
            yield from _asked(raw, check, oid, table, f"index {name}")
        for table, oid in raw.execute(_TABLES).fetchall():
            for block, line, problem in raw.execute(heap, [oid]).fetchall():
                yield Complaint(table, f"at block {block}, line {line}", problem)
    except psycopg.errors.InsufficientPrivilege as error:
        left_out.append(f"indexes were not read against their tables: {_first_line(error)}")


def _asked(raw: _Raw, check: sql.Composed, oid: int, table: str, what: str) -> Iterator[Complaint]:
    """Ask amcheck, which reports damage by failing."""
    try:
        raw.execute(check, [oid])
    except psycopg.errors.InsufficientPrivilege:
        raise
    except psycopg.Error as error:
        yield Complaint(table, "-", f"{what}: {_first_line(error)}")


def _definitions(raw: _Raw, url: str, left_out: list[str]) -> Iterator[Complaint]:
    """Yield where the schema is not as it was made."""
    from ledger.store.migrate import built_aside

    try:
        with built_aside(url, _SCRATCH) as aside:
            expected = _by_name(aside.exec_driver_sql(_CATALOG).all())
    except StorageError as error:
        left_out.append(f"definitions were not compared with fresh ones: {error}")
        return
    found = _by_name(raw.execute(_CATALOG.encode()).fetchall())
    for name, table in sorted(found.keys() | expected.keys()):
        if (name, table) not in found:
            yield Complaint(table, "-", f"the {name} is missing")
        elif (name, table) not in expected:
            yield Complaint(table, "-", f"the {name} does not belong in a ledger")
        elif found[name, table] != expected[name, table]:
            yield Complaint(table, "-", f"the {name} was changed")


def _by_name(rows: Any) -> dict[tuple[str, str], str]:
    return {(str(name), str(table)): str(definition) for name, table, definition in rows}


def _first_line(error: psycopg.Error) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
