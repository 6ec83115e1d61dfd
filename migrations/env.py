"""Run the steps on the connection that `ledger.store.migrate` hands over.

For trying a step by hand, `alembic -x url=sqlite:///ledger.db upgrade head` works too.
"""

from alembic import context
from sqlalchemy import Connection, create_engine


def run(connection: Connection) -> None:
    """Run the steps in one transaction: all of them or none."""
    context.configure(connection=connection, transaction_per_migration=False)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with create_engine(context.get_x_argument(as_dictionary=True)["url"]).connect() as connection:
        run(connection)
