"""Service script revisions, dossiers, look-up attempts and conversations."""
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "script_revisions",
        sa.Column("script", sa.String(40), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("author", sa.String(80), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "live_scripts",
        sa.Column("script", sa.String(40), primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
    )
    op.create_table(
        "catalogue_version",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.execute("INSERT INTO catalogue_version (id, version) VALUES (1, 0)")
    op.create_table(
        "dossiers",
        sa.Column("number", sa.String(40), primary_key=True),
        sa.Column("service", sa.String(40)),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("office", sa.String(200), nullable=False),
        sa.Column("filed_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date),
        sa.Column("changed_at", sa.DateTime, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("phone_hash", sa.String(64)),
        sa.Column("id_hash", sa.String(64)),
    )
    op.create_table(
        "lookup_attempts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("chat", sa.String(255), nullable=False),
        sa.Column("number_hash", sa.String(64), nullable=False),
        sa.Column("masked", sa.String(40), nullable=False),
        sa.Column("right", sa.Boolean, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_lookup_attempts_chat", "lookup_attempts", ["chat", "at"])
    op.create_index("ix_lookup_attempts_number_hash", "lookup_attempts", ["number_hash", "at"])
    op.create_table(
        "conversations",
        sa.Column("chat", sa.String(128), primary_key=True),
        sa.Column("memory", sa.Text, nullable=False),
        sa.Column("changed_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "turns",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("chat", sa.String(128), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("intent", sa.String(40), nullable=False),
        sa.Column("service", sa.String(40)),
        sa.Column("outcomes", sa.String(200), nullable=False),
    )
    op.create_index("ix_turns_chat", "turns", ["chat", "id"])


def downgrade() -> None:
    for table in ("turns", "conversations", "lookup_attempts", "dossiers", "catalogue_version", "live_scripts", "script_revisions"):
        op.drop_table(table)
