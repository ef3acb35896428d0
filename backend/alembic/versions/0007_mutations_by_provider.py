"""Mutation reports that compare providers: which ones, and what that came to."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Change the table."""
    op.add_column("mutation_reports", sa.Column("providers", _JSON, nullable=False, server_default="[]"))
    op.add_column("mutation_reports", sa.Column("comparison", _JSON, nullable=True))


def downgrade() -> None:
    """Change it back."""
    op.drop_column("mutation_reports", "comparison")
    op.drop_column("mutation_reports", "providers")
