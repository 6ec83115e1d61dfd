"""Leaves, submissions and erasures; and rows that the database itself refuses to change.

    entry_leaf      which entry has which leaf hash: the same bytes get the same index
    submission      the Idempotency-Keys of HTTP submissions
    erased_record   which sealed records were erased, and which correction says so

`entry_leaf` is filled from the notes that are there. No row of 0001 is changed.

`row_check` is the first 8 bytes of the SHA-256 of a row's other columns, for columns that nothing
signed vouches for: of the entry's row in `entry_leaf`, of the row itself in the other two.

The guards are triggers. They stop a mistake, not an administrator, who can drop them: what was
changed anyway is found by `ledger fsck`, by witnesses and by whoever kept a checkpoint.
"""

from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# SQLite makes a column the row's own address only if it is spelled INTEGER.
ADDRESS = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

CHUNK = 2_000

# Rows of these are written once. Deleting them would be forgetting what was acknowledged.
KEPT = (
    *("entry", "entry_leaf", "log_tile", "batch_tile", "open_record", "erased_record"),
    *("training_set", "training_range"),
)

NEVER = "what a log holds is never changed"
FORWARD = "a log only grows"
ERASED = "a sealed record is deleted only after erased_record says so"


def number(name: str) -> sa.Column[int]:
    """Return a 64-bit column."""
    return sa.Column(name, sa.BigInteger(), nullable=False, autoincrement=False)


def data(name: str) -> sa.Column[bytes]:
    """Return a column of bytes."""
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def to_entry(table: str, column: str = "log_index") -> sa.ForeignKeyConstraint:
    """Return the rule that a column names an entry."""
    return sa.ForeignKeyConstraint([column], ["entry.log_index"], name=f"fk_{table}_{column}")


def upgrade() -> None:
    """Make the tables, fill the leaves, set the guards."""
    make_leaves()
    fill_leaves()
    make_submissions()
    make_erasures()
    for statement in guards(op.get_bind().dialect.name):
        op.execute(statement)


def make_leaves() -> None:
    """Make the index from leaf hashes to entries."""
    op.create_table(
        "entry_leaf",
        sa.Column("log_index", ADDRESS, nullable=False, autoincrement=False),
        data("leaf"),
        number("row_check"),
        sa.PrimaryKeyConstraint("log_index", name="pk_entry_leaf"),
        sa.UniqueConstraint("leaf", name="uq_entry_leaf_leaf"),
        to_entry("entry_leaf"),
        sa.CheckConstraint("length(leaf) = 32", name="ck_entry_leaf_leaf"),
    )


def fill_leaves() -> None:
    """Hash every entry there is. Of equal ones, which 0001 allowed, the first is the one meant."""
    db = op.get_bind()
    names = ("log_index", "note", "kind", "count", "producer", "appended_at")
    entry = sa.table("entry", *map(sa.column, names))
    insert = sa.text(
        "INSERT INTO entry_leaf (log_index, leaf, row_check) "
        "VALUES (:log_index, :leaf, :row_check) ON CONFLICT DO NOTHING"
    )
    last = -1
    while True:
        after = sa.select(entry).where(entry.c.log_index > last).order_by(entry.c.log_index)
        rows = db.execute(after.limit(CHUNK)).all()
        if not rows:
            return
        db.execute(insert, [leaf_row(*row) for row in rows])
        last = rows[-1][0]


def leaf_row(index: int, note: bytes, *columns: object) -> dict[str, object]:
    """Return the row of `entry_leaf` for an entry."""
    mixed = sha256(ascii((index, *columns)).encode()).digest()
    return {
        "log_index": index,
        "leaf": sha256(b"\0" + bytes(note)).digest(),
        "row_check": int.from_bytes(mixed[:8], signed=True),
    }


def make_submissions() -> None:
    """Make the memory of what was submitted under which key."""
    op.create_table(
        "submission",
        sa.Column("key", sa.Text(), nullable=False),
        data("digest"),
        number("log_index"),
        number("made_at"),
        number("row_check"),
        sa.PrimaryKeyConstraint("key", name="pk_submission"),
        to_entry("submission"),
        sa.CheckConstraint("length(digest) = 32", name="ck_submission_digest"),
    )


def make_erasures() -> None:
    """Make the list of what was erased."""
    op.create_table(
        "erased_record",
        number("log_index"),
        number("position"),
        number("correction_index"),
        number("correction_position"),
        number("erased_at"),
        number("row_check"),
        sa.PrimaryKeyConstraint("log_index", "position", name="pk_erased_record"),
        to_entry("erased_record"),
        to_entry("erased_record", "correction_index"),
    )


def guards(dialect: str) -> list[str]:
    """Return the statements that make the triggers."""
    return sqlite_guards() if dialect == "sqlite" else postgres_guards()


def sqlite_guards() -> list[str]:
    """Return SQLite's: it looks at each row, and at rows that are written over too.

    INSERT OR REPLACE deletes without asking the trigger on DELETE, so inserting where a row stands
    is refused as well. Not in batch_tile and sealed_record, where it would be paid per record: our
    own connections set `recursive_triggers`, which closes the same gap.
    """
    made = []
    for table in KEPT:
        made += [_sqlite(table, "UPDATE", "", NEVER), _sqlite(table, "DELETE", "", NEVER)]
    for table, key in (("entry", "log_index"), ("entry_leaf", "log_index"), ("log_head", "origin")):
        taken = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"
        made.append(_sqlite(table, "INSERT", taken, NEVER))
    shrunk = "WHEN NEW.size < OLD.size OR NEW.records < OLD.records OR NEW.origin <> OLD.origin"
    gone = (
        "WHEN NOT EXISTS (SELECT 1 FROM erased_record WHERE log_index = OLD.log_index "
        "AND position = OLD.position)"
    )
    return [
        *made,
        _sqlite("log_head", "UPDATE", shrunk, FORWARD),
        _sqlite("log_head", "DELETE", "", FORWARD),
        _sqlite("sealed_record", "UPDATE", "", NEVER),
        _sqlite("sealed_record", "DELETE", gone, ERASED),
    ]


def _sqlite(table: str, event: str, when: str, why: str) -> str:
    name = f"guard_{table}_{event.lower()}"
    return (
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} {when} "
        f"BEGIN SELECT RAISE(ABORT, '{table}: {why}'); END"
    )


def postgres_guards() -> list[str]:
    """Return PostgreSQL's: one look per statement, and TRUNCATE is one."""
    made = [
        _function("guard_never", _refusal(NEVER)),
        _function("guard_forward", _refusal(FORWARD)),
    ]
    for table in (*KEPT, "sealed_record"):
        events = (
            "UPDATE OR TRUNCATE" if table == "sealed_record" else "UPDATE OR DELETE OR TRUNCATE"
        )
        made.append(_postgres(table, "never", events, "STATEMENT", "guard_never"))
    shrunk = "NEW.size < OLD.size OR NEW.records < OLD.records OR NEW.origin <> OLD.origin"
    gone = (
        "NOT EXISTS (SELECT 1 FROM erased_record WHERE log_index = OLD.log_index "
        "AND position = OLD.position)"
    )
    return [
        *made,
        _function("guard_head", f"IF {shrunk} THEN {_refusal(FORWARD)} END IF; RETURN NEW;"),
        _postgres("log_head", "head", "UPDATE", "ROW", "guard_head"),
        _postgres("log_head", "forward", "DELETE OR TRUNCATE", "STATEMENT", "guard_forward"),
        _function("guard_erased", f"IF {gone} THEN {_refusal(ERASED)} END IF; RETURN OLD;"),
        _postgres("sealed_record", "erased", "DELETE", "ROW", "guard_erased"),
    ]


def _refusal(why: str) -> str:
    return f"RAISE EXCEPTION '%: {why}', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"


def _function(name: str, body: str) -> str:
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"


def _postgres(table: str, what: str, events: str, level: str, function: str) -> str:
    return (
        f"CREATE TRIGGER guard_{table}_{what} BEFORE {events} ON {table} "
        f"FOR EACH {level} EXECUTE FUNCTION {function}()"
    )


def downgrade() -> None:
    """Take all of it away again, unless that would forget an erasure.

    A database of 0001 has no place to say that a record is gone on purpose.
    """
    db = op.get_bind()
    if db.execute(sa.text("SELECT 1 FROM erased_record LIMIT 1")).first():
        raise RuntimeError("records were erased, and schema 0001 could not say so")
    is_sqlite = db.dialect.name == "sqlite"
    for name, table in triggers(db):
        op.execute(f"DROP TRIGGER {name}" + ("" if is_sqlite else f" ON {table}"))
    for table in ("erased_record", "submission", "entry_leaf"):
        op.drop_table(table)
    if not is_sqlite:
        for function in ("never", "forward", "head", "erased"):
            op.execute(f"DROP FUNCTION guard_{function}()")


def triggers(db: sa.Connection) -> list[tuple[str, str]]:
    """Return the guards that are set, each with its table."""
    if db.dialect.name == "sqlite":
        sql = "SELECT name, tbl_name FROM sqlite_schema WHERE type = 'trigger'"
    else:
        sql = "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
    rows = db.execute(sa.text(f"{sql} ORDER BY 1")).all()
    return [(name, table) for name, table in rows if name.startswith("guard_")]
