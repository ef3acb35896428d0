"""Logging in, one-time links, users and tokens, through the API, on both databases."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient
from served import Served, serve
from sqlalchemy import event, select, update

from app.core.clock import now, now_s
from app.core.config import ServerSettings
from app.models import LogIn, OneTimeLink, Throttle, Token, User
from app.services import access, links, users
from app.web import door

API = "/api/v1"
PASSWORD = " four words and 7 "


async def new_owner_link(served: Served) -> str:
    """Return the secret of a fresh owner link."""
    return (await links.owner_link(served.platform)).rpartition("/")[2]


async def join(served: Served, email: str = "ada@example.com") -> AsyncClient:
    """Return the client of an owner with a password."""
    client = await served.anybody()
    answer = await client.post(
        f"{API}/auth/links/{await new_owner_link(served)}", json={"email": email, "password": PASSWORD}
    )
    assert answer.status_code == 200, answer.text
    return client


async def log_in(client: AsyncClient, password: str, email: str = "ada@example.com") -> int:
    """Try to log in and return the status."""
    return (await client.post(f"{API}/auth/login", json={"email": email, "password": password})).status_code


# One-time links


async def test_the_first_start_prints_a_link_and_later_ones_do_not(
    served: Served, settings: ServerSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever starts the server can become its owner, and nobody else later on."""
    async with serve(settings):
        printed = capsys.readouterr().out
    assert "http://127.0.0.1:8000/link/" in printed
    await served.user("owner")

    async with serve(settings):
        assert "/link/" not in capsys.readouterr().out


async def test_the_log_in_of_a_new_server_leads_to_the_printed_link(served: Served) -> None:
    """Who opens the address first is not asked for a password that nobody has."""
    app = FastAPI()
    app.include_router(door.router)
    app.state.platform = served.platform
    async with AsyncClient(transport=ASGITransport(app), base_url="http://127.0.0.1:8000") as client:
        first = (await client.get("/login")).text
        await served.user("owner")
        later = (await client.get("/login")).text

    assert ("aiwebtest-server owner-link" in first, 'type="password"' in first) == (True, False)
    assert ("aiwebtest-server owner-link" in later, 'type="password"' in later) == (False, True)


async def test_an_owner_link_makes_the_owner_and_logs_in(served: Served) -> None:
    """One request after the first start, there is somebody."""
    client = await join(served, "Ada@Example.com")

    me = (await client.get(f"{API}/auth/me")).json()

    assert (me["email"], me["role"], me["kind"]) == ("ada@example.com", "owner", "person")
    assert me["may"] == ["read", "run", "write", "admin"]


async def test_a_link_works_once_even_for_many_at_the_same_moment(served: Served) -> None:
    """Two who have the same link are not both let in."""
    link = await new_owner_link(served)
    clients = [await served.anybody() for _ in range(5)]

    answers = await asyncio.gather(
        *(
            client.post(f"{API}/auth/links/{link}", json={"email": f"u{n}@example.com", "password": PASSWORD})
            for n, client in enumerate(clients)
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200, 410, 410, 410, 410]
    assert len(await users.list_users(served.platform)) == 1


async def test_looking_at_a_link_does_not_use_it(served: Served) -> None:
    """A preview by a mail program costs nothing."""
    link, client = await new_owner_link(served), await served.anybody()

    looks = [await client.get(f"{API}/auth/links/{link}") for _ in range(2)]

    assert [look.status_code for look in looks] == [200, 200]
    assert looks[0].json()["purpose"] == "owner"


async def test_a_link_is_over_after_its_time(served: Served) -> None:
    """An old mail lets nobody in."""
    link, client = await new_owner_link(served), await served.anybody()
    async with served.platform.database.write() as session:
        await session.execute(update(OneTimeLink).values(expires_at=now() - timedelta(seconds=1)))

    answer = await client.post(f"{API}/auth/links/{link}", json={"email": "a@example.com", "password": PASSWORD})

    assert answer.status_code == 410
    assert "owner-link" in answer.json()["mend"]


async def test_a_refused_password_leaves_the_link_usable(served: Served) -> None:
    """A mistake is not punished with a dead link."""
    link, client = await new_owner_link(served), await served.anybody()

    refused = [
        await client.post(f"{API}/auth/links/{link}", json={"email": "a@example.com", "password": password})
        for password in ("short", "aaaaaaaaaaaa", "a@example.com")
    ]
    no_address = await client.post(f"{API}/auth/links/{link}", json={"password": PASSWORD})

    assert {answer.status_code for answer in [*refused, no_address]} == {422}
    assert (await client.get(f"{API}/auth/links/{link}")).status_code == 200


async def test_the_first_owner_ends_all_other_owner_links(served: Served) -> None:
    """A link in some server's old output is no way in later."""
    other = await new_owner_link(served)
    await join(served)

    assert (await (await served.anybody()).get(f"{API}/auth/links/{other}")).status_code == 410


async def test_an_owner_link_brings_back_an_owner_who_lost_the_password(served: Served) -> None:
    """Who rules over the machine is never locked out."""
    client = await join(served)
    link = await new_owner_link(served)

    answer = await (await served.anybody()).post(
        f"{API}/auth/links/{link}", json={"email": "ada@example.com", "password": "another long one 8"}
    )

    assert answer.status_code == 200
    assert (await client.get(f"{API}/auth/me")).status_code == 401  # the old log-ins ended
    assert await log_in(await served.anybody(), "another long one 8") == 200


async def test_an_invitation_gives_the_role_it_says_and_only_to_its_address(served: Served) -> None:
    """The invited cannot choose who they are."""
    owner = await served.person("owner")
    link = (await owner.post(f"{API}/users/invitations", json={"email": "Bob@example.com", "role": "editor"})).json()[
        "link"
    ]
    client = await served.anybody()

    answer = await client.post(
        f"{API}/auth/links/{link.rpartition('/')[2]}",
        json={"email": "eve@example.com", "name": " Bob ", "password": PASSWORD},
    )

    assert answer.json()["email"] == "bob@example.com"
    assert (answer.json()["role"], answer.json()["name"]) == ("editor", "Bob")


async def test_a_second_invitation_ends_the_first(served: Served) -> None:
    """The role of the later one counts."""
    owner = await served.person("owner")
    first, _second = [
        (await owner.post(f"{API}/users/invitations", json={"email": "bob@example.com", "role": role})).json()["link"]
        for role in ("owner", "viewer")
    ]

    assert (await owner.get(f"{API}/auth/links/{first.rpartition('/')[2]}")).status_code == 410


async def test_who_has_an_account_cannot_be_invited(served: Served) -> None:
    """An invitation must not take an account over."""
    owner = await served.person("owner")
    await served.user("owner", "bob@example.com")

    answer = await owner.post(f"{API}/users/invitations", json={"email": "bob@example.com", "role": "viewer"})

    assert answer.status_code == 409


async def test_a_password_link_sets_a_password_and_ends_old_log_ins(served: Served) -> None:
    """An owner helps a colleague who forgot theirs."""
    owner, bob = await served.person("owner"), await served.person("viewer", "bob@example.com")
    [user] = [user for user in await users.list_users(served.platform) if user.email == "bob@example.com"]
    link = (await owner.post(f"{API}/users/{user.id}/password-link")).json()["link"]

    answer = await (await served.anybody()).post(
        f"{API}/auth/links/{link.rpartition('/')[2]}", json={"password": PASSWORD}
    )

    assert (answer.status_code, answer.json()["role"]) == (200, "viewer")
    assert (await bob.get(f"{API}/auth/me")).status_code == 401
    assert await log_in(await served.anybody(), PASSWORD, "bob@example.com") == 200


# Log-in and log-out


async def test_a_password_counts_with_its_blanks(served: Served) -> None:
    """What a password manager made is taken as it is."""
    await join(served)
    client = await served.anybody()

    assert await log_in(client, PASSWORD.strip()) == 401
    assert await log_in(client, PASSWORD) == 200


async def test_an_unknown_account_and_a_wrong_password_are_answered_alike(served: Served) -> None:
    """Nobody finds out who has an account."""
    await join(served)
    client = await served.anybody()

    answers = [
        await client.post(f"{API}/auth/login", json={"email": email, "password": "wrong password"})
        for email in ("ada@example.com", "nobody@example.com")
    ]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].json() == answers[1].json()


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(served: Served) -> None:
    """HttpOnly and SameSite on a plain connection."""
    await join(served)

    answer = await (await served.anybody()).post(
        f"{API}/auth/login", json={"email": "ada@example.com", "password": PASSWORD}
    )

    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("aiwebtest=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


async def test_logging_out_ends_the_log_in_on_the_server(served: Served) -> None:
    """A copied cookie is worth nothing afterwards."""
    client = await join(served)
    copied = client.cookies["aiwebtest"]

    assert (await client.post(f"{API}/auth/logout")).status_code == 204

    other = await served.anybody()
    other.cookies.set("aiwebtest", copied)
    assert (await other.get(f"{API}/auth/me")).status_code == 401


async def test_a_log_in_ends_after_its_time(served: Served) -> None:
    """A forgotten browser does not stay logged in for ever."""
    client = await served.person()
    async with served.platform.database.write() as session:
        await session.execute(update(LogIn).values(expires_at=now()))

    assert (await client.get(f"{API}/auth/me")).status_code == 401


async def test_a_new_password_ends_all_other_log_ins(served: Served) -> None:
    """Who changes a password because it leaked is rid of the thief."""
    client, thief = await join(served), await served.anybody()
    assert await log_in(thief, PASSWORD) == 200

    wrong = await client.post(f"{API}/auth/password", json={"old": "wrong", "new": "quite another 1"})
    right = await client.post(f"{API}/auth/password", json={"old": PASSWORD, "new": "quite another 1"})

    assert (wrong.status_code, right.status_code) == (403, 204)
    assert (await client.get(f"{API}/auth/me")).status_code == 200
    assert (await thief.get(f"{API}/auth/me")).status_code == 401
    assert await log_in(thief, "quite another 1") == 200


async def test_one_sees_and_ends_own_log_ins_only(served: Served) -> None:
    """Like "log out everywhere" elsewhere."""
    client, second = await join(served), await served.anybody()
    await log_in(second, PASSWORD)
    stranger = await served.person("owner")
    sessions = (await client.get(f"{API}/auth/sessions")).json()["items"]
    [other] = [session["id"] for session in sessions if not session["current"]]

    assert (await stranger.delete(f"{API}/auth/sessions/{other}")).status_code == 404
    assert (await client.delete(f"{API}/auth/sessions/{other}")).status_code == 204

    assert (await second.get(f"{API}/auth/me")).status_code == 401
    assert (await client.get(f"{API}/auth/me")).status_code == 200


async def test_only_digests_of_cookies_tokens_and_links_are_stored(served: Served) -> None:
    """A copy of the database lets nobody in."""
    client = await join(served)
    token = (await client.post(f"{API}/tokens", json={"name": "ci", "scopes": ["read"]})).json()["token"]
    async with served.platform.database.read() as session:
        [user] = (await session.execute(select(User))).scalars()
        kept = [
            *(await session.execute(select(LogIn.digest))).scalars(),
            *(await session.execute(select(Token.digest))).scalars(),
        ]

    assert user.password_hash.startswith("$argon2id$")
    assert all(len(text) == 64 for text in kept)
    assert client.cookies["aiwebtest"] not in kept
    assert token not in kept


# Throttling


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no time pass for what makes guessing slow: on a busy machine tries take longer than the wait for the next."""
    moment = now_s()
    monkeypatch.setattr("app.services.throttle.now_s", lambda: moment)


@pytest.mark.usefixtures("still")
async def test_failed_tries_make_the_account_wait_even_with_the_right_password(served: Served) -> None:
    """Guessing gets slow before it gets anywhere."""
    await join(served)
    client = await served.anybody()

    tries = [await log_in(client, "wrong password") for _ in range(8)]
    answer = await client.post(f"{API}/auth/login", json={"email": "ada@example.com", "password": PASSWORD})

    assert tries[:6] == [401] * 6
    assert tries[6:] == [429, 429]
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1


@pytest.mark.usefixtures("still")
async def test_tries_at_the_same_moment_are_each_counted(served: Served) -> None:
    """Asking in parallel is no way around it."""
    await join(served)
    client = await served.anybody()

    tries = await asyncio.gather(*(log_in(client, "wrong password") for _ in range(20)))

    assert sorted(tries) == [401] * 6 + [429] * 14


async def test_throttling_holds_over_a_restart_and_ends_by_time(served: Served, settings: ServerSettings) -> None:
    """It is kept in the database, not in a process."""
    await join(served)
    client = await served.anybody()
    for _ in range(6):
        await log_in(client, "wrong password")
    async with served.platform.database.write() as session:  # however long the second server takes to start
        await session.execute(update(Throttle).where(Throttle.blocked_until > 0).values(blocked_until=now_s() + 3600))

    async with serve(settings) as second:
        assert await log_in(await second.anybody(), PASSWORD) == 429
        async with served.platform.database.write() as session:
            await session.execute(update(Throttle).values(blocked_until=Throttle.blocked_until - 3700))
        assert await log_in(await second.anybody(), PASSWORD) == 200

    async with served.platform.database.read() as session:
        keys = (await session.execute(select(Throttle.key, Throttle.failures))).all()
    assert dict(tuple(row) for row in keys) == {"address:127.0.0.1": 6}  # the account is forgiven, the address is not


@pytest.mark.usefixtures("still")
async def test_one_address_cannot_try_many_accounts(served: Served) -> None:
    """One password for all accounts is guessing too."""
    client = await served.anybody()

    tries = [await log_in(client, "wrong password", f"u{number}@example.com") for number in range(23)]

    assert tries == [401] * 21 + [429] * 2


# Users


async def test_there_is_always_an_owner(served: Served) -> None:
    """Neither by demotion, nor by shutting out, nor by deletion."""
    owner = await served.person("owner")
    me = (await owner.get(f"{API}/auth/me")).json()["id"]

    answers = [
        await owner.patch(f"{API}/users/{me}", json={"role": "editor"}),
        await owner.patch(f"{API}/users/{me}", json={"active": False}),
        await owner.delete(f"{API}/users/{me}"),
    ]

    assert [answer.status_code for answer in answers] == [409, 409, 409]


async def test_owners_who_send_each_other_away_at_once_leave_one(served: Served) -> None:
    """The rule holds for two transactions as for one."""
    first, second = await served.person("owner"), await served.person("owner")
    ids = [(await client.get(f"{API}/auth/me")).json()["id"] for client in (first, second)]

    await asyncio.gather(
        first.patch(f"{API}/users/{ids[1]}", json={"role": "viewer"}),
        second.patch(f"{API}/users/{ids[0]}", json={"role": "viewer"}),
    )

    roles = [user.role for user in await users.list_users(served.platform)]
    assert "owner" in roles


async def test_who_is_shut_out_is_out_at_once(served: Served) -> None:
    """Cookies and tokens of an inactive user are worth nothing."""
    owner, editor = await served.person("owner"), await served.person("editor")
    token = (await editor.post(f"{API}/tokens", json={"name": "ci", "scopes": ["run"]})).json()["token"]
    machine = await served.anybody(Authorization=f"Bearer {token}")
    user = (await editor.get(f"{API}/auth/me")).json()["id"]

    assert (await owner.patch(f"{API}/users/{user}", json={"active": False})).status_code == 200

    assert (await editor.get(f"{API}/auth/me")).status_code == 401
    assert (await machine.get(f"{API}/auth/me")).status_code == 401


async def test_a_changed_role_counts_at_once(served: Served) -> None:
    """Also for tokens that were made before."""
    owner, editor = await served.person("owner"), await served.person("owner")
    machine_token = (await editor.post(f"{API}/tokens", json={"name": "ci", "scopes": ["admin"]})).json()["token"]
    machine = await served.anybody(Authorization=f"Bearer {machine_token}")
    user = (await editor.get(f"{API}/auth/me")).json()["id"]

    await owner.patch(f"{API}/users/{user}", json={"role": "viewer"})

    assert (await machine.get(f"{API}/users")).status_code == 403
    assert (await machine.get(f"{API}/auth/me")).json()["may"] == ["read"]


# Tokens


async def test_a_token_may_what_its_scopes_say(served: Served) -> None:
    """A token for CI cannot rule."""
    machine = await served.machine("run")

    assert (await machine.get(f"{API}/auth/me")).json()["may"] == ["read", "run"]
    refused = await machine.get(f"{API}/users")
    assert refused.status_code == 403
    assert "scope admin" in refused.json()["detail"]


async def test_a_token_reaches_no_further_than_its_user(served: Served) -> None:
    """A viewer cannot make a token that writes."""
    viewer = await served.person("viewer")

    answer = await viewer.post(f"{API}/tokens", json={"name": "ci", "scopes": ["read", "write"]})

    assert answer.status_code == 403


async def test_a_token_cannot_make_tokens_unless_it_rules(served: Served) -> None:
    """A leaked token does not outlive its revocation."""
    machine, ruling = await served.machine("read", "write"), await served.machine("admin")

    answers = [
        await client.post(f"{API}/tokens", json={"name": "x", "scopes": ["read"]}) for client in (machine, ruling)
    ]

    assert [answer.status_code for answer in answers] == [403, 201]


async def test_a_revoked_or_old_token_is_refused(served: Served) -> None:
    """At once, and by the clock."""
    owner = await served.person()
    made = [(await owner.post(f"{API}/tokens", json={"name": n, "scopes": ["read"]})).json() for n in ("a", "b")]
    clients = [await served.anybody(Authorization=f"Bearer {token['token']}") for token in made]
    assert [(await client.get(f"{API}/auth/me")).status_code for client in clients] == [200, 200]

    await owner.delete(f"{API}/tokens/{made[0]['id']}")
    async with served.platform.database.write() as session:
        await session.execute(update(Token).where(Token.id == made[1]["id"]).values(expires_at=now()))

    assert [(await client.get(f"{API}/auth/me")).status_code for client in clients] == [401, 401]


async def test_a_token_seen_a_moment_ago_costs_no_look_at_the_database(served: Served) -> None:
    """Looking it up takes longer than many of the reads it is sent for."""
    machine = await served.machine("read")
    served.platform.recent.clock = lambda: 100.0
    for _ in range(2):  # the first notes when the token was used, which is a change
        assert (await machine.get("/api/v1/auth/me")).status_code == 200
    asked: list[str] = []
    reader = served.platform.database.reader.sync_engine

    @event.listens_for(reader, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    assert (await machine.get("/api/v1/tests/tags")).status_code == 200

    event.remove(reader, "before_cursor_execute", note)
    assert not [statement for statement in asked if "tokens" in statement]


async def test_a_token_is_listed_with_its_last_use_and_never_with_its_text(served: Served) -> None:
    """The owner of a token sees whether it is still in use."""
    owner = await served.person()
    made = (await owner.post(f"{API}/tokens", json={"name": "ci", "scopes": ["read"]})).json()
    await (await served.anybody(Authorization=f"Bearer {made['token']}")).get(f"{API}/auth/me")

    listed = await owner.get(f"{API}/tokens")

    [token] = listed.json()["items"]
    assert token["last_used_at"]
    assert token["start"] == made["token"][:8]
    assert made["token"] not in listed.text


async def test_tokens_of_others_are_for_owners(served: Served) -> None:
    """One's own list is one's own."""
    owner, editor, viewer = [await served.person(role) for role in ("owner", "editor", "viewer")]
    made = (await editor.post(f"{API}/tokens", json={"name": "ci", "scopes": ["read"]})).json()

    assert (await viewer.get(f"{API}/tokens")).json()["items"] == []
    assert (await viewer.get(f"{API}/tokens?all=true")).status_code == 403
    assert [token["id"] for token in (await owner.get(f"{API}/tokens?all=true")).json()["items"]] == [made["id"]]
    assert (await viewer.delete(f"{API}/tokens/{made['id']}")).status_code == 404
    assert (await owner.delete(f"{API}/tokens/{made['id']}")).status_code == 204


async def test_a_wrong_token_is_not_saved_by_a_cookie(served: Served) -> None:
    """Who sends a token means it."""
    client = await served.person()

    answer = await client.get(f"{API}/auth/me", headers={"Authorization": "Bearer awt_wrong"})

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_the_server_itself_may_everything_and_is_nobody() -> None:
    """Schedules run with no one's account."""
    actor = access.system("schedule 3")

    assert actor.may("admin")
    assert (actor.label, actor.person) == ("schedule 3", False)
