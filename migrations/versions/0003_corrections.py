"""Corrections in columns, to join and to ask by; and what is still to be wiped off the disk.

    correction   which record each correction record is about, and what replaced it
    unwiped      erased records whose deleted rows may still lie in the database's files

`correction` is filled from the open records that are there. It says nothing that they do not say;
`ledger fsck` compares the two. No row of 0001 or 0002 is changed.
"""

import json
from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

CHUNK = 2_000
NEVER = "what a log holds is never changed"


def number(name: str, *, null: bool = False) -> sa.Column[int]:
    """Return a 64-bit column."""
    return sa.Column(name, sa.BigInteger(), nullable=null, autoincrement=False)


def upgrade() -> None:
    """Make the tables, fill the first, guard it."""
    op.create_table(
        "correction",
        number("log_index"),
        number("position"),
        number("record_index"),
        number("record_position"),
        sa.Column("action", sa.Text(), nullable=False),
        number("replacement_index", null=True),
        number("replacement_position", null=True),
        sa.PrimaryKeyConstraint("log_index", "position", name="pk_correction"),
        sa.ForeignKeyConstraint(["log_index"], ["entry.log_index"], name="fk_correction_log_index"),
        sa.CheckConstraint("record_index < log_index", name="ck_correction_record_index"),
        sa.CheckConstraint("replacement_index < log_index", name="ck_correction_replacement_index"),
    )
    for columns in (
        ("record_index", "record_position"),
        ("replacement_index", "replacement_position"),
        ("action", "record_index"),
    ):
        op.create_index(f"ix_correction_{'_'.join(columns)}", "correction", list(columns))
    op.create_table(
        "unwiped",
        number("log_index"),
        number("position"),
        sa.PrimaryKeyConstraint("log_index", "position", name="pk_unwiped"),
    )
    fill()
    for statement in guards(op.get_bind().dialect.name):
        op.execute(statement)


def fill() -> None:
    """Take the corrections out of the open records."""
    db = op.get_bind()
    open_record = sa.table(
        "open_record",
        *(sa.column(name) for name in ("log_index", "position", "kind", "fields")),
    )
    correction = sa.table("correction", *(sa.column(name) for name in COLUMNS))
    place = (open_record.c.log_index, open_record.c.position)
    sql = sa.select(*place, open_record.c.fields).where(open_record.c.kind == "correction")
    last = (-1, -1)
    while True:
        after = sa.tuple_(*place) > sa.tuple_(*last)
        rows = db.execute(sql.where(after).order_by(*place).limit(CHUNK)).all()
        if not rows:
            return
        cells = [one for row in rows if (one := cells_of(*row))]
        if cells:
            db.execute(sa.insert(correction), cells)
        last = (rows[-1][0], rows[-1][1])


COLUMNS = (
    *("log_index", "position", "record_index", "record_position", "action"),
    *("replacement_index", "replacement_position"),
)


def cells_of(index: int, position: int, fields: str) -> dict[str, object] | None:
    """Return the row of a correction; None if it speaks about what comes after it.

    Such a one says nothing. 0001 let it in, as it let in a replacement that nothing replaces.
    """
    stated = json.loads(fields)["correction"]
    replaces = stated["action"] == "replace"
    record = place_of(stated["record"])
    replacement = place_of(stated["replacement"]) if "replacement" in stated else None
    if replaces != (replacement is not None) or record[0] >= index:
        return None
    if replacement is not None and not record < replacement < (index, 0):
        return None
    named = (*record, stated["action"], *(replacement or (None, None)))
    return dict(zip(COLUMNS, (index, position, *named), strict=True))


def place_of(text: str) -> tuple[int, int]:
    """Return the two numbers of a record id."""
    index, _, position = text.partition(".")
    return int(index), int(position)


def guards(dialect: str) -> Iterable[str]:
    """Return the statements that keep corrections as they are."""
    if dialect == "sqlite":
        for event in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER guard_correction_{event.lower()} BEFORE {event} ON correction "
                f"BEGIN SELECT RAISE(ABORT, 'correction: {NEVER}'); END"
            )
        return
    yield (
        "CREATE TRIGGER guard_correction_never BEFORE UPDATE OR DELETE OR TRUNCATE ON correction "
        "FOR EACH STATEMENT EXECUTE FUNCTION guard_never()"
    )


def downgrade() -> None:
    """Take both away again, unless that would forget that something has to be wiped."""
    db = op.get_bind()
    if db.execute(sa.text("SELECT 1 FROM unwiped LIMIT 1")).first():
        raise RuntimeError("erased records are still to be wiped: ledger erase")
    op.drop_table("unwiped")
    op.drop_table("correction")
