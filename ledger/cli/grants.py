"""`ledger grants`: the SQL that gives a PostgreSQL role what it needs, and nothing more."""

import argparse

from ledger.cli.output import EXIT_OK, Output

EXAMPLE = "ledger grants log_server --as writer"
_KINDS = ("public", "writer", "owner", "signer")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("role", metavar="ROLE", help="an existing role (CREATE ROLE … LOGIN)")
    parser.add_argument(
        "--as",
        dest="kind",
        choices=_KINDS,
        required=True,
        help="public: reads the public tables; writer: appends, changes and deletes nothing; "
        "owner: erases and upgrades; signer: in the checkpoint store's database, signs",
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Print the statements."""
    from ledger.store.grants import grants

    statements = grants(args.role, args.kind)
    output.data(
        {"role": args.role, "as": args.kind, "statements": list(statements)}, "\n".join(statements)
    )
    where = "checkpoint store" if args.kind == "signer" else "ledger"
    output.say(f"next: run it in the {where}'s database, as the owner of its tables: | psql NAME")
    return EXIT_OK
