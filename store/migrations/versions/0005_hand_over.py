"""The outbox: messages the bot sends by itself; conversations handed over to a person; closed days."""
import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(160), nullable=False, unique=True),
        sa.Column("chat", sa.String(128), nullable=False),
        sa.Column("reply", sa.Text, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("not_before", sa.DateTime, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("claimed_until", sa.DateTime),
        sa.Column("sent_at", sa.DateTime),
    )
    op.create_index("ix_outbox_state", "outbox", ["state", "chat", "id"])
    op.create_table(
        "handovers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("chat", sa.String(128), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("language", sa.String(3), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("queued_at", sa.DateTime, nullable=False),
        sa.Column("citizen_at", sa.DateTime, nullable=False),
        sa.Column("agent", sa.String(40)),
        sa.Column("agent_name", sa.String(80)),
        sa.Column("taken_at", sa.DateTime),
        sa.Column("agent_at", sa.DateTime),
        sa.Column("told_at", sa.DateTime),
        sa.Column("escalated_at", sa.DateTime),
        sa.Column("closed_at", sa.DateTime),
        sa.Column("closed_by", sa.String(8)),
        sa.Column("topic", sa.Integer),
    )
    not_closed = sa.text("state IN ('writing', 'waiting', 'taken')")
    op.create_index("uq_handovers_open", "handovers", ["chat"], unique=True, sqlite_where=not_closed, postgresql_where=not_closed)
    op.create_index("ix_handovers_chat", "handovers", ["chat"])
    op.create_index("ix_handovers_state", "handovers", ["state", "queued_at"])
    op.create_table(
        "handover_lines",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("handover_id", sa.Integer, sa.ForeignKey("handovers.id"), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("who", sa.String(8), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("live", sa.Text),
    )
    op.create_index("ix_handover_lines_handover_id", "handover_lines", ["handover_id"])
    op.create_table(
        "closed_days",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("author", sa.String(40), nullable=False),
    )


def downgrade() -> None:
    for table in ("closed_days", "handover_lines", "handovers", "outbox"):
        op.drop_table(table)
