"""What SQLite can say about its own file: pages, indexes, references, types, definitions.

Hashing reads what queries return. What no query of ours meets is found here: an index that points
elsewhere, a value stored as another type than its column has, a rule that is no longer written
down. Each of these is a bit that harms nothing today and something tomorrow.
"""

import re
import sqlite3
from collections.abc import Iterator
from functools import cache

from ledger.store.engine import Complaint, Inspection

_MAX_COMPLAINTS = 1_000
_TYPES = {"TEXT": "text", "VARCHAR": "text", "BLOB": "blob", "INTEGER": "integer"}
_TYPES["BIGINT"] = _TYPES["INTEGER"]
_ROW = re.compile(r"row (\d+) .*index (\w+)")
_INDEX = re.compile(r"in index (\w+)")
_COLUMN = re.compile(r"(?:NULL|TEXT|NUMERIC) value in (\w+)\.|CHECK constraint failed in (\w+)")
_PAGE = re.compile(r"On tree page (\d+)|Tree (\d+)")


def inspect(raw: sqlite3.Connection) -> Inspection:
    """Return everything that SQLite finds wrong with an open file."""
    complaints: list[Complaint] = []
    for check in (_pages, _references, _types, _definitions):
        try:
            complaints += check(raw)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            # Too damaged for this check; the others may still say more.
            problem = f"the file is damaged: {error}"
            complaints.append(Complaint("file", "-", problem))
    return Inspection(tuple(dict.fromkeys(complaints)))


def _pages(raw: sqlite3.Connection) -> Iterator[Complaint]:
    """Yield what `PRAGMA integrity_check` says, with the table and the row it speaks of."""
    # In a badly damaged file the map cannot be read, and the check itself may still work.
    places = _Places(raw)
    for (text,) in raw.execute(f"PRAGMA integrity_check({_MAX_COMPLAINTS})"):
        for line in str(text).splitlines():
            if line != "ok" and not line.startswith("***"):
                yield Complaint(*places.of(line), line)


class _Places:
    """Finds out which table and row a line of the integrity check is about."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw
        self._tables: dict[str, str] = {}
        self._roots: dict[int, str] = {}
        try:
            rows = raw.execute("SELECT name, tbl_name, rootpage FROM sqlite_schema").fetchall()
        except (sqlite3.Error, UnicodeDecodeError):
            rows = []
        for name, table, root in rows:
            self._tables[str(name)] = str(table)
            self._roots[int(root or 0)] = str(table)

    def of(self, line: str) -> tuple[str, str]:
        """Return table and row; `file` and `-` where the line names neither."""
        if match := _ROW.search(line):
            table = self._tables.get(match[2], "file")
            # This check counts rows from 1; it does not give their addresses.
            nth = f"ORDER BY rowid LIMIT 1 OFFSET {int(match[1]) - 1}"
            return table, _key(self._raw, table, nth) or f"number {match[1]}"
        if match := _INDEX.search(line):
            return self._tables.get(match[1], "file"), "-"
        if match := _COLUMN.search(line):
            return match[1] or match[2], "-"
        if match := _PAGE.search(line):
            return self._roots.get(int(match[1] or match[2]), "file"), "-"
        return "file", "-"


def _references(raw: sqlite3.Connection) -> Iterator[Complaint]:
    """Yield the rows that name a row of another table which is not there."""
    for table, row, parent, _ in raw.execute("PRAGMA foreign_key_check").fetchall():
        yield Complaint(
            str(table), _row_name(raw, table, row), f"it names a row of {parent} that is not there"
        )


def _types(raw: sqlite3.Connection) -> Iterator[Complaint]:
    """Yield the values that are stored as another type than their column's.

    One bit makes bytes of a text, and both read alike. Only the type tells.
    """
    for table in _tables(raw):
        for name, declared, not_null in _columns(raw, table):
            expected = _TYPES.get(declared.partition("(")[0], declared)
            allowed = f"'{expected}'" + ("" if not_null else ", 'null'")
            sql = (
                f'SELECT rowid, typeof("{name}") FROM "{table}" '
                f'WHERE typeof("{name}") NOT IN ({allowed})'
            )
            for row, found in raw.execute(sql).fetchmany(_MAX_COMPLAINTS):
                place = _row_name(raw, table, row)
                yield Complaint(table, place, f"{name} is stored as {found}, not as {expected}")


def _definitions(raw: sqlite3.Connection) -> Iterator[Complaint]:
    """Yield where the schema is not as it was made: tables, indexes, triggers."""
    found, expected = schema(raw), _fresh_schema()
    for name in sorted(found.keys() | expected.keys()):
        if name not in found:
            yield Complaint("file", "-", f"the definition of {name} is missing")
        elif name not in expected:
            yield Complaint("file", "-", f"{name} does not belong in a ledger")
        elif found[name] != expected[name]:
            yield Complaint("file", "-", f"the definition of {name} was changed")


def _tables(raw: sqlite3.Connection) -> list[str]:
    sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    return [str(name) for (name,) in raw.execute(sql)]


def _columns(raw: sqlite3.Connection, table: str) -> list[tuple[str, str, bool]]:
    """Return name, declared type, and whether NULL is forbidden, of each column."""
    rows = raw.execute(f'PRAGMA table_info("{table}")')
    return [(str(name), str(kind).upper(), bool(full)) for _, name, kind, full, _, _ in rows]


def _row_name(raw: sqlite3.Connection, table: str, row: object) -> str:
    """Return the primary key of the row at an address; the address where that cannot be had."""
    where = f"WHERE rowid = {row}" if isinstance(row, int) else "LIMIT 0"
    return _key(raw, table, where) or f"at address {row}"


def _key(raw: sqlite3.Connection, table: str, which: str) -> str:
    """Return the primary key of one row, as `12`, `12, 3` or `12.3`; empty if it has none."""
    try:
        info = raw.execute(f'PRAGMA table_info("{table}")').fetchall()
        key = [str(name) for _, name, _, _, _, at in sorted(info, key=lambda one: one[5]) if at]
        names = ", ".join(f'"{name}"' for name in key)
        found = raw.execute(f'SELECT {names} FROM "{table}" NOT INDEXED {which}').fetchone()
    except (sqlite3.Error, UnicodeDecodeError):
        return ""
    separator = "." if key[1:] == ["position"] else ", "
    return separator.join(map(_cell, found or ()))


def _cell(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def schema(raw: sqlite3.Connection) -> dict[str, str]:
    """Return what a file says about each of its tables, indexes and triggers, by name."""
    rows = raw.execute("SELECT name, type, tbl_name, sql FROM sqlite_schema")
    return {str(name): f"{kind} {table} {sql}" for name, kind, table, sql in rows}


@cache
def _fresh_schema() -> dict[str, str]:
    """Return what a file says that was made this moment."""
    import tempfile

    from ledger.store.migrate import migrate
    from ledger.store.sqlite import make_file

    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/fresh.db"
        make_file(path)
        migrate(path)
        raw = sqlite3.connect(path)
        try:
            return schema(raw)
        finally:
            raw.close()
