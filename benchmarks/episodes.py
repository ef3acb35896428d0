"""MiniWoB++ episodes: the recorded utterances with a tester's steps, and a server that plays each from its seed.

The pages are served as the package has them, with one script added that does what the package's own driver does by
hand: seed the random numbers, start the episode with a clock too long to matter, hide the reward display and take the
utterance off the page (a test has its sentence from the test file, not from the page). At the episode's end it posts
what `WOB_DONE_GLOBAL` and `WOB_RAW_REWARD_GLOBAL` then are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route

from benchmarks import material
from benchmarks.serving import Pages, serving

__all__ = ["MARKERS", "Ended", "Episode", "EpisodeServer", "load_episodes", "playing"]

DATA = Path(__file__).parent / "data" / "miniwob_literal.json"

MARKERS = {
    "SUBMIT": "Submit the form",
    "NTH k": "Click the (k+1)-th search result",
    "AUTOCOMPLETE": "the utterance itself, then: Submit the form (without which the page never looks at the entry)",
    "(no step at all)": "the utterance itself, a picture in it named by its CSS class",
}
"""How the few entries of the recording that are no sentences, but marks of the script that solved it, are put."""

PICTURES = {"click-menu-2/3": "zoomin", "click-menu-2/4": "stop"}
"""Utterances that show a picture where the recording has only their text: the picture's class (`ui-icon-` left out)."""

_ORDINALS = ("first", "second", "third", "fourth", "fifth")

_PLAY = """
<script>
addEventListener("load", () => {
  const post = (what) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/seen/%(run)s", false);
    request.send(JSON.stringify(what));
  };
  const query = document.getElementById("query");
  const end = core.endEpisode;
  core.EPISODE_MAX_TIME = 3600000;
  Math.seedrandom("%(seed)d");
  core.startEpisodeReal();
  core.endEpisode = function (...args) {
    const open = !WOB_DONE_GLOBAL;
    end.apply(core, args);
    document.getElementById("reward-display").style.display = "none";
    if (open && WOB_DONE_GLOBAL) post({done: true, reward: WOB_RAW_REWARD_GLOBAL, reason: WOB_REWARD_REASON || ""});
  };
  document.getElementById("reward-display").style.display = "none";
  const pictures = [...query.querySelectorAll(".ui-icon")].map((icon) => icon.className);
  post({utterance: core.getUtterance(), pictures});
  query.remove();
});
</script>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One episode: `steps` are sentences, the recording's markers translated by `MARKERS`."""

    task: str
    seed: int
    utterance: str
    steps: tuple[str, ...]
    solved_by_script: bool  # a hand-written script solved the recorded steps

    @property
    def name(self) -> str:
        """Return `task/seed`."""
        return f"{self.task}/{self.seed}"


@dataclass(slots=True, kw_only=True)
class Ended:
    """What the page told about a run of an episode."""

    utterance: str = ""
    pictures: list[str] = field(default_factory=list)
    done: bool = False
    reward: float = 0.0
    reason: str = ""

    @property
    def solved(self) -> bool:
        """Tell whether the episode ended with the whole reward."""
        return self.done and self.reward == 1


@dataclass(frozen=True, slots=True)
class EpisodeServer:
    """A running server of episodes, and what they told, by run."""

    base_url: str
    seen: dict[str, Ended]

    def url(self, episode: Episode, run: str) -> str:
        """Return the address that plays `episode`; `run` is any name that tells this run of it from others."""
        self.seen[run] = Ended()
        return f"{self.base_url}/miniwob/{episode.task}.html?seed={episode.seed}&run={run}"


def load_episodes() -> list[Episode]:
    """Return the recorded episodes, in the recording's order."""
    return [
        Episode(
            task=entry["task"],
            seed=entry["seed"],
            utterance=entry["utterance"],
            steps=_steps(entry),
            solved_by_script=entry["oracle_ok"],
        )
        for entry in json.loads(DATA.read_text("utf-8"))
    ]


def _steps(entry: dict[str, Any]) -> tuple[str, ...]:
    said = tuple(sentence for step in entry["steps"] for sentence in _sentences(step, entry["utterance"]))
    return said or (_pictured(entry),)


def _sentences(step: str, utterance: str) -> tuple[str, ...]:
    return (utterance, "Submit the form") if step == "AUTOCOMPLETE" else (_sentence(step),)


def _sentence(step: str) -> str:
    if step == "SUBMIT":
        return "Submit the form"
    if marker := re.fullmatch(r"NTH (\d)", step):
        return f"Click the {_ORDINALS[int(marker[1])]} search result"
    return step


def _pictured(entry: dict[str, Any]) -> str:
    name, utterance = f"{entry['task']}/{entry['seed']}", str(entry["utterance"])
    return utterance.replace("the icon", f"the {PICTURES[name]} icon")


@contextmanager
def playing() -> Iterator[EpisodeServer]:
    """Serve the episodes."""
    folder = material.miniwob()
    seen: dict[str, Ended] = {}

    async def page(request: Request) -> Response:
        html = (folder / "miniwob" / f"{request.path_params['task']}.html").read_text("utf-8")
        run, seed = request.query_params["run"], int(request.query_params["seed"])
        return HTMLResponse(html.replace("</body>", _PLAY % {"run": run, "seed": seed} + "</body>"))

    async def told(request: Request) -> Response:
        for name, value in (await request.json()).items():
            setattr(seen[request.path_params["run"]], name, value)
        return Response(status_code=204)

    app = Starlette(
        routes=[
            Route("/miniwob/{task:str}.html", page),
            Route("/seen/{run:str}", told, methods=["POST"]),
            Mount("/", Pages(folder)),
        ]
    )
    with serving(app) as base_url:
        yield EpisodeServer(base_url, seen)
