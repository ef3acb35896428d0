"""Routing by simulation: what each way of choosing costs with providers of known price, speed and quality.

Regret is what was paid more than by asking the best provider all the time, in US dollars a thousand questions; a wrong
answer counts as twenty cents, which is about a minute of the person who looks into it. In the second world the cheap
provider answers nothing for twenty minutes. In the third the cheap one clicks the wrong thing one time in seven, and
nine of ten such clicks go through, so that only the check after every second answer shows them. In the last all are as
in the first, but the application fails every third such check, whoever is asked.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aiwebtest.providers.routing import Routing, RoutingPolicy
from benchmarks.report import Report

WRONG_USD = 0.2
COST = {"dear": 0.010, "middle": 0.004, "cheap": 0.002, "poor": 0.0005}
RATE = {"dear": 0.99, "middle": 0.975, "cheap": 0.97, "poor": 0.6}
LATENCY_S = {"dear": 1.2, "middle": 0.8, "cheap": 0.5, "poor": 0.3}
ARMS = tuple(COST)
EVERY_S = 2.0
QUESTIONS = 6000
MARKS = (250, 500, 1000, 2000, 4000, 6000)
UNDOUBTING = "learned, later checks not heeded"
BAD_FROM, BAD_TO = 2000, 2600  # of the second world: questions, two seconds each

CHECK_EVERY, CHECK_SEES = 2, 0.9  # answers between two checks, and the share of wrong ones that a check shows


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """How right arms are, by question; how many of their mistakes go through; how often the application fails."""

    rates: Callable[[int], Mapping[str, float]]
    through: Mapping[str, float] = field(default_factory=dict)
    fails: float = 0.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; 0 when learning beats every fixed choice but the best, and heeding later checks pays.

    `--svg FILE` draws the curves there.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--svg", type=Path, help="draw the curves of regret there")
    svg: Path | None = parser.parse_args(arguments).svg
    drawn: dict[str, dict[str, list[float]]] = {}
    report = Report("routing", "Routing in simulation")
    sly = RATE | {"cheap": 0.85}
    worlds = {
        "steady": World(rates=lambda _: RATE),
        "a bad day of the cheap one": World(rates=lambda n: RATE | ({"cheap": 0.0} if BAD_FROM <= n < BAD_TO else {})),
        "mistakes that go through": World(
            rates=lambda _: sly, through=dict.fromkeys(ARMS, 0.8) | {"cheap": 0.9}, fails=0.05
        ),
        "an application that fails": World(rates=lambda _: RATE, through=dict.fromkeys(ARMS, 0.8), fails=0.33),
    }
    for name, world in worlds.items():
        ways: dict[str, Routing | str] = {f"always {arm}": arm for arm in ARMS}
        ways |= {
            mode: Routing(RoutingPolicy(mode=mode), prices=dict(COST)) for mode in ("cheapest", "fastest", "learned")
        }
        if world.through:
            ways[UNDOUBTING] = Routing(RoutingPolicy(mode="learned"), prices=dict(COST))
        curves = {
            way: _mean([_regret(chooser, world, seed, doubts=way != UNDOUBTING) for seed in range(10)])
            for way, chooser in ways.items()
        }
        if not world.through:
            drawn[name] = curves
        report.table(
            f"Regret so far, US dollars: {name}", ("way", *(f"after {mark}" for mark in MARKS)),
            [(way, *(round(curve[mark - 1], 2) for mark in MARKS)) for way, curve in curves.items()],
        )  # fmt: skip
        ends = {way: curve[-1] for way, curve in curves.items()}
        best = min(ends[f"always {arm}"] for arm in ARMS)
        others = sorted(ends[f"always {arm}"] for arm in ARMS)[1]
        if world.through:
            report.aim(
                f"{name}: regret of learning against the same without heeding later checks",
                f"{ends['learned']:.1f} against {ends[UNDOUBTING]:.1f}", "less than a tenth",
                met=ends["learned"] < ends[UNDOUBTING] / 10,
            )  # fmt: skip
        else:
            report.aim(
                f"{name}: regret of learning against the best and the second fixed choice",
                f"{ends['learned']:.1f} against {best:.1f} and {others:.1f}", "less than the second",
                met=ends["learned"] < others,
            )  # fmt: skip
    if svg is not None:
        svg.write_text(_svg(drawn), encoding="utf-8")
        report.note(f"The curves are drawn in {svg}.")
    report.note(f"Ten runs of {QUESTIONS:,} questions each; a wrong answer costs ${WRONG_USD:.2f}.")
    return report.close()


_WIDTH, _HEIGHT, _EDGE = 460, 260, 44
_COLOURS = ("#b4281e", "#e0803a", "#15998f", "#a45bd6", "#6b7c93", "#85500a", "#2b50d0")


def _svg(worlds: Mapping[str, Mapping[str, list[float]]]) -> str:
    """Return the curves of each world side by side, regret cut off at three times what learning comes to."""
    parts = []
    for place, (name, curves) in enumerate(worlds.items()):
        top = 3 * max(1.0, curves["learned"][-1])
        left = place * (_WIDTH + 30)
        lines = []
        for colour, (way, curve) in zip(_COLOURS, curves.items(), strict=False):
            kept = [(n, value) for n, value in enumerate(curve) if n % 60 == 0 and value <= top]
            points = " ".join(
                f"{_EDGE + n * (_WIDTH - _EDGE) / len(curve):.1f},{_HEIGHT - value * (_HEIGHT - 30) / top:.1f}"
                for n, value in kept
            )
            width = 3 if way == "learned" else 1.4
            lines.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="{width}"/>')
        axis = f"M{_EDGE},30V{_HEIGHT}H{_WIDTH}"
        parts.append(
            f'<g transform="translate({left},0)"><text x="{_EDGE}" y="18">{name}</text>'
            f'<path d="{axis}" fill="none" stroke="#888"/><text x="0" y="38">${top:.0f}</text>'
            f'<text x="{_WIDTH - 110}" y="{_HEIGHT + 18}">{QUESTIONS:,} questions</text>{"".join(lines)}</g>'
        )
    ways = list(next(iter(worlds.values())))
    legend = "".join(
        f'<tspan x="{_EDGE + 130 * (at % 6)}" y="{_HEIGHT + 44 + 18 * (at // 6)}" fill="{colour}">{way}</tspan>'
        for at, (colour, way) in enumerate(zip(_COLOURS, ways, strict=False))
    )
    width, height = len(worlds) * (_WIDTH + 30), _HEIGHT + 72
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        f'font-size="13" role="img"><title>Regret of ways to choose a provider, US dollars</title>'
        f'<rect width="{width}" height="{height}" fill="#fff"/>{"".join(parts)}<text>{legend}</text></svg>\n'
    )


def _regret(chooser: Routing | str, world: World, seed: int, *, doubts: bool) -> list[float]:
    """Return the regret after each question. `doubts`: whether the chooser hears of checks that fail later."""
    if isinstance(chooser, Routing):
        chooser = Routing(chooser.policy, prices=dict(chooser.prices))
    chance, regret, so_far = random.Random(seed), 0.0, []
    gone_through: list[tuple[str, bool]] = []  # since the last check: who answered, and whether rightly
    for number in range(QUESTIONS):
        now_s, today = 1000 + number * EVERY_S, world.rates(number)
        if isinstance(chooser, str):
            arm = chooser
        else:
            arm = chooser.choose("ground", ARMS, now_s=now_s, chance=chance).order[0]
            right = chance.random() < today[arm]
            good = right or chance.random() < world.through.get(arm, 0.0)
            chooser.learn("ground", arm, good=good, now_s=now_s, cost_usd=COST[arm], latency_s=LATENCY_S[arm])
            gone_through.append((arm, right))
            if not good or len(gone_through) == CHECK_EVERY:
                failed = good and _check_fails(gone_through, world, chance)  # its own step's end explains the other
                for one, _ in gone_through if failed and doubts else ():
                    chooser.doubt("ground", one, now_s=now_s)
                gone_through.clear()
        regret += _loss(arm, today) - min(_loss(one, today) for one in ARMS)
        so_far.append(regret)
    return so_far


def _check_fails(answers: Sequence[tuple[str, bool]], world: World, chance: random.Random) -> bool:
    wrong = any(not right for _, right in answers)
    return chance.random() < world.fails or (wrong and chance.random() < CHECK_SEES)


def _loss(arm: str, rates: Mapping[str, float]) -> float:
    return COST[arm] + WRONG_USD * (1 - rates[arm])


def _mean(curves: list[list[float]]) -> list[float]:
    return [sum(values) / len(values) for values in zip(*curves, strict=True)]


if __name__ == "__main__":
    sys.exit(main())
