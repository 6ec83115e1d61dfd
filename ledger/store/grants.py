"""What a PostgreSQL role needs, and nothing more: the statements that an administrator runs.

    public   reads the public tables: a server for everybody
    writer   appends: `ledger add`, `ledger serve`; updates one row, deletes nothing
    owner    owns the tables: erases, upgrades, makes backups; the guards bind it too
    signer   in the database of the checkpoint store: remembers what a writer signs

The ledger never runs them itself: a program that could give itself rights would be no safer for
having fewer (docs/storage.md).
"""

from typing import Literal

from ledger.errors import InputError
from ledger.store.tables import PRIVATE, PUBLIC, metadata

Kind = Literal["public", "writer", "owner", "signer"]
KINDS: tuple[Kind, ...] = ("public", "writer", "owner", "signer")

_VERSION = "alembic_version"
_LONGEST = 63


def grants(role: str, kind: Kind) -> list[str]:
    """Return the SQL that makes an existing role one of these kinds, whatever it was before.

    Args:
        role: Its name, as PostgreSQL has it; quoted here.
        kind: What it shall be able to do.

    Raises:
        InputError: PostgreSQL could have no such role.
    """
    if not role or not role.isprintable() or len(role.encode()) > _LONGEST:
        raise InputError(f"{role!r} cannot be the name of a role", hint="ledger grants log_server")
    name = '"' + role.replace('"', '""') + '"'
    if kind == "signer":
        return [
            f"REVOKE ALL ON checkpoint_store, signed_checkpoint FROM {name};",
            f"GRANT USAGE ON SCHEMA public TO {name};",
            f"GRANT SELECT ON checkpoint_store, signed_checkpoint TO {name};",
            f"GRANT INSERT, UPDATE (size, root) ON signed_checkpoint TO {name};",
        ]
    tables = (*PUBLIC, *PRIVATE)
    every = ", ".join((*tables, _VERSION))
    if kind == "owner":
        return [
            f"GRANT USAGE, CREATE ON SCHEMA public TO {name};",
            *(f"ALTER TABLE {table} OWNER TO {name};" for table in (*tables, _VERSION)),
            *(f"ALTER FUNCTION {function}() OWNER TO {name};" for function in _FUNCTIONS),
            # Erasing rewrites the server's statistics, which quote values: that takes its owner.
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO %I', current_database(), "
            f"{_text(role)}); END $$;",
        ]
    statements = [
        f"REVOKE ALL ON {every} FROM {name};",
        f"GRANT USAGE ON SCHEMA public TO {name};",
    ]
    if kind == "public":
        return [*statements, f"GRANT SELECT ON {', '.join((*PUBLIC, _VERSION))} TO {name};"]
    appended = ", ".join(table for table in tables if table not in _NOT_APPENDED)
    head = metadata.tables["log_head"]
    moved = ", ".join(column.name for column in head.columns if not column.primary_key)
    return [
        *statements,
        f"GRANT SELECT ON {every} TO {name};",
        f"GRANT INSERT ON {appended} TO {name};",
        f"GRANT UPDATE ({moved}) ON log_head TO {name};",
    ]


def _text(value: str) -> str:
    # Inside $$ a dollar sign would end the body, so it is spelled otherwise.
    parts = "".join(f"\\{ord(char):04X}" if char in "$'\\" else char for char in value)
    return f"U&'{parts}'"


_NOT_APPENDED = ("log_head", "erased_record", "unwiped")
_FUNCTIONS = ("guard_never", "guard_forward", "guard_head", "guard_erased")
"""What the guards run; whoever upgrades replaces them."""
