"""More about each turn, for the queue of badly answered messages and the reports; labels given by staff."""
import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "labels",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("intent", sa.String(40), nullable=False),
        sa.Column("aspects", sa.String(120), nullable=False),
        sa.Column("author", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    with op.batch_alter_table("turns") as turns:
        turns.add_column(sa.Column("channel", sa.String(16), nullable=False, server_default=""))
        turns.add_column(sa.Column("language", sa.String(3), nullable=False, server_default=""))
        turns.add_column(sa.Column("aspect", sa.String(20)))
        turns.add_column(sa.Column("decision", sa.String(10), nullable=False, server_default=""))
        turns.add_column(sa.Column("rating", sa.Integer))
        turns.add_column(sa.Column("label_id", sa.Integer))
        turns.create_foreign_key("fk_turns_label_id_labels", "labels", ["label_id"], ["id"])
        turns.create_index("ix_turns_at", ["at"])
