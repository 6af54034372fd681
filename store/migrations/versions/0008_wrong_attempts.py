"""An index of the wrong attempts alone: those of everybody are counted at each look-up, however many right ones there are."""
import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_lookup_attempts_wrong", "lookup_attempts", ["at"], sqlite_where=sa.text('"right" IS 0'),
                    postgresql_where=sa.text('"right" IS false'))


def downgrade() -> None:
    op.drop_index("ix_lookup_attempts_wrong", "lookup_attempts")
