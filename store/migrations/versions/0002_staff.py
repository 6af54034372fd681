"""Drafts of scripts; the staff console's accounts, sessions and audit log, which nobody can rewrite."""
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "script_drafts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("script", sa.String(40), nullable=False),
        sa.Column("base", sa.Integer, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("writers", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("effective_on", sa.Date),
        sa.Column("decided_by", sa.String(80)),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("changed_at", sa.DateTime, nullable=False),
    )
    being_made = sa.text("state IN ('writing', 'waiting', 'scheduled')")
    op.create_index("uq_script_drafts_open", "script_drafts", ["script"], unique=True, sqlite_where=being_made,
                    postgresql_where=being_made)
    op.create_table(
        "staff_accounts",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("full_name", sa.String(80), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("roles", sa.String(120), nullable=False),
        sa.Column("language", sa.String(3), nullable=False),
        sa.Column("totp_secret", sa.String(64)),
        sa.Column("totp_used", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("locked_until", sa.DateTime),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("must_change", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("account", sa.String(40), nullable=False),
        sa.Column("csrf", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("seen_at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_staff_sessions_account", "staff_sessions", ["account"])
    op.create_table(
        "staff_audit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("what", sa.String(120), nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER staff_audit_no_{event.lower()} BEFORE {event} ON staff_audit "
                       "BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END")
    else:
        op.execute("CREATE FUNCTION staff_audit_kept() RETURNS trigger LANGUAGE plpgsql AS "
                   "$$ BEGIN RAISE EXCEPTION 'the audit log is only added to'; END $$")
        op.execute("CREATE TRIGGER staff_audit_kept BEFORE UPDATE OR DELETE ON staff_audit "
                   "FOR EACH ROW EXECUTE FUNCTION staff_audit_kept()")


def downgrade() -> None:
    for table in ("staff_audit", "staff_sessions", "staff_accounts", "script_drafts"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION staff_audit_kept()")
