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
    """Return the routers of all resources, those that are asked most first: a request looks through them in order."""
    asked = (executions, runs, queue, suites)
    written = (transfer, recordings, generation, tests, locks)  # in this order: `tests/export` is no test's id
    shown = (artifacts, heals, resources, providers, analytics, experiments, lab, measuring, tables, shares, health)
    ruled = (live, schedules, webhooks, settings, auth, users, tokens, secrets, audit)
    modules = (*asked, *written, *shown, *ruled)
    return [module.router for module in modules]
