"""Version 1 of the API: one module a resource, each with a `router`; `routers` lists them all."""

from __future__ import annotations

from fastapi import APIRouter

__all__ = ["routers"]


def routers() -> list[APIRouter]:
    """Return the routers of all resources, in the order in which the documents list them."""
    return []
