"""One index for all figures of executions, sums, groups and courses of a period; and one of their names, for search."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_NAME, _TABLE = "ix_executions_figures", "executions"
_BEFORE = ["created_at", "outcome", "state", "flaky", "healed", "duration_s", "cost_usd", "cost_unknown"]
_AFTER = [
    "created_at", "outcome", "provider", "test_id", "suite_id", "run_id", "state", "trial", "flaky", "healed",
    "duration_s", "input_tokens", "output_tokens", "cost_usd", "cost_unknown",
]  # fmt: skip


def upgrade() -> None:
    """Change the table."""
    op.drop_index(_NAME, _TABLE)
    op.create_index(_NAME, _TABLE, _AFTER)
    op.create_index("ix_executions_name", _TABLE, ["name", "id"])


def downgrade() -> None:
    """Change it back."""
    op.drop_index("ix_executions_name", _TABLE)
    op.drop_index(_NAME, _TABLE)
    op.create_index(_NAME, _TABLE, _BEFORE)
