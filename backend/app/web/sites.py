"""What there is to see: addresses, their pages, and the entries of the navigation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.services.access import Action
from app.web.pages import (
    analytics,
    audit,
    compare,
    dashboard,
    editor,
    execution,
    executions,
    experiment,
    experiments,
    generate,
    heals,
    lab,
    mutations,
    providers,
    record,
    routing,
    run,
    schedules,
    settings,
    suites,
    tests,
)

__all__ = ["NAVIGATION", "Site", "routes"]


@dataclass(frozen=True, slots=True)
class Site:
    """An entry of the navigation."""

    path: str
    title: str
    icon: str
    needs: Action = "read"


NAVIGATION = (
    Site("/", "Dashboard", "dashboard"),
    Site("/tests", "Tests", "tests"),
    Site("/executions", "Executions", "runs"),
    Site("/suites", "Suites", "suites"),
    Site("/heals", "Heals", "heals"),
    Site("/providers", "Providers", "providers"),
    Site("/analytics", "Measuring", "target"),
    Site("/schedules", "Schedules", "schedules"),
    Site("/settings", "Settings", "settings"),
    Site("/audit", "Audit", "audit", "admin"),
)


def routes() -> dict[str, Callable[..., Awaitable[None]]]:
    """Return the pages by the pattern of their address."""
    return {
        "/": dashboard.show,
        "/tests": tests.show,
        "/tests/new": editor.new,
        "/tests/record": record.show,
        "/tests/generate": generate.show,
        "/tests/{test}": editor.show,
        "/executions": executions.show,
        "/executions/{execution}": execution.show,
        "/runs/{run}": run.show,
        "/compare/{left}/{right}": compare.show,
        "/heals": heals.show,
        "/providers": providers.show,
        "/analytics": analytics.show,
        "/experiments": experiments.show,
        "/experiments/{experiment}": experiment.show,
        "/lab": lab.show,
        "/lab/{run}": lab.show_run,
        "/routing": routing.show,
        "/mutations": mutations.show,
        "/mutations/{report}": mutations.show_one,
        "/schedules": schedules.show,
        "/settings": settings.show,
        "/audit": audit.show,
        "/suites": suites.show_all,
        "/suites/{suite}": suites.show,
    }
