"""Run by alembic with the connection that `store.database` gives it."""
from alembic import context

connection = context.config.attributes["connection"]
# batch mode: SQLite cannot alter a column in place.
context.configure(connection=connection, render_as_batch=True, include_object=lambda *_: True)
with context.begin_transaction():
    context.run_migrations()
