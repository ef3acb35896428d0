"""A run that uses secrets, with the real command, Chromium, Stagehand and HTTP: none is in anything that it leaves."""

from __future__ import annotations

import base64
import gzip
import html
import json
import urllib.parse
import zipfile
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from command import aiwebtest
from secret_scan import files_under, forms, leaks
from small_site import serve

from aiwebtest.testing.emulator import serve_emulator

SECRETS = {"SHOP_USER": "ada+7@example.com", "SHOP_PASSWORD": 'p"ä&s<s wörd/42'}
PROVIDER_KEYS = {
    "CEREBRAS_API_KEY": "csk-a1b2c3d4e5f6g7",
    "GOOGLE_API_KEY": "AIza-h8i9j0k1l2m3n4",
    "OPENROUTER_API_KEY": "sk-or-o5p6q7r8s9t0u1",
}

LOGIN = """<!doctype html><title>Log in</title><form method=get action=/in>
<label>User <input name=u></label><label>Password <input type=password name=p></label><button>Log in</button></form>"""

INSIDE = """<!doctype html><title>Hello {user}</title><h1>Hello {user}</h1><p>Your password is {password}</p>
<a href="/profile?user={url}">Profile of {user}</a><p>Delivery takes three days</p><p id=bag>Your bag is empty</p>
<button aria-label="Put lamp into bag" onclick="bag.textContent='1 lamp in the bag of {user}'">+</button>
<p>Price: $19.90</p>
<script>
const given = new URLSearchParams(location.search);
console.error("logged in as", given.get("u"), given.get("p"));
fetch("/missing?token=" + btoa(unescape(encodeURIComponent(given.get("u") + ":" + given.get("p")))), {{
  method: "POST", headers: {{authorization: "Basic " + btoa(unescape(encodeURIComponent("x:" + given.get("p"))))}},
  body: JSON.stringify({{user: given.get("u"), password: given.get("p")}})}});
localStorage.setItem("who", JSON.stringify({{p: given.get("p")}}));
document.cookie = "who=" + encodeURIComponent(given.get("u"));
</script>"""

TEST = """\
name: Buys a lamp as {SHOP_USER}
url: /
secrets: [SHOP_USER, SHOP_PASSWORD]
steps:
  - Type "{SHOP_USER}" into the User field
  - Type "{SHOP_PASSWORD}" into the Password field
  - Click "Log in"
  - The heading contains "Hello"
  - act: I would like this lamp in my bag
  - The page shows "1 lamp in the bag"
  - check: the delivery takes about three days
  - extract: price of the thing on offer
    into: price
  - extract: whose profile it is
    into: who
  - check: the page shows "something that is not there"
    timeout: 1s
"""


def _inside(request: BaseHTTPRequestHandler) -> str:
    given = urllib.parse.parse_qs(urllib.parse.urlsplit(request.path).query)
    user, password = given["u"][0], given["p"][0]
    return INSIDE.format(user=html.escape(user), password=html.escape(password), url=urllib.parse.quote(user, safe=""))


async def test_no_secret_and_no_key_is_in_anything_that_a_run_leaves(tmp_path: Path) -> None:
    """Prompts as they went over the wire, ledger, reports, trace, lockfile, pictures, output and errors."""
    folder = tmp_path / "project"
    folder.mkdir()
    async with serve_emulator() as emulator:
        with serve({"/": LOGIN, "/in": _inside}) as url:
            (folder / "aiwebtest.toml").write_text(f'base_url = "{url}"\ntimeout = "60s"\nscreenshots = "on"\n')
            (folder / "lamp.test.yaml").write_text(TEST)
            emulator.plan("cerebras").queue = ["", "auth", "", "", ""]
            environment = {**emulator.environment(), **PROVIDER_KEYS, **SECRETS, "MODEL_FALLBACKS": "google"}
            reports = [word for kind in ("html", "junit", "json", "md") for word in ("--report", kind)]
            done = await aiwebtest(folder, "run", "--provider", "cerebras", "--trace", "on", *reports, **environment)
            usage = await aiwebtest(folder, "usage", **environment)
            doctor = await aiwebtest(folder, "doctor", "--live", "--provider", "google", **environment)

    assert done.returncode == 1, done.stdout + done.stderr
    assert len(emulator.log) >= 5  # the model was asked, by both providers
    written = files_under(folder)
    said = [done.stdout, done.stderr, usage.stdout, usage.stderr, doctor.stdout, doctor.stderr]
    written |= {f"output {number}": text.encode() for number, text in enumerate(said)}
    written |= {f"prompt {entry.number}": entry.body.encode() for entry in emulator.log}
    kinds = {Path(name).suffix for name in written}
    assert {".zip", ".html", ".xml", ".json", ".jsonl", ".md", ".yaml"} <= kinds
    assert kinds & {".png", ".jpeg"}
    assert "{SHOP_USER}" in emulator.log[0].body
    assert leaks(written, [*SECRETS.values(), *PROVIDER_KEYS.values()]) == []


@pytest.mark.parametrize("form", sorted(forms(SECRETS["SHOP_PASSWORD"])))
def test_the_scan_finds_a_leak_in_every_form(form: str, tmp_path: Path) -> None:
    """Planted in a plain file, in one compressed, and in an archive, as a trace is."""
    leak = b"before " + forms(SECRETS["SHOP_PASSWORD"])[form] + b" behind"
    (tmp_path / "plain.log").write_bytes(leak)
    (tmp_path / "packed.gz").write_bytes(gzip.compress(leak))
    with zipfile.ZipFile(tmp_path / "trace.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("resources/body.json", leak)

    found = {place for place, name, _ in leaks(files_under(tmp_path), SECRETS.values()) if name == form}

    assert {place.split(":")[0] for place in found} == {"plain.log", "packed.gz", "trace.zip"}


@pytest.mark.parametrize("before", ["", "a", "ab", "user:"])
def test_the_scan_finds_a_secret_in_the_middle_of_base64(before: str) -> None:
    """A header of basic authorization holds "user:password", encoded as one."""
    secret = SECRETS["SHOP_PASSWORD"]
    header = b"Basic " + base64.b64encode(f"{before}{secret} and more".encode())

    assert leaks({"header": header}, [secret])
    assert leaks({"body": json.dumps({"p": secret}).encode()}, [secret])
    assert leaks({"body": b"nothing of it"}, [secret]) == []
