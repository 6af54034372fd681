"""Trainings, the models they made, and which model was made live when."""
import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trainings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("author", sa.String(40), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("step", sa.String(20), nullable=False),
        sa.Column("percent", sa.Integer, nullable=False),
        sa.Column("begun_at", sa.DateTime, nullable=False),
        sa.Column("heartbeat_at", sa.DateTime, nullable=False),
        sa.Column("ended_at", sa.DateTime),
        sa.Column("base", sa.String(12), nullable=False),
        sa.Column("examples", sa.Integer, nullable=False),
        sa.Column("comparison", sa.Text, nullable=False),
        sa.Column("log", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )
    running = sa.text("state = 'running'")
    op.create_index("uq_trainings_running", "trainings", ["state"], unique=True, sqlite_where=running, postgresql_where=running)
    op.create_table(
        "model_parts",
        sa.Column("training", sa.Integer, sa.ForeignKey("trainings.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "model_switches",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("training", sa.Integer, sa.ForeignKey("trainings.id")),
        sa.Column("author", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )


def downgrade() -> None:
    for table in ("model_switches", "model_parts", "trainings"):
        op.drop_table(table)
