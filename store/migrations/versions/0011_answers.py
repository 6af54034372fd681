"""What was answered to an update of Telegram, until it is sent."""
import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("telegram_updates", sa.Column("answers", sa.Text))
    op.add_column("telegram_updates", sa.Column("final", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("telegram_updates", sa.Column("sent", sa.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("telegram_updates") as table:
        for name in ("answers", "final", "sent"):
            table.drop_column(name)
