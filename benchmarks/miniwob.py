"""Grounding on MiniWoB++: 285 episodes of 57 tasks that nobody here wrote, by rules alone.

Each episode is run three times: with the tester's steps, with the raw utterance as one sentence, and with the last
target or expectation of its steps made wrong. Where an utterance leaves out that the form is to be submitted, without
which the page never looks at what was done, the step that says so follows it. An episode counts when the engine says
`passed` *and* the page gave the whole reward; a `passed` without the reward is a wrong action counted as done.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from aiwebtest.core.case import Case
from benchmarks.episodes import MARKERS, Ended, Episode, EpisodeServer, load_episodes, playing
from benchmarks.harness import Ran, case_of, chosen, falsified, must_match, run, settings_for
from benchmarks.report import Report

AIM = 280
_CLICK = re.compile(r"(?:left-)?click\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Played:
    """One run of an episode: how the engine ended, and what the page told."""

    episode: Episode
    ran: Ran
    ended: Ended

    @property
    def solved(self) -> bool:
        """Tell whether it is green and right."""
        return self.ran.passed and self.ended.solved

    @property
    def wrongly_green(self) -> bool:
        """Tell whether the engine says passed and the page says otherwise."""
        return self.ran.passed and not self.ended.solved

    @property
    def why(self) -> str:
        """Return why it does not count."""
        page = f"page: done={self.ended.done}, reward={self.ended.reward:g} {self.ended.reason}".rstrip()
        if self.ended.utterance.strip() != self.episode.utterance:
            page = f"the page asked something else: {self.ended.utterance!r}"
        return f"{self.ran.why}  ({page})" if self.ran.why else page


def main() -> int:
    """Run the benchmark; 0 when its aims are met. Arguments name tasks to run alone.

    `--only steps`, `--only raw` and `--only falsified` run one of the three ways.
    """
    wanted, ways = chosen(sys.argv[1:], ("steps", "raw", "falsified"))
    episodes = [episode for episode in load_episodes() if not wanted or episode.task in wanted]
    must_match(wanted, episodes, "task")
    report = Report("miniwob", "MiniWoB++: sentences grounded by rules")
    with playing() as server:
        sentences = [episode.steps for episode in episodes]
        steps = play(server, "steps", episodes, sentences) if "steps" in ways else []
        spoken = [_spoken(episode) for episode in episodes]
        raw = play(server, "raw", episodes, spoken) if "raw" in ways else []
        wrong = play_falsified(server, episodes) if "falsified" in ways else []
    for marker, meaning in MARKERS.items():
        report.note(f"The recording's {marker} is put as: {meaning}.")
    report_tasks(report, steps, raw)
    report_misses(report, steps, raw)
    if steps:
        report_steps(report, steps)
    if raw:
        report_raw(report, raw)
    if "falsified" in ways:
        report_wrong(report, episodes, wrong)
    return report.close()


def _spoken(episode: Episode) -> tuple[str, ...]:
    """Return the utterance, followed by the step that submits the form where it leaves that out."""
    *_, last = episode.steps
    unsaid = "submit" in last.lower() and "submit" not in episode.utterance.lower()
    return (episode.utterance, last) if unsaid else (episode.utterance,)


def play(
    server: EpisodeServer, way: str, episodes: Sequence[Episode], sentences: Sequence[Sequence[str]]
) -> list[Played]:
    """Run each episode with its sentences."""
    cases = [
        case_of(episode.name, server.url(episode, _run_name(episode, way)), texts)
        for episode, texts in zip(episodes, sentences, strict=True)
    ]
    return _played(server, way, episodes, run(cases, settings_for(server.base_url), label=f"miniwob, {way}"))


def play_falsified(server: EpisodeServer, episodes: Sequence[Episode]) -> list[Played]:
    """Run each episode with its last target or expectation made wrong."""
    by_name = {f"{episode.name} (falsified)": episode for episode in episodes}
    cases: list[Case] = falsified(
        case_of(episode.name, server.url(episode, _run_name(episode, "wrong")), episode.steps) for episode in episodes
    )
    ran = run(cases, settings_for(server.base_url, timeout_s=1.5), label="miniwob, falsified")
    return _played(server, "wrong", [by_name[one.case.name] for one in ran], ran)


def report_tasks(report: Report, steps: Sequence[Played], raw: Sequence[Played]) -> None:
    """Add the figures of each task."""
    rows = []
    for task in dict.fromkeys(played.episode.task for played in (*steps, *raw)):
        mine = [played for played in steps if played.episode.task == task]
        spoken = [played for played in raw if played.episode.task == task]
        script = sum(played.episode.solved_by_script for played in mine or spoken)
        solved, said = sum(played.solved for played in mine), sum(played.solved for played in spoken)
        rows.append((task, len(mine or spoken), solved, said, script, _single_click(mine or spoken)))
    report.table("Tasks", ("task", "episodes", "steps", "raw utterance", "script", "kind"), rows)


def report_misses(report: Report, steps: Sequence[Played], raw: Sequence[Played]) -> None:
    """Add what did not count, with the reason."""
    for title, played in (("Steps that missed", steps), ("Raw utterances that missed", raw)):
        rows = []
        for one in played:
            if not one.solved:
                broken = one.ran.broken
                sentence = broken.step.text if broken else " / ".join(step.text for step in one.ran.case.steps)
                rows.append((one.episode.name, sentence, one.ran.outcome, one.why))
        report.table(title, ("episode", "step", "outcome", "why"), rows)


def report_steps(report: Report, steps: Sequence[Played]) -> None:
    """Add how many episodes the tester's steps solved."""
    solved = sum(played.solved for played in steps)
    wanted = AIM if len(steps) == len(load_episodes()) else len(steps)
    report.aim(f"episodes solved of {len(steps)}", solved, f">= {wanted}", met=solved >= wanted)
    _report_green(report, "steps", steps)


def report_raw(report: Report, raw: Sequence[Played]) -> None:
    """Add how many of the raw utterances were understood."""
    single = {played.episode.task for played in raw if _single_click([played])}
    single -= {played.episode.task for played in raw if not _single_click([played])}
    missed = [played for played in raw if played.episode.task in single and not played.solved]
    report.aim("raw utterances of single-click tasks missed", len(missed), "0", met=not missed)
    said = sum(played.solved for played in raw)
    report.note(f"Raw utterances solved: {said} of {len(raw)}; single-click tasks: {', '.join(sorted(single))}.")
    led = {played.episode.task for played in raw if len(_spoken(played.episode)) > 1}
    report.note(f"Utterances that leave out submitting, which was added: {', '.join(sorted(led))}.")
    _report_green(report, "raw utterances", raw)


def _report_green(report: Report, what: str, played: Sequence[Played]) -> None:
    """Add what is counted as done though it is not."""
    green = [one.episode.name for one in played if one.wrongly_green]
    report.aim(f"wrong actions counted as done, {what}", ", ".join(green) or 0, "0", met=not green)


def report_wrong(report: Report, episodes: Sequence[Episode], wrong: Sequence[Played]) -> None:
    """Add how the falsified episodes ended."""
    green = [one.episode.name for one in wrong if one.ran.passed]
    report.aim(f"falsified episodes that passed, of {len(wrong)}", ", ".join(green) or 0, "0", met=not green)
    report.aim("episodes that could not be falsified", len(episodes) - len(wrong), "0", met=len(episodes) == len(wrong))


def _single_click(played: Sequence[Played]) -> str:
    """Return "single click" when every episode's steps are one sentence that clicks one thing."""
    return "single click" if all(_one_click(one.episode.steps) for one in played) else ""


def _one_click(steps: Sequence[str]) -> bool:
    return len(steps) == 1 and len(_CLICK.findall(steps[0])) == 1 and _CLICK.match(steps[0]) is not None


def _run_name(episode: Episode, way: str) -> str:
    return f"{way}-{episode.task}-{episode.seed}"


def _played(server: EpisodeServer, way: str, episodes: Sequence[Episode], ran: Sequence[Ran]) -> list[Played]:
    return [
        Played(episode, one, server.seen[_run_name(episode, way)]) for episode, one in zip(episodes, ran, strict=True)
    ]


if __name__ == "__main__":
    sys.exit(main())
