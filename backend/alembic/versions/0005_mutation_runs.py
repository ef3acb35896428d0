"""Mutation reports that the server makes itself: what is run, how far it is, and who is at it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Change the tables."""
    with op.batch_alter_table("mutation_reports") as table:
        table.add_column(sa.Column("state", sa.String(10), nullable=False, server_default="finished"))
        table.add_column(sa.Column("cases", _JSON, nullable=False, server_default="[]"))
        table.add_column(sa.Column("request", _JSON, nullable=False, server_default="{}"))
        table.add_column(sa.Column("options", _JSON, nullable=False, server_default="{}"))
        table.add_column(sa.Column("told", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("attempt", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("lease_until", sa.Double(), nullable=False, server_default="0"))
        table.add_column(sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True))
        table.create_index(op.f("ix_mutation_reports_state"), ["state"])


def downgrade() -> None:
    """Change them back."""
    with op.batch_alter_table("mutation_reports") as table:
        table.drop_index(op.f("ix_mutation_reports_state"))
        for name in ("finished_at", "lease_until", "attempt", "told", "options", "request", "cases", "state"):
            table.drop_column(name)
