"""Run by alembic with the connection that `store.database` gives it."""
from alembic import context

from store.base import Base

connection = context.config.attributes["connection"]
# The metadata gives constraints their names. Batch mode: SQLite cannot alter a column in place.
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
