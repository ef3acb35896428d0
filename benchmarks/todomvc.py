"""Checking on TodoMVC: one plain-language case (add, complete, filter, edit, delete) against every working application.

The applications are whatever a front-end framework of 2014 made of one specification: one sentence has to find the
same thing in each of them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from aiwebtest.core.case import Case
from benchmarks import material
from benchmarks.harness import Ran, cases_in, chosen, falsified, must_match, report_falsified, run, settings_for
from benchmarks.report import Report
from benchmarks.serving import serving

FOLDERS = {"chaplin-brunch": "chaplin-brunch/public", "thorax_lumbar": "thorax_lumbar/public"}
"""Where an application's page is, if not in the folder of its name."""

_NO_FILTERS = "has no filters (All, Active, Completed)"
_SERVER = "needs a server of its own"
_UNBUILT = "is in the package without its build"

NOT_RUNNABLE = {
    "angular-dart": _NO_FILTERS,
    "cujo": _NO_FILTERS,
    "derby": _SERVER,
    "dijon": _NO_FILTERS,
    "duel": _NO_FILTERS,
    "emberjs_require": "was removed by its authors; only a readme is left",
    "extjs_deftjs": _NO_FILTERS,
    "firebase-angular": "loads Firebase from its own host",
    "jquery": f"{_UNBUILT}: jQuery itself is missing",
    "knockoutjs_require": _NO_FILTERS,
    "meteor": _SERVER,
    "montage": "its bundle fails in a current browser: 'key must be a string'",
    "mozart": "loads its libraries from a content network",
    "olives": _NO_FILTERS,
    "polymer": "rests on browser features that were removed (HTML imports); its page stays empty",
    "ractive": "its own error after filtering: an item can no longer be edited",
    "sapui5": "loads SAPUI5 from its own host",
    "socketstream": _SERVER,
    "stapes": "its own error when an item is added",
    "stapes_require": "its own error when an item is added",
    "typescript-backbone": _NO_FILTERS,
    "vanilladart": f"{_UNBUILT}: dart.js is missing",
    "yui": "loads YUI from its own host",
}
"""Applications that a hand-written Playwright script cannot take through the same steps either, and why."""


def main() -> int:
    """Run the benchmark; 0 when its aims are met. Arguments name applications to run alone.

    `--only intact` and `--only falsified` run one half.
    """
    wanted, ways = chosen(sys.argv[1:], ("intact", "falsified"))
    report = Report("todomvc", "TodoMVC: one case, every application")
    folder = material.todomvc()
    apps = sorted(path.name for path in (folder / "examples").iterdir() if path.is_dir())
    runnable = [app for app in apps if app not in NOT_RUNNABLE and (app in wanted or not wanted)]
    must_match(wanted, runnable, "application")
    [case] = cases_in(Path(__file__).with_name("todomvc.test.yaml"))
    with serving(folder) as base_url:
        cases = [_for_app(case, app) for app in runnable]
        ran = run(cases if "intact" in ways else [], settings_for(base_url), label="todomvc")
        quick = settings_for(base_url, timeout_s=2.0)
        wrong = run(falsified(cases) if "falsified" in ways else [], quick, label="todomvc, falsified")
    if "intact" in ways:
        _report(report, ran)
    if "falsified" in ways:
        report_falsified(report, cases, wrong)
    report.table("Not runnable", ("application", "reason"), sorted(NOT_RUNNABLE.items()))
    return report.close()


def _for_app(case: Case, app: str) -> Case:
    return replace(case, name=app, url=f"/examples/{FOLDERS.get(app, app)}/")


def _report(report: Report, ran: Sequence[Ran]) -> None:
    rows = [
        (one.case.name, one.outcome, one.duration_s, one.broken.step.text if one.broken else "", one.why) for one in ran
    ]
    report.table("Applications", ("application", "outcome", "seconds", "step", "why"), rows)
    passed = sum(one.passed for one in ran)
    report.aim("applications passed", passed, f"{len(ran)} of {len(ran)}", met=passed == len(ran))


if __name__ == "__main__":
    sys.exit(main())
