"""Answers of models in doubt: their step could go on, and the case failed later."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the table."""
    op.add_column("model_attempts", sa.Column("doubted", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Change it back."""
    op.drop_column("model_attempts", "doubted")
