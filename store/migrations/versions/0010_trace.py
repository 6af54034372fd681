"""What a message of the outbox came of."""
import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("trace", sa.String(32)))


def downgrade() -> None:
    with op.batch_alter_table("outbox") as table:
        table.drop_column("trace")
