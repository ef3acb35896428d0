"""Version 1 of the API: one module a resource, each with a `router`; `routers` lists them all."""

from __future__ import annotations

from fastapi import APIRouter

from app.api.v1 import (
    analytics,
    artifacts,
    audit,
    auth,
    executions,
    experiments,
    generation,
    heals,
    health,
    lab,
    live,
    locks,
    measuring,
    providers,
    queue,
    recordings,
    resources,
    runs,
    schedules,
    secrets,
    settings,
    shares,
    suites,
    tables,
    tests,
    tokens,
    transfer,
    users,
    webhooks,
)

__all__ = ["routers"]


def routers() -> list[APIRouter]:
    """Return the routers of all resources, in the order in which the documents list them."""
    ours = (
        transfer,
        recordings,
        generation,
        tests,
        locks,
        suites,
        runs,
        executions,
        artifacts,
        heals,
        resources,
        providers,
        analytics,
        experiments,
        lab,
        measuring,
        tables,
        shares,
        health,
    )
    work = (live, queue, schedules, webhooks, settings)
    modules = (*ours, *work, auth, users, tokens, secrets, audit)
    return [module.router for module in modules]
