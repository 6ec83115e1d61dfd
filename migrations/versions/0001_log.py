"""The log, its records, and the training sets frozen from them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# SQLite makes a column the row's own address only if it is spelled INTEGER.
ADDRESS = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# A tally is hashed in the order of its names' bytes, which is not that of a language.
BYTE_ORDERED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def number(name: str, *, null: bool = False) -> sa.Column[int]:
    """Return a 64-bit column."""
    return sa.Column(name, sa.BigInteger(), nullable=null, autoincrement=False)


def data(name: str, *, null: bool = False) -> sa.Column[bytes]:
    """Return a column of bytes."""
    return sa.Column(name, sa.LargeBinary(), nullable=null)


def text(name: str, *, null: bool = False) -> sa.Column[str]:
    """Return a column of text."""
    return sa.Column(name, sa.Text(), nullable=null)


def address(name: str) -> sa.Column[int]:
    """Return a column that can be a row's own address."""
    return sa.Column(name, ADDRESS, nullable=False, autoincrement=False)


def in_entry(table: str) -> sa.ForeignKeyConstraint:
    """Return the rule that a row belongs to an entry."""
    return sa.ForeignKeyConstraint(["log_index"], ["entry.log_index"], name=f"fk_{table}_log_index")


def upgrade() -> None:
    """Make all tables."""
    make_log()
    make_entries()
    make_private()
    make_tallies()
    make_training()


def make_log() -> None:
    """Make the head row's table and the log's own tiles."""
    op.create_table(
        "log_head",
        text("origin"),
        number("size"),
        data("root"),
        data("edge"),
        number("records"),
        number("appended_at"),
        sa.PrimaryKeyConstraint("origin", name="pk_log_head"),
        sa.CheckConstraint("size >= 0", name="ck_log_head_size"),
        sa.CheckConstraint("records >= size", name="ck_log_head_records"),
        sa.CheckConstraint("length(root) = 32", name="ck_log_head_root"),
    )
    op.create_table(
        "log_tile",
        number("level"),
        number("number"),
        data("hashes"),
        sa.PrimaryKeyConstraint("level", "number", name="pk_log_tile"),
        sa.CheckConstraint("length(hashes) = 8192", name="ck_log_tile_full"),
    )


def make_entries() -> None:
    """Make what is public about each entry."""
    op.create_table(
        "entry",
        address("log_index"),
        data("note"),
        text("kind"),
        number("count"),
        text("producer"),
        number("appended_at"),
        sa.PrimaryKeyConstraint("log_index", name="pk_entry"),
        sa.CheckConstraint("log_index >= 0", name="ck_entry_log_index"),
        sa.CheckConstraint("count >= 1", name="ck_entry_count"),
    )
    op.create_index("ix_entry_kind_log_index", "entry", ["kind", "log_index"])
    op.create_table(
        "batch_tile",
        number("log_index"),
        number("level"),
        number("number"),
        data("hashes"),
        sa.PrimaryKeyConstraint("log_index", "level", "number", name="pk_batch_tile"),
        in_entry("batch_tile"),
        sa.CheckConstraint("length(hashes) BETWEEN 32 AND 8192", name="ck_batch_tile_width"),
    )
    op.create_table(
        "open_record",
        number("log_index"),
        number("position"),
        text("kind"),
        text("name", null=True),
        data("secret"),
        text("fields"),
        sa.PrimaryKeyConstraint("log_index", "position", name="pk_open_record"),
        in_entry("open_record"),
    )
    op.create_index("ix_open_record_kind_name", "open_record", ["kind", "name"])


def make_private() -> None:
    """Make what only the ledger's owner may read."""
    op.create_table(
        "description",
        address("id"),
        data("digest"),
        text("dataset", null=True),
        text("fields"),
        sa.PrimaryKeyConstraint("id", name="pk_description"),
        sa.UniqueConstraint("digest", name="uq_description_digest"),
        sa.CheckConstraint("length(digest) = 32", name="ck_description_digest"),
    )
    op.create_index("ix_description_dataset", "description", ["dataset"])
    op.create_table(
        "sealed_record",
        number("log_index"),
        number("position"),
        data("secret"),
        text("fields"),
        number("description_id"),
        number("segment"),
        number("digest_prefix", null=True),
        data("tally_digest", null=True),
        number("bytes", null=True),
        number("documents", null=True),
        number("tokens", null=True),
        number("images", null=True),
        number("audio_milliseconds", null=True),
        number("video_milliseconds", null=True),
        sa.PrimaryKeyConstraint("log_index", "position", name="pk_sealed_record"),
        in_entry("sealed_record"),
        sa.ForeignKeyConstraint(
            ["description_id"], ["description.id"], name="fk_sealed_record_description_id"
        ),
        sa.CheckConstraint("length(secret) = 32", name="ck_sealed_record_secret"),
        sa.CheckConstraint("length(tally_digest) = 32", name="ck_sealed_record_tally_digest"),
    )
    op.create_index(
        "ix_sealed_record_segment_digest_prefix", "sealed_record", ["segment", "digest_prefix"]
    )
    op.create_index(
        "ix_sealed_record_description_id_log_index_position",
        "sealed_record",
        ["description_id", "log_index", "position"],
    )


def make_tallies() -> None:
    """Make the tallies of domains."""
    op.create_table(
        "tally",
        address("id"),
        data("digest"),
        text("suffix_lists"),
        sa.PrimaryKeyConstraint("id", name="pk_tally"),
        sa.UniqueConstraint("digest", name="uq_tally_digest"),
        sa.CheckConstraint("length(digest) = 32", name="ck_tally_digest"),
    )
    op.create_table(
        "tally_domain",
        number("tally_id"),
        sa.Column("domain", BYTE_ORDERED, nullable=False),
        number("bytes"),
        number("documents"),
        sa.PrimaryKeyConstraint("tally_id", "domain", name="pk_tally_domain"),
        sa.ForeignKeyConstraint(["tally_id"], ["tally.id"], name="fk_tally_domain_tally_id"),
        sa.CheckConstraint("bytes >= 0", name="ck_tally_domain_bytes"),
        sa.CheckConstraint("documents >= 1", name="ck_tally_domain_documents"),
    )


def make_training() -> None:
    """Make the frozen training sets."""
    op.create_table(
        "training_set",
        address("id"),
        data("root"),
        data("secret"),
        number("count"),
        sa.PrimaryKeyConstraint("id", name="pk_training_set"),
        sa.UniqueConstraint("root", name="uq_training_set_root"),
        sa.CheckConstraint("length(root) = 32", name="ck_training_set_root"),
        sa.CheckConstraint("count >= 1", name="ck_training_set_count"),
        sa.CheckConstraint("length(secret) = 32", name="ck_training_set_secret"),
    )
    op.create_table(
        "training_range",
        number("set_id"),
        number("log_index"),
        number("lo"),
        number("hi"),
        sa.PrimaryKeyConstraint("set_id", "log_index", "lo", name="pk_training_range"),
        sa.ForeignKeyConstraint(["set_id"], ["training_set.id"], name="fk_training_range_set_id"),
        in_entry("training_range"),
        sa.CheckConstraint("0 <= lo AND lo < hi", name="ck_training_range_lo_hi"),
    )


def downgrade() -> None:
    """Refuse: a step back would drop what a log has acknowledged."""
    raise RuntimeError("a ledger's database only moves forward; restore a backup instead")
