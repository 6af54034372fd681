"""Dossiers: their history, how they were filed and paid, who follows them; messages that are sent at most once."""
import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("dossiers") as dossiers:
        dossiers.add_column(sa.Column("level", sa.String(12)))
        dossiers.add_column(sa.Column("channel", sa.Integer))
        dossiers.add_column(sa.Column("paid_online", sa.Boolean))
        dossiers.add_column(sa.Column("finished_on", sa.Date))
        dossiers.add_column(sa.Column("supplement_by", sa.Date))
        dossiers.add_column(sa.Column("supplemented", sa.Boolean, nullable=False, server_default=sa.false()))
        dossiers.add_column(sa.Column("version", sa.Integer, nullable=False, server_default="1"))
        dossiers.add_column(sa.Column("source", sa.LargeBinary(16)))
        dossiers.add_column(sa.Column("seen_at", sa.DateTime))
    op.create_index("ix_dossiers_filed_on", "dossiers", ["filed_on"])
    op.create_table(
        "dossier_changes",
        sa.Column("number", sa.String(40), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("office", sa.String(200), nullable=False),
        sa.Column("due_on", sa.Date),
        sa.Column("supplement_by", sa.Date),
        sa.Column("changed_at", sa.DateTime, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("replaced_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "dossier_follows",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("chat", sa.String(128), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("language", sa.String(3), nullable=False),
        sa.Column("told", sa.Integer, nullable=False),
        sa.Column("reminded", sa.String(60), nullable=False),
        sa.Column("since", sa.DateTime, nullable=False),
        sa.UniqueConstraint("chat", "number", name="uq_dossier_follows_chat"),
    )
    op.create_index("ix_dossier_follows_number", "dossier_follows", ["number"])
    with op.batch_alter_table("outbox") as outbox:
        outbox.add_column(sa.Column("once", sa.Boolean, nullable=False, server_default=sa.false()))
        outbox.add_column(sa.Column("begun_at", sa.DateTime))
    op.create_index("ix_outbox_waiting", "outbox", ["state", "id"])
    op.create_index("ix_lookup_attempts_at", "lookup_attempts", ["at"])


def downgrade() -> None:
    op.drop_index("ix_lookup_attempts_at", "lookup_attempts")
    op.drop_index("ix_outbox_waiting", "outbox")
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_column("begun_at")
        outbox.drop_column("once")
    op.drop_table("dossier_follows")
    op.drop_table("dossier_changes")
    op.drop_index("ix_dossiers_filed_on", "dossiers")
    with op.batch_alter_table("dossiers") as dossiers:
        for column in ("level", "channel", "paid_online", "finished_on", "supplement_by", "supplemented", "version", "source",
                       "seen_at"):
            dossiers.drop_column(column)
