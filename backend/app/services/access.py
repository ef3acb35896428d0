"""Who acts: people by log-in, machines by token."""

from __future__ import annotations

from app.services.actor import ACTIONS, ROLES, Action, Actor, Role, system

__all__ = ["ACTIONS", "ROLES", "Action", "Actor", "Role", "system"]
