"""Indexes for what is read all the time: open executions, and the figures of a period."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_OPEN = sa.text("state = 'queued' OR state = 'running'")
_FIGURES = ["created_at", "outcome", "state", "flaky", "healed", "duration_s", "cost_usd", "cost_unknown"]


def upgrade() -> None:
    """Change the tables."""
    op.create_index(
        "ix_executions_open", "executions", ["state", "priority", "id"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    op.create_index("ix_executions_figures", "executions", _FIGURES)
    op.drop_index("ix_executions_due", "executions")
    op.drop_index("ix_executions_created_at", "executions")


def downgrade() -> None:
    """Change them back."""
    op.create_index("ix_executions_created_at", "executions", ["created_at"])
    op.create_index("ix_executions_due", "executions", ["state", "priority", "id"])
    op.drop_index("ix_executions_figures", "executions")
    op.drop_index("ix_executions_open", "executions")
