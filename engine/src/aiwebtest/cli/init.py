"""`aiwebtest init`: write a first test beside a working configuration."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Annotated

import typer

from aiwebtest.core.errors import UsageError

__all__ = ["init"]

_SCHEMA = "aiwebtest.schema.json"
_GENERATED = (".aiwebtest/", "aiwebtest-report/")
_DEMO_URL = "http://127.0.0.1:8765"

_CONFIG = """\
# Settings of AI Web Test. Each can also be given on the command line or as AIWEBTEST_<NAME>.

# What relative URLs of tests are relative to.
base_url = "{base_url}"
{serve}
# Where tests are.
paths = ["{folder}"]

# How long a step may take, waiting included.
# timeout = "5s"

# How many cases run at the same time.
# workers = 2

# Reports to write: html, junit, json, md.
# report = ["html", "junit"]
"""

_SERVE = """
# The command that serves it: started before a run and ended afterwards. This is the demo shop that comes
# with AI Web Test; put your own application here, such as "npm start", or delete the line.
serve = "aiwebtest shop --port 8765"
"""

_SERVED = """
# The command that serves it, run only when nothing answers there, and ended afterwards.
# serve = "npm start"
"""

_FIRST = """\
# yaml-language-server: $schema={schema}
name: {name}
url: {url}
steps:
  - check: {check}
  # Steps are sentences. Acting and checking are told apart by what they say:
  # - Click "Sign in"
  # - Type "ada@example.com" into E-mail
  # - '"Welcome, Ada" is shown'
"""

_DEMO_TEST = """\
# yaml-language-server: $schema={schema}
name: Put a notebook into the basket
url: /
steps:
  - Type "notebook" into the search box and press Enter
  - Click "Field notebook"
  - Pick "Ink" as the colour
  - Click "Add to basket"
  - The message "Field notebook is in your basket." appears
  - check: the basket shows 1
"""


def init(
    url: Annotated[
        str | None, typer.Option(help="Your application. Without it, the first test is about the demo shop.")
    ] = None,
    folder: Annotated[str, typer.Option(help="Folder of the tests.")] = "tests",
) -> None:
    """Write a first test beside a working configuration; files that are there already stay as they are."""
    from aiwebtest.casefiles.published import published_schema

    schema = "../" * len(Path(folder).parts) + _SCHEMA
    if url is None:
        config = _CONFIG.format(base_url=_DEMO_URL, serve=_SERVE, folder=folder)
        first = _DEMO_TEST.format(schema=schema)
    else:
        base_url, path = _split(url)
        title = asyncio.run(_title(url))
        config = _CONFIG.format(base_url=base_url, serve=_SERVED, folder=folder)
        first = _FIRST.format(
            schema=schema, name=_quoted(f"{title or base_url} opens"), url=_quoted(path), check=_check(title, path)
        )
    _write(Path("aiwebtest.toml"), config)
    _write(Path(folder) / "first.test.yaml", first)
    _write(Path(_SCHEMA), published_schema("test.schema.json"))
    _ignore(Path(".gitignore"))
    typer.echo("Run it with: aiwebtest run")


def _ignore(path: Path) -> None:
    """Have git leave alone what runs write; lines that are there already are not written again."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    known = {line.strip().strip("/") for line in text.splitlines()}
    missing = [line for line in _GENERATED if line.strip("/") not in known]
    if missing:
        gap = "" if not text or text.endswith("\n") else "\n"
        path.write_text(text + gap + "\n".join([*missing, ""]), encoding="utf-8")
        typer.echo(f"Wrote {path}: {' '.join(missing)}")


def _split(url: str) -> tuple[str, str]:
    """Return the origin and the path of a URL."""
    match = re.match(r"((?:https?)://[^/\s?#]+)(\S*)$", url)
    if not match:
        raise UsageError(f"`{url}` is not the URL of a page.", mend="write it whole: --url https://shop.example.com")
    return match[1], match[2] or "/"


async def _title(url: str) -> str:
    """Return the page's title, as a browser sees it."""
    from playwright.async_api import Error

    from aiwebtest.browser.launch import open_browser

    async with open_browser() as browser:
        page = await browser.new_page()
        try:
            await page.goto(url)
            return " ".join((await page.title()).split())
        except Error as exc:
            reason = str(exc).splitlines()[0].removeprefix("Page.goto: ")
            mend = "start the application first, or leave out --url to begin with the demo shop."
            raise UsageError(f"{url} does not open: {reason}", mend=mend) from exc


def _check(title: str, path: str) -> str:
    """Return the first step: what can be said of any page that opened."""
    if title and '"' not in title:
        return _quoted(f'the page title is "{title}"')
    return _quoted(f'the URL contains "{path}"')


def _quoted(text: str) -> str:
    """Return a text as a YAML scalar, quoted where it must be."""
    if re.fullmatch(r"[\w/][\w ./-]*", text) and not re.search(r"(^[\d.-]+$|\s$)", text):
        return text
    return "'" + text.replace("'", "''") + "'"


def _write(path: Path, text: str) -> None:
    if path.exists():
        typer.echo(f"{path} is there already and stays as it is.")
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    typer.echo(f"Wrote {path}")
