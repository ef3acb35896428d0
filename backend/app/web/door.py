"""The door: log-in, one-time links and log-out, as plain pages that need no script."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from markupsafe import Markup
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from app.api import cookies
from app.core.errors import Problem
from app.services import access, links
from app.web.kit.elements import icon_markup, markup
from app.web.session import actor_of, platform_of
from app.web.theme import FOLDER, page_head

__all__ = ["router"]

router = APIRouter(include_in_schema=False)

_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
Entered = Annotated[str, Form(max_length=400)]


@router.get("/favicon.ico")
async def icon() -> Response:
    """Answer browsers that look for an icon by themselves."""
    return FileResponse(FOLDER / "favicon.svg", media_type="image/svg+xml")


@router.get("/login")
async def show_log_in(request: Request, next: str = "/", over: bool = False) -> Response:
    """Ask for e-mail address and password; `over` of somebody whose log-in ended while a page of theirs was open."""
    if await actor_of(platform_of(request), request) is not None:
        return RedirectResponse(_inside(next), 303)
    return _log_in_page(next, over=over) if await links.owned(platform_of(request)) else _nobody_yet_page()


@router.post("/login")
async def log_in(request: Request, email: Entered = "", password: Entered = "", next: Entered = "/") -> Response:
    """Log in and go where one wanted to."""
    platform = platform_of(request)
    try:
        _, secret = await access.log_in(platform, email, password, address=_address(request), agent=_agent(request))
    except Problem as exc:
        return _log_in_page(next, f"{exc.what} {_try(exc)}", email=email, status=exc.status)
    answer = RedirectResponse(_inside(next), 303)
    cookies.give(answer, platform.settings, secret)
    return answer


@router.get("/link/{link}")
async def show_link(request: Request, link: str) -> Response:
    """Say what a one-time link is for and ask for a password."""
    try:
        found = await links.look(platform_of(request), link)
    except Problem as exc:
        return _door("This link does not work", [_refused(exc), _to_log_in()], status=exc.status)
    return _link_page(link, found.purpose, found.role, found.email)


@router.post("/link/{link}")
async def use_link(
    request: Request, link: str, password: Entered = "", email: Entered = "", name: Entered = ""
) -> Response:
    """Use a one-time link and log in."""
    platform = platform_of(request)
    try:
        found = await links.look(platform, link)
    except Problem as exc:
        return _door("This link does not work", [_refused(exc), _to_log_in()], status=exc.status)
    try:
        _, secret = await links.use(
            platform, link, password=password, email=email, name=name, address=_address(request), agent=_agent(request)
        )
    except Problem as exc:
        told = f"{exc.what} {_try(exc)}"
        return _link_page(
            link, found.purpose, found.role, found.email or email, problem=told, name=name, status=exc.status
        )
    answer = RedirectResponse("/", 303)
    cookies.give(answer, platform.settings, secret)
    return answer


@router.post("/logout")
async def log_out(request: Request) -> Response:
    """End the log-in of this browser."""
    platform = platform_of(request)
    actor = await actor_of(platform, request)
    if actor is not None:
        await access.log_out(platform, actor)
    answer = RedirectResponse("/login", 303)
    cookies.clear(answer, platform.settings)
    return answer


_WELCOME = "Welcome back. Log in to your team's tests."
_OVER = "Your log-in is over. Log in again and go on where you were; what you had typed is kept."


def _log_in_page(next_: str, problem: str = "", *, email: str = "", over: bool = False, status: int = 200) -> Response:
    content = [
        markup("p", _OVER if over else _WELCOME, cls="aw-sub"),
        _problem(problem),
        _form(
            "/login?",
            markup("input", type="hidden", name="next", value=_inside(next_)),
            _field("E-mail address", "email", email, type="email", autocomplete="username", autofocus=not email),
            _field("Password", "password", "", type="password", autocomplete="current-password", autofocus=bool(email)),
            button="Log in",
        ),
    ]
    return _door("Log in", content, status=status)


def _nobody_yet_page() -> Response:
    """Lead somebody who opens a new server's address to the link that only its terminal shows."""
    where = markup("span", "aiwebtest-server owner-link", cls="aw-word")
    content: list[Markup | None] = [
        markup("p", "When the server started, it printed a link that makes you the owner: open it.", cls="aw-sub"),
        markup("p", "Is it gone or too old? On the server's machine ", where, " prints a new one.", cls="aw-sub"),
    ]
    return _door("Nobody has an account yet", content)


_TITLES = {"owner": "Create your account", "invite": "Join the team", "password": "Set a new password"}


def _link_page(
    link: str, purpose: str, role: str, email: str, *, problem: str = "", name: str = "", status: int = 200
) -> Response:
    told = {
        "owner": "You are the first here, so you will be the owner: you may invite others and change every setting.",
        "invite": f"You will be {'an' if role[0] in 'eo' else 'a'} {role}.",
    }.get(purpose, f"For {email}.")
    fields = [
        _field("E-mail address", "email", email, type="email", autocomplete="username", autofocus=not email),
        _field("Your name", "name", name, type="text", autocomplete="name"),
    ]
    content = [
        markup("p", told, cls="aw-sub"),
        _problem(problem),
        _form(
            f"/link/{link}",
            *(fields if purpose != "password" else ()),
            _field(
                "Password",
                "password",
                "",
                type="password",
                autocomplete="new-password",
                minlength="10",
                hint="At least 10 characters; four or five words are good.",
            ),
            button="Continue",
        ),
    ]
    return _door(_TITLES[purpose], content, status=status)


def _form(to: str, *fields: Markup, button: str) -> Markup:
    send = markup("button", button, cls="aw-btn aw-pri", type="submit")
    return markup("form", *fields, send, cls="aw-form", method="post", action=to.rstrip("?"))


def _field(label: str, name: str, value: str, *, hint: str = "", **attributes: Any) -> Markup:
    given = {"name": name, "class": "aw-inp", "required": name != "name", "value": value, **attributes}
    box = Markup("<input{}>").format(
        Markup("").join(
            Markup(' {}="{}"').format(key, "" if told is True else told) for key, told in given.items() if told
        )
    )
    return markup(
        "label", markup("span", label), box, markup("span", hint, cls="aw-hint") if hint else None, cls="aw-lbl"
    )


def _problem(text: str) -> Markup | None:
    return (
        markup("div", icon_markup("alert"), markup("div", text), cls="aw-note", data_s="bad", role="alert")
        if text
        else None
    )


def _refused(exc: Problem) -> Markup:
    return markup(
        "div", icon_markup("alert"), markup("div", exc.what, " ", _try(exc)), cls="aw-note", data_s="bad", role="alert"
    )


def _to_log_in() -> Markup:
    return markup("a", "To the log-in", cls="aw-link", href="/login")


def _door(title: str, content: list[Markup | None], *, status: int = 200) -> Response:
    brand = markup("div", markup("div", icon_markup("mark"), cls="aw-mark"), "AI Web Test", cls="aw-brand")
    inner = markup("main", markup("div", brand, markup("h1", title), *content, cls="aw-card"), cls="aw-door")
    page = Markup('<!doctype html><html lang="en"><head><title>{} · AI Web Test</title>{}</head><body>{}</body></html>')
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return HTMLResponse(str(page.format(title, page_head(script=False), inner)), status, headers=headers)


def _inside(address: str) -> str:
    """Return where to go next: never another host."""
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) else "/"


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _agent(request: Request) -> str:
    return request.headers.get("user-agent", "")


def _try(exc: Problem) -> str:
    return f"Try: {exc.mend}" if exc.mend else ""
