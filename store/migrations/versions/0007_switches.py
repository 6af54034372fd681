"""Parts of the bot that are turned off; updates of Telegram that were taken."""
import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "switched_off",
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("texts", sa.Text, nullable=False),
        sa.Column("author", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )


    op.create_table(
        "telegram_updates",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("done", sa.Boolean, nullable=False),
        sa.Column("claimed_until", sa.DateTime, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_telegram_updates_at", "telegram_updates", ["at"])


def downgrade() -> None:
    op.drop_table("telegram_updates")
    op.drop_table("switched_off")
