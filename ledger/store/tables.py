"""The schema: every table, column, index and constraint, once, with names.

    public                                private
    ------                                -------
    log_head       size, root, edge       description    what many records say alike
    entry          the signed notes       sealed_record  secrets, own values, measures
    entry_leaf     their leaf hashes      tally          which tallies of domains are kept
    log_tile       full tiles of the log  tally_domain   what each of them says
    batch_tile     tiles inside an entry  training_set   the frozen sets, by their root
    open_record    releases, summaries …  training_range which records each set holds
    correction     of which record        statement      what opens the numbers of a summary
    erased_record  what is no more        statement_section, statement_leaves   its trees
                                          submission     the keys of submissions
                                          unwiped        what may still lie in the files

The public half is all that a public server needs, and it may run on a database without the other
(docs/decisions/0012). Rows are the truth and tiles a view: nothing here is ever updated except
the one row of `log_head`, and there only forward. The database refuses anything else: triggers in
`migrations/`, which SQLAlchemy has no words for, and roles (`ledger grants`) see to it.

This module is for what may be slow: migrations, schema tests, a person with a notebook. The store
itself speaks SQL through the driver and never imports it, because importing an ORM takes as long
as hashing a gigabyte (docs/decisions/0010). `tests/store/test_schema.py` holds the two together.

Conventions: hashes, notes and tiles are bytes; JSON is text holding exactly the canonical bytes,
not a JSON type, which would be free to respell it; numbers are 64-bit.
"""

from typing import ClassVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

PUBLIC = (
    *("log_head", "entry", "entry_leaf", "log_tile", "batch_tile", "open_record"),
    *("correction", "erased_record"),
)
PRIVATE = (
    *("description", "sealed_record", "tally", "tally_domain"),
    *("training_set", "training_range", "submission", "unwiped"),
    *("statement", "statement_section", "statement_leaves"),
)

# SQLite makes a column the row's own address only if it is spelled INTEGER.
_Address = BigInteger().with_variant(Integer(), "sqlite")

# A tally is hashed in the order of its names' bytes, which is not that of a language.
_ByteOrdered = Text().with_variant(Text(collation="C"), "postgresql")


class Row(SQLModel):
    """What all tables share: one MetaData, apart from SQLModel's global one."""

    metadata: ClassVar[MetaData] = metadata


class HeadRow(Row, table=True):
    """Where the log stands: the only row that is ever updated.

    Every append is an `UPDATE … WHERE size = … AND root = …` on it; whoever changes no row was
    not first. `edge` is what the next append needs of the past: the partial tiles, level by level.
    """

    __tablename__ = "log_head"
    __table_args__ = (
        CheckConstraint("size >= 0", name="size"),
        CheckConstraint("records >= size", name="records"),
        CheckConstraint("length(root) = 32", name="root"),
    )
    origin: str = Field(sa_column=Column(Text, primary_key=True))
    size: int = Field(sa_column=Column(BigInteger, nullable=False))
    root: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    edge: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    records: int = Field(sa_column=Column(BigInteger, nullable=False))
    """How many records all entries carry together."""
    appended_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    """Milliseconds since 1970 of the newest entry: the log's clock never runs backwards."""


class EntryRow(Row, table=True):
    """One leaf of the log: a signed batch note, and what stands in it, in columns."""

    __tablename__ = "entry"
    __table_args__ = (
        CheckConstraint("log_index >= 0", name="log_index"),
        CheckConstraint("count >= 1", name="count"),
        Index(None, "kind", "log_index"),
    )
    log_index: int = Field(sa_column=Column(_Address, primary_key=True, autoincrement=False))
    note: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    kind: str = Field(sa_column=Column(Text, nullable=False))
    count: int = Field(sa_column=Column(BigInteger, nullable=False))
    producer: str = Field(sa_column=Column(Text, nullable=False))
    """The verifier key (vkey) under which the log accepted the signature."""
    appended_at: int = Field(sa_column=Column(BigInteger, nullable=False))


class EntryLeafRow(Row, table=True):
    """The RFC 6962 leaf hash of an entry, to find it by its content: submitting is idempotent.

    Of equal entries, which older versions appended, only the first has a row.
    """

    __tablename__ = "entry_leaf"
    __table_args__ = (
        UniqueConstraint("leaf"),
        CheckConstraint("length(leaf) = 32", name="leaf"),
    )
    log_index: int = Field(
        sa_column=Column(
            _Address, ForeignKey("entry.log_index"), primary_key=True, autoincrement=False
        )
    )
    leaf: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    row_check: int = Field(sa_column=Column(BigInteger, nullable=False))
    """`rows.row_check` of the entry's columns but the note. Nothing else vouches for its time."""


class LogTileRow(Row, table=True):
    """256 adjacent hashes of the log's tree. The partial tiles are in `log_head.edge`."""

    __tablename__ = "log_tile"
    __table_args__ = (CheckConstraint("length(hashes) = 8192", name="full"),)
    level: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    number: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    hashes: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class BatchTileRow(Row, table=True):
    """1 to 256 adjacent hashes of the tree inside one entry; level 0 holds the record leaves."""

    __tablename__ = "batch_tile"
    __table_args__ = (CheckConstraint("length(hashes) BETWEEN 32 AND 8192", name="width"),)
    log_index: int = Field(
        sa_column=Column(
            BigInteger, ForeignKey("entry.log_index"), primary_key=True, autoincrement=False
        )
    )
    level: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    number: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    hashes: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class OpenRecordRow(Row, table=True):
    """A record that is published whole: release, summary, correction, key, most terms."""

    __tablename__ = "open_record"
    __table_args__ = (Index(None, "kind", "name"),)
    log_index: int = Field(
        sa_column=Column(
            BigInteger, ForeignKey("entry.log_index"), primary_key=True, autoincrement=False
        )
    )
    position: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    kind: str = Field(sa_column=Column(Text, nullable=False))
    name: str | None = Field(sa_column=Column(Text, nullable=True))
    """What people call it (a release's name, a summary's release), for looking it up."""
    secret: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    fields: str = Field(sa_column=Column(Text, nullable=False))


class CorrectionRow(Row, table=True):
    """Which record a correction is about, and what replaced it: the open record says so, too.

    In columns, so that "is this record current" is one look-up. A row stands only for a correction
    that comes after what it speaks about; others say nothing.
    """

    __tablename__ = "correction"
    __table_args__ = (
        CheckConstraint("record_index < log_index", name="record_index"),
        CheckConstraint("replacement_index < log_index", name="replacement_index"),
        Index(None, "record_index", "record_position"),
        Index(None, "replacement_index", "replacement_position"),
        Index(None, "action", "record_index"),
    )
    log_index: int = Field(
        sa_column=Column(
            BigInteger, ForeignKey("entry.log_index"), primary_key=True, autoincrement=False
        )
    )
    position: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    record_index: int = Field(sa_column=Column(BigInteger, nullable=False))
    record_position: int = Field(sa_column=Column(BigInteger, nullable=False))
    action: str = Field(sa_column=Column(Text, nullable=False))
    replacement_index: int | None = Field(sa_column=Column(BigInteger, nullable=True))
    replacement_position: int | None = Field(sa_column=Column(BigInteger, nullable=True))


class ErasedRecordRow(Row, table=True):
    """A sealed record whose values and secret were destroyed; its leaf hash stays, and proves."""

    __tablename__ = "erased_record"
    log_index: int = Field(
        sa_column=Column(
            BigInteger, ForeignKey("entry.log_index"), primary_key=True, autoincrement=False
        )
    )
    position: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    correction_index: int = Field(
        sa_column=Column(BigInteger, ForeignKey("entry.log_index"), nullable=False)
    )
    """The correction that says so is the open record `correction_index.correction_position`."""
    correction_position: int = Field(sa_column=Column(BigInteger, nullable=False))
    erased_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    """Milliseconds since 1970, by the clock of who erased."""
    row_check: int = Field(sa_column=Column(BigInteger, nullable=False))
    """`rows.row_check` of the columns before it."""


class UnwipedRow(Row, table=True):
    """An erased record whose deleted row may still lie in the database's files.

    Written with the deletion, removed when the files were rewritten: a crash in between is known.
    """

    __tablename__ = "unwiped"
    log_index: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    position: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))


class SubmissionRow(Row, table=True):
    """What was submitted under an Idempotency-Key, and where it went."""

    __tablename__ = "submission"
    __table_args__ = (CheckConstraint("length(digest) = 32", name="digest"),)
    key: str = Field(sa_column=Column(Text, primary_key=True))
    digest: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """SHA-256 of the body: the same key with another body is refused."""
    log_index: int = Field(
        sa_column=Column(BigInteger, ForeignKey("entry.log_index"), nullable=False)
    )
    made_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    row_check: int = Field(sa_column=Column(BigInteger, nullable=False))
    """`rows.row_check` of the columns before it."""


class DescriptionRow(Row, table=True):
    """The fields that many records share (source, rights, generator …), stored once per value."""

    __tablename__ = "description"
    __table_args__ = (
        UniqueConstraint("digest"),
        CheckConstraint("length(digest) = 32", name="digest"),
        Index(None, "dataset"),
    )
    id: int = Field(sa_column=Column(_Address, primary_key=True, autoincrement=False))
    digest: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """SHA-256 of `fields`: two descriptions are one exactly when their canonical bytes are."""
    dataset: str | None = Field(sa_column=Column(Text, nullable=True))
    fields: str = Field(sa_column=Column(Text, nullable=False))


class SealedRecordRow(Row, table=True):
    """The secret and the values of a record that is sealed, and its measures to add up in SQL."""

    __tablename__ = "sealed_record"
    __table_args__ = (
        CheckConstraint("length(secret) = 32", name="secret"),
        CheckConstraint("length(tally_digest) = 32", name="tally_digest"),
        Index(None, "segment", "digest_prefix"),
        Index(None, "description_id", "log_index", "position"),
    )
    log_index: int = Field(
        sa_column=Column(
            BigInteger, ForeignKey("entry.log_index"), primary_key=True, autoincrement=False
        )
    )
    position: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    secret: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    fields: str = Field(sa_column=Column(Text, nullable=False))
    description_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("description.id"), nullable=False)
    )
    segment: int = Field(sa_column=Column(BigInteger, nullable=False))
    """Which stretch of 65,536 records this one is in. An index over digests alone would touch a
    random page per record; within a segment it stays in memory (docs/decisions/0013)."""
    digest_prefix: int | None = Field(sa_column=Column(BigInteger, nullable=True))
    """The first 8 bytes of the content digest, as a signed big-endian number."""
    tally_digest: bytes | None = Field(sa_column=Column(LargeBinary, nullable=True))
    """What the record says in `domains.digest`. No foreign key: somebody else's record may come
    without its tally, and `fsck` reports it."""
    bytes: int | None = Field(sa_column=Column(BigInteger, nullable=True))
    documents: int | None = Field(sa_column=Column(BigInteger, nullable=True))
    tokens: int | None = Field(sa_column=Column(BigInteger, nullable=True))
    images: int | None = Field(sa_column=Column(BigInteger, nullable=True))
    audio_milliseconds: int | None = Field(sa_column=Column(BigInteger, nullable=True))
    video_milliseconds: int | None = Field(sa_column=Column(BigInteger, nullable=True))


class TallyRow(Row, table=True):
    """A tally of domains, known by its digest (docs/formats/domains.md).

    Kept before the record that names it: a crash in between leaves a tally that nobody names,
    never a record whose tally is lost.
    """

    __tablename__ = "tally"
    __table_args__ = (
        UniqueConstraint("digest"),
        CheckConstraint("length(digest) = 32", name="digest"),
    )
    id: int = Field(sa_column=Column(_Address, primary_key=True, autoincrement=False))
    digest: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    suffix_lists: str = Field(sa_column=Column(Text, nullable=False))
    """The digests of the lists that host names were cut by, with spaces between."""


class TallyDomainRow(Row, table=True):
    """A line of a tally: what came from one domain."""

    __tablename__ = "tally_domain"
    __table_args__ = (
        CheckConstraint("bytes >= 0", name="bytes"),
        CheckConstraint("documents >= 1", name="documents"),
    )
    tally_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("tally.id"), primary_key=True, autoincrement=False)
    )
    domain: str = Field(sa_column=Column(_ByteOrdered, primary_key=True))
    bytes: int = Field(sa_column=Column(BigInteger, nullable=False))
    documents: int = Field(sa_column=Column(BigInteger, nullable=False))


class TrainingSetRow(Row, table=True):
    """A frozen training set, known by the root that the release record commits to."""

    __tablename__ = "training_set"
    __table_args__ = (
        UniqueConstraint("root"),
        CheckConstraint("length(root) = 32", name="root"),
        CheckConstraint("count >= 1", name="count"),
        CheckConstraint("length(secret) = 32", name="secret"),
    )
    id: int = Field(sa_column=Column(_Address, primary_key=True, autoincrement=False))
    root: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    secret: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """What the leaves are salted with. The release record's own secret would not do: it is open,
    and whoever knows it could test which records are in the set."""
    count: int = Field(sa_column=Column(BigInteger, nullable=False))


class TrainingRangeRow(Row, table=True):
    """The records `lo <= position < hi` of one entry belong to a training set.

    Ranges, because one `ledger add` makes batches of one dataset: 10^8 records are about 10^5
    rows, exact, in order, and they join.
    """

    __tablename__ = "training_range"
    __table_args__ = (CheckConstraint("0 <= lo AND lo < hi", name="lo_hi"),)
    set_id: int = Field(
        sa_column=Column(
            BigInteger, ForeignKey("training_set.id"), primary_key=True, autoincrement=False
        )
    )
    log_index: int = Field(
        sa_column=Column(
            BigInteger, ForeignKey("entry.log_index"), primary_key=True, autoincrement=False
        )
    )
    lo: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    hi: int = Field(sa_column=Column(BigInteger, nullable=False))


class StatementRow(Row, table=True):
    """What opens the statement of a summary, known by the root that the summary record carries.

    Kept before the record that names it, as a tally is.
    """

    __tablename__ = "statement"
    __table_args__ = (
        UniqueConstraint("root"),
        CheckConstraint("length(root) = 32", name="root"),
        CheckConstraint("length(training) = 32", name="training"),
        CheckConstraint("length(secret) = 32", name="secret"),
        CheckConstraint("length(name_key) = 32", name="name_key"),
        CheckConstraint("size >= 1", name="size"),
    )
    id: int = Field(sa_column=Column(_Address, primary_key=True, autoincrement=False))
    root: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    training: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """The root of the training set that is summarised."""
    secret: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """What the leaves of all its trees are salted with."""
    name_key: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """What the pseudonyms of domains and models are made with."""
    size: int = Field(sa_column=Column(BigInteger, nullable=False))
    """How many entries the log had that are summarised."""


class StatementSectionRow(Row, table=True):
    """A tree of a statement, and its root."""

    __tablename__ = "statement_section"
    __table_args__ = (UniqueConstraint("statement_id", "name"),)
    statement_id: int = Field(
        sa_column=Column(
            BigInteger, ForeignKey("statement.id"), primary_key=True, autoincrement=False
        )
    )
    number: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    name: str = Field(sa_column=Column(Text, nullable=False))
    node: str = Field(sa_column=Column(Text, nullable=False))
    """The root node, as canonical JSON (docs/formats/audit.md)."""


class StatementLeavesRow(Row, table=True):
    """A few hundred leaves of a tree, in order: key, reference and values, compressed.

    Copies, not what the records say today: what is opened must be what was committed, whatever was
    corrected or erased since. They hold no text of a record, only its place and its numbers.
    """

    __tablename__ = "statement_leaves"
    statement_id: int = Field(
        sa_column=Column(
            BigInteger, ForeignKey("statement.id"), primary_key=True, autoincrement=False
        )
    )
    section: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    number: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    leaves: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
