"""What opens the statements of summaries: their secrets, and the leaves of their trees.

    statement          a summary's statement: its root, secret and key of names
    statement_section  its trees, with their roots
    statement_leaves   their leaves, compressed, a few hundred in a row

Summaries that were made before have no statement. No row of 0001 to 0003 is changed.
"""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

# SQLite makes a column the row's own address only if it is spelled INTEGER.
ADDRESS = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

TABLES = ("statement", "statement_section", "statement_leaves")
NEVER = "what a log holds is never changed"


def number(name: str) -> sa.Column[int]:
    """Return a 64-bit column."""
    return sa.Column(name, sa.BigInteger(), nullable=False, autoincrement=False)


def data(name: str) -> sa.Column[bytes]:
    """Return a column of bytes."""
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def text(name: str) -> sa.Column[str]:
    """Return a column of text."""
    return sa.Column(name, sa.Text(), nullable=False)


def to_statement(table: str) -> sa.ForeignKeyConstraint:
    """Return the rule that a row belongs to a statement."""
    return sa.ForeignKeyConstraint(
        ["statement_id"], ["statement.id"], name=f"fk_{table}_statement_id"
    )


def upgrade() -> None:
    """Make the tables, and guard them."""
    op.create_table(
        "statement",
        sa.Column("id", ADDRESS, nullable=False, autoincrement=False),
        data("root"),
        data("training"),
        data("secret"),
        data("name_key"),
        number("size"),
        sa.PrimaryKeyConstraint("id", name="pk_statement"),
        sa.UniqueConstraint("root", name="uq_statement_root"),
        sa.CheckConstraint("length(root) = 32", name="ck_statement_root"),
        sa.CheckConstraint("length(training) = 32", name="ck_statement_training"),
        sa.CheckConstraint("length(secret) = 32", name="ck_statement_secret"),
        sa.CheckConstraint("length(name_key) = 32", name="ck_statement_name_key"),
        sa.CheckConstraint("size >= 1", name="ck_statement_size"),
    )
    op.create_table(
        "statement_section",
        number("statement_id"),
        number("number"),
        text("name"),
        text("node"),
        sa.PrimaryKeyConstraint("statement_id", "number", name="pk_statement_section"),
        sa.UniqueConstraint("statement_id", "name", name="uq_statement_section_statement_id"),
        to_statement("statement_section"),
    )
    op.create_table(
        "statement_leaves",
        number("statement_id"),
        number("section"),
        number("number"),
        data("leaves"),
        sa.PrimaryKeyConstraint("statement_id", "section", "number", name="pk_statement_leaves"),
        to_statement("statement_leaves"),
    )
    for statement in guards(op.get_bind().dialect.name):
        op.execute(statement)


def guards(dialect: str) -> Iterable[str]:
    """Return the statements that keep them as they are."""
    for table in TABLES:
        if dialect == "sqlite":
            for event in ("UPDATE", "DELETE"):
                yield (
                    f"CREATE TRIGGER guard_{table}_{event.lower()} BEFORE {event} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table}: {NEVER}'); END"
                )
        else:
            yield (
                f"CREATE TRIGGER guard_{table}_never BEFORE UPDATE OR DELETE OR TRUNCATE "
                f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION guard_never()"
            )


def downgrade() -> None:
    """Take them away again, unless a summary could not be opened any more."""
    if op.get_bind().execute(sa.text("SELECT 1 FROM statement LIMIT 1")).first():
        raise RuntimeError("summaries have statements, and schema 0003 could not open them")
    for table in reversed(TABLES):
        op.drop_table(table)
