"""The newest records in the place of a training set's, as SQL.

A frozen set names the records that it was frozen with. What is told about them is what the newest
say: `newest_of_set` gives the rows of `sealed_record` to add up. A record that was withdrawn stays,
since a model cannot be untrained; one that was erased has no row any more.
"""

from typing import Final

from ledger.store.corrections import IS_CORRECTED
from ledger.store.engine import Connection, Value

IN_SET: Final = """
    training_range r
    JOIN sealed_record s ON s.log_index = r.log_index AND s.position >= r.lo AND s.position < r.hi
"""

CHAINS: Final = """
    WITH RECURSIVE decided AS (
        SELECT * FROM (
            SELECT c.*, ROW_NUMBER() OVER (
                PARTITION BY c.record_index, c.record_position
                ORDER BY CASE WHEN c.action = 'erase' THEN 1 ELSE 0 END,
                    c.log_index DESC, c.position DESC
            ) AS age FROM correction c
        ) x WHERE age = 1
    ), chain (first_index, first_position, at_index, at_position, by_index, by_position) AS (
        SELECT d.record_index, d.record_position, d.record_index, d.record_position,
            d.log_index, d.position
        FROM decided d JOIN training_range r ON r.log_index = d.record_index
            AND d.record_position >= r.lo AND d.record_position < r.hi
        WHERE r.set_id = ?
        UNION
        SELECT h.first_index, h.first_position, d.replacement_index, d.replacement_position,
            d.log_index, d.position
        FROM chain h JOIN decided d
            ON d.record_index = h.at_index AND d.record_position = h.at_position
        WHERE d.action = 'replace'
    ), newest AS (
        SELECT h.first_index, h.first_position, h.at_index, h.at_position,
            COALESCE(d.action, 'replace') AS action,
            COALESCE(d.log_index, h.by_index) AS by_index,
            COALESCE(d.position, h.by_position) AS by_position
        FROM chain h LEFT JOIN decided d
            ON d.record_index = h.at_index AND d.record_position = h.at_position
        WHERE d.action IS NULL OR d.action <> 'replace'
    )
"""
"""`newest`: for each corrected record of the set (one mark, its id) what stands in its place, what
became of that in the end (`replace`: it stands), and the correction that says so. The rules are
those of `ledger.record.corrections`, and a test compares the two."""

_NEWEST_ROWS = f"""
    {CHAINS}
    SELECT s.* FROM {IN_SET} WHERE r.set_id = ? AND NOT {IS_CORRECTED}
    UNION ALL
    SELECT s.* FROM (SELECT DISTINCT at_index, at_position, action FROM newest) n
    JOIN sealed_record s ON s.log_index = n.at_index AND s.position = n.at_position
    WHERE n.action <> 'replace' OR NOT EXISTS (
        SELECT 1 FROM training_range r WHERE r.set_id = ? AND r.log_index = n.at_index
            AND n.at_position >= r.lo AND n.at_position < r.hi
    )
"""


def newest_of_set(db: Connection, set_id: int) -> tuple[str, list[Value]]:
    """Return SQL from `FROM` on for the rows `s` of a set's newest records, and its values.

    It ends in a condition, so that more can be added with `AND`. Sets that nobody corrected are
    read as they are: finding the newest costs a look at every row.
    """
    if not is_touched(db, set_id):
        return f"FROM {IN_SET} WHERE r.set_id = ?", [set_id]
    return f"FROM ({_NEWEST_ROWS}) s WHERE 1 = 1", [set_id, set_id, set_id]


def is_touched(db: Connection, set_id: int) -> bool:
    """Say whether a correction speaks about a record of the set."""
    sql = """
        SELECT 1 FROM correction c JOIN training_range r ON r.log_index = c.record_index
            AND c.record_position >= r.lo AND c.record_position < r.hi
        WHERE r.set_id = ? LIMIT 1
    """
    return db.row(sql, [set_id]) is not None
