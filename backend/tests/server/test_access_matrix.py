"""Who may call what: every route of the API, every role, every scope, and nobody.

The routes are those of the application. A new one fails here until somebody has decided what it needs.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient
from served import Served

from app.core.config import ServerSettings
from app.main import create_app

NEEDS = {
    "nothing": "logIn lookAtLink useLink live ready",
    "known": "whoIAm listTokens createToken revokeToken",
    "person": "logOut changeMe changePassword listSessions endOtherSessions endSession",
    "read": """
        exportTests exportTest listTests listTags validateTest getTest listVersions getVersion diffVersions getLock
        listSuites getSuite listRuns getRun followRun
        listExecutions executionStats compareExecutions getExecution followExecution getArtifact livePicture
        listHeals listResources getResource listProviders getProvider analyseExecutions analyseModels
        forecast budgetUse listAnomalies metrics
        listExperiments planExperiment getExperiment listTrials reportExperiment
        getConsent listDecisions getDecision listLabRuns getLabRun getRouting listSuggestions listMutations getMutation
        reportMutation reportLabRun
        queueStatus listSchedules getSchedule listSecrets getSettings
        tableOfExecutions tableOfTests tableOfCosts
    """,
    "run": """
        runTest runSuite stopRun stopExecution rerunExecution runSchedule examineProviders
        startExperiment stopExperiment beginLabRun stopLabRun beginMutation stopMutation
    """,
    "write": """
        importTests recordTest createTest changeTest deleteTest undeleteTest restoreVersion
        setLock deleteLock shareExecution listShares revokeShare
        createSuite changeSuite deleteSuite deleteRun deleteExecution approveHeal rejectHeal rewordHeal
        approveAlikeHeals rejectAlikeHeals
        putResource deleteResource
        createSchedule changeSchedule deleteSchedule createExperiment deleteExperiment
        exportDecisions labelDecision preferProvider keepMutation deleteMutation
    """,
    "run and write": "generateTests",
    "admin": """
        listUsers inviteUser getUser changeUser deleteUser makePasswordLink setConsent setSecret deleteSecret listAudit
        limitProvider changeSettings listWebhooks createWebhook changeWebhook deleteWebhook testWebhook
        listDeliveries
    """,
}
NEED = {operation: need for need, operations in NEEDS.items() for operation in operations.split()}

# Who may what. Tokens are an owner's unless said otherwise.
MAY = {
    "nobody": {"nothing"},
    "viewer": {"nothing", "known", "person", "read"},
    "editor": {"nothing", "known", "person", "read", "run", "write", "run and write"},
    "owner": {"nothing", "known", "person", "read", "run", "write", "run and write", "admin"},
    "token read": {"nothing", "known", "read"},
    "token run": {"nothing", "known", "read", "run"},
    "token write": {"nothing", "known", "read", "write"},
    "token admin": {"nothing", "known", "read", "run", "write", "run and write", "admin"},
    "viewer's token admin": {"nothing", "known", "read"},
    "token unknown": {"nothing"},
}
UNKNOWN = {"nobody", "token unknown"}
ANSWERS_403_ITSELF = {"createToken"}  # `known`, and then not beyond what one may
LAST = ("endOtherSessions", "logOut")  # the client is nobody afterwards


@pytest.fixture
def settings(tmp_path: Path) -> ServerSettings:
    """Settings of a server on SQLite: who may what does not depend on the database."""
    return ServerSettings(_env_file=None, data_dir=tmp_path / "data", worker="none")


@cache
def operations() -> list[tuple[str, str, str, dict[str, Any]]]:
    """Return name, method, path and description of every route, those that log out last."""
    document = create_app().openapi()
    found = [
        (operation["operationId"], method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    return sorted(found, key=lambda each: LAST.index(each[0]) if each[0] in LAST else -1)


async def client_of(who: str, served: Served) -> AsyncClient:
    """Return a client of somebody named as in MAY."""
    match who.split():
        case ["nobody"]:
            return await served.anybody()
        case ["token", "unknown"]:
            return await served.anybody(Authorization="Bearer awt_unknown")
        case ["token", scope]:
            return await served.machine(scope)  # type: ignore[arg-type]
        case ["viewer's", "token", scope]:
            return await served.machine(scope, role="viewer")  # type: ignore[arg-type]
        case _:
            return await served.person(who)  # type: ignore[arg-type]


def test_every_route_is_on_the_list_and_every_entry_is_a_route() -> None:
    """Nobody adds a route without saying who may call it."""
    assert sorted(NEED) == sorted(name for name, *_ in operations())


def test_every_route_but_the_open_ones_says_that_it_needs_a_log_in() -> None:
    """What generated clients know of it is true."""
    assert {name for name, *_, told in operations() if not told.get("security")} == set(NEEDS["nothing"].split())


@pytest.mark.parametrize("who", MAY)
async def test_everybody_reaches_what_they_may_and_nothing_else(who: str, served: Served) -> None:
    """Roles and scopes hold at every door. Refused is 401 for who is not known, 403 for who is."""
    client = await client_of(who, served)
    wrong: dict[str, tuple[int, str]] = {}

    for name, method, path, _ in operations():
        answer = await client.request(method, re.sub(r"\{\w+\}", "999999999999", path))
        allowed = NEED[name] in MAY[who]
        if allowed:
            right = answer.status_code < 500 and (answer.status_code not in {401, 403} or name in ANSWERS_403_ITSELF)
            right = right or (name == "ready" and answer.status_code == 503)
        else:
            right = answer.status_code == (401 if who in UNKNOWN else 403)
        if not right:
            wrong[name] = (answer.status_code, answer.text[:200])

    assert wrong == {}
